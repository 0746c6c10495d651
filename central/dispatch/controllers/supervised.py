"""A controller behind the lease: the only way in which the rest of Yuhang reaches a signal."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import structlog

from central.dispatch.controllers.audit import SignalAudit, SignalRecord
from central.dispatch.controllers.controller import Capabilities, SignalController
from central.dispatch.controllers.errors import ControllerAway, ControllerError, ControllerRefused
from central.dispatch.controllers.lease import Lease, LeaseLimits, Order, OrderKind
from central.dispatch.controllers.model import JunctionModel
from central.dispatch.controllers.request import Ack, PriorityRequest, RequestState
from central.dispatch.controllers.state import SignalState
from yuhang.clock import Clock
from yuhang.errors import StorageError

Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)

LiveTasks = Callable[[str], bool]
"""Whether a fire, ambulance or police task is under way at this moment (Road Traffic Safety Law 53)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one junction is looked after. `dry_run`: everything is decided and recorded, nothing is asked of the signal."""

    junction: str
    poll_s: float = 0.5
    answer_s: float = 2.0
    dry_run: bool = False
    limits: LeaseLimits = field(default_factory=LeaseLimits)


class SupervisedController:
    """Is a `SignalController` itself; one coroutine at a time talks to the device."""

    def __init__(
        self,
        device: SignalController,
        settings: Settings,
        *,
        tasks: LiveTasks,
        audit: SignalAudit,
        clock: Clock,
        monotonic: Callable[[], float],
    ) -> None:
        self._device = device
        self._settings = settings
        self._tasks = tasks
        self._audit = audit
        self._clock = clock
        self._now_s = monotonic
        self._turn = asyncio.Lock()
        self._lease: Lease | None = None
        self._state: SignalState | None = None
        self._told: dict[str, Ack] = {}

    @property
    def capabilities(self) -> Capabilities:
        return self._device.capabilities

    async def describe(self) -> JunctionModel:
        """Read the junction anew. A junction that is held is not described anew."""
        async with self._turn:
            if self._lease is not None and self._lease.held is not None:
                return self._lease.model
            model = await self._in_time(self._device.describe(), 10 * self._settings.answer_s)
            self._lease = Lease(model, self._settings.limits)
            return model

    async def state(self) -> SignalState:
        """The last reading."""
        if self._state is None:
            await self.step()
        if self._state is None:
            raise ControllerAway(f"junction {self._settings.junction}: nothing has been read yet")
        return self._state

    async def request(self, request: PriorityRequest) -> Ack:
        """Take a request in and do at once what can be done."""
        ack = self._known().ask(request, self._now_s(), live=self._tasks(request.task_id))
        self._tell(request, ack)
        await self.step()
        return self._known().status(request.id) or ack

    async def renew(self, request: PriorityRequest) -> Ack:
        return self._known().renew(request, self._now_s())

    async def cancel(self, request_id: str) -> Ack:
        ack = self._known().cancel(request_id)
        await self.step()
        return ack

    async def release(self) -> Ack:
        """End every request and give the junction back."""
        self._known().cancel_all("released")
        await self.step()
        given_back = self._known().held is None
        return Ack("", RequestState.RELEASED if given_back else RequestState.PROCESSING, "" if given_back else "not_confirmed")

    async def close(self) -> None:
        """Give back what is held, as far as the device answers, and end the connection."""
        if self._lease is not None:
            self._lease.cancel_all("closed")
            await self.step()
        await self._device.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Look after the junction until `stop` is set, then give it back."""
        while not stop.is_set():
            await self.step()
            try:
                await asyncio.wait_for(stop.wait(), self._settings.poll_s)
            except TimeoutError:
                continue
        await self.close()

    async def step(self) -> None:
        """One round: read the lamps, decide, tell the controller. Nothing that a controller does or leaves ends it."""
        async with self._turn:
            lease = self._lease
            if lease is None:
                return
            await self._read(lease)
            order = lease.decide(self._now_s(), self._tasks)
            if order.kind is not OrderKind.NOTHING:
                await self._carry_out(lease, order)
            self._tell_changes(lease)

    async def _read(self, lease: Lease) -> None:
        try:
            state = await self._in_time(self._device.state(), self._settings.answer_s)
        except ControllerError as error:
            log.warning("signal_not_read", junction=self._settings.junction, error=type(error).__name__)
            return
        self._state = replace(state, heard_at_s=self._now_s())
        before = lease.unsafe
        lease.read(self._state)
        if lease.unsafe and not before:
            log.error("signal_unsafe", junction=self._settings.junction, seen=lease.unsafe)

    async def _carry_out(self, lease: Lease, order: Order) -> None:
        if not self._on_record(order):
            lease.answered(order, taken=False, reason="no_record")
            if order.kind is not OrderKind.GIVE_BACK:
                return
        if self._settings.dry_run:
            lease.answered(order, taken=False, reason="dry_run")
            return
        try:
            await self._in_time(self._send(order), self._settings.answer_s)
        except ControllerRefused as error:
            lease.answered(order, taken=False, reason="refused")
            outcome = f"refused: {error}"
        except ControllerError as error:  # it may have been heard all the same: the lamps will tell
            outcome = f"{type(error).__name__}: {error}"
        else:
            lease.answered(order, taken=True)
            outcome = "taken"
        self._on_record(order, outcome)

    async def _send(self, order: Order) -> None:
        match order:
            case Order(kind=OrderKind.CALL, request=PriorityRequest() as request):
                await self._device.request(request)
            case Order(kind=OrderKind.KEEP, request=PriorityRequest() as request):
                await self._device.renew(request)
            case _:
                await self._device.release()

    def _on_record(self, order: Order, outcome: str = "") -> bool:
        request = order.request
        try:
            self._audit.record(
                SignalRecord(
                    at=self._clock.now(),
                    junction=self._settings.junction,
                    request_id=request.id if request else "",
                    task_id=request.task_id if request else "",
                    action=str(order.kind),
                    reason=order.reason,
                    outcome=outcome,
                    lamps=self._state,
                )
            )
        except StorageError:
            log.exception("signal_not_recorded", junction=self._settings.junction)
            return False
        return True

    def _tell_changes(self, lease: Lease) -> None:
        for request_id, before in list(self._told.items()):
            ack = lease.status(request_id)
            if ack is None or ack == before:
                continue
            log.info("signal_request", junction=self._settings.junction, request=request_id, state=ack.state, reason=ack.reason)
            self._told[request_id] = ack
            if ack.state.ended:
                del self._told[request_id]

    def _tell(self, request: PriorityRequest, ack: Ack) -> None:
        log.info("signal_request", junction=self._settings.junction, request=request.id, state=ack.state, reason=ack.reason)
        if not ack.state.ended:
            self._told[request.id] = ack

    def _known(self) -> Lease:
        if self._lease is None:
            raise ControllerAway(f"junction {self._settings.junction}: not described yet; is its controller reachable?")
        return self._lease

    async def _in_time(self, answer: Awaitable[Answer], seconds: float) -> Answer:
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError as error:
            raise ControllerAway(f"junction {self._settings.junction}: no answer within {seconds} s") from error
