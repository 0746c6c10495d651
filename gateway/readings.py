"""What a device says, in one form: one quantity, in its unit, at a time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Quantity(StrEnum):
    """What is measured; the unit belongs to the quantity."""

    SWITCH = "switch"  # 1 on, 0 off, as the device reads its relay back
    POWER = "power"  # watts
    CURRENT = "current"  # amperes
    VOLTAGE = "voltage"  # volts
    ENERGY = "energy"  # kilowatt-hours since the meter was made
    TEMPERATURE = "temperature"  # degrees Celsius
    SMOKE = "smoke"  # 1 while it sounds
    ONLINE = "online"  # 1 while the device is connected to its broker


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one device; `at` is its arrival, since these devices have no clock that can be trusted."""

    device: str
    quantity: Quantity
    value: float
    at: datetime
