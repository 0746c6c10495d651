"""What can drive through a scene: bodies, paints, and where the plates are screwed on."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from simulators.street.car_body import HATCHBACK, MINIVAN, SEDAN, SUV, CarShape, car
from simulators.street.large_body import bus, fire_engine, truck
from simulators.street.mesh import Colour, Mesh

VehicleKind = Literal["sedan", "hatchback", "suv", "minivan", "truck", "bus", "fire_engine"]
Paint = Literal["white", "black", "silver", "grey", "red", "blue", "green", "orange", "beige"]

PAINTS: dict[Paint, Colour] = {
    "white": (0.85, 0.86, 0.86),
    "black": (0.05, 0.05, 0.05),
    "silver": (0.57, 0.56, 0.55),
    "grey": (0.21, 0.20, 0.20),
    "red": (0.08, 0.06, 0.50),
    "blue": (0.45, 0.20, 0.08),
    "green": (0.20, 0.36, 0.14),
    "orange": (0.08, 0.38, 0.80),
    "beige": (0.50, 0.66, 0.72),
}
CAR_SHAPES: dict[VehicleKind, CarShape] = {"sedan": SEDAN, "hatchback": HATCHBACK, "suv": SUV, "minivan": MINIVAN}
LARGE_BODIES: dict[VehicleKind, Callable[[Colour], Mesh]] = {"truck": truck, "bus": bus, "fire_engine": fire_engine}


@dataclass(frozen=True, slots=True)
class PlateMount:
    """The middle of a plate in the vehicle's axes, metres; `facing` -1 backwards, 1 forwards."""

    x: float
    z: float
    facing: int


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A body with its two plate mounts."""

    mesh: Mesh
    mounts: tuple[PlateMount, PlateMount]


@functools.cache
def vehicle(kind: VehicleKind, paint: Paint) -> Vehicle:
    """The vehicle of this kind and paint."""
    if kind in CAR_SHAPES:
        shape = CAR_SHAPES[kind]
        mesh = car(shape, PAINTS[paint])
        rear_height = (0.62 + shape.boot - 0.18) / 2
        return Vehicle(
            mesh, (PlateMount(-shape.length / 2 - 0.06, rear_height, -1), PlateMount(shape.length / 2 + 0.03, 0.46, 1))
        )
    mesh = LARGE_BODIES[kind](PAINTS[paint])
    ends = mesh.corners[..., 0]
    return Vehicle(mesh, (PlateMount(float(ends.min()) - 0.02, 0.72, -1), PlateMount(float(ends.max()) + 0.02, 0.6, 1)))
