"""What every adapter of a signal controller does."""

from dataclasses import dataclass
from typing import Protocol

from central.dispatch.controllers.model import JunctionModel
from central.dispatch.controllers.request import Ack, PriorityRequest
from central.dispatch.controllers.state import SignalState


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the controller can do for us.

    `gives_back_s`: seconds after which it gives the junction back by itself when we fall silent, where it says so.
    """

    preempt: bool = False
    stage_hold: bool = False
    lamp_read: bool = True
    remaining_time: bool = False
    gives_back_s: float | None = None


class SignalController(Protocol):
    """One junction's controller. It is asked for a stage and its lamps are read back; no lamp is ever commanded.

    Every method raises `ControllerAway` where no answer comes, `ControllerRefused` where the answer is no, and `FrameError` where
    it makes no sense; `asyncio.CancelledError` may interrupt it anywhere and leaves it usable.
    """

    @property
    def capabilities(self) -> Capabilities:
        """Known after `describe`."""

    async def describe(self) -> JunctionModel:
        """Read what the junction is made of; `UnsafeJunction` where it cannot be steered safely."""

    async def state(self) -> SignalState:
        """Read lamps, stage and who steers."""

    async def request(self, request: PriorityRequest) -> Ack:
        """Ask for a stage; the same id again asks for the same. An `Ack` says that it was taken, not that the lamps show it."""

    async def renew(self, request: PriorityRequest) -> Ack:
        """Keep the wish alive for another `lease_s`."""

    async def cancel(self, request_id: str) -> Ack:
        """Withdraw the wish, whatever became of it."""

    async def release(self) -> Ack:
        """Give the junction back: withdraw all we asked for, restore what ran before, and touch nothing that is not ours."""

    async def close(self) -> None:
        """End the connection."""
