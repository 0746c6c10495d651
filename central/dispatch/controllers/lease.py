"""One junction's lease as a state machine: who may hold which stage, for how long, and what the controller is to be told next.

Pure: readings, answers and the time are handed in, orders are handed out. All times are monotonic seconds, so that no step of a
clock lengthens a lease. Nothing here lives on unrenewed: what is not heard of for `lease_s` has ended.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from central.dispatch.controllers import fence
from central.dispatch.controllers.lamp_watch import LampWatch
from central.dispatch.controllers.model import GroupKind, JunctionModel
from central.dispatch.controllers.request import Ack, PriorityRequest, RequestState
from central.dispatch.controllers.state import Control, Lamp, SignalState

REMEMBERED = 256  # ended requests of a junction whose ids are known, so that a late repeat revives nothing


@dataclass(frozen=True, slots=True)
class LeaseLimits:
    """Bounds in seconds that no request can widen."""

    longest_lease_s: float = 10.0
    max_presence_s: float = 90.0  # of a green that was granted
    longest_hold_s: float = 300.0  # from the first call until given back, whoever asks; the others' turns of the plan are in it
    rest_s: float = 20.0  # after a hold that had to be ended
    silent_after_s: float = 5.0  # without a reading the junction counts as lost
    confirm_slack_s: float = 3.0  # for readings and ways, on top of the junction's own times
    least_gap_s: float = 1.0  # between two orders of the same kind


class OrderKind(StrEnum):
    """What the controller is to be told."""

    NOTHING = "nothing"
    CALL = "call"
    KEEP = "keep"
    GIVE_BACK = "give_back"


@dataclass(frozen=True, slots=True)
class Order:
    """One order; `serial` tells its answer from late ones."""

    kind: OrderKind
    serial: int = 0
    request: PriorityRequest | None = None
    reason: str = ""


NOTHING = Order(OrderKind.NOTHING)


@dataclass(slots=True)
class _Claim:
    request: PriorityRequest
    asked_s: float
    expires_s: float
    arrived: int
    state: RequestState = RequestState.REQUESTED
    reason: str = ""
    granted_s: float | None = None

    @property
    def rank(self) -> tuple[int, int]:
        return self.request.priority, self.arrived

    def to(self, state: RequestState, reason: str = "") -> None:
        self.state, self.reason = state, reason

    def ack(self) -> Ack:
        return Ack(self.request.id, self.state, self.reason)


@dataclass(slots=True)
class Lease:
    """The machine. `unsafe` is the first unsafe thing seen; from then on nothing is asked of this junction any more."""

    model: JunctionModel
    limits: LeaseLimits = field(default_factory=LeaseLimits)
    unsafe: str = ""
    held: PriorityRequest | None = None
    _watch: LampWatch = field(init=False)
    _state: SignalState | None = None
    _claims: dict[str, _Claim] = field(default_factory=dict)
    _ended: dict[str, Ack] = field(default_factory=dict)
    _serial: int = 0
    _called_s: float = 0.0
    _held_since_s: float = 0.0
    _giving_back: bool = False
    _rests_until_s: float = float("-inf")
    _last_order_s: dict[OrderKind, float] = field(default_factory=dict)
    _last_serial: dict[OrderKind, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._watch = LampWatch(self.model)

    def ask(self, request: PriorityRequest, now_s: float, *, live: bool) -> Ack:
        """Take a request in; `live`: its task is under way. An id that is known is answered with what became of it."""
        known = self.status(request.id)
        if known is not None:
            return known
        refusal = self._refusal(request, now_s, live=live)
        if refusal:
            return self._remember(Ack(request.id, RequestState.REJECTED, refusal))
        self._serial += 1
        claim = _Claim(request, now_s, now_s + min(request.lease_s, self.limits.longest_lease_s), self._serial)
        self._claims[request.id] = claim
        return claim.ack()

    def renew(self, request: PriorityRequest, now_s: float) -> Ack:
        """Lengthen a lease by `lease_s` from now. Only a newer renewal of what is alive does; the stage stays."""
        claim = self._claims.get(request.id)
        if claim is None:
            return self._ended.get(request.id) or Ack(request.id, RequestState.REJECTED, "unknown_request")
        if claim.expires_s <= now_s:
            return self._end(claim, RequestState.RELEASED, "lease_ran_out")
        same = (request.stage, request.task_id, request.priority) == (
            claim.request.stage,
            claim.request.task_id,
            claim.request.priority,
        )
        if same and request.renewal > claim.request.renewal:
            claim.request = request
            claim.expires_s = now_s + min(request.lease_s, self.limits.longest_lease_s)
        return claim.ack()

    def cancel(self, request_id: str) -> Ack:
        """End a request; the junction is given back with the next order unless somebody else holds the same stage."""
        claim = self._claims.get(request_id)
        if claim is not None:
            return self._end(claim, RequestState.RELEASED, "cancelled")
        return self._ended.get(request_id) or Ack(request_id, RequestState.RELEASED, "unknown_request")

    def cancel_all(self, reason: str) -> None:
        """End every request."""
        self._end_all(RequestState.RELEASED, reason)

    def status(self, request_id: str) -> Ack | None:
        """What has become of a request, or None where it was never heard of."""
        claim = self._claims.get(request_id)
        return claim.ack() if claim is not None else self._ended.get(request_id)

    @property
    def live(self) -> tuple[PriorityRequest, ...]:
        """Requests that are alive."""
        return tuple(claim.request for claim in self._claims.values())

    def read(self, state: SignalState) -> None:
        """Take a reading in; one older than the last is ignored."""
        if self._state is not None and state.read_at_s < self._state.read_at_s:
            return
        self._state = state
        unsafe = self._watch.read(state)
        if unsafe and not self.unsafe:
            self.unsafe = unsafe

    def decide(self, now_s: float, is_live: Callable[[str], bool]) -> Order:
        """What the controller is to be told now; `is_live` says whether a task is still under way."""
        self._end_what_is_over(now_s, is_live)
        self._follow_lamps(now_s)
        winner = min(self._claims.values(), key=lambda claim: claim.rank, default=None)
        if winner is None:
            return self._give_back(now_s)
        for claim in self._claims.values():
            if claim.request.stage != winner.request.stage:
                claim.granted_s = None
                claim.to(RequestState.WATCH_OTHER_TRAFFIC, "other_vehicle_first")
        if self.held is not None and not self._giving_back and self.held.stage == winner.request.stage:
            return self._keep(winner, now_s)
        return self._call(winner, now_s)

    def answered(self, order: Order, *, taken: bool, reason: str = "") -> None:
        """What the controller said to an order. A refused call ends its request; late and doubled answers do nothing."""
        if order.serial != self._last_serial.get(order.kind) or order.request is None:
            return
        claim = self._claims.get(order.request.id)
        if claim is not None and not taken and order.kind in (OrderKind.CALL, OrderKind.KEEP):
            self._end(claim, RequestState.REJECTED, reason or "refused")
        if claim is not None and taken and order.kind is OrderKind.CALL and claim.state is RequestState.REQUESTED:
            claim.to(RequestState.PROCESSING)

    def _refusal(self, request: PriorityRequest, now_s: float, *, live: bool) -> str:
        checks = (
            (not live, "no_live_task"),
            (request.stage not in self.model.stages, "unknown_stage"),
            (request.lease_s <= 0, "no_lease"),
            (bool(self.unsafe), f"unsafe_{self.unsafe}"),
            (now_s < self._rests_until_s, "resting"),
        )
        return next((reason for applies, reason in checks if applies), "")

    def _end_what_is_over(self, now_s: float, is_live: Callable[[str], bool]) -> None:
        for claim in list(self._claims.values()):
            if claim.expires_s <= now_s:
                self._end(claim, RequestState.RELEASED, "lease_ran_out")
            elif not is_live(claim.request.task_id):
                self._end(claim, RequestState.RELEASED, "task_ended")
            elif claim.granted_s is not None and now_s - claim.granted_s > self.limits.max_presence_s:
                self._end(claim, RequestState.MAX_PRESENCE, "max_presence")
                self._rests_until_s = now_s + self.limits.rest_s
        if self.unsafe:
            self._end_all(RequestState.REJECTED, f"unsafe_{self.unsafe}")
        elif self.held is not None and now_s - self._held_since_s > self.limits.longest_hold_s:
            self._end_all(RequestState.MAX_PRESENCE, "longest_hold")
            self._rests_until_s = now_s + self.limits.rest_s

    def _follow_lamps(self, now_s: float) -> None:
        """Grant what the lamps show, end what they deny."""
        state = self._state
        for claim in list(self._claims.values()):
            heard_s = claim.asked_s if state is None else max(claim.asked_s, state.read_at_s)
            if now_s - heard_s > self.limits.silent_after_s:
                self._end(claim, RequestState.REJECTED, "silent")
            elif state is not None and not state.control.may_be_asked:
                self._end(claim, RequestState.REJECTED, f"overridden_{state.control}")
            elif state is not None and self._called(claim):
                self._confirm(claim, state, now_s)

    def _called(self, claim: _Claim) -> bool:
        """Whether the controller was told of its stage, and nothing else since."""
        return self.held is not None and not self._giving_back and claim.request.stage == self.held.stage

    def _confirm(self, claim: _Claim, state: SignalState, now_s: float) -> None:
        if state.read_at_s < self._called_s:
            return
        if self._shown(claim.request.stage, state):
            if claim.granted_s is None:
                claim.granted_s = now_s
            claim.to(RequestState.GRANTED)
        elif claim.granted_s is not None:
            self._end(claim, RequestState.REJECTED, "green_lost")
        elif now_s - self._called_s > self.model.longest_change_s + self.limits.confirm_slack_s:
            self._end(claim, RequestState.REJECTED, "not_confirmed")

    def _shown(self, stage: int, state: SignalState) -> bool:
        groups = self.model.groups
        vehicles = [number for number in self.model.stages[stage].green if groups[number].kind is GroupKind.VEHICLE]
        return bool(vehicles) and all(state.lamps.get(number) is Lamp.GREEN for number in vehicles)

    def _call(self, winner: _Claim, now_s: float) -> Order:
        why_not = (
            fence.why_not(self.model, self._watch, self._state, winner.request.stage, now_s) if self._state else "wait_reading"
        )
        if why_not and not why_not.startswith("wait_"):
            self._end(winner, RequestState.REJECTED, why_not)
            return NOTHING
        if why_not or self._too_soon(OrderKind.CALL, now_s):
            waiting = RequestState.REQUESTED if winner.state is RequestState.REQUESTED else RequestState.PROCESSING
            winner.to(waiting, why_not)
            return NOTHING
        if self.held is None:
            self._held_since_s = now_s
        self.held, self._called_s, self._giving_back = winner.request, now_s, False
        return self._order(OrderKind.CALL, now_s, winner.request)

    def _keep(self, winner: _Claim, now_s: float) -> Order:
        """Tell the controller that we are still there, three times a lease, and never for longer than the claim lives."""
        self.held = winner.request
        since_s = now_s - max(self._last_order_s.get(OrderKind.KEEP, self._called_s), self._called_s)
        if since_s < min(winner.request.lease_s, self.limits.longest_lease_s) / 3:
            return NOTHING
        return self._order(OrderKind.KEEP, now_s, winner.request)

    def _give_back(self, now_s: float) -> Order:
        """Until a reading taken after the last attempt shows that the junction is no longer ours."""
        if self.held is None:
            return NOTHING
        tried_s = self._last_order_s.get(OrderKind.GIVE_BACK, float("-inf"))
        read_since = self._state is not None and self._state.read_at_s > tried_s >= self._called_s
        if read_since and self._state is not None and self._state.control is not Control.OURS:
            self.held, self._giving_back = None, False
            return NOTHING
        if self._too_soon(OrderKind.GIVE_BACK, now_s) and tried_s >= self._called_s:
            return NOTHING
        self._giving_back = True
        return self._order(OrderKind.GIVE_BACK, now_s, self.held)

    def _too_soon(self, kind: OrderKind, now_s: float) -> bool:
        return now_s - self._last_order_s.get(kind, float("-inf")) < self.limits.least_gap_s

    def _order(self, kind: OrderKind, now_s: float, request: PriorityRequest) -> Order:
        self._serial += 1
        self._last_order_s[kind] = now_s
        self._last_serial[kind] = self._serial
        ended = self._ended.get(request.id)
        return Order(kind, self._serial, request, ended.reason if ended else "")

    def _end(self, claim: _Claim, state: RequestState, reason: str) -> Ack:
        claim.to(state, reason)
        self._claims.pop(claim.request.id, None)
        return self._remember(claim.ack())

    def _end_all(self, state: RequestState, reason: str) -> None:
        for claim in list(self._claims.values()):
            self._end(claim, state, reason)

    def _remember(self, ack: Ack) -> Ack:
        self._ended[ack.id] = ack
        while len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]
        return ack
