"""Bodies of large vehicles: box truck, bus and fire engine, put together from boxes with windows, lamps and wheels."""

import numpy as np

from simulators.street.car_body import (
    BLACK,
    GLASS,
    HEADLIGHT,
    HOUSE,
    HOUSE_GLASS,
    RED_GLOW,
    RED_LIGHT,
    RIM,
    TRIM,
    TYRE,
    UNDER,
    face,
    front_quad,
    rear_quad,
    tread,
)
from simulators.street.mesh import Colour, Mesh, box, disc

WHITE: Colour = (0.85, 0.86, 0.86)
BLUE_LAMP: Colour = (0.95, 0.25, 0.05)
FIRE_RED: Colour = (0.05, 0.04, 0.62)
BAND: Colour = (0.30, 0.85, 0.90)


def truck(paint: Colour) -> Mesh:
    """A box truck, 7.2 m: cab and lower stripe in the given paint, white box with doors, locking bars and reflectors."""
    half, rear = 1.2, -3.62
    return Mesh.join(
        [
            *chassis(7.2, half, (-2.0, 2.5)),
            box((-3.6, -half, 0.95), (2.0, half, 3.2), WHITE, 0.15, HOUSE),
            box((2.15, -1.1, 0.5), (3.6, 1.1, 2.5), paint, 0.4, HOUSE),
            *rear_lamps(rear, half, 0.75),
            *windscreen(3.62, 1.1, 1.45, 2.35),
            *side_windows((2.5, 3.3), 1.11, 1.5, 2.3),
            *box_doors(rear, paint),
        ]
    )


def box_doors(x: float, paint: Colour) -> list[Mesh]:
    """The two rear doors of a box body."""
    parts: list[Mesh] = []
    for side in (-1, 1):
        low, high = sorted((side * 0.02, side * 1.05))
        bars = [side * 0.18, side * 0.42]
        stripe_low, stripe_high = sorted((side * 0.1, side * 0.95))
        parts += [
            face(rear_quad(x, low, high, 1.05, 3.1), (0.74, 0.75, 0.75), HOUSE_GLASS, 0.1),
            face(rear_quad(x - 0.004, stripe_low, stripe_high, 1.9, 2.3), paint, TRIM, 0.1),
            face(rear_quad(x - 0.004, stripe_low, stripe_high, 1.10, 1.17), (0.10, 0.10, 0.75), TRIM),
            *(face(rear_quad(x - 0.008, bar - 0.02, bar + 0.02, 1.1, 3.05), (0.45, 0.45, 0.45), TRIM + 1, 0.3) for bar in bars),
            *(face(rear_quad(x - 0.01, bar - 0.05, bar + 0.05, 1.45, 1.55), BLACK, TRIM + 2) for bar in bars),
            face(rear_quad(x - 0.01, side * 1.1 - 0.06, side * 1.1 + 0.06, 2.95, 3.05), RED_GLOW, TRIM),
        ]
    return parts


def bus(paint: Colour) -> Mesh:
    """A city bus, 10.5 m."""
    half, low, high = 1.25, 0.35, 3.05
    panes = [(-4.9 + 1.62 * index, -3.4 + 1.62 * index) for index in range(6)]
    return Mesh.join(
        [
            *chassis(10.5, half, (-3.0, 3.0)),
            box((-5.25, -half, low), (5.25, half, high), paint, 0.4, HOUSE),
            *(window for pane in panes for window in side_windows(pane, half + 0.01, 1.35, 2.5)),
            *windscreen(5.26, half, 1.1, 2.7),
            face(rear_quad(-5.26, -1.0, 1.0, 1.75, 2.65), GLASS, HOUSE_GLASS, 0.8),
            face(rear_quad(-5.26, -0.9, 0.9, 0.95, 1.45), (0.1, 0.1, 0.1), HOUSE_GLASS),
            *rear_lamps(-5.27, half, 0.8),
        ]
    )


def fire_engine(_paint: Colour) -> Mesh:
    """A red pumper, 7.6 m, with roller shutters, a reflecting band, a ladder and blue lamps."""
    half = 1.22
    ladder = [
        box((-3.5, side * 0.35 - 0.04, 3.0), (1.6, side * 0.35 + 0.04, 3.1), (0.7, 0.7, 0.7), 0.4, TRIM) for side in (-1, 1)
    ]
    rungs = [box((x, -0.35, 3.02), (x + 0.06, 0.35, 3.08), (0.7, 0.7, 0.7), 0.3, TRIM) for x in np.arange(-3.4, 1.6, 0.4)]
    return Mesh.join(
        [
            *chassis(7.6, half, (-2.2, 2.5)),
            box((-3.8, -half, 0.55), (1.5, half, 3.0), FIRE_RED, 0.4, HOUSE),
            box((1.55, -half, 0.45), (3.8, half, 2.75), FIRE_RED, 0.45, HOUSE),
            box((2.3, -0.8, 2.75), (2.7, 0.8, 2.95), BLUE_LAMP, 0.5, TRIM),
            box((-3.75, -1.1, 3.0), (-3.55, -0.8, 3.18), BLUE_LAMP, 0.5, TRIM),
            box((-3.75, 0.8, 3.0), (-3.55, 1.1, 3.18), BLUE_LAMP, 0.5, TRIM),
            *windscreen(3.82, 1.15, 1.45, 2.55),
            *side_windows((1.9, 2.6), half + 0.01, 1.5, 2.4),
            *side_windows((2.75, 3.5), half + 0.01, 1.5, 2.4),
            face(rear_quad(-3.82, -0.8, 0.8, 1.2, 2.7), (0.62, 0.63, 0.64), HOUSE_GLASS, 0.35),
            face(rear_quad(-3.82, -half, half, 0.95, 1.15), BAND, HOUSE_GLASS),
            *rear_lamps(-3.83, half, 0.62),
            *ladder,
            *rungs,
        ]
    )


def chassis(length: float, half: float, axles: tuple[float, float]) -> list[Mesh]:
    """The frame below and the wheels."""
    radius = 0.46
    parts = [box((-length / 2 + 0.1, -half + 0.15, 0.35), (length / 2 - 0.1, half - 0.15, 0.95), BLACK, 0.0, UNDER)]
    for x in axles:
        for side in (-1, 1):
            inner, outer = sorted((side * (half - 0.35), side * (half + 0.01)))
            parts += [
                tread(x, inner, outer, radius),
                disc((x, side * (half + 0.015), radius), radius + 0.05, side, BLACK, layer=HOUSE_GLASS),
                disc((x, side * (half + 0.02), radius), radius, side, TYRE, layer=TRIM),
                disc((x, side * (half + 0.03), radius), radius * 0.55, side, RIM, gloss=0.2, layer=TRIM + 1),
            ]
    return parts


def rear_lamps(x: float, half: float, z: float) -> list[Mesh]:
    """Red lamps at both corners and a black bumper with room for the plate."""
    parts = [face(rear_quad(x + 0.005, -half * 0.95, half * 0.95, z - 0.2, z + 0.14), BLACK, HOUSE_GLASS)]
    for side in (-1, 1):
        low, high = sorted((side * half * 0.55, side * half * 0.92))
        parts.append(face(rear_quad(x, low, high, z - 0.04, z + 0.12), RED_LIGHT, TRIM, 0.2))
        parts.append(face(rear_quad(x, low + 0.1, high - 0.1, z + 0.02, z + 0.07), RED_GLOW, TRIM + 1))
    return parts


def windscreen(x: float, half: float, low: float, high: float) -> list[Mesh]:
    """The front window, headlights and grille."""
    parts = [
        face(front_quad(x, -half * 0.92, half * 0.92, low, high), GLASS, HOUSE_GLASS, 0.8),
        face(front_quad(x, -half * 0.5, half * 0.5, 0.75, 1.05), BLACK, HOUSE_GLASS),
    ]
    for side in (-1, 1):
        inner, outer = sorted((side * half * 0.6, side * half * 0.9))
        parts.append(face(front_quad(x, inner, outer, 0.7, 0.95), HEADLIGHT, HOUSE_GLASS, 0.3))
    return parts


def side_windows(span: tuple[float, float], y: float, low: float, high: float) -> list[Mesh]:
    """The same window on both sides."""
    (x0, x1) = span
    left = [(x1, y, low), (x0, y, low), (x0, y, high), (x1, y, high)]
    right = [(x0, -y, low), (x1, -y, low), (x1, -y, high), (x0, -y, high)]
    return [face(corners, GLASS, HOUSE_GLASS, 0.8) for corners in (left, right)]
