"""One e-bike's requests to its lift: the prompt once, the door again and again as long as it may be held."""

from datetime import datetime, timedelta

from edge.detectors.ebike_lift.config import EbikeLiftConfig
from edge.detectors.ebike_lift.lifts import LiftDesk
from edge.detectors.ebike_lift.rules import why_not_hold
from edge.events import IdMaker
from yuhang.messages import LiftAction, LiftRequest, RequestResult

VALID_S = 5.0
MOST_REPORTED = 64


class Asking:
    """What one stay has asked of the lift, and what was answered."""

    def __init__(self, config: EbikeLiftConfig, lifts: LiftDesk, new_id: IdMaker) -> None:
        self._config = config
        self._lifts = lifts
        self._new_id = new_id
        self._asked: list[tuple[str, LiftAction]] = []
        self._first_hold: datetime | None = None
        self._held_until: datetime | None = None

    def begin(self, at: datetime) -> str:
        """Ask for the prompt and the door; returns why the door is not held, empty where it was asked to be."""
        if self._config.say:
            self._ask(at, LiftAction.SAY)
        return self.go_on(at)

    def go_on(self, at: datetime) -> str:
        """Hold the door on, or let it go as soon as it may not be held; returns why."""
        held_s = 0.0 if self._first_hold is None else (at - self._first_hold).total_seconds()
        reason = why_not_hold(self._config.door, self._lifts.state(self._config.lift), at, held_s)
        if reason:
            self.release(at)
        elif self._held_until is None or (self._held_until - at).total_seconds() <= self._config.door.each_s / 2:
            left_s = self._config.door.longest_s - held_s
            hold_s = min(self._config.door.each_s, left_s)
            self._ask(at, LiftAction.HOLD_DOOR, hold_s)
            self._first_hold = self._first_hold or at
            self._held_until = at + timedelta(seconds=hold_s)
        return reason

    def release(self, at: datetime) -> None:
        """Let the door go, if it is held."""
        if self._held_until is not None:
            self._held_until = None
            self._ask(at, LiftAction.RELEASE_DOOR)

    def results(self) -> tuple[RequestResult, ...]:
        """What came of the requests."""
        return tuple(self._result(*one) for one in self._asked[:MOST_REPORTED])

    def _ask(self, at: datetime, action: LiftAction, hold_s: float = 0.0) -> None:
        request_id = self._new_id(at)
        self._asked.append((request_id, action))
        expires = at + timedelta(seconds=VALID_S)
        self._lifts.ask(LiftRequest(id=request_id, expires_at=expires, lift=self._config.lift, action=action, hold_s=hold_s))

    def _result(self, request_id: str, action: LiftAction) -> RequestResult:
        answer = self._lifts.answer(request_id)
        return RequestResult(id=request_id, action=action, status="unanswered" if answer is None else answer.status)
