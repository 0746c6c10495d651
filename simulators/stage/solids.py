"""Round solids as facets, from which people, bicycles, umbrellas and heaps are put together."""

import itertools
from collections.abc import Sequence

import numpy as np

from simulators.street.mesh import Array, Colour, Mesh, box, facets

Place = tuple[float, float, float]


def ball(centre: Place, radii: Place, colour: Colour, *, gloss: float = 0.05, layer: int = 0) -> Mesh:
    """An ellipsoid with its axes along x, y and z, metres."""
    up = np.linspace(-np.pi / 2, np.pi / 2, 8)[:, None]
    around = np.linspace(0.0, 2 * np.pi, 13)[None, :]
    grid = np.stack(
        [np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), np.sin(up) * np.ones_like(around)], axis=-1
    ) * np.array(radii) + np.array(centre)
    return Mesh.of(facets(grid), colour, gloss, layer)


def tube(start: Place, end: Place, radius: tuple[float, float], colour: Colour, *, gloss: float = 0.05, layer: int = 0) -> Mesh:
    """A round bar between two places, `radius` at its start and end, open at both."""
    low, high = np.array(start), np.array(end)
    axis = high - low
    axis = axis / max(float(np.linalg.norm(axis)), 1e-9)
    aside = np.cross(axis, [0.0, 0.0, 1.0] if abs(axis[2]) < 0.9 else [1.0, 0.0, 0.0])
    aside = aside / np.linalg.norm(aside)
    across = np.cross(axis, aside)
    around = np.linspace(0.0, 2 * np.pi, 9)
    ring = np.cos(around)[:, None] * aside + np.sin(around)[:, None] * across
    grid = np.stack([low + ring * radius[0], high + ring * radius[1]])
    return Mesh.of(facets(grid), colour, gloss, layer)


def wheel(
    centre: Place, radius: float, width: float, colour: Colour = (0.05, 0.05, 0.05), rim: Colour = (0.6, 0.6, 0.62)
) -> Mesh:
    """A thin wheel in the x-z plane: a tyre as a ring of bars, spokes as a disc inside it."""
    around = np.linspace(0.0, 2 * np.pi, 17)
    places = np.array(centre) + radius * np.stack([np.cos(around), np.zeros(17), np.sin(around)], axis=1)
    tyre = [tube(_place(a), _place(b), (width, width), colour) for a, b in itertools.pairwise(places)]
    spokes = [tube(centre, _place(place), (0.006, 0.006), rim) for place in places[:-1:2]]
    hub = ball(centre, (radius * 0.16, width * 1.3, radius * 0.16), rim)
    return Mesh.join([*tyre, *spokes, hub])


def cone(centre: Place, radius: float, height: float, colour: Colour, *, sides: int = 16) -> Mesh:
    """An umbrella's canopy: its rim at `centre`, its tip `height` above; seen from above and from below."""
    around = np.linspace(0.0, 2 * np.pi, sides + 1)
    rim = np.array(centre) + radius * np.stack([np.cos(around), np.sin(around), np.zeros(sides + 1)], axis=1)
    tip = np.broadcast_to(np.array(centre) + np.array([0.0, 0.0, height]), rim.shape)
    grid = np.stack([rim, tip])
    return Mesh.join([Mesh.of(facets(grid), colour, 0.1), Mesh.of(facets(grid[::-1]), _darker(colour), 0.0)])


def heap(radius: tuple[float, float], height: float, colour: Colour, seed: int) -> Mesh:
    """A rough heap of earth or rubble on the ground around the origin; `radius` along and across, metres."""
    random = np.random.default_rng(seed)
    steps, count = np.linspace(0.0, 1.0, 7)[:, None], 21
    around = np.linspace(0.0, 2 * np.pi, count)[None, :]
    rough = random.normal(1.0, 0.10, (7, count))
    rough[:, -1] = rough[:, 0]
    reach = (1 - steps) * rough
    grid = np.stack(
        [
            radius[0] * reach * np.cos(around),
            radius[1] * reach * np.sin(around),
            height * np.sin(steps * np.pi / 2) * (0.8 + 0.2 * rough),
        ],
        axis=-1,
    )
    grid[0, :, 2] = 0.0
    mesh = Mesh.of(facets(grid), colour, 0.0)
    shades = np.clip(random.normal(1.0, 0.16, (len(mesh.corners), 1)), 0.5, 1.5)
    return Mesh(mesh.corners, np.clip(mesh.colours * shades, 0, 1), mesh.gloss, mesh.layers)


def crate(low: Sequence[float], high: Sequence[float], colour: Colour, layer: int = 0) -> Mesh:
    """An upright box of few facets."""
    return box(low, high, colour, 0.05, layer)


def turned(mesh: Mesh, angle_deg: float, hinge: tuple[float, float]) -> Mesh:
    """The mesh turned about an axis along y through `hinge` (x, z): positive raises its front."""
    angle = np.radians(angle_deg)
    x, z = mesh.corners[..., 0] - hinge[0], mesh.corners[..., 2] - hinge[1]
    corners = mesh.corners.copy()
    corners[..., 0] = hinge[0] + x * np.cos(angle) - z * np.sin(angle)
    corners[..., 2] = hinge[1] + x * np.sin(angle) + z * np.cos(angle)
    return Mesh(corners, mesh.colours, mesh.gloss, mesh.layers)


def moved(mesh: Mesh, by: Place) -> Mesh:
    """The mesh somewhere else."""
    return Mesh(mesh.corners + np.array(by), mesh.colours, mesh.gloss, mesh.layers)


def _place(point: Array) -> Place:
    return float(point[0]), float(point[1]), float(point[2])


def _darker(colour: Colour) -> Colour:
    return colour[0] * 0.5, colour[1] * 0.5, colour[2] * 0.5
