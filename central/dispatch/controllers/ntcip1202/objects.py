"""The objects of NTCIP 1202 v02/v03 that we read, and the one that we write (`preempt_control`)."""

from enum import IntEnum

Oid = tuple[int, ...]
_ASC: Oid = (1, 3, 6, 1, 4, 1, 1206, 4, 2, 1)

MAX_PREEMPTS: Oid = (*_ASC, 6, 1, 0)
UNIT_BACKUP_TIME: Oid = (*_ASC, 3, 3, 0)
"""Seconds without a SET of a control object after which it goes to backup and clears all remote commands; 0: never."""
UNIT_CONTROL_STATUS: Oid = (*_ASC, 3, 5, 0)
UNIT_FLASH_STATUS: Oid = (*_ASC, 3, 6, 0)
PHASE_ITSELF = 255
"""In a preempt's own time: the phase's time counts. The lesser of both is kept, so the largest number shortens nothing."""


class PhaseColumn(IntEnum):
    """Columns of phaseTable; greens in seconds, yellow and red in tenths of a second."""

    WALK = 2
    PEDESTRIAN_CLEAR = 3
    MINIMUM_GREEN = 4
    YELLOW_CHANGE = 8
    RED_CLEAR = 9


class PreemptColumn(IntEnum):
    """Columns of preemptTable. The first three are bounds: of the phase's own time and of this, the lesser is kept on entry."""

    MINIMUM_GREEN = 6
    ENTER_YELLOW_CHANGE = 22
    ENTER_RED_CLEAR = 23
    STATE = 16


class StatusColumn(IntEnum):
    """Columns of phaseStatusGroupTable: a bit a phase, eight phases a group."""

    REDS = 2
    YELLOWS = 3
    GREENS = 4
    DONT_WALKS = 5
    PEDESTRIAN_CLEARS = 6
    WALKS = 7


class PreemptState(IntEnum):
    """What a preempt is doing."""

    OTHER = 1
    NOT_ACTIVE = 2
    NOT_ACTIVE_WITH_CALL = 3
    ENTRY_STARTED = 4
    TRACK_SERVICE = 5
    DWELL = 6
    LINK_ACTIVE = 7
    EXIT_STARTED = 8
    MAX_PRESENCE = 9


class UnitControl(IntEnum):
    """By whom the unit is controlled; the others are programmes."""

    BACKUP_MODE = 4
    MANUAL = 5


class UnitFlash(IntEnum):
    """Whether the unit flashes; the others are reasons for it. A controller without flash to report says `other`."""

    OTHER = 1
    NOT_FLASH = 2
    LOCAL_MANUAL = 4


def phase(column: PhaseColumn, number: int) -> Oid:
    """A phase's time."""
    return (*_ASC, 1, 2, 1, int(column), number)


def preempt(column: PreemptColumn, number: int) -> Oid:
    """A preempt's time or state."""
    return (*_ASC, 6, 2, 1, int(column), number)


def preempt_control(number: int) -> Oid:
    """1: the preempt is asked for; held while it is 1. The only object that is ever written."""
    return (*_ASC, 6, 3, 1, 2, number)


def phase_status(column: StatusColumn, phase_number: int) -> Oid:
    """The group of eight in which the phase's bit stands."""
    return (*_ASC, 1, 4, 1, int(column), (phase_number - 1) // 8 + 1)


def phase_bit(phase_number: int) -> int:
    """The phase's bit in its group."""
    return 1 << (phase_number - 1) % 8
