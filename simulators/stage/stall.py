"""What a street trader puts up: a table with goods, an umbrella, crates."""

import numpy as np

from simulators.stage.solids import ball, cone, crate, tube
from simulators.street.mesh import Colour, Mesh

WOOD: Colour = (0.25, 0.42, 0.60)


def table(goods: Colour, seed: int) -> Mesh:
    """A folding table, 1.6 by 0.8 m, with goods on it."""
    random = np.random.default_rng(seed)
    heaps = [
        ball((x, y, 0.80), (0.14, 0.12, 0.09), _tinted(goods, random))
        for x in np.linspace(-0.6, 0.6, 5).tolist()
        for y in (-0.22, 0.22)
    ]
    legs = [tube((x, y, 0.0), (x, y, 0.72), (0.02, 0.02), (0.4, 0.4, 0.4)) for x in (-0.7, 0.7) for y in (-0.32, 0.32)]
    return Mesh.join([crate((-0.8, -0.4, 0.70), (0.8, 0.4, 0.75), WOOD), *legs, *heaps])


def umbrella(colour: Colour) -> Mesh:
    """A market umbrella, 2.3 m high and 2 m wide."""
    return Mesh.join(
        [
            tube((0.0, 0.0, 0.0), (0.0, 0.0, 2.3), (0.03, 0.03), (0.5, 0.5, 0.5)),
            cone((0.0, 0.0, 1.95), 1.0, 0.40, colour),
            ball((0.0, 0.0, 0.08), (0.22, 0.22, 0.08), (0.3, 0.3, 0.3)),
        ]
    )


def boxes(colour: Colour, seed: int, count: int = 3) -> Mesh:
    """A few boxes on the ground beside each other."""
    random = np.random.default_rng(seed)
    parts = []
    for index in range(count):
        x, y = 0.5 * (index % 2), 0.45 * (index // 2)
        parts.append(crate((x, y, 0.0), (x + 0.42, y + 0.36, float(random.uniform(0.25, 0.4))), _tinted(colour, random)))
    return Mesh.join(parts)


def bus_stop() -> Mesh:
    """A pole with a sign, and a bench beside it."""
    return Mesh.join(
        [
            tube((0.0, 0.0, 0.0), (0.0, 0.0, 2.6), (0.04, 0.04), (0.5, 0.5, 0.5)),
            crate((-0.03, -0.3, 2.0), (0.03, 0.3, 2.6), (0.6, 0.3, 0.1)),
        ]
    )


def _tinted(colour: Colour, random: np.random.Generator) -> Colour:
    blue, green, red = (float(np.clip(part * random.uniform(0.7, 1.3), 0.0, 1.0)) for part in colour)
    return blue, green, red
