"""What has wheels and is pushed into a lift or stands about: e-bikes, bicycles, prams, wheelchairs, trolleys, tricycles."""

from simulators.stage.people import person
from simulators.stage.solids import ball, crate, moved, tube, turned, wheel
from simulators.street.mesh import Colour, Mesh

BLACK: Colour = (0.06, 0.06, 0.06)
STEEL: Colour = (0.55, 0.56, 0.57)


def e_bike(paint: Colour) -> Mesh:
    """A light electric scooter with a shield, a foot board, a seat over the battery and a tail box, 1.6 m."""
    return Mesh.join(
        [
            wheel((0.62, 0, 0.22), 0.20, 0.045),
            wheel((-0.55, 0, 0.22), 0.20, 0.05),
            tube((0.62, 0, 0.24), (0.42, 0, 0.98), (0.04, 0.035), STEEL),
            ball((0.50, 0, 0.62), (0.07, 0.17, 0.34), paint, gloss=0.4),
            ball((0.60, 0, 0.42), (0.17, 0.07, 0.05), paint, gloss=0.4),
            crate((-0.15, -0.13, 0.24), (0.42, 0.13, 0.32), BLACK),
            ball((-0.38, 0, 0.50), (0.38, 0.15, 0.22), paint, gloss=0.4),
            ball((-0.30, 0, 0.76), (0.34, 0.13, 0.07), BLACK),
            crate((-0.85, -0.17, 0.72), (-0.58, 0.17, 0.98), BLACK),
            tube((0.40, -0.33, 1.02), (0.40, 0.33, 1.02), (0.025, 0.025), BLACK),
            ball((0.46, 0, 1.02), (0.09, 0.12, 0.08), paint, gloss=0.4),
            ball((0.54, 0, 0.92), (0.03, 0.07, 0.05), (0.85, 0.9, 0.9), gloss=0.6),
            tube((0.40, -0.24, 1.04), (0.36, -0.30, 1.22), (0.01, 0.01), BLACK),
            tube((0.40, 0.24, 1.04), (0.36, 0.30, 1.22), (0.01, 0.01), BLACK),
            ball((0.35, -0.31, 1.25), (0.02, 0.06, 0.04), BLACK),
            ball((0.35, 0.31, 1.25), (0.02, 0.06, 0.04), BLACK),
        ]
    )


def bicycle(paint: Colour) -> Mesh:
    """A bicycle, 1.75 m."""
    hub, seat, pedals, head = (-0.52, 0.0, 0.34), (-0.20, 0.0, 0.92), (-0.06, 0.0, 0.30), (0.36, 0.0, 0.86)
    thick = (0.018, 0.018)
    return Mesh.join(
        [
            wheel((0.54, 0, 0.34), 0.33, 0.02),
            wheel(hub, 0.33, 0.02),
            tube(hub, pedals, thick, paint),
            tube(hub, (-0.18, 0, 0.80), thick, paint),
            tube(pedals, seat, thick, paint),
            tube(pedals, head, thick, paint),
            tube((-0.18, 0, 0.80), head, thick, paint),
            tube((0.54, 0, 0.34), (0.34, 0, 1.0), thick, STEEL),
            tube((0.32, -0.3, 1.02), (0.32, 0.3, 1.02), thick, BLACK),
            ball((-0.22, 0, 0.95), (0.14, 0.07, 0.04), BLACK),
            ball((-0.06, 0, 0.30), (0.10, 0.03, 0.10), STEEL),
        ]
    )


def pram(cloth: Colour) -> Mesh:
    """A pram with a hood, 1 m."""
    return Mesh.join(
        [
            *(wheel((x, y, 0.12), 0.11, 0.025) for x in (-0.33, 0.33) for y in (-0.24, 0.24)),
            crate((-0.40, -0.22, 0.45), (0.40, 0.22, 0.70), cloth),
            ball((0.22, 0, 0.80), (0.26, 0.24, 0.26), cloth),
            *(tube((x, y, 0.12), (-x, y, 0.5), (0.015, 0.015), STEEL) for x in (-0.33, 0.33) for y in (-0.22, 0.22)),
            *(tube((-0.3, y, 0.5), (-0.72, y, 1.02), (0.015, 0.015), STEEL) for y in (-0.2, 0.2)),
            tube((-0.72, -0.22, 1.02), (-0.72, 0.22, 1.02), (0.02, 0.02), BLACK),
        ]
    )


def wheelchair(seed: int) -> Mesh:
    """A wheelchair with somebody in it."""
    return Mesh.join(
        [
            *(wheel((-0.12, y, 0.30), 0.29, 0.02) for y in (-0.30, 0.30)),
            *(wheel((0.36, y, 0.09), 0.08, 0.02) for y in (-0.24, 0.24)),
            crate((-0.22, -0.24, 0.44), (0.26, 0.24, 0.50), BLACK),
            crate((-0.28, -0.24, 0.48), (-0.22, 0.24, 0.95), BLACK),
            *(tube((-0.26, y, 0.92), (-0.42, y, 0.95), (0.02, 0.02), BLACK) for y in (-0.22, 0.22)),
            moved(person(seed, sits=True), (-0.08, 0.0, 0.06)),
        ]
    )


def trolley(colour: Colour) -> Mesh:
    """A hand trolley with two boxes on it."""
    return Mesh.join(
        [
            *(wheel((x, y, 0.08), 0.07, 0.02) for x in (-0.3, 0.3) for y in (-0.2, 0.2)),
            crate((-0.42, -0.27, 0.15), (0.42, 0.27, 0.19), STEEL),
            crate((-0.36, -0.24, 0.19), (0.36, 0.24, 0.58), colour),
            crate((-0.26, -0.20, 0.58), (0.30, 0.20, 0.88), (colour[0] * 0.8, colour[1] * 0.8, colour[2] * 0.8)),
            *(tube((-0.42, y, 0.17), (-0.50, y, 1.0), (0.015, 0.015), STEEL) for y in (-0.22, 0.22)),
            tube((-0.50, -0.22, 1.0), (-0.50, 0.22, 1.0), (0.015, 0.015), STEEL),
        ]
    )


def tricycle(paint: Colour, goods: Colour) -> Mesh:
    """A cargo tricycle, 2.6 m, with crates of goods on its bed."""
    crates = [
        crate((-1.2 + 0.42 * i, -0.42 + 0.44 * j, 0.72), (-0.85 + 0.42 * i, -0.06 + 0.44 * j, 0.95), goods)
        for i in range(3)
        for j in range(2)
    ]
    return Mesh.join(
        [
            wheel((1.05, 0, 0.30), 0.28, 0.04),
            *(wheel((-0.65, y, 0.30), 0.28, 0.05) for y in (-0.52, 0.52)),
            crate((-1.30, -0.5, 0.55), (0.10, 0.5, 0.70), paint),
            *crates,
            tube((1.05, 0, 0.3), (0.80, 0, 1.05), (0.035, 0.035), STEEL),
            tube((0.78, -0.33, 1.08), (0.78, 0.33, 1.08), (0.025, 0.025), BLACK),
            tube((0.95, 0, 0.5), (0.1, 0, 0.6), (0.04, 0.04), paint),
            ball((0.35, 0, 0.85), (0.18, 0.13, 0.06), BLACK),
            tube((0.3, 0, 0.6), (0.35, 0, 0.82), (0.04, 0.04), BLACK),
        ]
    )


def leaned(mesh: Mesh, angle_deg: float) -> Mesh:
    """A little off the upright, as things on a stand are."""
    return turned(mesh, angle_deg, (0.0, 0.0))
