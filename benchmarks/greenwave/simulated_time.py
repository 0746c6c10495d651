"""An asyncio loop whose seconds pass as fast as they are used: adapters with their time-outs run in the simulation's time."""

import asyncio
import selectors
from collections.abc import Mapping
from typing import Any


class _NeverWaits(selectors.SelectSelector):
    """Instead of waiting it lets the loop's time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now_s += timeout or 0.0
        return super().select(0)


class SimulatedLoop(asyncio.SelectorEventLoop):
    """`run_for` lets everything that was started go on for so many of its own seconds."""

    def __init__(self) -> None:
        self._never_waits = _NeverWaits()
        self.failures: list[Mapping[str, Any]] = []
        super().__init__(self._never_waits)
        self.set_exception_handler(lambda _, context: self.failures.append(context))

    def time(self) -> float:
        return self._never_waits.now_s

    def run_for(self, seconds: float) -> None:
        """Until `seconds` of its time have passed."""
        self.run_until_complete(asyncio.sleep(seconds))
