import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuhang.geometry import GeometryError, area, contains, outline, overlap
from yuhang.messages import Box

SQUARE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
BOXES = st.builds(
    lambda left, top, width, height: Box(left=left, top=top, right=left + width, bottom=top + height),
    *[st.integers(0, 4000)] * 4,
)


def test_crossing_edges_are_named_with_their_place() -> None:
    with pytest.raises(GeometryError, match=r"crosses itself .*0\.5 0\.5"):
        outline([(0, 0), (1, 1), (1, 0), (0, 1)])


@pytest.mark.parametrize("corners", [[], [(0, 0), (1, 1)], [(0, 0), (1, 1), (0, 0)], [(0, 0), (1, 1), (2, 2)]])
def test_an_outline_without_area_is_refused(corners: list[tuple[float, float]]) -> None:
    with pytest.raises(GeometryError):
        outline(corners)


def test_points_inside_on_the_edge_and_outside() -> None:
    square = outline(SQUARE)
    assert contains(square, (0.5, 0.5))
    assert contains(square, (1.0, 0.5))
    assert contains(square, (0.0, 0.0))
    assert not contains(square, (1.0001, 0.5))


@given(BOXES, BOXES)
def test_overlap_is_symmetric_between_0_and_1_and_1_for_itself(one: Box, two: Box) -> None:
    assert overlap(one, two) == overlap(two, one)
    assert 0 <= overlap(one, two) <= 1
    assert overlap(one, one) == (1 if area(one) else 0)


def test_overlap_of_two_halves() -> None:
    assert overlap(Box(left=0, top=0, right=10, bottom=10), Box(left=5, top=0, right=15, bottom=10)) == pytest.approx(1 / 3)
