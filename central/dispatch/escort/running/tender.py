"""Looks after one junction: describes it, hands the second's wishes to its door, and keeps what became of them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from central.dispatch.controllers.errors import ControllerError
from central.dispatch.controllers.model import JunctionModel
from central.dispatch.controllers.request import Ack
from central.dispatch.controllers.state import SignalState
from central.dispatch.controllers.supervised import SupervisedController
from central.dispatch.escort.running.asking import Ask, Asking, Renew, TakeBack
from central.dispatch.escort.running.planning import Wish
from yuhang.clock import Clock

log = structlog.get_logger(__name__)

STALE_S = 3.0  # wishes that nobody has renewed for so long are nobody's
DESCRIBE_EVERY_S = 10.0

Pause = Callable[[float], Awaitable[None]]
News = Callable[[str, str, Ack], None]
"""Task, junction, and what became of its request there."""


@dataclass(frozen=True, slots=True)
class Times:
    """The clocks of one site: for people, for leases (monotonic seconds), and how to let seconds pass."""

    clock: Clock
    now_s: Callable[[], float]
    pause: Pause


class Tender:
    """One junction. The runner sets `wish`es; everything else happens in the junction's own coroutine, so that one that hangs
    holds up no other."""

    def __init__(self, junction: str, door: SupervisedController, poll_s: float, times: Times, news: News) -> None:
        self.junction = junction
        self.model: JunctionModel | None = None
        self.state: SignalState | None = None
        self.away = ""
        self.asking = Asking(junction)
        self._door = door
        self._poll_s = poll_s
        self._times = times
        self._news = news
        self._wishes: tuple[Wish, ...] = ()
        self._wished_s = float("-inf")
        self._described_s = float("-inf")

    def wish(self, wishes: tuple[Wish, ...]) -> None:
        """What is wanted this second."""
        self._wishes, self._wished_s = wishes, self._times.now_s()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then the junction is given back."""
        while not stop.is_set():
            await self.round()
            await self._times.pause(self._poll_s)
        await self._door.close()

    async def round(self) -> None:
        """One look and what follows from it. Nothing that a controller does ends it."""
        try:
            if self.model is None and not await self._describe():
                return
            await self._ask()
            await self._door.step()
            self.state = await self._door.state()
            self.away = ""
            await self._hear()
        except ControllerError as error:
            self.away = str(error)

    async def _describe(self) -> bool:
        now_s = self._times.now_s()
        if now_s - self._described_s < DESCRIBE_EVERY_S:
            return False
        self._described_s = now_s
        self.model = await self._door.describe()
        log.info("junction_described", junction=self.junction)
        return True

    async def _ask(self) -> None:
        now_s = self._times.now_s()
        wishes = self._wishes if now_s - self._wished_s <= STALE_S else ()
        for order in list(self.asking.orders(wishes, now_s, self._times.clock.now())):
            match order:
                case Ask(request):
                    self._tell(request.task_id, await self._door.request(request))
                case Renew(request):
                    self._tell(request.task_id, await self._door.renew(request))
                case TakeBack(request):
                    self._news(request.task_id, self.junction, await self._door.cancel(request.id))

    async def _hear(self) -> None:
        for request in list(self.asking.held.values()):
            self._tell(request.task_id, await self._door.renew(request))  # the same renewal again only tells the state

    def _tell(self, task_id: str, ack: Ack) -> None:
        if self.asking.heard(task_id, ack, self._times.now_s()):
            self._news(task_id, self.junction, ack)
