"""The objects of GB/T 20999-2017 that we read and write, and the numbers that stand in them."""

from enum import IntEnum

from central.dispatch.controllers.gbt20999.frame import ObjectId
from central.dispatch.controllers.state import Lamp

PHASE_MINIMUM_GREEN = 0x1B  # attribute of 4.2


def lamp_state(attribute: int, group: int) -> ObjectId:
    """What a lamp group shows; public implementations differ in the attribute."""
    return ObjectId(3, 3, attribute, group)


def phase_minimum_green(phase: int) -> ObjectId:
    """Seconds."""
    return ObjectId(4, 2, PHASE_MINIMUM_GREEN, phase)


def stage_elapsed(stage: int) -> ObjectId:
    """Seconds since the stage began."""
    return ObjectId(6, 3, 3, stage)


def stage_remaining(stage: int) -> ObjectId:
    """Seconds that it will go on."""
    return ObjectId(6, 3, 4, stage)


def emergency_request(number: int) -> ObjectId:
    """1: emergency `number` is asked for."""
    return ObjectId(8, 6, 2, number)


def emergency_running(number: int) -> ObjectId:
    """Whether emergency `number` is carried out."""
    return ObjectId(8, 6, 3, number)


def run_mode(junction: int) -> ObjectId:
    """How the junction runs now."""
    return ObjectId(13, 2, 2, junction)


def current_stage(junction: int) -> ObjectId:
    """Number of the stage that runs."""
    return ObjectId(13, 2, 4, junction)


class RunMode(IntEnum):
    """How a junction runs; vendors have numbers of their own, see the profile."""

    CENTRE = 0x10
    CENTRE_DAY_PLAN = 0x11
    CENTRE_OPTIMISED = 0x12
    CENTRE_COORDINATED = 0x13
    CENTRE_ADAPTIVE = 0x14
    CENTRE_MANUAL = 0x15
    LOCAL = 0x20
    LOCAL_FIXED = 0x21
    LOCAL_ACTUATED = 0x22
    LOCAL_COORDINATED = 0x23
    LOCAL_ADAPTIVE = 0x24
    LOCAL_MANUAL = 0x25
    SPECIAL = 0x30
    FLASH = 0x31
    ALL_RED = 0x32
    OFF = 0x33


LAMPS = {
    0x01: Lamp.OFF,
    0x10: Lamp.RED,
    0x11: Lamp.RED,
    0x12: Lamp.RED,
    0x20: Lamp.GREEN,
    0x21: Lamp.GREEN_FLASH,
    0x22: Lamp.GREEN_FLASH,
    0x30: Lamp.YELLOW,
    0x31: Lamp.YELLOW_FLASH,
    0x32: Lamp.YELLOW_FLASH,
    0x40: Lamp.RED_YELLOW,
}

VALUE_ERRORS = {
    0x10: "bad value",
    0x11: "wrong length",
    0x12: "out of range",
    0x20: "read only",
    0x30: "no such value",
    0x40: "general error",
    0x50: "control failed",
}
NO_SUCH_VALUE = 0x30
