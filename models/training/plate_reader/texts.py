"""Random texts for each class of plate."""

from random import Random

from models.plate_art.layouts import PlateClass
from yuhang.plates import PROVINCES

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "0123456789"
NEW_ENERGY = "ABCDEFGHJK"
CHARACTERS = (*DIGITS, *LETTERS, *PROVINCES, *"警学挂领使港澳应急")
"""The alphabet of the reader; class 0 is the blank, class 1 the first of these."""

SHARES: dict[PlateClass, float] = {
    PlateClass.BLUE: 0.46,
    PlateClass.GREEN_SMALL: 0.14,
    PlateClass.GREEN_LARGE: 0.04,
    PlateClass.YELLOW: 0.05,
    PlateClass.YELLOW_DOUBLE: 0.07,
    PlateClass.TEMPORARY: 0.05,
    PlateClass.TEMPORARY_AWAY: 0.03,
    PlateClass.LEARNER: 0.04,
    PlateClass.TRAILER: 0.03,
    PlateClass.POLICE: 0.04,
    PlateClass.EMERGENCY: 0.02,
    PlateClass.BLACK: 0.03,
}


def random_class(random: Random) -> PlateClass:
    """A class, as often as `SHARES` says."""
    return random.choices(tuple(SHARES), tuple(SHARES.values()))[0]


def random_text(kind: PlateClass, random: Random) -> str:
    """A text that plates of this class carry."""
    if kind is PlateClass.BLACK and random.random() < 0.5:
        return f"粤Z{_serial(4, random)}{random.choice('港澳')}"
    return random.choice(PROVINCES) + random.choice(LETTERS) + _rest(kind, random)


_LAST = {PlateClass.LEARNER: "学", PlateClass.TRAILER: "挂", PlateClass.POLICE: "警", PlateClass.EMERGENCY: "应急"}


def _rest(kind: PlateClass, random: Random) -> str:
    """What stands after the province and the letter of the office."""
    if kind is PlateClass.GREEN_SMALL:
        return random.choice(NEW_ENERGY) + _serial(1, random) + _digits(4, random)
    if kind is PlateClass.GREEN_LARGE:
        return _digits(5, random) + random.choice(NEW_ENERGY)
    if kind is PlateClass.BLACK:
        return _digits(4, random) + "领"
    return _serial(4, random) + _LAST[kind] if kind in _LAST else _serial(5, random)


def _digits(count: int, random: Random) -> str:
    return "".join(random.choices(DIGITS, k=count))


def _serial(count: int, random: Random) -> str:
    share = random.choice([0.2, 0.5])  # most plates have few letters; all must be learnt
    return "".join(random.choice(LETTERS if random.random() < share else DIGITS) for _ in range(count))
