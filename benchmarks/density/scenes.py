"""Streets for the density benchmark: a rendered background over which rendered vehicles slide, with the truth known beforehand.

Rendering each picture anew would take hours; a vehicle that drives across the line of sight only shifts in the picture, so each
is painted once and laid at its place. Traffic repeats every `PERIOD_S`, so that stretches can follow each other without a seam.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.street.camera import Camera
from simulators.street.frames import Image, lay, plate_decal
from simulators.street.ground import Area, Background, empty_street
from simulators.street.painter import Pose, Sprite, paint, shadow
from simulators.street.scene import Actor
from simulators.street.vehicles import Paint, VehicleKind, vehicle

Traffic = Literal["quiet", "medium", "busy"]

FPS = 25
PERIOD_S = 20.0
VISIT_S = 40.0
ARRIVES_S, STOPS_S, STARTS_S, GONE_S = 1.0, 5.0, 35.0, 38.0
"""The visitor of a stretch with an event, seconds from its beginning."""
ZONE = ((-5.6, 17.0), (5.6, 17.0), (6.6, 23.0), (-6.6, 23.0))
"""Corners of the no-parking zone on the ground, metres."""
KERB_Y, FAR_LANE_Y, FARTHER_LANE_Y = 19.5, 27.0, 30.0
OUTSIDE_M = 5.0  # a vehicle whose middle is so far outside the picture does not show
NOISE_LEVELS = 2.5
NOISE_PICTURES = 8


@dataclass(frozen=True, slots=True)
class Car:
    """A vehicle as it is painted: once, in the middle of its lane. `heading_deg` as in `Pose`."""

    kind: VehicleKind
    paint: Paint
    y: float
    heading_deg: float
    plate: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A car crosses the picture: from `begins_s` of each period on, in `takes_s`, rightwards unless `leftwards`."""

    car: Car
    begins_s: float
    takes_s: float
    leftwards: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Size of the picture; the camera hangs 5.2 m high."""

    width: int = 1920
    height: int = 1080

    def camera(self) -> Camera:
        return Camera(self.width, self.height, 5.2, 12.0, 0.0, 29.0)

    def zone(self) -> tuple[tuple[float, float], ...]:
        """The zone's corners as shares of the picture."""
        pixels, _ = self.camera().project(np.array([(x, y, 0.0) for x, y in ZONE]))
        return tuple(
            (round(min(max(float(x) / self.width, 0), 1), 4), round(min(max(float(y) / self.height, 0), 1), 4)) for x, y in pixels
        )


VIEW = View()
VISITOR = Car("sedan", "white", KERB_Y, -62.0, "浙A66P38")

_TRAFFIC: dict[Traffic, tuple[Passage, ...]] = {
    "quiet": (),
    "medium": (
        Passage(Car("sedan", "silver", FAR_LANE_Y, -90.0), 1.0, 4.0),
        Passage(Car("suv", "black", FARTHER_LANE_Y, 90.0), 9.5, 4.5, leftwards=True),
    ),
    "busy": (
        Passage(Car("sedan", "silver", FAR_LANE_Y, -90.0), 0.0, 4.5),
        Passage(Car("minivan", "white", FAR_LANE_Y, -90.0), 3.2, 4.5),
        Passage(Car("suv", "blue", FAR_LANE_Y, -90.0), 6.9, 4.5),
        Passage(Car("hatchback", "red", FAR_LANE_Y, -90.0), 10.1, 4.5),
        Passage(Car("sedan", "black", FAR_LANE_Y, -90.0), 13.3, 4.5),
        Passage(Car("suv", "grey", FAR_LANE_Y, -90.0), 16.4, 4.5),
        Passage(Car("suv", "white", FARTHER_LANE_Y, 90.0), 1.5, 5.0, leftwards=True),
        Passage(Car("sedan", "orange", FARTHER_LANE_Y, 90.0), 6.0, 5.0, leftwards=True),
        Passage(Car("truck", "green", FARTHER_LANE_Y, 90.0), 10.5, 5.0, leftwards=True),
        Passage(Car("sedan", "grey", FARTHER_LANE_Y, 90.0), 15.0, 5.0, leftwards=True),
    ),
}


class Street:
    """Pictures of one street; the same arguments give the same pixels."""

    def __init__(self, traffic: Traffic, view: View) -> None:
        self._camera = view.camera()
        self._passages = _TRAFFIC[traffic]
        self._empty = _empty(view)
        self._noise = _noise(view)
        self._sprites = {car: self._painted(car) for car in {VISITOR, *(passage.car for passage in self._passages)}}
        self._edge_m = {y: self._half_width_m(y) + OUTSIDE_M for y in {car.y for car in self._sprites}}

    def pictures(self, seconds: float, *, visited: bool) -> Iterator[NDArray[np.uint8]]:
        """I420 pictures, (height * 3 / 2) x width, uint8, `FPS` a second; with the visitor's stay if `visited`."""
        for number in range(round(seconds * FPS)):
            at_s = number / FPS
            image = self._empty.copy()
            cars = list(self._passing(at_s % PERIOD_S))
            if visited and (x := self._visitor_at(at_s)) is not None:
                cars.append((VISITOR, x))
            for car, x in sorted(cars, key=lambda pair: -pair[0].y):
                for sprite in self._sprites[car]:
                    _lay_shifted(image, sprite, round(self._pixels(car.y) * x))
            planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420), np.uint8)
            brightness = planes[: image.shape[0]]
            noise = self._noise[number % len(self._noise)]
            cv2.add(brightness, noise, dst=brightness, dtype=cv2.CV_8U)
            yield planes

    def _passing(self, at_s: float) -> Iterator[tuple[Car, float]]:
        for passage in self._passages:
            share = ((at_s - passage.begins_s) % PERIOD_S) / passage.takes_s
            if share < 1:
                edge = self._edge_m[passage.car.y]
                yield passage.car, (1 if passage.leftwards else -1) * edge * (1 - 2 * share)

    def _visitor_at(self, at_s: float) -> float | None:
        """Metres right of the middle; it brakes evenly to its place and speeds up evenly when it leaves."""
        edge, place = self._edge_m[KERB_Y], -1.5
        if not ARRIVES_S <= at_s < GONE_S:
            return None
        if at_s < STOPS_S:
            share = (at_s - ARRIVES_S) / (STOPS_S - ARRIVES_S)
            return -edge + (place + edge) * share * (2 - share)
        share = max(0.0, at_s - STARTS_S) / (GONE_S - STARTS_S)
        return place + (edge - place) * share**2

    def _painted(self, car: Car) -> tuple[Sprite, ...]:
        actor = Actor(name="car", vehicle=car.kind, paint=car.paint, plate=car.plate, place=(0, car.y), stands_from_s=0)
        kind = vehicle(car.kind, car.paint)
        decals = [plate_decal(actor, mount) for mount in kind.mounts] if car.plate else []
        pose = Pose(0.0, car.y, car.heading_deg)
        sprites = shadow(kind.mesh, pose, self._camera), paint(kind.mesh, decals, pose, self._camera)
        return tuple(sprite for sprite in sprites if sprite is not None)

    def _pixels(self, y: float) -> float:
        """Pixels a metre across the line of sight at this distance."""
        ends, _ = self._camera.project(np.array([(0.0, y, 0.0), (1.0, y, 0.0)]))
        return float(ends[1, 0] - ends[0, 0])

    def _half_width_m(self, y: float) -> float:
        return self._camera.width / 2 / self._pixels(y)


def _lay_shifted(image: Image, sprite: Sprite, shift: int) -> None:
    left = sprite.left + shift
    cut_left, cut_right = max(0, -left), max(0, left + sprite.alpha.shape[1] - image.shape[1])
    columns = slice(cut_left, sprite.alpha.shape[1] - cut_right)
    if columns.stop > columns.start:
        lay(image, Sprite(left + cut_left, sprite.top, sprite.colour[:, columns], sprite.alpha[:, columns]))


@cache
def _empty(view: View) -> Image:
    areas = (
        Area(kind="pavement", x=(-40, 40), y=(14.0, 24.5)),
        Area(kind="kerb", x=(-40, 40), y=(24.5, 24.7)),
        Area(kind="yellow_line", x=(-6.0, 6.4), y=(16.6, 16.75)),
    )
    return empty_street(view.camera(), Background(seed=23, facade_at_m=34.0, areas=areas))


@cache
def _noise(view: View) -> NDArray[np.int16]:
    generator = np.random.default_rng(5)
    return np.stack(
        [np.rint(generator.normal(0.0, NOISE_LEVELS, (view.height, view.width))).astype(np.int16) for _ in range(NOISE_PICTURES)]
    )
