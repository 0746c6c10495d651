"""A muck truck, 8 m: a cab, and a bed that rises about the hinge at its rear end."""

import functools

from simulators.stage.solids import turned
from simulators.street.car_body import HOUSE, HOUSE_GLASS, TRIM, face, rear_quad
from simulators.street.large_body import chassis, rear_lamps, side_windows, windscreen
from simulators.street.mesh import Colour, Mesh, box

HINGE = (-3.6, 1.05)
HIGHEST_DEG = 48.0


@functools.lru_cache(maxsize=256)
def tipper(cab: Colour, bed: Colour, angle_deg: float = 0.0) -> Mesh:
    """The truck with its bed raised by `angle_deg`, 0 to `HIGHEST_DEG`."""
    half = 1.25
    ribs = [
        box((x, side * half - 0.04, 1.15), (x + 0.12, side * half + 0.04, 2.35), _darker(bed), 0.0, TRIM)
        for x in (-3.4, -2.4, -1.4, -0.4, 0.6, 1.5)
        for side in (-1, 1)
    ]
    load = box((-3.55, -half + 0.08, 1.9), (1.7, half - 0.08, 2.3), (0.20, 0.28, 0.36), 0.0, HOUSE)
    carried = [
        box((-3.7, -half, 1.05), (1.8, half, 2.4), bed, 0.1, HOUSE),
        *ribs,
        face(rear_quad(-3.72, -half * 0.9, half * 0.9, 1.2, 2.3), _darker(bed), HOUSE_GLASS, 0.05),
    ]
    if angle_deg == 0:
        carried.append(load)
    return Mesh.join(
        [
            *chassis(8.0, half, (-2.6, 2.7)),
            *chassis(8.0, half, (-1.4, 2.7)),
            box((2.0, -1.2, 0.55), (3.95, 1.2, 2.75), cab, 0.4, HOUSE),
            *windscreen(3.97, 1.2, 1.55, 2.5),
            *side_windows((2.6, 3.6), 1.21, 1.6, 2.4),
            *rear_lamps(-3.95, half, 0.75),
            turned(Mesh.join(carried), angle_deg, HINGE),
        ]
    )


def _darker(colour: Colour) -> Colour:
    return colour[0] * 0.7, colour[1] * 0.7, colour[2] * 0.7
