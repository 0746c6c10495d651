"""Where the characters of each class of plate stand, millimetres, after GA 36-2018.

The temporary plate's paper is drawn with its two rows only, without the small print around them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class PlateClass(StrEnum):
    """Classes that look different."""

    BLUE = "blue"
    YELLOW = "yellow"
    YELLOW_DOUBLE = "yellow_double"
    GREEN_SMALL = "green"
    GREEN_LARGE = "green_large"
    LEARNER = "learner"
    TRAILER = "trailer"
    POLICE = "police"
    EMERGENCY = "emergency"
    BLACK = "black"
    TEMPORARY = "temporary"
    TEMPORARY_AWAY = "temporary_away"
    """Valid outside the city that gave it out: brown instead of blue paper."""


Colour = tuple[int, int, int]
"""Blue, green, red, 0..255."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one character stands, millimetres from the plate's left and top edge."""

    left: float
    width: float
    top: float = 25
    height: float = 90


@dataclass(frozen=True, slots=True)
class Layout:
    """A plate's size, cells, ground from top to bottom, and ink; `red` characters have red ink."""

    width: int
    height: int
    cells: tuple[Cell, ...]
    ground: tuple[Colour, Colour]
    ink: Colour
    dot: tuple[int, int] | None = (134, 70)
    side: Colour | None = None
    """Ground behind the first two characters, where it is another."""
    red: str = ""

    @property
    def rows(self) -> int:
        """One or two rows of characters."""
        return len({cell.top for cell in self.cells})


_WHITE_INK, _BLACK_INK, RED_INK = (250, 250, 250), (20, 20, 20), (40, 30, 200)
_BLUE_GROUND, _YELLOW_GROUND = (160, 70, 10), (20, 180, 235)
_WHITE_GROUND, _BLACK_GROUND = (238, 238, 238), (25, 25, 25)


def _single(count: int) -> tuple[Cell, ...]:
    """After the second character a wider gap, where the dot is."""
    return (Cell(15.5, 45), Cell(72.5, 45), *(Cell(151.5 + index * 57, 45) for index in range(count - 2)))


def _green(count: int) -> tuple[Cell, ...]:
    return (Cell(15.5, 45), Cell(69.5, 43), *(Cell(161.5 + index * 52, 43) for index in range(count - 2)))


def _double(count: int) -> tuple[Cell, ...]:
    upper = (Cell(110, 80, 15, 60), Cell(250, 80, 15, 60))
    return (*upper, *(Cell(27 + index * 80, 65, 90, 110) for index in range(count - 2)))


def _paper(count: int) -> tuple[Cell, ...]:
    upper = (Cell(58, 32, 14, 44), Cell(130, 32, 14, 44))
    return (*upper, *(Cell(16 + index * 39, 32, 68, 58) for index in range(count - 2)))


def _emergency(count: int) -> tuple[Cell, ...]:
    """The last two are the small characters 应 above 急, side by side in the text."""
    return (*_single(count - 1)[:-1], Cell(379.5, 45, 25, 42), Cell(379.5, 45, 73, 42))


_PLAIN_YELLOW = (_YELLOW_GROUND, _YELLOW_GROUND)
_PLAIN_WHITE = (_WHITE_GROUND, _WHITE_GROUND)


def layout_of(kind: PlateClass, count: int) -> Layout:
    """The layout of a plate of this class with `count` characters."""
    return _LAYOUTS[kind](count)


def _yellow(count: int) -> Layout:
    return Layout(440, 140, _single(count), _PLAIN_YELLOW, _BLACK_INK)


def _yellow_double(count: int) -> Layout:
    return Layout(440, 220, _double(count), _PLAIN_YELLOW, _BLACK_INK, (220, 45))


_LAYOUTS: dict[PlateClass, Callable[[int], Layout]] = {
    PlateClass.BLUE: lambda count: Layout(440, 140, _single(count), (_BLUE_GROUND, _BLUE_GROUND), _WHITE_INK),
    PlateClass.YELLOW: _yellow,
    PlateClass.LEARNER: _yellow,
    PlateClass.YELLOW_DOUBLE: _yellow_double,
    PlateClass.TRAILER: _yellow_double,
    PlateClass.GREEN_SMALL: lambda count: Layout(480, 140, _green(count), ((225, 240, 225), (105, 195, 70)), _BLACK_INK, None),
    PlateClass.GREEN_LARGE: lambda count: Layout(
        480, 140, _green(count), ((110, 200, 75), (110, 200, 75)), _BLACK_INK, None, _YELLOW_GROUND
    ),
    PlateClass.POLICE: lambda count: Layout(440, 140, _single(count), _PLAIN_WHITE, _BLACK_INK, red="警"),
    PlateClass.EMERGENCY: lambda count: Layout(440, 140, _emergency(count), _PLAIN_WHITE, _BLACK_INK, red="应急"),
    PlateClass.BLACK: lambda count: Layout(440, 140, _single(count), (_BLACK_GROUND, _BLACK_GROUND), _WHITE_INK),
    PlateClass.TEMPORARY: lambda count: Layout(
        220, 140, _paper(count), ((235, 215, 190), (225, 200, 175)), _BLACK_INK, (110, 36)
    ),
    PlateClass.TEMPORARY_AWAY: lambda count: Layout(
        220, 140, _paper(count), ((150, 195, 220), (140, 185, 215)), _BLACK_INK, (110, 36)
    ),
}
