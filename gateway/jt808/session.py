"""One terminal's conversation: registered, then authenticated, then heard. No I/O: frames in, answers out."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.jt808.bodies import (
    Fix,
    Id,
    Registered,
    Result,
    authentication,
    fix,
    fixes,
    platform_answer,
    registration,
    registration_answer,
)
from gateway.jt808.config import TruckConfig
from gateway.jt808.frames import Frame, FrameError
from gateway.jt808.parts import Joiner

MOST_REFUSED = 5
"""After so many messages that could not be taken the connection is closed."""

Hear = Callable[[TruckConfig, list[Fix]], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, and whether the connection ends with it."""

    frames: tuple[Frame, ...] = ()
    close: bool = False


class TerminalSession:
    """The conversation over one connection; only `trucks` are let in, each with the code that `code_of` gives its number."""

    def __init__(self, trucks: Mapping[str, TruckConfig], code_of: Callable[[str], str], hear: Hear) -> None:
        self._trucks = trucks
        self._code_of = code_of
        self._hear = hear
        self._joiner = Joiner()
        self._phone: str | None = None
        self._truck: TruckConfig | None = None  # set once it has authenticated
        self._serial = 0
        self._refused = 0

    def take(self, frame: Frame, now: datetime) -> Answer:
        """What to answer to a frame."""
        if self._phone not in {None, frame.phone}:
            return Answer(close=True)  # one connection is one terminal
        self._phone = frame.phone
        try:
            whole = self._joiner.take(frame, now)
            if whole is None:
                return Answer((self._general(frame, Result.DONE),))
            return self._answer(whole)
        except FrameError:
            return self._refuse(frame, Result.WRONG)

    def bad(self) -> Answer:
        """Bytes that are no frame: nobody can be answered."""
        self._refused += 1
        return Answer(close=self._refused >= MOST_REFUSED)

    def _answer(self, frame: Frame) -> Answer:
        match frame.message:
            case Id.TERMINAL_ANSWER:
                return Answer()
            case Id.REGISTRATION:
                return self._register(frame)
            case Id.AUTHENTICATION:
                return self._authenticate(frame)
            case _ if self._truck is None:
                return self._refuse(frame, Result.FAILED)
            case _:
                return self._heard(frame, self._truck)

    def _heard(self, frame: Frame, truck: TruckConfig) -> Answer:
        """A message of a terminal that has authenticated."""
        result = Result.DONE
        match frame.message:
            case Id.POSITION:
                self._hear(truck, [fix(frame.body)])
            case Id.POSITIONS:
                self._hear(truck, fixes(frame.body))
            case Id.HEARTBEAT | Id.LOGOUT:
                pass
            case _:
                result = Result.NOT_SUPPORTED
        return Answer((self._general(frame, result),), close=frame.message == Id.LOGOUT)

    def _register(self, frame: Frame) -> Answer:
        told, truck = registration(frame.body, frame.edition), self._trucks.get(frame.phone)
        if truck is None:
            result = Registered.NO_SUCH_TERMINAL
        elif told.plate and _plain(told.plate) != _plain(truck.plate):
            result = Registered.NO_SUCH_VEHICLE
        else:
            result = Registered.DONE
        body = registration_answer(frame.serial, result, self._code_of(frame.phone))
        return Answer((self._frame(frame, Id.REGISTRATION_ANSWER, body),), close=result is not Registered.DONE)

    def _authenticate(self, frame: Frame) -> Answer:
        code, truck = authentication(frame.body, frame.edition), self._trucks.get(frame.phone)
        if truck is None or not hmac.compare_digest(code.encode(), self._code_of(frame.phone).encode()):
            return self._refuse(frame, Result.FAILED)
        self._truck = truck
        return Answer((self._general(frame, Result.DONE),))

    def _refuse(self, frame: Frame, result: Result) -> Answer:
        self._refused += 1
        return Answer((self._general(frame, result),), close=self._refused >= MOST_REFUSED)

    def _general(self, to: Frame, result: Result) -> Frame:
        return self._frame(to, Id.PLATFORM_ANSWER, platform_answer(to.serial, to.message, result))

    def _frame(self, to: Frame, message: Id, body: bytes) -> Frame:
        self._serial = (self._serial + 1) & 0xFFFF
        return Frame(message, to.phone, self._serial, body, to.edition)


def _plain(plate: str) -> str:
    """A plate without the signs that some terminals put between its characters."""
    return "".join(sign for sign in plate.upper() if sign.isalnum())
