"""Somebody who stands, walks or sits: round limbs in clothes of a seed."""

import functools

import numpy as np

from simulators.stage.solids import ball, tube
from simulators.street.mesh import Colour, Mesh

SKIN: Colour = (0.45, 0.58, 0.78)
HAIR: Colour = (0.06, 0.06, 0.07)
SHOES: Colour = (0.10, 0.10, 0.12)
STEPS = 8  # pictures of one stride
STRIDE_S = 1.1


def person(seed: int, seconds: float = 0.0, *, walks: bool = False, sits: bool = False) -> Mesh:
    """A grown-up, 1.7 m, who faces along x; `seconds` is the moment of the stride or of the hands' work."""
    return _person(seed, int(seconds / STRIDE_S * STEPS) % STEPS, walks, sits)


@functools.lru_cache(maxsize=512)
def _person(seed: int, step: int, walks: bool, sits: bool) -> Mesh:
    random = np.random.default_rng([seed, 5])
    shirt, trousers = _cloth(random, 0.15, 0.75), _cloth(random, 0.05, 0.35)
    swing = float(np.sin(2 * np.pi * step / STEPS)) * (0.28 if walks else 0.0)
    down = 0.42 if sits else 0.0
    parts = [
        ball((0.0, 0.0, 1.20 - down), (0.13, 0.20, 0.32), shirt),
        ball((0.0, 0.0, 0.92 - down), (0.13, 0.17, 0.15), trousers),
        tube((0.0, 0.0, 1.45 - down), (0.0, 0.0, 1.55 - down), (0.06, 0.055), SKIN),
        ball((0.02, 0.0, 1.63 - down), (0.10, 0.085, 0.12), SKIN),
        ball((-0.025, 0.0, 1.67 - down), (0.10, 0.095, 0.105), HAIR, layer=0),
    ]
    for side in (-1, 1):
        reach = swing * side
        if sits:
            knee, foot = (0.42, side * 0.11, 0.50), (0.45, side * 0.11, 0.06)
        else:
            knee, foot = (reach * 0.6 + 0.03, side * 0.10, 0.50), (reach, side * 0.10, 0.06)
        hand = (0.18 - reach * 0.8, side * 0.26, 0.92 - down)
        elbow = (-0.02 - reach * 0.3, side * 0.27, 1.13 - down)
        parts += [
            tube((0.0, side * 0.09, 0.90 - down), knee, (0.095, 0.075), trousers),
            tube(knee, foot, (0.075, 0.05), trousers),
            ball((foot[0] + 0.06, foot[1], 0.05), (0.13, 0.05, 0.05), SHOES),
            tube((0.0, side * 0.20, 1.42 - down), elbow, (0.065, 0.055), shirt),
            tube(elbow, hand, (0.05, 0.04), SKIN),
            ball(hand, (0.05, 0.035, 0.06), SKIN),
        ]
    return Mesh.join(parts)


def _cloth(random: np.random.Generator, low: float, high: float) -> Colour:
    level = random.uniform(low, high)
    tint = random.uniform(0.6, 1.2, 3)
    blue, green, red = (float(min(0.9, level * part)) for part in tint)
    return blue, green, red
