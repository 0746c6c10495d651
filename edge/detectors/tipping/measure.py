"""What a picture shows of a truck that has come to rest: how far its bed is up, whether it is there, what lies in its place.

Compares small grey pictures: with the one in which the truck came to rest, and with the empty place before it came.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.boxes import Rect
from edge.detectors.tipping.rules import HeapSight
from edge.foreground import (
    Grey,
    Mask,
    SmallView,
    blobs,
    changed,
    columns_of,
    foreground,
    light_change,
    likeness,
    rows_of,
)

ABOVE = 1.3  # truck heights in which a raised bed is looked for
ASIDE = 0.15  # truck widths
ROW_SHARE = 0.06  # of the truck's width that must have changed in a row
GAP_ROWS = 3
INSIDE_SHARE = 0.12  # of the truck's own upper half that changes as its bed leaves it: what passes behind changes nothing there
KNOWN = 0.3  # likeness below which the place shows neither the truck nor the empty ground
AROUND = 0.45  # truck widths beside its place in which a heap may lie


@dataclass(frozen=True, slots=True)
class TruckAtRest:
    """A truck's box in the picture's pixels, with the small pictures of it and of the place before it came."""

    box: Rect
    reference: Grey
    empty: Grey


def rise_of(view: SmallView, truck: TruckAtRest) -> float:
    """How far something new stands out above the truck, as a share of its height; 0 unless the truck itself has changed too."""
    box = view.part(truck.box)
    height, width = box.height, box.width
    region = view.part(_grown(truck.box, ASIDE, ABOVE))
    now, then = (picture[rows_of(region), columns_of(region)] for picture in (view.grey, truck.reference))
    then = then * light_change(view.grey, truck.reference, np.ones(view.grey.shape, np.bool_))
    different = changed(now, then)
    top = int(box.top - region.top)
    own = different[top : top + max(1, int(height * 0.5)), int(box.left - region.left) : int(box.right - region.left)]
    if own.size == 0 or float(own.mean()) < INSIDE_SHARE:
        return 0.0
    occupied = different[:top].sum(axis=1) >= max(2.0, ROW_SHARE * width)
    return _reach(occupied) / max(height, 1.0)


def is_there(view: SmallView, truck: TruckAtRest) -> bool | None:
    """Whether the truck's lower part looks as it did and not as the empty place: wheels and frame do not move while the bed does.

    None where it looks like neither: something hides it.
    """
    rest = truck.box
    lower = view.part(
        Rect(rest.left + rest.width * 0.1, rest.bottom - rest.height * 0.4, rest.right - rest.width * 0.1, rest.bottom)
    )
    now, then, empty = (picture[rows_of(lower), columns_of(lower)] for picture in (view.grey, truck.reference, truck.empty))
    with_it, without = likeness(now, then), likeness(now, empty)
    return None if max(with_it, without) < KNOWN else with_it >= without


def ground_of(truck: Rect) -> Rect:
    """Where a heap of this truck may lie, in the picture's pixels."""
    return Rect(
        truck.left - truck.width * AROUND,
        truck.top + truck.height * 0.3,
        truck.right + truck.width * AROUND,
        truck.bottom + truck.height * 0.25,
    )


def heap_on(view: SmallView, truck: TruckAtRest, people: Sequence[Rect], height_m: float) -> HeapSight | None:
    """The largest thing on the ground that was not there before the truck came; people are left out."""
    ground = view.part(ground_of(truck.box))
    new: Mask = foreground(view.grey, truck.empty) & ~view.mask(rect.grown(0.15) for rect in people)
    found = blobs(new[rows_of(ground), columns_of(ground)], smallest_px=6)
    if not found:
        return None
    largest, metre_px = found[0], truck.box.height * view.scale / height_m
    part = Rect(
        (largest.box.left + ground.left) / view.scale,
        (largest.box.top + ground.top) / view.scale,
        (largest.box.right + ground.left) / view.scale,
        (largest.box.bottom + ground.top) / view.scale,
    )
    return HeapSight(part, largest.area_px / metre_px**2)


def _grown(box: Rect, aside: float, above: float) -> Rect:
    return Rect(box.left - box.width * aside, box.top - box.height * above, box.right + box.width * aside, box.bottom)


def _reach(occupied: Mask) -> int:
    """Rows from the lowest upwards that belong together, small gaps allowed."""
    highest, gap = 0, 0
    for number, row in enumerate(occupied[::-1], start=1):
        gap = 0 if row else gap + 1
        if row:
            highest = number
        if gap > GAP_ROWS:
            break
    return highest
