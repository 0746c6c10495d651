"""Switching off until it is read back: told again and again, and said aloud when it does not obey."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.sockets.rules import Danger

CONFIRM_S = 0.3
"""A relay answers in milliseconds; without an answer for this long it is told again."""
STUCK_AFTER_S = 3.0
"""After this long without being read back as off it is said to be stuck."""
STUCK_AGAIN_S = 2.0
"""Between two commands to a stuck one."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A socket that was told and is off."""

    socket: str
    danger: Danger
    commands: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Stuck:
    """A socket that was told and is not off."""

    socket: str
    danger: Danger
    commands: int


@dataclass(slots=True)
class _Open:
    danger: Danger
    began: datetime
    told_at: datetime
    commands: int = 0
    stuck: bool = False


class Cutter:
    """The cuts under way, at most one a socket. Not safe for several threads."""

    def __init__(self, switch_off: Callable[[str], bool]) -> None:
        """`switch_off` sends the wish to a socket's device; false where it could not be sent."""
        self._switch_off = switch_off
        self._open: dict[str, _Open] = {}

    def begin(self, socket: str, danger: Danger, now: datetime) -> None:
        """Tell the socket; while a cut is under way already, its first reason stands."""
        if socket not in self._open:
            self._open[socket] = _Open(danger, now, now)
            self._tell(socket, now)

    def is_under_way(self, socket: str) -> bool:
        """Whether the socket was told and has not been read back as off."""
        return socket in self._open

    def read_off(self, socket: str, at: datetime) -> Confirmed | None:
        """The socket has said that it is off; None if nobody had told it."""
        found = self._open.pop(socket, None)
        return None if found is None else Confirmed(socket, found.danger, found.commands, at)

    def step(self, now: datetime) -> list[Stuck]:
        """Tell those again that have not answered; returns those that have only now become stuck."""
        newly_stuck = []
        for socket, one in self._open.items():
            patience_s = STUCK_AGAIN_S if one.stuck else CONFIRM_S
            if not 0 <= (now - one.told_at).total_seconds() < patience_s:  # a clock set back is no reason to wait
                self._tell(socket, now)
            if not one.stuck and not 0 <= (now - one.began).total_seconds() < STUCK_AFTER_S:
                one.stuck = True
                newly_stuck.append(Stuck(socket, one.danger, one.commands))
        return newly_stuck

    def _tell(self, socket: str, now: datetime) -> None:
        one = self._open[socket]
        one.told_at = now
        one.commands += self._switch_off(socket)
