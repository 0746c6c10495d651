"""What a lamp group can show."""

from enum import StrEnum

TICKS_PER_SECOND = 10
"""The kernel counts tenths of a second: yellow and red times of NTCIP 1202 are given in them."""


class Lamp(StrEnum):
    """What one lamp group shows. A pedestrian's flashing green is the clearance time."""

    OFF = "off"
    RED = "red"
    RED_YELLOW = "red_yellow"
    GREEN = "green"
    GREEN_FLASH = "green_flash"
    YELLOW = "yellow"
    YELLOW_FLASH = "yellow_flash"


RIGHT_OF_WAY = frozenset({Lamp.GREEN, Lamp.GREEN_FLASH, Lamp.YELLOW})
"""While a group shows one of these, somebody may be in the junction; a conflicting group must be red."""


def ticks(seconds: float) -> int:
    """Seconds as tenths, rounded."""
    return round(seconds * TICKS_PER_SECOND)
