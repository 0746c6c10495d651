"""Heights from rows, and floors from heights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.detectors.falling_object.config import KnownHeight
from edge.detectors.falling_object.facade import HeightScale, floors_of
from simulators.facade.scene import Building, FacadeCamera
from simulators.facade.view import FacadeView
from tests.unit.edge.detectors.falling_object.falls import CONFIG


@given(floors=st.integers(5, 30), distance_m=st.floats(20, 100))
def test_three_known_heights_tell_every_height_of_a_facade_seen_from_below(floors: int, distance_m: float) -> None:
    building = Building(floors=floors)
    view = FacadeView(building, FacadeCamera(distance_m=distance_m))
    known = [KnownHeight(y=y, metres=metres) for y, metres in view.known_heights(building)]
    scale = HeightScale(known, view.height)
    heights = np.linspace(1.0, building.height_m - 1, 9)
    _, rows, _ = view.project(np.zeros(9), heights)
    assert scale.metres(rows) == pytest.approx(heights, abs=0.15)
    assert np.all(scale.pixels_a_metre(rows) > 0)
    assert scale.error_m == pytest.approx(0.3)


def test_two_known_heights_say_less() -> None:
    assert HeightScale((KnownHeight(y=1.0, metres=0.0), KnownHeight(y=0.0, metres=36.0)), 720).error_m == pytest.approx(1.8)


@pytest.mark.parametrize(
    ("seen_m", "speed", "error", "expected"),
    [
        (10.3, 0.0, 0.3, (4, 4)),  # a sill of the fourth floor
        (9.1, 0.0, 0.3, (3, 4)),  # within the error of the slab between them
        (9.5, 8.0, 0.3, (4, 5)),  # it was already fast: let go 3.3 m higher, or thrown down
        (0.2, 0.0, 1.8, (1, 1)),
    ],
)
def test_the_floors_it_may_have_come_from(seen_m: float, speed: float, error: float, expected: tuple[int, int]) -> None:
    floors = floors_of(CONFIG, seen_m, speed, error, from_above=False)
    assert (floors.lowest, floors.highest) == expected


def test_what_came_over_the_upper_edge_may_have_come_from_anywhere_above() -> None:
    assert floors_of(CONFIG, 35.0, 3.0, 0.3, from_above=True).highest is None
