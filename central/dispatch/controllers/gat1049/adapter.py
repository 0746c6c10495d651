"""One junction behind a GA/T 1049.2 platform: its stage is locked for as long as a lease, and unlocked."""

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from central.dispatch.controllers.controller import Capabilities
from central.dispatch.controllers.errors import ControllerRefused
from central.dispatch.controllers.gat1049.message import Node
from central.dispatch.controllers.gat1049.session import Report, Session
from central.dispatch.controllers.model import JunctionModel
from central.dispatch.controllers.request import Ack, PriorityRequest, RequestState
from central.dispatch.controllers.state import Control, Lamp, SignalState

LOCKED = "52"
_MANUAL = ("51", "53")
_SPECIAL = ("11", "12", "13")
_LOCK_THE_STAGE = 4
_VEHICLES = 1
_FRESH_S = 1.0
_LAMPS = {"2": (Lamp.RED, Lamp.YELLOW, Lamp.GREEN), "3": (Lamp.RED, Lamp.YELLOW_FLASH, Lamp.GREEN_FLASH)}


@dataclass(frozen=True, slots=True)
class Flow:
    """From where to where a stage lets vehicles go; directions of GB/T 39900 (1 north, then clockwise)."""

    entrance: str
    exit: str


class Gat1049Controller:
    """`flows`: stage to the flow by which the platform knows it. `slack_s` is added to a lease for the platform's own ways."""

    def __init__(
        self,
        model: JunctionModel,
        session: Session,
        crossing: str,
        *,
        flows: Mapping[int, Flow],
        slack_s: float,
        monotonic: Callable[[], float],
    ) -> None:
        self._model = model
        self._session = session
        self._crossing = crossing
        self._flows = flows
        self._slack_s = slack_s
        self._now_s = monotonic
        self._held: int | None = None
        self._seen_locked = False
        self._taken_away = False
        self.capabilities = Capabilities(stage_hold=True)
        session.join(crossing)

    async def describe(self) -> JunctionModel:
        """The configured junction, once the platform has answered for it. What its controller keeps is not told here."""
        await self.state()
        return self._model

    async def state(self) -> SignalState:
        """Mode, stage and lamps, as the platform reported them within the last second or tells them now."""
        mode, stage, lamps = await asyncio.gather(
            self._session.get(self._crossing, "CrossModePlan"), self._told("CrossStage"), self._told("CrossSignalGroupStatus")
        )
        control = self._control(mode.node.value("ControlMode") or mode.node.value("Mode"))  # public implementations differ
        return SignalState(
            lamps=_lamps(lamps.node, self._model),
            control=control,
            read_at_s=min(mode.at_s, stage.at_s, lamps.at_s),
            stage=stage.node.number("CurStageNo") or None,
            elapsed_s=float(stage.node.number("CurStageLen")),
        )

    async def request(self, request: PriorityRequest) -> Ack:
        """Lock the stage for the lease and no longer: unrenewed, the platform unlocks it by itself."""
        if self._held is not None and self._held != request.stage:
            await self._unlock(self._held)
        flow = self._flow(request.stage)
        self._held, self._taken_away, self._seen_locked = request.stage, False, False
        await self._lock(request, flow)
        return Ack(request.id, RequestState.PROCESSING)

    async def renew(self, request: PriorityRequest) -> Ack:
        """Lock it anew; refused once somebody at the platform has unlocked it."""
        if self._taken_away:
            raise ControllerRefused("unlocked by the platform")
        self._held = request.stage
        await self._lock(request, self._flow(request.stage))
        return Ack(request.id, RequestState.PROCESSING)

    async def cancel(self, request_id: str) -> Ack:
        await self.release()
        return Ack(request_id, RequestState.RELEASED)

    async def release(self) -> Ack:
        """Unlock what we locked; what the platform has taken back is left alone."""
        if self._held is not None and not self._taken_away:
            await self._unlock(self._held)
        self._held, self._taken_away, self._seen_locked = None, False, False
        return Ack("", RequestState.RELEASED)

    async def close(self) -> None:
        await self._session.leave(self._crossing)

    async def _lock(self, request: PriorityRequest, flow: Flow) -> None:
        await self._session.set(
            Node.of(
                "LockFlowDirection",
                CrossID=self._crossing,
                Type=_VEHICLES,
                Entrance=flow.entrance,
                Exit=flow.exit,
                LockType=_LOCK_THE_STAGE,
                LockStageNo=request.stage,
                Duration=math.ceil(request.lease_s + self._slack_s),
            )
        )

    async def _unlock(self, stage: int) -> None:
        flow = self._flow(stage)
        await self._session.set(
            Node.of("UnlockFlowDirection", CrossID=self._crossing, Type=_VEHICLES, Entrance=flow.entrance, Exit=flow.exit)
        )

    def _flow(self, stage: int) -> Flow:
        flow = self._flows.get(stage)
        if flow is None:
            raise ControllerRefused(f"stage {stage} has no flow; see controller.flows")
        return flow

    async def _told(self, name: str) -> Report:
        report = self._session.report(self._crossing, name)
        if report is not None and 0 <= self._now_s() - report.at_s <= _FRESH_S:
            return report
        return await self._session.get(self._crossing, name)

    def _control(self, mode: str) -> Control:
        """Who steers. A lock that was seen and is gone without our doing was taken away; it is not locked again."""
        if self._held is not None and mode == LOCKED:
            self._seen_locked = True
            return Control.OURS
        if self._held is not None and self._seen_locked:
            self._taken_away = True
        if mode == LOCKED or mode in _MANUAL:
            return Control.MANUAL
        return Control.SPECIAL if mode in _SPECIAL else Control.PROGRAMME


def _lamps(node: Node, model: JunctionModel) -> dict[int, Lamp]:
    listed = node.child("SignalGroupStatusList") or node
    shown = {
        entry.number("SignalGroupNo"): _lamp(entry.value("LampStatus"))
        for entry in listed.children
        if entry.name == "SignalGroupStatus"
    }
    return {number: shown.get(number, Lamp.UNKNOWN) for number in model.groups}


def _lamp(status: str) -> Lamp:
    """Three characters, red yellow green; 0 no lamp, 1 dark, 2 lit, 3 flashing (table B.15)."""
    if len(status) != 3 or set(status) - set("0123"):
        return Lamp.UNKNOWN
    lit = [(_LAMPS[code][place], code) for place, code in enumerate(status) if code in _LAMPS]
    if [lamp for lamp, _ in lit] == [Lamp.RED, Lamp.YELLOW]:
        return Lamp.RED_YELLOW
    if len(lit) > 1:
        return Lamp.UNKNOWN
    return lit[0][0] if lit else Lamp.OFF
