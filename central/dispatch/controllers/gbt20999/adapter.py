"""One junction behind a GB/T 20999-2017 controller."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from central.dispatch.controllers.controller import Capabilities
from central.dispatch.controllers.errors import ControllerRefused, FrameError
from central.dispatch.controllers.gbt20999 import objects
from central.dispatch.controllers.gbt20999.frame import ObjectId, Value
from central.dispatch.controllers.gbt20999.profile import VendorProfile, Way
from central.dispatch.controllers.gbt20999.session import Session
from central.dispatch.controllers.model import JunctionModel, LampGroup
from central.dispatch.controllers.request import Ack, PriorityRequest, RequestState
from central.dispatch.controllers.state import Control, Lamp, SignalState


class Gbt20999Controller:
    """The junction is configured, because makers differ in their tables; minimum greens are read, and the longer one counts.

    `phases`: lamp group to the phase whose minimum green is its own. `gives_back_s`: after how many seconds without a heartbeat
    the controller falls back to its own programme, as its maker says.
    """

    def __init__(
        self,
        model: JunctionModel,
        profile: VendorProfile,
        session: Session,
        *,
        junction: int,
        phases: Mapping[int, int],
        gives_back_s: float | None,
        monotonic: Callable[[], float],
    ) -> None:
        self._model = model
        self._profile = profile
        self._session = session
        self._junction = junction
        self._phases = phases
        self._now_s = monotonic
        self._held: int | None = None
        self._mode_before: int | None = None
        self._giving_back = False
        self.capabilities = Capabilities(
            preempt=profile.way is Way.EMERGENCY, stage_hold=True, remaining_time=True, gives_back_s=gives_back_s
        )

    async def describe(self) -> JunctionModel:
        """The configured junction with the controller's own minimum greens where they are longer."""
        groups: dict[int, LampGroup] = {}
        for number, group in self._model.groups.items():
            phase = self._phases.get(number)
            minimum_s = None if phase is None else await self._minimum_green_s(phase)
            groups[number] = group if minimum_s is None else replace(group, minimum_green_s=max(group.minimum_green_s, minimum_s))
        self._model = replace(self._model, groups=groups)
        return self._model

    async def state(self) -> SignalState:
        """Lamps, stage and mode in one question, so that they belong together."""
        asked = [objects.run_mode(self._junction), objects.current_stage(self._junction)]
        asked += [self._lamp_place(number) for number in self._model.groups]
        asked += [place(number) for number in self._model.stages for place in (objects.stage_elapsed, objects.stage_remaining)]
        if self._held is not None and self._profile.way is Way.EMERGENCY:
            number = self._emergency(self._held)
            asked += [objects.emergency_request(number), objects.emergency_running(number)]
        read_at_s = self._now_s()
        told = await self._read(asked)
        stage = told.get(objects.current_stage(self._junction)) or None
        return SignalState(
            lamps={number: _lamp(told.get(self._lamp_place(number))) for number in self._model.groups},
            control=self._control(told),
            read_at_s=read_at_s,
            stage=stage,
            elapsed_s=None if stage is None else _seconds(told.get(objects.stage_elapsed(stage))),
            remaining_s=None if stage is None else _seconds(told.get(objects.stage_remaining(stage))),
        )

    async def request(self, request: PriorityRequest) -> Ack:
        if self._profile.way is Way.EMERGENCY:
            await self._ask_emergency(request.stage)
        else:
            await self._ask_stage(request.stage)
        self._held, self._giving_back = request.stage, False
        return Ack(request.id, RequestState.PROCESSING)

    async def renew(self, request: PriorityRequest) -> Ack:
        """The same wish again, which is what keeps it alive; refused where somebody has taken the junction meanwhile."""
        return await self.request(request)

    async def cancel(self, request_id: str) -> Ack:
        await self.release()
        return Ack(request_id, RequestState.RELEASED)

    async def release(self) -> Ack:
        """Write back what ran before, and only where it is still our wish that runs."""
        if self._held is not None:
            self._giving_back = True
            if self._profile.way is Way.EMERGENCY:
                await self._session.set([_byte(objects.emergency_request(self._emergency(self._held)), 0)])
            elif await self._mode() == self._profile.centre_manual_mode:
                await self._session.set([_byte(self._profile.wished_mode(self._junction), self._mode_to_restore())])
        return Ack("", RequestState.RELEASED)

    async def close(self) -> None:
        await self._session.close()

    async def _ask_stage(self, stage: int) -> None:
        mode = await self._mode()
        if self._held is None or self._giving_back:
            if mode not in self._profile.programme_modes and not (
                self._held is not None and mode == self._profile.centre_manual_mode
            ):
                raise ControllerRefused(f"run mode {mode:#04x} is nobody's programme; it is not overridden")
            if mode != self._profile.centre_manual_mode:
                self._mode_before = mode
        elif mode != self._profile.centre_manual_mode and mode not in self._profile.programme_modes:
            raise ControllerRefused(f"run mode {mode:#04x}: somebody has taken the junction")
        self._held = stage  # from here on it may be ours, whatever answer gets lost
        wishes = [
            _byte(self._profile.wished_mode(self._junction), self._profile.centre_manual_mode),
            _byte(self._profile.wished_stage(self._junction), stage),
        ]
        await self._session.set(wishes)

    async def _ask_emergency(self, stage: int) -> None:
        if self._held is not None and self._held != stage:
            await self._session.set([_byte(objects.emergency_request(self._emergency(self._held)), 0)])
        number = self._emergency(stage)
        self._held = stage
        await self._session.set([_byte(objects.emergency_request(number), 1)])

    def _lamp_place(self, group: int) -> ObjectId:
        return objects.lamp_state(self._profile.lamp_attribute, group)

    def _emergency(self, stage: int) -> int:
        number = self._profile.emergencies.get(stage)
        if number is None:
            raise ControllerRefused(f"no emergency is prepared for stage {stage}; see profile.emergencies")
        return number

    def _mode_to_restore(self) -> int:
        if self._profile.release_mode is not None:
            return self._profile.release_mode
        return 0 if self._mode_before is None else self._mode_before

    def _control(self, told: Mapping[ObjectId, int]) -> Control:
        """Who steers. Our own wish counts as ours until a reading shows, after we gave it back, that it is gone."""
        mode = told[objects.run_mode(self._junction)]
        ours = self._held is not None and self._runs_our_wish(mode, told, self._held)
        if self._giving_back and not ours:
            self._held, self._giving_back, self._mode_before = None, False, None
        if ours:
            return Control.OURS
        if mode in self._profile.programme_modes:
            return Control.PROGRAMME
        if mode in (self._profile.centre_manual_mode, *self._profile.manual_modes):
            return Control.MANUAL
        return Control.SPECIAL

    def _runs_our_wish(self, mode: int, told: Mapping[ObjectId, int], held: int) -> bool:
        if self._profile.way is Way.EMERGENCY:
            number = self._emergency(held)
            running = bool(told.get(objects.emergency_running(number))) and mode == objects.RunMode.SPECIAL
            return bool(told.get(objects.emergency_request(number))) and (running or mode in self._profile.programme_modes)
        return mode == self._profile.centre_manual_mode

    async def _mode(self) -> int:
        place = objects.run_mode(self._junction)
        return (await self._read([place]))[place]

    async def _minimum_green_s(self, phase: int) -> float | None:
        place = objects.phase_minimum_green(phase)
        try:
            return float((await self._read([place]))[place])
        except ControllerRefused:  # it does not tell: the configured time counts
            return None

    async def _read(self, places: list[ObjectId]) -> dict[ObjectId, int]:
        values = await self._session.query([Value(place) for place in places])
        told = {value.id: value.number for value in values}
        missing = [str(place) for place in places[:1] if place not in told]
        if missing:
            raise FrameError(f"the answer lacks {', '.join(missing)}")
        return told


def _byte(place: ObjectId, number: int) -> Value:
    return Value(place, bytes((number,)))


def _lamp(code: int | None) -> Lamp:
    return Lamp.UNKNOWN if code is None else objects.LAMPS.get(code, Lamp.UNKNOWN)


def _seconds(number: int | None) -> float | None:
    return None if number is None else float(number)
