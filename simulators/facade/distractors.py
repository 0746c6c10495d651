"""What moves in front of a facade and was not thrown: each draws itself into a picture at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.facade.scene import FacadeScene
from simulators.facade.sprites import draw_disc
from simulators.facade.view import FacadeView
from simulators.facade.wall import BRIGHTNESS, Wall, Window, switch

Image = NDArray[np.uint8]
Random = np.random.Generator


class Distractor(Protocol):
    """Something that is seen for a while."""

    def draw(self, image: Image, at_s: float) -> None:
        """Draw it as it is at a time of the scene."""


@dataclass(frozen=True, slots=True)
class Flyer:
    """A bird: fast, now and then in a dive that it pulls out of; metres, `dive` how deep."""

    view: FacadeView
    begins_s: float
    start: tuple[float, float, float]
    speed: tuple[float, float]
    dive_m: float
    size_m: float
    grey: float
    lasts_s: float = 4.0

    def draw(self, image: Image, at_s: float) -> None:
        passed = at_s - self.begins_s
        if not 0 <= passed <= self.lasts_s:
            return
        x = self.start[0] + self.speed[0] * passed
        h = self.start[1] + self.speed[1] * passed - self.dive_m * np.sin(np.pi * passed / self.lasts_s) ** 2
        px, py, scale = self.view.project(np.array([x]), np.array([h]), self.start[2])
        beat = 1 + 0.4 * np.sin(2 * np.pi * 7 * passed)
        radius = max(0.6, self.size_m * float(scale[0]) / 2 * beat)
        draw_disc(image, [(float(px[0]), float(py[0]))], radius, self.grey)


@dataclass(frozen=True, slots=True)
class Leaf:
    """Sinks at its terminal speed and sways."""

    view: FacadeView
    begins_s: float
    start: tuple[float, float, float]
    speed_m_s: float
    sway_m: float
    sway_s: float
    grey: float

    def draw(self, image: Image, at_s: float) -> None:
        passed = at_s - self.begins_s
        h = self.start[1] - self.speed_m_s * passed
        if passed < 0 or h < 0:
            return
        swing = np.sin(2 * np.pi * passed / self.sway_s)
        x = self.start[0] + self.sway_m * swing + 0.5 * passed
        px, py, scale = self.view.project(np.array([x]), np.array([h + 0.2 * swing**2]), self.start[2])
        draw_disc(image, [(float(px[0]), float(py[0]))], max(0.7, 0.05 * float(scale[0])), self.grey)


@dataclass(frozen=True, slots=True)
class Insect:
    """Out of focus close to the lens, on a path of its own will (pixels a frame at 25 a second)."""

    begins_s: float
    places: NDArray[np.float64]
    radius: float
    grey: float

    def draw(self, image: Image, at_s: float) -> None:
        passed = (at_s - self.begins_s) * 25
        if not 0 <= passed <= len(self.places) - 1:
            return
        index = int(passed)
        after = min(index + 1, len(self.places) - 1)
        x, y = self.places[index] + (self.places[after] - self.places[index]) * (passed - index)
        draw_disc(image, [(float(x), float(y))], self.radius, self.grey, 0.6)


@dataclass(frozen=True, slots=True)
class Rain:
    """Streaks at terminal speed, at all depths; places repeat after the picture's height."""

    places: NDArray[np.float64]
    speeds: NDArray[np.float64]
    grey: int
    size: tuple[int, int]

    def draw(self, image: Image, at_s: float) -> None:
        width, height = self.size
        y = (self.places[:, 1] + self.speeds * at_s) % (height + 80) - 40
        x = (self.places[:, 0] + 0.08 * self.speeds * at_s) % width
        layer = image.copy()
        for left, top, speed in zip(x, y, self.speeds, strict=True):
            end = (round(left + 0.08 * speed * 0.01), round(top + speed * 0.012))
            cv2.line(layer, (round(left), round(top)), end, (self.grey,) * 3, 1, cv2.LINE_AA)
        cv2.addWeighted(layer, 0.35, image, 0.65, 0, dst=image)


@dataclass(frozen=True, slots=True)
class Laundry:
    """A piece on a line below a window."""

    window: Window
    grey: float
    swing_s: float
    phase: float

    def draw(self, image: Image, at_s: float) -> None:
        left, bottom = self.window.corners[0]
        right = self.window.corners[1][0]
        wide, drop = (right - left) / 3, (right - left) * 0.5
        move = 2.5 * np.sin(2 * np.pi * at_s / self.swing_s + self.phase) + 1.2 * np.sin(2 * np.pi * at_s / 0.7)
        low, hem_left, hem_right = bottom + drop, left + wide + move, left + 2 * wide + move
        corners = np.array([(left + wide, bottom), (left + 2 * wide, bottom), (hem_right, low), (hem_left, low)])
        cv2.fillConvexPoly(image, np.round(corners * 16).astype(np.int32), (self.grey,) * 3, cv2.LINE_AA, 4)


@dataclass(frozen=True, slots=True)
class Switched:
    """A window whose light is switched for a while."""

    window: Window
    begins_s: float
    lasts_s: float

    def draw(self, image: Image, at_s: float) -> None:
        if 0 <= at_s - self.begins_s <= self.lasts_s:
            switch(image, self.window)


@dataclass(frozen=True, slots=True)
class Foliage:
    """The crown of a tree in front of the lower floors."""

    texture: Image
    left: int
    top: int

    def draw(self, image: Image, at_s: float) -> None:
        high, wide = self.texture.shape[:2]
        rows = np.arange(high)
        part = image[self.top : self.top + high, self.left : self.left + wide]
        wind = 1 + 0.5 * np.sin(at_s / 3)
        slow, quick = np.sin(2 * np.pi * at_s / 1.7 + rows / 17), np.sin(2 * np.pi * at_s / 0.6 + rows / 5)
        shifts = np.round(2.5 * wind * slow + 1.5 * quick).astype(int)
        columns = (np.arange(wide)[None] - shifts[:, None]) % wide
        moved = np.take_along_axis(self.texture, columns[..., None], axis=1)
        shown = moved[: part.shape[0], : part.shape[1]]
        leaves = shown[..., 1] > 60
        part[leaves] = shown[leaves]


def distractors(scene: FacadeScene, view: FacadeView, wall: Wall, random: Random) -> Sequence[Distractor]:
    """All that the scene's distractions ask for, by its seed."""
    wanted, minutes, dim = scene.distractions, scene.seconds / 60, BRIGHTNESS[scene.light]
    found: list[Distractor] = []

    def moments(a_minute: int) -> list[float]:
        return [random.uniform(0, scene.seconds) for _ in range(round(a_minute * minutes))]

    found += [_bird(at, scene, view, random) for at in moments(wanted.birds)]
    found += [_leaf(at, scene, view, random) for at in moments(wanted.leaves)]
    for at in moments(wanted.insects):
        steps = np.cumsum(random.normal(0, 2.0, (60, 2)), axis=0) + random.normal(0, 6, 2)
        begin = np.array([random.uniform(0, view.width), random.uniform(0, view.height)])
        found.append(Insect(at, begin + np.cumsum(steps, axis=0), random.uniform(1.5, 6), random.choice([20.0, 230.0])))
    if wanted.rain:
        places = np.column_stack([random.uniform(0, view.width, wanted.rain), random.uniform(0, view.height, wanted.rain)])
        speeds = random.uniform(130, 900, wanted.rain)
        found.append(Rain(places, speeds, round(230 * max(dim, 0.5)), (view.width, view.height)))
    windows = [wall.windows[int(random.integers(len(wall.windows)))] for _ in range(wanted.laundry)]
    found += [Laundry(window, random.uniform(30, 240) * dim, random.uniform(1.2, 3), random.uniform(0, 6)) for window in windows]
    for at in moments(wanted.lights):
        window = wall.windows[int(random.integers(len(wall.windows)))]
        found.append(Switched(window, at, float(random.choice([0.2, 1.0, 10.0]))))
    if wanted.foliage:
        found.append(_tree(view, random, dim))
    return found


def _bird(at: float, scene: FacadeScene, view: FacadeView, random: Random) -> Flyer:
    side = random.choice([-1.0, 1.0])
    return Flyer(
        view,
        at,
        (-side * scene.building.width_m * 0.6, random.uniform(6, scene.building.height_m), random.uniform(0.5, 20)),
        (side * random.uniform(5, 12), random.uniform(-2.5, 2)),
        float(random.choice([0.0, 0.0, 4.0, 8.0])),
        random.uniform(0.15, 0.4),
        random.uniform(10, 60) * BRIGHTNESS[scene.light],
    )


def _leaf(at: float, scene: FacadeScene, view: FacadeView, random: Random) -> Leaf:
    half = scene.building.width_m / 2
    start = (random.uniform(-half, half), random.uniform(5, scene.building.height_m + 3), random.uniform(1, 15))
    speed, sway, period = random.uniform(0.8, 2.2), random.uniform(0.1, 0.7), random.uniform(0.6, 1.8)
    return Leaf(view, at, start, speed, sway, period, 60 * BRIGHTNESS[scene.light])


def _tree(view: FacadeView, random: Random, dim: float) -> Foliage:
    high, wide = view.height // 4, view.width // 3
    grain = cv2.GaussianBlur(random.normal(0, 1, (high, wide)).astype(np.float32), (0, 0), 2.5)
    row, column = np.mgrid[0:high, 0:wide]
    inside = ((row - high / 2) / (high / 2)) ** 2 + ((column - wide / 2) / (wide / 2)) ** 2 < 0.85
    level = np.clip(95 + 260 * grain, 0, 200) * dim * inside
    green = np.stack([level * 0.5, np.where(inside, np.maximum(level, 61), 0), level * 0.55], axis=-1)
    return Foliage(green.astype(np.uint8), int(random.uniform(0, view.width - wide)), view.height - high - 30)
