"""Conversions against published reference points; round trips to the millimetre."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuhang.coordinates import Datum, Position, convert, distance_m

# Published by coordtransform (wandergis) and its ports, and by eviltransform: WGS-84 -> GCJ-02.
GCJ02_POINTS = [
    ((39.915, 116.404), (39.91640428150164, 116.41024449916938)),
    ((30.6107779, 121.0917077), (30.608604331756705, 121.09626935575027)),
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]
INSIDE = st.builds(Position, st.floats(18.0, 53.0), st.floats(74.0, 134.0))
ANYWHERE = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(("wgs84", "gcj02"), GCJ02_POINTS)
def test_gcj02_reference_points(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert distance_m(convert(Position(*wgs84), Datum.WGS84, Datum.GCJ02), Position(*gcj02)) < 0.02


@pytest.mark.parametrize(
    ("gcj02", "bd09"),
    [
        ((39.915, 116.404), (39.92133699351022, 116.41036949371029)),
        ((30.608604331756705, 121.09626935575027), (30.61484572185035, 121.10271732371203)),
    ],
)
def test_bd09_reference_points(gcj02: tuple[float, float], bd09: tuple[float, float]) -> None:
    assert distance_m(convert(Position(*gcj02), Datum.GCJ02, Datum.BD09), Position(*bd09)) < 0.001


@given(INSIDE, st.sampled_from(list(Datum)), st.sampled_from(list(Datum)))
def test_there_and_back_is_exact_to_a_millimetre(position: Position, source: Datum, target: Datum) -> None:
    there = convert(position, source, target)
    assert distance_m(convert(there, target, source), position) < 1e-3


@given(INSIDE)
def test_the_shift_is_some_hundred_metres_inside_china(position: Position) -> None:
    assert 20 < distance_m(position, convert(position, Datum.WGS84, Datum.GCJ02)) < 2000


@pytest.mark.parametrize("place", [(51.5072, -0.1276), (35.6812, 139.7671), (-33.86, 151.21), (0.0, 0.0), (90.0, 0.0)])
@pytest.mark.parametrize("target", list(Datum))
def test_outside_china_nothing_is_shifted(place: tuple[float, float], target: Datum) -> None:
    assert convert(Position(*place), Datum.WGS84, target) == Position(*place)


@given(ANYWHERE, ANYWHERE)
def test_distance_is_symmetric_and_at_most_half_the_equator(one: Position, two: Position) -> None:
    assert distance_m(one, two) == pytest.approx(distance_m(two, one))
    assert 0 <= distance_m(one, two) <= math.pi * 6_371_009


def test_distance_of_one_degree() -> None:
    assert distance_m(Position(30, 120), Position(31, 120)) == pytest.approx(111_195, abs=1)
    assert distance_m(Position(30.0, 120.0), Position(30.0, 120.0)) == 0
