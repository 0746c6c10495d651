"""What central asks of a node: each command is answered once it is understood, refused or too late, and a repeat as before.

What takes time or must run on the main loop is accepted here and handed on as an errand, which answers again when it is done.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Protocol

import structlog
from pydantic import ConfigDict, ValidationError

from edge.watch import ReobserveAnswer
from yuhang.clock import Clock
from yuhang.errors import MessageError, StorageError
from yuhang.messages import (
    Command,
    CutClip,
    Reload,
    Reobserve,
    Reply,
    RestartCamera,
    SelfTest,
    TakeSnapshot,
    Verdict,
    WithdrawFace,
    first_error,
)
from yuhang.topics import NodeTopics, parse_topic

log = structlog.get_logger(__name__)

_REMEMBERED = 1000


class Publisher(Protocol):
    """What is needed of the MQTT session."""

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool: ...


class Errands(Protocol):
    """Who does what takes time."""

    def take(self, command: Command) -> str:
        """Take a command on; the reason if it cannot be."""


class Commands:
    """Takes commands off the session (on its thread) and answers them."""

    def __init__(
        self,
        topics: NodeTopics,
        session: Publisher,
        clock: Clock,
        reobserve: Callable[[Reobserve], ReobserveAnswer],
        errands: Errands,
        *,
        verdict: Callable[[Verdict], bool],
    ) -> None:
        self.bad = 0
        self._errands = errands
        self._topics = topics
        self._session = session
        self._clock = clock
        self._reobserve = reobserve
        self._verdict = verdict
        self._answered: OrderedDict[str, Reply] = OrderedDict()

    def receive(self, topic: str, payload: bytes) -> None:
        """Handler for `command/+`."""
        try:
            name = parse_topic(topic).rest.removeprefix("command/")
            reply = self._answer(name, payload)
        except (MessageError, ValidationError) as error:
            self.bad += 1
            text = first_error(error) if isinstance(error, ValidationError) else str(error)
            log.warning("a command that cannot be read", topic=topic, error=text, size=len(payload))
            return
        self._answered[reply.id] = reply
        while len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
        log.info("command", name=name, id=reply.id, status=reply.status, detail=reply.detail)
        self._session.publish(self._topics.reply(reply.id), reply.model_dump_json().encode(), 1)

    def _answer(self, name: str, payload: bytes) -> Reply:
        command = _KNOWN.get(name, _Any).model_validate_json(payload)
        known = self._answered.get(command.id)
        if known is not None:
            return known
        if command.expires_at <= self._clock.now():
            return self._reply(command, "expired", "came after it had expired")
        if name not in _KNOWN:
            return self._reply(command, "refused", f"this node knows no command {name[:40]!r}")
        problem = self._problem(command)
        return self._reply(command, "refused" if problem else "accepted", problem)

    def _problem(self, command: Command) -> str:
        """Do it, or hand it on; returns why it cannot be done."""
        match command:
            case Reobserve():
                answer = self._reobserve(command)
                return "" if answer is ReobserveAnswer.ACCEPTED else answer.value
            case Verdict():
                return self._verdict_problem(command)
            case _:
                return self._errands.take(command)

    def _verdict_problem(self, command: Verdict) -> str:
        try:
            return "" if self._verdict(command) else "no suspicion of this track waits for an answer"
        except StorageError as error:
            return str(error)[:300]

    def finish(self, reply: Reply) -> None:
        """Send the second answer of a command that was accepted; a repeat of the command is answered with it too."""
        self._answered[reply.id] = reply
        log.info("command", id=reply.id, status=reply.status, detail=reply.detail)
        self._session.publish(self._topics.reply(reply.id), reply.model_dump_json().encode(), 1)

    def _reply(self, command: Command, status: str, detail: str) -> Reply:
        return Reply.model_validate({"id": command.id, "status": status, "detail": detail, "time": self._clock.now()})


class _Any(Command):
    """A command of which only the envelope matters."""

    model_config = ConfigDict(extra="ignore")


_KNOWN: Mapping[str, type[Command]] = {
    "reobserve": Reobserve,
    "verdict": Verdict,
    "snapshot": TakeSnapshot,
    "clip": CutClip,
    "restart-camera": RestartCamera,
    "reload": Reload,
    "self-test": SelfTest,
    "withdraw-face": WithdrawFace,
}
