"""Surfaces as heaps of coloured four-cornered facets: all that the painter needs to know of a vehicle."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Colour = tuple[float, float, float]
"""Blue, green, red, each 0 to 1."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """Facets in the vehicle's own axes (x forward, y left, z up, metres), corners anticlockwise seen from outside.

    corners: (n, 4, 3); colours: (n, 3) BGR 0 to 1; gloss: (n,) 0 dull to 1 mirror; layers: (n,) painted from low to high.
    """

    corners: Array
    colours: Array
    gloss: Array
    layers: NDArray[np.int64]

    @classmethod
    def of(cls, corners: Array, colour: Colour, gloss: float = 0.0, layer: int = 0) -> Self:
        """Facets (n, 4, 3) of one colour."""
        count = len(corners)
        return cls(
            corners=corners,
            colours=np.tile(np.array(colour, dtype=np.float64), (count, 1)),
            gloss=np.full(count, gloss),
            layers=np.full(count, layer, dtype=np.int64),
        )

    @classmethod
    def join(cls, meshes: Sequence["Mesh"]) -> Self:
        """One heap of all facets."""
        return cls(
            corners=np.concatenate([mesh.corners for mesh in meshes]),
            colours=np.concatenate([mesh.colours for mesh in meshes]),
            gloss=np.concatenate([mesh.gloss for mesh in meshes]),
            layers=np.concatenate([mesh.layers for mesh in meshes]),
        )

    @property
    def normals(self) -> Array:
        """Unit normals (n, 3)."""
        across = self.corners[:, 2] - self.corners[:, 0]
        along = self.corners[:, 3] - self.corners[:, 1]
        normal = np.cross(across, along)
        unit: Array = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
        return unit


def facets(grid: Array) -> Array:
    """The facets (n, 4, 3) between neighbours of a grid of points (rows, columns, 3).

    They face outside when, seen from there, columns run to the right and rows run up.
    """
    corners = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], axis=2)
    return corners.reshape(-1, 4, 3)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a patch: fractions across and up, lifted off the surface by metres."""

    across: tuple[float, float] = (0.0, 1.0)
    up: tuple[float, float] = (0.0, 1.0)
    lift: float = 0.0


WHOLE = Part()


def patch(
    corners: Sequence[Sequence[float]] | Array, *, part: Part = WHOLE, bulge: float = 0.0, rows: int = 6, columns: int = 8
) -> Array:
    """A grid (rows + 1, columns + 1, 3) over four corners (low left, low right, high right, high left), bulging by metres."""
    u = np.linspace(*part.across, columns + 1)[None, :, None]
    v = np.linspace(*part.up, rows + 1)[:, None, None]
    low_left, low_right, high_right, high_left = np.array(corners, dtype=np.float64)
    flat = (low_left * (1 - u) + low_right * u) * (1 - v) + (high_left * (1 - u) + high_right * u) * v
    normal = np.cross(high_right - low_left, high_left - low_right)
    normal = normal / np.linalg.norm(normal)
    result: Array = flat + normal * (bulge * 16 * u * (1 - u) * v * (1 - v) + part.lift)
    return result


def box(low: Sequence[float], high: Sequence[float], colour: Colour, gloss: float = 0.0, layer: int = 0) -> Mesh:
    """An upright box between two opposite corners."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    walls = [
        [(x0, y1, z0), (x0, y0, z0), (x0, y0, z1), (x0, y1, z1)],
        [(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)],
        [(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)],
        [(x1, y1, z0), (x0, y1, z0), (x0, y1, z1), (x1, y1, z1)],
        [(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)],
    ]
    return Mesh.of(np.concatenate([facets(patch(wall, rows=4, columns=6)) for wall in walls]), colour, gloss, layer)


def disc(centre: Sequence[float], radius: float, side: int, colour: Colour, *, gloss: float = 0.0, layer: int = 0) -> Mesh:
    """An upright disc in the x-z plane that faces left (`side` 1) or right (-1)."""
    angles = np.linspace(0.0, 2 * np.pi, 25) * -side
    rim = np.array(centre) + radius * np.stack([np.cos(angles), np.zeros(25), np.sin(angles)], axis=1)
    middle = np.broadcast_to(np.array(centre, dtype=np.float64), (24, 3))
    return Mesh.of(np.stack([middle, rim[:-1], rim[1:], middle], axis=1), colour, gloss, layer)
