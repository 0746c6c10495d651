"""One junction behind an NTCIP 1202 controller. A stage is a preempt; its lamp groups are phases."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from central.dispatch.controllers.controller import Capabilities
from central.dispatch.controllers.errors import FrameError, UnsafeJunction
from central.dispatch.controllers.model import GroupKind, JunctionModel, LampGroup
from central.dispatch.controllers.ntcip1202 import objects
from central.dispatch.controllers.ntcip1202.objects import Oid, PhaseColumn, PreemptColumn, PreemptState, StatusColumn
from central.dispatch.controllers.ntcip1202.snmp import Snmp
from central.dispatch.controllers.request import Ack, PriorityRequest, RequestState
from central.dispatch.controllers.state import Control, Lamp, SignalState

_AT_REST = (PreemptState.NOT_ACTIVE, PreemptState.EXIT_STARTED)
_VEHICLE_LAMPS = ((StatusColumn.GREENS, Lamp.GREEN), (StatusColumn.YELLOWS, Lamp.YELLOW), (StatusColumn.REDS, Lamp.RED))
_PEDESTRIAN_LAMPS = (
    (StatusColumn.WALKS, Lamp.GREEN),
    (StatusColumn.PEDESTRIAN_CLEARS, Lamp.GREEN_FLASH),
    (StatusColumn.DONT_WALKS, Lamp.RED),
)
_SHORTENING = (
    (PreemptColumn.MINIMUM_GREEN, PhaseColumn.MINIMUM_GREEN, "preemptMinimumGreen"),
    (PreemptColumn.ENTER_YELLOW_CHANGE, PhaseColumn.YELLOW_CHANGE, "preemptEnterYellowChange"),
    (PreemptColumn.ENTER_RED_CLEAR, PhaseColumn.RED_CLEAR, "preemptEnterRedClear"),
)


class Ntcip1202Controller:
    """`phases`: lamp group to phase. A controller that would keep our call for longer than `longest_backup_s` is refused."""

    def __init__(
        self,
        model: JunctionModel,
        snmp: Snmp,
        *,
        phases: Mapping[int, int],
        longest_backup_s: float,
        monotonic: Callable[[], float],
    ) -> None:
        self._model = model
        self._snmp = snmp
        self._phases = phases
        self._longest_backup_s = longest_backup_s
        self._now_s = monotonic
        self._held: int | None = None
        self._others: tuple[int, ...] = ()
        self.capabilities = Capabilities(preempt=True)

    async def describe(self) -> JunctionModel:
        """The configured junction with the controller's own times where they are longer.

        `UnsafeJunction` where its preempts would shorten a minimum green, a yellow or an all-red, or where it would not give the
        junction back by itself.
        """
        wanted = {objects.phase(column, phase) for phase in self._phases.values() for column in PhaseColumn}
        wanted |= {objects.preempt(column, number) for number in self._model.stages for column, _, _ in _SHORTENING}
        told = await self._snmp.get([objects.UNIT_BACKUP_TIME, objects.MAX_PREEMPTS, *sorted(wanted)])
        self._check_preempts(told)
        gives_back_s = self._checked_backup_s(told.get(objects.UNIT_BACKUP_TIME))
        preempts = range(1, told.get(objects.MAX_PREEMPTS, max(self._model.stages)) + 1)
        self._others = tuple(number for number in preempts if number not in self._model.stages)
        self.capabilities = Capabilities(preempt=True, gives_back_s=gives_back_s)
        groups = {number: _with_own_times(group, self._phases[number], told) for number, group in self._model.groups.items()}
        self._model = replace(self._model, groups=groups, keeps_minimum_green=True)
        return self._model

    async def state(self) -> SignalState:
        """Lamps, preempts and who steers."""
        preempts = (*self._model.stages, *self._others)
        wanted: dict[Oid, None] = dict.fromkeys([objects.UNIT_CONTROL_STATUS, objects.UNIT_FLASH_STATUS])
        wanted |= dict.fromkeys(objects.preempt(PreemptColumn.STATE, number) for number in preempts)
        wanted |= dict.fromkeys(objects.preempt_control(number) for number in self._model.stages)
        wanted |= dict.fromkeys(
            objects.phase_status(column, self._phases[number])
            for number, group in self._model.groups.items()
            for column, _ in _lamps_of(group)
        )
        read_at_s = self._now_s()
        told = await self._snmp.get(list(wanted))
        lamps = {number: self._lamp(group, told) for number, group in self._model.groups.items()}
        stage = next((number for number in self._model.stages if _preempt_state(told, number) is PreemptState.DWELL), None)
        return SignalState(lamps, self._control(told), read_at_s, stage)

    async def request(self, request: PriorityRequest) -> Ack:
        if self._held is not None and self._held != request.stage:
            await self._snmp.set(objects.preempt_control(self._held), 0)
        self._held = request.stage  # from here on it may be ours, whatever answer gets lost
        await self._snmp.set(objects.preempt_control(request.stage), 1)
        return Ack(request.id, RequestState.PROCESSING)

    async def renew(self, request: PriorityRequest) -> Ack:
        """Writing it again is what keeps the controller's backup timer from running out."""
        return await self.request(request)

    async def cancel(self, request_id: str) -> Ack:
        await self.release()
        return Ack(request_id, RequestState.RELEASED)

    async def release(self) -> Ack:
        """Withdraw our preempts; what others asked for stays."""
        if self._held is not None:
            for number in self._model.stages:
                await self._snmp.set(objects.preempt_control(number), 0)
        return Ack("", RequestState.RELEASED)

    async def close(self) -> None:
        self._snmp.close()

    def _check_preempts(self, told: Mapping[Oid, int]) -> None:
        for number in self._model.stages:
            for own, phases_own, name in _SHORTENING:
                bound = told.get(objects.preempt(own, number), objects.PHASE_ITSELF)
                longest = max((told.get(objects.phase(phases_own, phase), 0) for phase in self._phases.values()), default=0)
                if bound < longest:
                    raise UnsafeJunction(
                        f"junction {self._model.junction}: preempt {number} shortens phases ({name} {bound}, phases {longest}): "
                        f"set {name} to {objects.PHASE_ITSELF} in the controller"
                    )

    def _checked_backup_s(self, backup_s: int | None) -> float:
        if not backup_s or backup_s > self._longest_backup_s:
            raise UnsafeJunction(
                f"junction {self._model.junction}: unitBackupTime is {backup_s}: the controller would keep our call without us; "
                f"set it to 1 to {self._longest_backup_s:g} s in the controller"
            )
        return float(backup_s)

    def _lamp(self, group: LampGroup, told: Mapping[Oid, int]) -> Lamp:
        phase = self._phases[group.number]
        for column, lamp in _lamps_of(group):
            bits = told.get(objects.phase_status(column, phase))
            if bits is None:
                return Lamp.UNKNOWN
            if bits & objects.phase_bit(phase):
                return lamp
        return Lamp.OFF

    def _control(self, told: Mapping[Oid, int]) -> Control:
        """Who steers. Our preempt counts as ours until a reading shows that it is no longer asked for."""
        flash = told.get(objects.UNIT_FLASH_STATUS, objects.UnitFlash.NOT_FLASH)
        asked = [number for number in self._model.stages if told.get(objects.preempt_control(number))]
        if self._held is not None and not asked:
            self._held = None
        if flash not in (objects.UnitFlash.NOT_FLASH, objects.UnitFlash.OTHER):
            return Control.MANUAL if flash == objects.UnitFlash.LOCAL_MANUAL else Control.SPECIAL
        if told.get(objects.UNIT_CONTROL_STATUS) == objects.UnitControl.MANUAL:
            return Control.MANUAL
        if self._somebody_else(told, asked):
            return Control.HIGHER
        return Control.OURS if self._held is not None else Control.PROGRAMME

    def _somebody_else(self, told: Mapping[Oid, int], asked: list[int]) -> bool:
        """Another preempt runs, or one of ours runs or is asked for without us, or ours has run for too long."""
        ours = set(asked) if self._held is not None else set()
        if set(asked) - ours:
            return True
        states = {number: _preempt_state(told, number) for number in (*self._model.stages, *self._others)}
        strange = any(state not in _AT_REST for number, state in states.items() if number not in ours)
        return strange or any(states[number] is PreemptState.MAX_PRESENCE for number in ours)


def _lamps_of(group: LampGroup) -> tuple[tuple[StatusColumn, Lamp], ...]:
    return _VEHICLE_LAMPS if group.kind is GroupKind.VEHICLE else _PEDESTRIAN_LAMPS


def _preempt_state(told: Mapping[Oid, int], number: int) -> PreemptState:
    code = told.get(objects.preempt(PreemptColumn.STATE, number), PreemptState.NOT_ACTIVE)
    try:
        return PreemptState(code)
    except ValueError as error:
        raise FrameError(f"preemptState.{number} is {code}, which NTCIP 1202 does not know") from error


def _with_own_times(group: LampGroup, phase: int, told: Mapping[Oid, int]) -> LampGroup:
    """The longer of configured and read. Pedestrians keep what is configured: on entry the preempt's own walk times count."""
    if group.kind is GroupKind.PEDESTRIAN:
        return group
    return replace(
        group,
        minimum_green_s=max(group.minimum_green_s, told.get(objects.phase(PhaseColumn.MINIMUM_GREEN, phase), 0)),
        yellow_s=max(group.yellow_s, told.get(objects.phase(PhaseColumn.YELLOW_CHANGE, phase), 0) / 10),
        all_red_s=max(group.all_red_s, told.get(objects.phase(PhaseColumn.RED_CLEAR, phase), 0) / 10),
    )
