"""What stands and moves before a camera: props with a shape and a way, and the weather. Metres, seconds from the start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from simulators.street.camera import Camera
from simulators.street.mesh import Mesh
from simulators.street.painter import Pose

Image = NDArray[np.uint8]
Shape = Callable[[float], Mesh]
"""The prop's mesh at a time of the scene; the same object while nothing about it changes."""
Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Step:
    """Where a prop is at a time; between two steps it moves evenly."""

    at_s: float
    x: float
    y: float
    heading_deg: float


@dataclass(frozen=True, slots=True)
class Prop:
    """Something on the stage from its first step to its last."""

    name: str
    shape: Shape
    way: tuple[Step, ...]

    def pose_at(self, at_s: float) -> Pose | None:
        """Its pose, or nothing while it is not on the stage."""
        if not self.way[0].at_s <= at_s <= self.way[-1].at_s:
            return None
        times = [step.at_s for step in self.way]
        x, y, heading = (
            float(np.interp(at_s, times, values))
            for values in zip(*((step.x, step.y, step.heading_deg) for step in self.way), strict=True)
        )
        return Pose(x, y, heading)


@dataclass(frozen=True, slots=True)
class Shade:
    """The shadow of something outside the picture that wanders over the ground."""

    from_s: float
    until_s: float
    start: tuple[float, float]
    end: tuple[float, float]
    radius_m: float
    depth: float = 0.4  # share of the light that it takes


@dataclass(frozen=True, slots=True)
class Weather:
    """Light, sensor and rain. `light` is a share of full daylight; `clouds` the share by which it wanders."""

    light: float = 1.0
    clouds: float = 0.0
    noise: float = 2.0
    rain: int = 0
    shades: tuple[Shade, ...] = ()


@dataclass(frozen=True, slots=True)
class StageScene:
    """One camera for as long as it is watched; `backdrop` paints the empty stage."""

    seed: int
    seconds: float
    fps: float
    camera: Camera
    backdrop: Callable[[Camera], Image]
    props: tuple[Prop, ...]
    weather: Weather = Weather()


def still(mesh: Mesh) -> Shape:
    """The shape of what never changes."""
    return lambda _: mesh


def stays(x: float, y: float, heading_deg: float, from_s: float, until_s: float) -> tuple[Step, ...]:
    """The way of what does not move."""
    return (Step(from_s, x, y, heading_deg), Step(until_s, x, y, heading_deg))


def pick(random: np.random.Generator, choices: tuple[Choice, ...]) -> Choice:
    """One of the choices."""
    return choices[int(random.integers(len(choices)))]
