"""Votes on a standing vehicle's plate: looks that follow each other closely are not looks of their own."""

from collections.abc import Sequence

import numpy as np
import pytest

from edge.boxes import Rect
from edge.config import PlatesConfig
from edge.plate_votes import PlateVotes
from edge.plates.types import PlateReading
from tests.unit.edge.street import at
from yuhang.plates import PlateColour, is_plate

PICTURE = np.zeros((48, 64, 3), np.uint8)
VEHICLE = Rect(0, 0, 60, 40)


class SameEveryTime:
    def read_vehicle(self, image_bgr: np.ndarray, vehicle: object, others: Sequence[object] = ()) -> PlateReading:
        del image_bgr, vehicle, others
        return PlateReading("浙A12345", (0.99,) * 7, 0.9)


def test_readings_agree_only_when_time_lies_between_them() -> None:
    votes = PlateVotes(SameEveryTime(), PlatesConfig(every_s=0.1), is_plate)
    for tenth in range(20):
        votes.look(1, PICTURE, VEHICLE, (), at(tenth / 10))
        assert votes.plate(1).text is None
        assert votes.wants(1, at(tenth / 10 + 0.1))
    votes.look(1, PICTURE, VEHICLE, (), at(2.0))
    assert votes.plate(1).text == "浙A12345"
    assert not votes.wants(1, at(9))


class UnluckyThroughTheBox:
    """Reads a still picture badly through exactly the vehicle's box, as often as asked, and well through any other."""

    def read_vehicle(
        self, image_bgr: np.ndarray, vehicle: tuple[float, float, float, float], others: Sequence[object] = ()
    ) -> PlateReading:
        del image_bgr, others
        unlucky = vehicle == (VEHICLE.left, VEHICLE.top, VEHICLE.right, VEHICLE.bottom)
        return PlateReading("浙A66P38", (0.68 if unlucky else 0.97,) * 7, 1.0)


def test_a_still_picture_is_looked_at_in_several_ways() -> None:
    votes = PlateVotes(UnluckyThroughTheBox(), PlatesConfig(), is_plate)
    for second in range(6):
        votes.look(1, PICTURE, VEHICLE, (), at(second))
    assert votes.plate(1).text == "浙A66P38"


class SeesColours:
    """Reads the same plate each time, in the colours given."""

    def __init__(self, *grounds: PlateColour | None) -> None:
        self._grounds = iter(grounds)

    def read_vehicle(self, image_bgr: np.ndarray, vehicle: object, others: Sequence[object] = ()) -> PlateReading:
        del image_bgr, vehicle, others
        return PlateReading("浙A12345", (0.99,) * 7, 0.9, ground=next(self._grounds))


@pytest.mark.parametrize(
    ("grounds", "colour"),
    [
        ((PlateColour.YELLOW, PlateColour.YELLOW, PlateColour.BLUE), "yellow"),
        ((PlateColour.BLUE, PlateColour.BLUE, PlateColour.BLUE), "blue"),
        ((PlateColour.YELLOW, PlateColour.BLUE, None), None),
        ((None, None, PlateColour.YELLOW), None),
    ],
)
def test_the_colour_is_what_most_looks_saw(grounds: tuple[PlateColour | None, ...], colour: str | None) -> None:
    votes = PlateVotes(SeesColours(*grounds), PlatesConfig(), is_plate)
    for second in range(len(grounds)):
        votes.look(1, PICTURE, VEHICLE, (), at(second))
    assert votes.plate(1).text == "浙A12345"
    assert votes.plate(1).colour == colour
