"""Whatever is asked, answered, lost or late: no short green, no lease that outlives its task, nothing asked over a person's hand.

The truth (who is alive until when, what the lamps did) is kept here, apart from the machine.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from central.dispatch.controllers.lease import Lease, LeaseLimits, Order, OrderKind
from central.dispatch.controllers.request import PriorityClass, PriorityRequest, RequestState
from central.dispatch.controllers.state import Control
from tests.unit.central.dispatch.controllers.junction import MINIMUM_S, Device

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
TASKS = ("fire-1", "fire-2", "ambulance-1")
IDS = tuple(f"request-{number}" for number in range(6))
LIMITS = LeaseLimits()


class AnyOrder(RuleBasedStateMachine):
    """One junction, three tasks, and a controller that keeps no minimum green of its own: only the fence does."""

    @initialize()
    def open_junction(self) -> None:
        self.device = Device()
        self.lease = Lease(self.device.model, LIMITS)
        self.live_tasks = set(TASKS)
        self.alive_until: dict[str, float] = {}  # request -> end of its lease, by the truth
        self.requests: dict[str, PriorityRequest] = {}
        self.orders: list[Order] = []
        self.given_back_s = 0.0
        self.work()

    def work(self) -> None:
        """One round of the supervisor."""
        if not self.device.silent:
            self.lease.read(self.device.read())
        order = self.lease.decide(self.device.now_s, self.live_tasks.__contains__)
        if order.kind is OrderKind.NOTHING:
            return
        self.orders.append(order)
        assert order.request is not None
        if order.kind is not OrderKind.GIVE_BACK:
            self.may_be_told(order.request)
        if order.kind is OrderKind.CALL:
            assert self.device.control is Control.PROGRAMME or self.device.silent, "asked over a higher hand"
        self.carry_out(order)

    def may_be_told(self, request: PriorityRequest) -> None:
        assert request.task_id in self.live_tasks, "the lease outlives its task"
        assert self.alive_until[request.id] > self.device.now_s, "the lease lives on unrenewed"

    def carry_out(self, order: Order) -> None:
        if self.device.silent:
            return
        if self.device.refuses:
            self.lease.answered(order, taken=False)
            return
        assert order.request is not None
        self.device.held = None if order.kind is OrderKind.GIVE_BACK else order.request.stage
        self.lease.answered(order, taken=True)

    @rule(seconds=st.sampled_from([0.5, 1, 2, 4, 8, 16]))
    def time_passes(self, seconds: float) -> None:
        for _ in range(int(seconds * 2)):
            self.device.to(0.5)
            self.work()

    @rule(seconds=st.sampled_from([1, 4, 12]))
    def central_sleeps(self, seconds: float) -> None:
        """Its process stood still; the device went on."""
        self.device.to(seconds)
        self.work()

    @rule(
        number=st.sampled_from(IDS),
        task=st.sampled_from(TASKS),
        stage=st.integers(1, 3),
        priority=st.sampled_from(PriorityClass),
        lease_s=st.sampled_from([1.0, 5.0, 30.0]),
    )
    def asked(self, number: str, task: str, stage: int, priority: PriorityClass, lease_s: float) -> None:
        known = number in self.requests
        request = self.requests.setdefault(number, PriorityRequest(number, task, priority, stage, NOON, NOON, lease_s))
        ack = self.lease.ask(request, self.device.now_s, live=request.task_id in self.live_tasks)
        if not known and not ack.state.ended:
            self.alive_until[number] = self.device.now_s + min(lease_s, LIMITS.longest_lease_s)
        self.work()

    @rule(number=st.sampled_from(IDS), late=st.booleans())
    def renewed(self, number: str, late: bool) -> None:
        """`late`: the renewal of before arrives once more."""
        if number not in self.requests:
            return
        request = self.requests[number] if late else self.requests[number].renewed(NOON, NOON)
        ack = self.lease.renew(request, self.device.now_s)
        if not late and not ack.state.ended:
            self.requests[number] = request
            self.alive_until[number] = self.device.now_s + min(request.lease_s, LIMITS.longest_lease_s)

    @rule(number=st.sampled_from(IDS))
    def cancelled(self, number: str) -> None:
        self.lease.cancel(number)
        self.alive_until[number] = 0.0
        self.work()

    @rule(task=st.sampled_from(TASKS))
    def task_ends(self, task: str) -> None:
        self.live_tasks.discard(task)

    @rule(back=st.integers(1, 5), taken=st.booleans())
    def an_answer_comes_late_or_twice(self, back: int, taken: bool) -> None:
        if len(self.orders) > back:
            self.lease.answered(self.orders[-1 - back], taken=taken)

    @rule(control=st.sampled_from([Control.MANUAL, Control.SPECIAL, Control.PROGRAMME, Control.PROGRAMME]))
    def somebody_else_steers(self, control: Control) -> None:
        self.device.control = control
        if control is not Control.PROGRAMME:
            self.device.held = None

    @rule(silent=st.booleans())
    def the_line_is_cut_or_mended(self, silent: bool) -> None:
        self.device.silent = silent

    @rule(refuses=st.booleans())
    def the_controller_refuses(self, refuses: bool) -> None:
        self.device.refuses = refuses

    @invariant()
    def no_green_was_cut_short(self) -> None:
        assert all(green_s >= MINIMUM_S - 0.05 for green_s in self.device.greens), self.device.greens

    @invariant()
    def the_lamps_were_never_called_unsafe(self) -> None:
        assert not self.lease.unsafe

    @invariant()
    def what_lives_has_a_reason(self) -> None:
        """What the machine calls alive is alive by the truth as well, once it has looked."""
        self.lease.decide(self.device.now_s, self.live_tasks.__contains__)
        for request in self.lease.live:
            assert request.task_id in self.live_tasks
            assert self.alive_until[request.id] > self.device.now_s

    @invariant()
    def one_stage_is_granted(self) -> None:
        granted = {
            request.stage
            for request in self.lease.live
            if (ack := self.lease.status(request.id)) and ack.state is RequestState.GRANTED
        }
        assert len(granted) <= 1

    def teardown(self) -> None:
        """With everybody gone and the line mended, the junction runs its own programme again within a few seconds."""
        if not hasattr(self, "device"):
            return
        self.live_tasks.clear()
        self.device.silent = self.device.refuses = False
        for _ in range(10):
            self.device.to(0.5)
            self.work()
        assert self.device.held is None
        assert self.lease.held is None


AnyOrderTest = AnyOrder.TestCase
AnyOrderTest.settings = settings(max_examples=60, stateful_step_count=40)
pytest.mark.slow(AnyOrderTest)
