"""The objects of NTCIP 1202 v02 that the simulated controller has, and what they say about the kernel. Pure.

All numbers stand below `asc`, 1.3.6.1.4.1.1206.4.2.1. Phase `n` is vehicle group `n`; the pedestrian outputs of a phase are
those of the crossing that has the same stages. A flashing green is reported as green, because NTCIP has no such thing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from simulators.signals.junction import Junction, LampGroup
from simulators.signals.kernel.authority import Answer, Authority, Regime
from simulators.signals.kernel.calls import CallState
from simulators.signals.kernel.controller import Controller
from simulators.signals.kernel.display import Display
from simulators.signals.kernel.lamps import Lamp

Oid = tuple[int, ...]
Value = int | bytes

ASC: Oid = (1, 3, 6, 1, 4, 1, 1206, 4, 2, 1)
GLOBAL_TIME: Oid = (1, 3, 6, 1, 4, 1, 1206, 4, 2, 6, 3, 1, 0)
"""NTCIP 1201 globalTime: seconds since 1970 in UTC."""
SYS_DESCR: Oid = (1, 3, 6, 1, 2, 1, 1, 1, 0)

FREE, FLASH_PATTERN, STANDBY = 254, 255, 0
"""Values of systemPatternControl beside pattern numbers."""


class Refusal(IntEnum):
    """Error status of RFC 3416 for a SET that is refused."""

    WRONG_VALUE = 10
    NOT_WRITABLE = 17
    GENERAL = 5


class RefusedError(Exception):
    """A SET that the controller does not carry out."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class ManagedObject:
    """One instance: how to read it and, where it may be written, how to check and to write it."""

    read: Callable[[], Value]
    write: Callable[[int], None] | None = None
    allowed: range = range(0)


PREEMPT_STATES = {
    CallState.INACTIVE: 2,
    CallState.WAITING: 3,
    CallState.ENTERING: 4,
    CallState.DWELLING: 6,
    CallState.LEAVING: 8,
    CallState.OVERSTAYED: 9,
}
VEHICLE_OUTPUTS = {
    2: frozenset({Lamp.RED}),
    3: frozenset({Lamp.YELLOW}),
    4: frozenset({Lamp.GREEN, Lamp.GREEN_FLASH}),
}
PEDESTRIAN_OUTPUTS = {5: frozenset({Lamp.RED}), 6: frozenset({Lamp.GREEN_FLASH}), 7: frozenset({Lamp.GREEN})}
PHASE_ON = frozenset({Lamp.GREEN, Lamp.GREEN_FLASH, Lamp.YELLOW})


class NtcipObjects:
    """All objects of one controller by their numbers, in the order of the numbers."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._junction = controller.junction
        self._crossings = crossings_of_phases(self._junction)
        self._phases = tuple(group for group in self._junction.groups if group.is_vehicle)
        self._status_groups = (max(group.number for group in self._phases) + 7) // 8
        found = {
            SYS_DESCR: constant(f"Yuhang simulated NTCIP 1202 controller, {self._junction.name}".encode()),
            GLOBAL_TIME: ManagedObject(lambda: int(controller.clock.timestamp()), self._set_time, range(2**32)),
            **self._phase_objects(),
            **self._unit_objects(),
            **self._preempt_objects(),
        }
        self.table = dict(sorted(found.items()))

    def after(self, oid: Oid) -> Oid | None:
        """The next object's number, for GETNEXT."""
        return next((known for known in self.table if known > oid), None)

    def write(self, oid: Oid, value: object) -> None:
        """Carry out a SET, or `RefusedError`. Any control object that is set proves that the centre is alive (unitBackupTime)."""
        write = self._checked(oid, value)
        self._controller.hear_centre()
        write()

    def check(self, oid: Oid, value: object) -> None:
        """Whether `write` would take it, before any object of the same request is written."""
        self._checked(oid, value)

    def _checked(self, oid: Oid, value: object) -> Callable[[], None]:
        managed = self.table.get(oid)
        if managed is None or managed.write is None:
            raise RefusedError(Refusal.NOT_WRITABLE)
        if not isinstance(value, int) or value not in managed.allowed:
            raise RefusedError(Refusal.WRONG_VALUE)
        write = managed.write
        return lambda: write(value)

    def _phase_objects(self) -> dict[Oid, ManagedObject]:
        found = {
            asc(1, 1, 0): constant(max(group.number for group in self._phases)),
            asc(1, 3, 0): constant(self._status_groups),
        }
        for group in self._phases:
            for column, value in self._phase_row(group).items():
                found[asc(1, 2, 1, column, group.number)] = constant(value)
        for number in range(1, self._status_groups + 1):
            found[asc(1, 4, 1, 1, number)] = constant(number)
            for column in range(2, 12):
                found[asc(1, 4, 1, column, number)] = ManagedObject(self._status_reader(column, number))
        return found

    def _phase_row(self, group: LampGroup) -> dict[int, Value]:
        crossing = self._crossings.get(group.number)
        return {
            1: group.number,
            2: round(crossing.min_green_s) if crossing else 0,
            3: round(crossing.green_flash_s) if crossing else 0,
            4: round(group.min_green_s + group.green_flash_s),
            8: round(group.yellow_s * 10),
            9: round(group.red_clearance_s * 10),
            23: bytes(sorted(self._concurrent(group.number))),
        }

    def _concurrent(self, phase: int) -> set[int]:
        """Phases that may be green beside this one (phaseConcurrency)."""
        conflicting = self._junction.conflicting()
        return {
            other.number
            for other in self._phases
            if other.number != phase and frozenset({phase, other.number}) not in conflicting
        }

    def _status_reader(self, column: int, number: int) -> Callable[[], int]:
        def read() -> int:
            first = (number - 1) * 8
            return sum(1 << (phase - first - 1) for phase in self._phases_with(column) if first < phase <= first + 8)

        return read

    def _phases_with(self, column: int) -> set[int]:
        seen = self._controller.observe()
        lamps = seen.lamps
        if column in VEHICLE_OUTPUTS:
            return {group.number for group in self._phases if lamps[group.number] in VEHICLE_OUTPUTS[column]}
        if column in PEDESTRIAN_OUTPUTS:
            return {phase for phase, crossing in self._crossings.items() if lamps[crossing.number] in PEDESTRIAN_OUTPUTS[column]}
        if column == 10:
            return {group.number for group in self._phases if lamps[group.number] in PHASE_ON}
        stage = self._junction.stage(seen.stage)
        if column == 11 and stage is not None:
            return {number for number in stage.groups if self._junction.group(number).is_vehicle and lamps[number] is Lamp.RED}
        return set()

    def _unit_objects(self) -> dict[Oid, ManagedObject]:
        controller = self._controller
        return {
            asc(3, 3, 0): constant(round(self._junction.backup_time_s)),
            asc(3, 5, 0): ManagedObject(self._control_status),
            asc(3, 6, 0): ManagedObject(self._flash_status),
            asc(4, 10, 0): ManagedObject(self._pattern_status),
            asc(4, 12, 0): ManagedObject(lambda: round(controller.observe().cycle_s)),
            asc(4, 14, 0): ManagedObject(lambda: self._pattern, self._set_pattern, range(256)),
        }

    _pattern = STANDBY

    def _set_pattern(self, value: int) -> None:
        if value == FLASH_PATTERN:
            answer = self._controller.command(Regime.FLASH)
        else:
            self._controller.command(None)
            number = self._junction.programmes[0].number if value in {STANDBY, FREE} else value
            answer = self._controller.choose_programme(number)
        if answer is Answer.UNKNOWN:
            raise RefusedError(Refusal.WRONG_VALUE)
        self._pattern = value

    def _set_time(self, value: int) -> None:
        self._controller.clock = self._controller.clock.fromtimestamp(value, self._controller.clock.tzinfo)

    def _pattern_status(self) -> int:
        seen = self._controller.observe()
        return FLASH_PATTERN if seen.display in {Display.FLASHING, Display.STARTING_FLASH} else seen.programme

    def _control_status(self) -> int:
        seen = self._controller.observe()
        if seen.authority is Authority.KEY:
            return 5
        if seen.is_backup:
            return 4
        return 3 if self._pattern == STANDBY else 2

    def _flash_status(self) -> int:
        seen = self._controller.observe()
        if seen.fault is not None:
            return 6
        if seen.display in {Display.STARTING_FLASH, Display.STARTING_RED}:
            return 7
        if seen.display is not Display.FLASHING:
            return 2
        return 4 if seen.authority is Authority.KEY else 3

    def _preempt_objects(self) -> dict[Oid, ManagedObject]:
        found = {asc(6, 1, 0): constant(max((call.number for call in self._junction.calls), default=0))}
        for call in self._junction.calls:
            stage = self._junction.stage(call.stage)
            groups = [self._junction.group(number) for number in stage.groups] if stage else []
            dwell = bytes(group.number for group in groups if group.is_vehicle)
            row: dict[int, Value] = {
                1: call.number,
                2: 0,
                4: round(call.delay_s),
                5: round(call.min_duration_s),
                11: round(call.max_presence_s),
                13: dwell,
            }
            for column, value in row.items():
                found[asc(6, 2, 1, column, call.number)] = constant(value)
            found[asc(6, 2, 1, 16, call.number)] = ManagedObject(self._preempt_reader(call.number))
            found[asc(6, 3, 1, 1, call.number)] = constant(call.number)
            found[asc(6, 3, 1, 2, call.number)] = ManagedObject(
                self._call_reader(call.number), self._call_writer(call.number), range(2)
            )
        return found

    def _preempt_reader(self, number: int) -> Callable[[], int]:
        return lambda: PREEMPT_STATES[self._controller.observe().calls[number]]

    def _call_reader(self, number: int) -> Callable[[], int]:
        return lambda: int(self._controller.is_called(number))

    def _call_writer(self, number: int) -> Callable[[int], None]:
        def write(value: int) -> None:
            self._controller.call(number, asked=bool(value), may_wait=True)

        return write


def asc(*numbers: int) -> Oid:
    """The number of an object below `asc`."""
    return (*ASC, *numbers)


def constant(value: Value) -> ManagedObject:
    """Configuration: it is read and never written over the wire."""
    return ManagedObject(lambda: value)


def crossings_of_phases(junction: Junction) -> dict[int, LampGroup]:
    """The crossing that belongs to each vehicle phase: the first that is green in a stage of that phase."""
    found: dict[int, LampGroup] = {}
    for group in junction.groups:
        if group.is_vehicle:
            continue
        beside = [number for stage in junction.stages if group.number in stage.groups for number in stage.groups]
        phase = next((number for number in beside if junction.group(number).is_vehicle and number not in found), None)
        if phase is not None:
            found[phase] = group
    return found
