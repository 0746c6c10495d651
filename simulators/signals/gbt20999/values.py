"""What the device knows, by class, object and attribute of GB/T 20999-2017, and what may be set. Pure.

Rows of a table are its elements. Where the standard was not at hand, the numbers are those of the controller firmware
OpenATC and of signal-protocol-core, which agree; docs/signals-simulated.md lists what they leave open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from simulators.signals.junction import LampGroup
from simulators.signals.kernel.authority import Answer, Authority, Regime
from simulators.signals.kernel.calls import CallState
from simulators.signals.kernel.controller import Controller, Observation
from simulators.signals.kernel.lamps import Lamp
from simulators.signals.kernel.monitor import FaultKind
from simulators.signals.kernel.stages import StagePhase

Place = tuple[int, int, int]
"""Class, object, attribute."""


class Status(IntEnum):
    """What became of one value of a frame."""

    DONE = 0x00
    BAD_VALUE = 0x10
    WRONG_LENGTH = 0x11
    OUT_OF_RANGE = 0x12
    READ_ONLY = 0x20
    NO_VALUE = 0x30
    GENERAL = 0x40
    CONTROL_FAILED = 0x50


class RunMode(IntEnum):
    """How a junction is run."""

    NONE = 0x00
    CENTRE = 0x10
    CENTRE_DAY_PLAN = 0x11
    CENTRE_MANUAL = 0x15
    LOCAL = 0x20
    LOCAL_FIXED = 0x21
    LOCAL_COORDINATED = 0x23
    LOCAL_MANUAL = 0x25
    SPECIAL = 0x30
    FLASH = 0x31
    ALL_RED = 0x32
    DARK = 0x33


LAMPS = {
    Lamp.OFF: 0x01,
    Lamp.RED: 0x10,
    Lamp.GREEN: 0x20,
    Lamp.GREEN_FLASH: 0x21,
    Lamp.YELLOW: 0x30,
    Lamp.YELLOW_FLASH: 0x31,
    Lamp.RED_YELLOW: 0x40,
}
REGIMES = {Regime.FLASH: RunMode.FLASH, Regime.ALL_RED: RunMode.ALL_RED, Regime.DARK: RunMode.DARK}
COMMANDED = {mode: regime for regime, mode in REGIMES.items()}
BACK_TO_LOCAL = frozenset({RunMode.NONE, RunMode.LOCAL, RunMode.LOCAL_FIXED, RunMode.LOCAL_COORDINATED})
FAULTS = {FaultKind.GREEN_CONFLICT: 0x10, FaultKind.SHORT_YELLOW: 0x21, FaultKind.SHORT_CLEARANCE: 0x11}
STATUS_OF_ANSWER = {
    Answer.ACCEPTED: Status.DONE,
    Answer.UNKNOWN: Status.OUT_OF_RANGE,
    Answer.OVERRULED: Status.CONTROL_FAILED,
}
COMMANDS: dict[int, Regime | None] = {0: None, 1: Regime.FLASH, 2: Regime.ALL_RED, 3: None, 4: Regime.DARK}
RESTART = 5
CENTRE_CONTROL, COMMAND_PIPE = 17, 18
TO_FLASH = 0x10
"""Action of a fault: the junction was switched to flashing yellow."""


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute: the value of every row now, and how to set one."""

    read: Callable[[], dict[int, bytes]]
    write: Callable[[int, bytes], Status] | None = None
    width: int = 1


class DeviceValues:
    """Everything that can be asked or set; `lamp_attribute` says where in table 3.3 a maker has the lamps."""

    def __init__(self, controller: Controller, lamp_attribute: int = 1) -> None:
        self._controller = controller
        self.lamps: Place = (3, 3, lamp_attribute)
        self._junction = controller.junction
        self.columns: dict[Place, Column] = {
            **self._identity(),
            **self._lamp_groups(),
            **self._phases(),
            **self._stages(),
            **self._safety(),
            **self._emergencies(),
            **self._programmes(),
            **self._running(),
            **self._faults(),
            **self._control(),
        }

    def read(self, place: Place, element: int) -> dict[int, bytes] | None:
        """The rows asked for; element 0 of a table is all of them. None: there is no such value."""
        column = self.columns.get(place)
        rows = column.read() if column else {}
        if element and element not in rows:
            return None
        return ({element: rows[element]} if element else rows) or None

    def write(self, place: Place, element: int, content: bytes) -> Status:
        """Set one value."""
        column = self.columns.get(place)
        if column is None:
            return Status.NO_VALUE
        if column.write is None:
            return Status.READ_ONLY
        if len(content) != column.width:
            return Status.WRONG_LENGTH
        return column.write(element, content)

    def _identity(self) -> dict[Place, Column]:
        return {
            (1, 1, 0): scalar(b"Yuhang simulator"),
            (1, 2, 0): scalar(b"GB/T 20999-2017"),
            (1, 3, 0): scalar(self._junction.name.encode()),
            (2, 1, 0): scalar(self._junction.name.encode()),
            (2, 6, 0): scalar(b"\x01"),
        }

    def _lamp_groups(self) -> dict[Place, Column]:
        groups = self._junction.groups
        return {
            (3, 1, 0): scalar(bytes([len(groups)])),
            (3, 2, 1): fixed({group.number: bytes([group.number]) for group in groups}),
            (3, 2, 2): fixed({group.number: b"\x01" if group.is_vehicle else b"\x03" for group in groups}),
            (3, 3, 1): fixed({group.number: bytes([group.number]) for group in groups}),
            self.lamps: Column(lambda: {number: bytes([LAMPS[lamp]]) for number, lamp in self._see().lamps.items()}),
        }

    def _phases(self) -> dict[Place, Column]:
        """Phase `n` is lamp group `n`; times in seconds, one byte for lamps and two for greens."""
        groups = self._junction.groups
        columns: dict[int, Callable[[LampGroup], bytes]] = {
            1: lambda group: bytes([group.number]),
            2: lambda group: (1 << (group.number - 1)).to_bytes(8, "big"),
            3: lambda _: bytes([LAMPS[Lamp.GREEN_FLASH]]),
            4: lambda group: bytes([round(group.green_flash_s)]),
            5: lambda _: bytes([LAMPS[Lamp.YELLOW]]),
            6: lambda group: bytes([round(group.shown_yellow_s)]),
            7: lambda _: bytes([LAMPS[Lamp.RED]]),
            8: lambda group: bytes([round(group.red_clearance_s)]),
            27: lambda group: round(group.min_green_s).to_bytes(2, "big"),
        }
        found = {(4, 2, number): fixed({group.number: value(group) for group in groups}) for number, value in columns.items()}
        return {(4, 1, 0): scalar(bytes([len(groups)])), **found}

    def _stages(self) -> dict[Place, Column]:
        stages = self._junction.stages
        phases = {stage.number: sum(1 << (group - 1) for group in stage.groups).to_bytes(8, "big") for stage in stages}
        return {
            (6, 1, 0): scalar(bytes([len(stages)])),
            (6, 2, 1): fixed({stage.number: bytes([stage.number]) for stage in stages}),
            (6, 2, 2): fixed(phases),
            (6, 3, 1): fixed({stage.number: bytes([stage.number]) for stage in stages}),
            (6, 3, 2): Column(lambda: {stage.number: bytes([stage_status(self._see(), stage.number)]) for stage in stages}),
            (6, 3, 3): Column(lambda: {stage.number: self._stage_time(stage.number, remaining=False) for stage in stages}),
            (6, 3, 4): Column(lambda: {stage.number: self._stage_time(stage.number, remaining=True) for stage in stages}),
        }

    def _stage_time(self, stage: int, *, remaining: bool) -> bytes:
        seen = self._see()
        seconds = (seen.remaining_s or 0.0) if remaining else seen.elapsed_s
        return min(65_535, round(seconds) if seen.stage == stage else 0).to_bytes(2, "big")

    def _safety(self) -> dict[Place, Column]:
        conflicting = self._junction.conflicting()
        rivals = {
            group.number: sum(
                1 << (other.number - 1)
                for other in self._junction.groups
                if frozenset({group.number, other.number}) in conflicting
            )
            for group in self._junction.groups
        }
        return {
            (7, 1, 1): fixed({number: bytes([number]) for number in rivals}),
            (7, 1, 2): fixed({number: bits.to_bytes(8, "big") for number, bits in rivals.items()}),
        }

    def _emergencies(self) -> dict[Place, Column]:
        calls = self._junction.calls
        return {
            (8, 4, 0): scalar(bytes([len(calls)])),
            (8, 5, 1): fixed({call.number: bytes([call.number]) for call in calls}),
            (8, 5, 2): fixed({call.number: bytes([call.stage]) for call in calls}),
            (8, 5, 3): fixed({call.number: bytes([call.number]) for call in calls}),
            (8, 5, 4): fixed(dict.fromkeys((call.number for call in calls), b"\x00")),
            (8, 6, 1): fixed({call.number: bytes([call.number]) for call in calls}),
            (8, 6, 2): Column(
                lambda: {call.number: bytes([self._controller.is_called(call.number)]) for call in calls}, self._set_emergency
            ),
            (8, 6, 3): Column(lambda: {number: bytes([executing(state)]) for number, state in self._see().calls.items()}),
        }

    def _programmes(self) -> dict[Place, Column]:
        programmes = self._junction.programmes
        return {
            (9, 1, 0): scalar(bytes([len(programmes)])),
            (9, 2, 1): fixed({programme.number: bytes([programme.number]) for programme in programmes}),
            (9, 2, 3): fixed({programme.number: round(programme.cycle_s).to_bytes(2, "big") for programme in programmes}),
            (9, 2, 5): fixed({programme.number: round(programme.offset_s).to_bytes(2, "big") for programme in programmes}),
            (9, 2, 6): fixed({programme.number: bytes(slot.stage for slot in programme.slots) for programme in programmes}),
        }

    def _running(self) -> dict[Place, Column]:
        return {
            (13, 1, 3): scalar(b"\x00"),
            (13, 1, 10): Column(lambda: {0: moment(self._controller.clock)}, self._set_clock, 7),
            (13, 2, 1): fixed({1: b"\x01"}),
            (13, 2, 2): Column(lambda: {1: bytes([run_mode(self._see())])}),
            (13, 2, 3): Column(lambda: {1: bytes([self._see().programme])}),
            (13, 2, 4): Column(lambda: {1: bytes([self._see().stage])}),
        }

    def _faults(self) -> dict[Place, Column]:
        def rows(value: Callable[[Observation], int]) -> Callable[[], dict[int, bytes]]:
            return lambda: {1: bytes([value(seen)])} if (seen := self._see()).fault else {}

        return {
            (15, 1, 0): scalar(b"\x00"),
            (16, 1, 0): Column(lambda: {0: bytes([int(self._see().fault is not None)])}),
            (16, 2, 1): Column(rows(lambda _: 1)),
            (16, 2, 2): Column(rows(fault_type)),
            (16, 2, 4): Column(rows(lambda _: TO_FLASH)),
        }

    def _control(self) -> dict[Place, Column]:
        """Centre control as a table (object 1) and, as other makers have it, as three objects."""
        columns = {
            2: Column(lambda: {1: bytes([self._chosen_stage()])}, self._set_stage),
            3: Column(lambda: {1: bytes([self._see().programme])}, self._set_programme),
            4: Column(lambda: {1: bytes([run_mode(self._see())])}, self._set_mode),
        }
        table = {(CENTRE_CONTROL, 1, attribute): column for attribute, column in columns.items()}
        objects = {(CENTRE_CONTROL, number, 0): column for number, column in columns.items()}
        pipe = Column(lambda: {0: b"\x00"}, self._set_command)
        return {(CENTRE_CONTROL, 1, 1): fixed({1: b"\x01"}), **table, **objects, (COMMAND_PIPE, 1, 0): pipe}

    def _chosen_stage(self) -> int:
        seen = self._see()
        return seen.stage if seen.authority is Authority.CENTRE else 0

    def _set_stage(self, _element: int, content: bytes) -> Status:
        """Only in the mode "centre manual"; 0 takes the stage back, not the mode."""
        if not self._controller.is_held_by_centre:
            return Status.CONTROL_FAILED
        return STATUS_OF_ANSWER[self._controller.choose_stage(content[0] or self._see().stage)]

    def _set_programme(self, _element: int, content: bytes) -> Status:
        return STATUS_OF_ANSWER[self._controller.choose_programme(content[0])]

    def _set_mode(self, _element: int, content: bytes) -> Status:
        controller = self._controller
        try:
            mode = RunMode(content[0])
        except ValueError:
            return Status.OUT_OF_RANGE
        if mode in COMMANDED:
            return STATUS_OF_ANSWER[controller.command(COMMANDED[mode])]
        if mode is RunMode.CENTRE_MANUAL:
            answer = controller.choose_stage(self._see().stage or self._junction.stages[0].number)
            return STATUS_OF_ANSWER[answer]
        if mode in BACK_TO_LOCAL or mode in {RunMode.CENTRE, RunMode.CENTRE_DAY_PLAN}:
            controller.command(None)
            return STATUS_OF_ANSWER[controller.choose_stage(None)]
        return Status.CONTROL_FAILED

    def _set_emergency(self, element: int, content: bytes) -> Status:
        if content[0] > 1:
            return Status.OUT_OF_RANGE
        return STATUS_OF_ANSWER[self._controller.call(element, asked=bool(content[0]))]

    def _set_clock(self, _element: int, content: bytes) -> Status:
        try:
            month, day, hour, minute, second = content[2:]
            self._controller.clock = datetime(int.from_bytes(content[:2], "big"), month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            return Status.BAD_VALUE
        return Status.DONE

    def _set_command(self, _element: int, content: bytes) -> Status:
        if content[0] == RESTART:
            return STATUS_OF_ANSWER[self._controller.restart()]
        if content[0] not in COMMANDS:
            return Status.OUT_OF_RANGE
        return STATUS_OF_ANSWER[self._controller.command(COMMANDS[content[0]])]

    def _see(self) -> Observation:
        return self._controller.observe()


def scalar(content: bytes) -> Column:
    """One value that does not change."""
    return Column(lambda: {0: content})


def fixed(rows: dict[int, bytes]) -> Column:
    """A column of configuration."""
    return Column(lambda: rows)


def run_mode(seen: Observation) -> RunMode:
    """The mode that the device reports."""
    if seen.regime in REGIMES:
        return REGIMES[seen.regime]
    modes = {
        Authority.KEY: RunMode.LOCAL_MANUAL,
        Authority.EMERGENCY: RunMode.SPECIAL,
        Authority.CENTRE: RunMode.CENTRE_MANUAL,
    }
    return modes.get(seen.authority, RunMode.LOCAL_COORDINATED)


def stage_status(seen: Observation, stage: int) -> int:
    """0x20 running, 0x30 being changed to, 0x10 neither."""
    if seen.stage != stage:
        return 0x10
    return 0x20 if seen.phase is StagePhase.RUNNING else 0x30


def executing(state: CallState) -> int:
    """Whether an emergency call steers the junction."""
    return int(state in {CallState.ENTERING, CallState.DWELLING})


def fault_type(seen: Observation) -> int:
    """The number of the monitor's finding."""
    return FAULTS[seen.fault.kind] if seen.fault else 0


def moment(at: datetime) -> bytes:
    """Year in two bytes, then month, day, hour, minute and second."""
    return at.year.to_bytes(2, "big") + bytes([at.month, at.day, at.hour, at.minute, at.second])
