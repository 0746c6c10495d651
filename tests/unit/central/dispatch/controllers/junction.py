"""A junction for tests: the truth of its lamps, and a controller that keeps yellow and all-red but no minimum green."""

from dataclasses import dataclass, field

from central.dispatch.controllers.controller import Capabilities
from central.dispatch.controllers.errors import ControllerAway, ControllerRefused
from central.dispatch.controllers.model import GroupKind, JunctionModel, LampGroup, Stage
from central.dispatch.controllers.request import Ack, PriorityRequest, RequestState
from central.dispatch.controllers.state import Control, Lamp, SignalState

YELLOW_S, ALL_RED_S, MINIMUM_S, PROGRAMME_S = 3.0, 1.0, 7.0, 20.0


def model() -> JunctionModel:
    """North-south (1, 2) against east-west (3) with pedestrians (4) beside it."""
    groups = [LampGroup(number, minimum_green_s=MINIMUM_S, yellow_s=YELLOW_S, all_red_s=ALL_RED_S) for number in (1, 2, 3)]
    groups.append(LampGroup(4, GroupKind.PEDESTRIAN, minimum_green_s=MINIMUM_S, yellow_s=0.0, all_red_s=ALL_RED_S))
    stages = [Stage(1, frozenset({1, 2})), Stage(2, frozenset({3, 4}))]
    return JunctionModel.of("demo", groups, stages, [(1, 3), (2, 3), (1, 4), (2, 4)])


@dataclass
class Device:
    """`held` is the stage it was asked for; `greens` are the lengths of all greens that ended. Seconds."""

    model: JunctionModel = field(default_factory=model)
    now_s: float = 0.0
    stage: int = 1
    began_s: float = 0.0
    leaving_s: float | None = None
    next_stage: int = 1
    held: int | None = None
    control: Control = Control.PROGRAMME
    refuses: bool = False
    deaf: bool = False
    silent: bool = False
    yellow_s: float = YELLOW_S
    told: list[str] = field(default_factory=list)
    greens: list[float] = field(default_factory=list)
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(stage_hold=True))

    def to(self, seconds: float, step_s: float = 0.1) -> None:
        """Let `seconds` pass."""
        for _ in range(round(seconds / step_s)):
            self.now_s = round(self.now_s + step_s, 3)
            self._move()

    def _move(self) -> None:
        if self.leaving_s is not None:
            if self.now_s - self.leaving_s >= self.yellow_s + ALL_RED_S:
                self.stage, self.began_s, self.leaving_s = self.next_stage, self.now_s, None
            return
        green_s = self.now_s - self.began_s
        wanted = self.held if self.held is not None and not self.deaf else None
        if wanted is not None:
            if wanted != self.stage:
                self._leave(wanted, green_s)
        elif green_s >= PROGRAMME_S:
            self._leave(3 - self.stage, green_s)

    def _leave(self, next_stage: int, green_s: float) -> None:
        self.greens.append(green_s)
        self.leaving_s, self.next_stage = self.now_s, next_stage

    def read(self) -> SignalState:
        control = Control.OURS if self.control is Control.PROGRAMME and self.held is not None else self.control
        return SignalState(self._lamps(), control, self.now_s, None if self.leaving_s is not None else self.stage)

    def _lamps(self) -> dict[int, Lamp]:
        green = self.model.stages[self.stage].green
        if self.leaving_s is None:
            return {number: Lamp.GREEN if number in green else Lamp.RED for number in self.model.groups}
        yellow = self.now_s - self.leaving_s < self.yellow_s
        return {
            number: Lamp.YELLOW if yellow and number in green and group.kind is GroupKind.VEHICLE else Lamp.RED
            for number, group in self.model.groups.items()
        }

    async def describe(self) -> JunctionModel:
        return self.model

    async def state(self) -> SignalState:
        self._answer()
        return self.read()

    async def request(self, request: PriorityRequest) -> Ack:
        self.told.append(f"request {request.stage}")
        self._answer()
        self.held = request.stage
        return Ack(request.id, RequestState.PROCESSING)

    async def renew(self, request: PriorityRequest) -> Ack:
        self.told.append(f"renew {request.stage}")
        self._answer()
        return Ack(request.id, RequestState.PROCESSING)

    async def cancel(self, request_id: str) -> Ack:
        return await self.release()

    async def release(self) -> Ack:
        self.told.append("release")
        self._answer()
        self.held = None
        return Ack("", RequestState.RELEASED)

    async def close(self) -> None:
        self.told.append("close")

    def _answer(self) -> None:
        if self.silent:
            raise ControllerAway("no answer")
        if self.refuses:
            raise ControllerRefused("value error 0x50: control failed")
