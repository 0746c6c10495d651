"""The empty street: rays of the camera meet the ground and the house front behind it, whose textures are grown from a seed."""

from collections.abc import Callable, Sequence
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from simulators.street.camera import Array, Camera

Kind = Literal["asphalt", "pavement", "grass", "kerb", "white_line", "yellow_line", "dashes", "zebra"]
Span = tuple[float, float]
GRAIN = 0.003
"""Spread of the sensor's fixed noise, as a share of white."""


class Area(BaseModel):
    """A rectangle of ground, metres; later areas lie on top of earlier ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    x: Span
    y: Span


class Background(BaseModel):
    """What stands still: ground areas on asphalt, a house front across the street's end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 1
    areas: tuple[Area, ...] = ()
    facade_at_m: float | None = None
    """How far the house front is; none: open sky above the horizon."""


def empty_street(camera: Camera, background: Background) -> NDArray[np.uint8]:
    """The picture without vehicles, (height, width, 3) BGR."""
    rays = camera.rays()
    noise = Noise(background.seed)
    downward = np.minimum(rays[..., 2], -1e-4)
    reach = -camera.height_m / downward
    x, y = rays[..., 0] * reach, rays[..., 1] * reach
    picture = ground(x, y, background.areas, noise)
    far = np.full(rays.shape[:2], 1e6) if background.facade_at_m is None else np.full(rays.shape[:2], background.facade_at_m)
    beyond = (rays[..., 2] > -1e-4) | (y > far)
    if background.facade_at_m is None:
        backdrop = sky(rays[..., 2])
    else:
        share = background.facade_at_m / np.maximum(rays[..., 1], 1e-4)
        backdrop = facade(rays[..., 0] * share, camera.height_m + rays[..., 2] * share, noise)
    picture = np.where(beyond[..., None], backdrop, picture)
    blurred = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 1.0)
    grain = np.random.default_rng(background.seed + 7).normal(0.0, GRAIN, (camera.height, camera.width, 1))
    return (np.clip(blurred + grain, 0.0, 1.0) * 255).astype(np.uint8)


class Noise:
    """Smooth random fields over the ground, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._field: NDArray[np.float32] = np.random.default_rng(seed).normal(0.0, 1.0, (512, 512)).astype(np.float32)

    def at(self, x: Array, y: Array, size_m: float) -> Array:
        """Values around 0 with spread about 1, with grains of `size_m`."""
        u = np.mod(x / size_m, 511.0).astype(np.float32)
        v = np.mod(y / size_m, 511.0).astype(np.float32)
        return cv2.remap(self._field, u, v, cv2.INTER_LINEAR).astype(np.float64)


def ground(x: Array, y: Array, areas: Sequence[Area], noise: Noise) -> Array:
    """The colours of the ground at these places, (h, w, 3), BGR 0 to 1."""
    picture = asphalt(x, y, noise)
    for area in areas:
        inside = (x >= area.x[0]) & (x < area.x[1]) & (y >= area.y[0]) & (y < area.y[1])
        if area.kind == "dashes":
            inside &= np.mod(y - area.y[0], 6.0) < 3.0
        if area.kind == "zebra":
            inside &= np.mod(x - area.x[0], 0.9) < 0.45
        if inside.any():
            picture = np.where(inside[..., None], TEXTURES[area.kind](x, y, noise), picture)
    return picture


def grey(level: Array, tint: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Array:
    """A tinted grey (h, w, 3)."""
    tinted: Array = level[..., None] * np.array(tint)
    return tinted


def asphalt(x: Array, y: Array, noise: Noise) -> Array:
    """Grainy dark road with large stains and worn wheel tracks."""
    level = 0.36 + 0.014 * noise.at(x, y, 0.04) + 0.018 * noise.at(x + 9, y, 0.9) + 0.015 * noise.at(x, y + 31, 4.0)
    return grey(level, (1.03, 1.0, 0.97))


def pavement(x: Array, y: Array, noise: Noise) -> Array:
    """Concrete tiles of 0.5 m with joints, no two quite alike."""
    joint = (np.mod(x, 0.5) < 0.015) | (np.mod(y + 0.25 * np.mod(np.floor(x / 0.5), 2.0), 0.5) < 0.015)
    tile = noise.at(np.floor(x / 0.5) * 7.3, np.floor(y / 0.5) * 5.1, 1.0)
    level = 0.56 + 0.02 * tile + 0.010 * noise.at(x, y, 0.05) + 0.015 * noise.at(x + 3, y + 5, 1.5)
    return grey(np.where(joint, level - 0.10, level), (0.93, 0.98, 1.02))


def grass(x: Array, y: Array, noise: Noise) -> Array:
    """A low hedge."""
    level = 0.30 + 0.07 * noise.at(x, y, 0.06) + 0.05 * noise.at(x, y, 0.5)
    return grey(level, (0.55, 1.0, 0.72))


def kerb(x: Array, y: Array, noise: Noise) -> Array:
    """Light kerb stones of 1 m."""
    level = 0.66 + 0.02 * noise.at(x, y, 0.08)
    return grey(np.where(np.mod(y, 1.0) < 0.03, level - 0.2, level))


def white_line(x: Array, y: Array, noise: Noise) -> Array:
    """Worn road paint."""
    return grey(0.82 + 0.04 * noise.at(x, y, 0.06))


def yellow_line(x: Array, y: Array, noise: Noise) -> Array:
    """Worn yellow road paint: no parking."""
    return grey(0.78 + 0.04 * noise.at(x, y, 0.06), (0.25, 0.85, 1.0))


def facade(x: Array, z: Array, noise: Noise) -> Array:
    """A house front: shops below, rows of windows above."""
    wall = grey(0.58 + 0.02 * noise.at(x, z, 0.3), (0.85, 0.95, 1.05))
    column, row = np.mod(x, 3.0), np.mod(z - 4.2, 3.2)
    window = (column > 0.7) & (column < 2.3) & (row > 0.9) & (row < 2.5) & (z > 4.2)
    glass = grey(0.26 + 0.06 * noise.at(np.floor(x / 3.0) * 3.7, np.floor(z / 3.2) * 2.9, 1.0), (1.1, 1.0, 0.92))
    shop = (z < 3.0) & (np.mod(x, 6.0) > 0.5) & (z > 0.3)
    sign = (z >= 3.0) & (z < 3.9) & (np.mod(x, 6.0) > 0.5)
    signs = grey(0.45 + 0.1 * noise.at(np.floor(x / 6.0) * 2.3, np.zeros_like(x), 1.0), (0.5, 0.6, 1.1))
    return np.where(window[..., None] | shop[..., None], glass, np.where(sign[..., None], signs, wall))


def sky(upward: Array) -> Array:
    """Haze at the horizon, blue above."""
    share = np.clip(upward * 3, 0.0, 1.0)[..., None]
    return np.array([0.90, 0.87, 0.84]) * (1 - share) + np.array([0.85, 0.68, 0.5]) * share


TEXTURES: dict[Kind, Callable[[Array, Array, Noise], Array]] = {
    "asphalt": asphalt,
    "pavement": pavement,
    "grass": grass,
    "kerb": kerb,
    "white_line": white_line,
    "yellow_line": yellow_line,
    "dashes": white_line,
    "zebra": white_line,
}
