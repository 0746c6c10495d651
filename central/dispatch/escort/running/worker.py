"""The thread of the running escorts: one event loop, a coroutine a junction, and the second beside them."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from central.dispatch.escort.running.runner import Runner
from central.dispatch.escort.running.tender import Tender, Times

log = structlog.get_logger(__name__)

SECOND_S = 1.0
_CLOSING_S = 3.0  # real seconds that the junctions get to be given back


class EscortWorker:
    """Worker whose every run is one second. `close` gives every junction back."""

    name = "escorts"

    def __init__(self, make: Callable[[], tuple[Runner, Sequence[Tender]]], times: Times) -> None:
        self._make = make
        self._times = times
        self._loop: asyncio.Runner | None = None
        self._runner: Runner | None = None
        self._stop: asyncio.Event | None = None
        self._tenders: Sequence[Tender] = ()
        self._tasks: list[asyncio.Task[None]] = []

    def run_once(self) -> int:
        """One second."""
        if self._loop is None:
            self._loop = asyncio.Runner()
        self._loop.run(self._second())
        return 1

    def close(self) -> None:
        """Give every junction back as far as it answers, and end the loop."""
        if self._loop is None:
            return
        self._loop.run(self._end())
        self._loop.close()
        self._loop = None

    async def _second(self) -> None:
        if self._runner is None or self._stop is None:
            self._stop = stop = asyncio.Event()
            self._runner, self._tenders = self._make()
            self._tasks = [asyncio.create_task(tender.run(stop)) for tender in self._tenders]
        for number, task in enumerate(self._tasks):
            if task.done():  # a defect of ours: its junction falls back by itself and is taken up again
                log.error("tender_ended", junction=self._tenders[number].junction, error=repr(task.exception()))
                self._tasks[number] = asyncio.create_task(self._tenders[number].run(self._stop))
        self._runner.second()
        await self._times.pause(SECOND_S)

    async def _end(self) -> None:
        if self._stop is not None:
            self._stop.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_S):
                await asyncio.gather(*self._tasks, return_exceptions=True)
