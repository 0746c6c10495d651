"""Pictures of a facade scene, one by one, and the truth about its throws."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.facade.distractors import distractors
from simulators.facade.flight import Flight, fly
from simulators.facade.scene import FacadeScene, Throw
from simulators.facade.sprites import draw_disc
from simulators.facade.view import FacadeView
from simulators.facade.wall import BRIGHTNESS, draw_wall

Image = NDArray[np.uint8]

NOISES = 7  # pictures of noise that are used in turn, each time shifted
SUB_STEPS = 4  # places in which a moving thing is drawn while the shutter is open


@dataclass(frozen=True, slots=True)
class ThrowTruth:
    """One throw as it can be seen: seconds from the scene's start, pixels of the picture."""

    released_s: float
    landed_s: float
    floor: int
    released_m: float
    size_px: float
    x_px: float


class Facade:
    """Renders one scene; the same scene gives the same pixels."""

    def __init__(self, scene: FacadeScene) -> None:
        self.scene = scene
        self.view = FacadeView(scene.building, scene.camera)
        self._wall = draw_wall(scene.building, self.view, scene.light)
        random = np.random.default_rng(scene.seed)
        self._others = distractors(scene, self.view, self._wall, random)
        self._flights = [(throw, fly(throw)) for throw in scene.throws]
        shape = (scene.camera.height, scene.camera.width, 1)
        self._noises = [random.normal(0, scene.noise, shape).astype(np.int8).repeat(3, axis=2) for _ in range(NOISES)]
        self._random = random

    def truth(self) -> tuple[ThrowTruth, ...]:
        """What was thrown, in the order of the scene."""
        return tuple(self._truth(throw, flight) for throw, flight in self._flights)

    def frames(self) -> Iterator[tuple[float, Image]]:
        """Seconds and BGR picture of every frame."""
        camera = self.scene.camera
        for index in range(int(self.scene.seconds * camera.fps)):
            yield index / camera.fps, self._frame(index / camera.fps)

    def frames_over(self, pictures: Iterable[tuple[float, Image]]) -> Iterator[tuple[float, Image]]:
        """Only the throws, over these pictures (seconds, BGR) instead of the facade."""
        for at_s, image in pictures:
            for throw, flight in self._flights:
                self._draw_throw(image, throw, flight, at_s)
            yield at_s, image

    def _frame(self, at_s: float) -> Image:
        image = self._wall.image.copy()
        for other in self._others:
            other.draw(image, at_s)
        for throw, flight in self._flights:
            self._draw_throw(image, throw, flight, at_s)
        drift = self.scene.distractions.exposure_drift
        if drift:
            gain = 1 + drift * np.sin(2 * np.pi * at_s / 40) + (drift / 2 if int(at_s) % 20 == 13 else 0)
            image = np.asarray(cv2.convertScaleAbs(image, alpha=gain), np.uint8)
        noise = self._noises[int(self._random.integers(NOISES))]
        noise = np.roll(noise, (int(self._random.integers(200)), int(self._random.integers(200))), axis=(0, 1))
        return np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8)

    def _draw_throw(self, image: Image, throw: Throw, flight: Flight, at_s: float) -> None:
        passed = at_s - throw.at_s
        if not 0 <= passed <= flight.seconds:
            return
        times = [min(passed + self.scene.camera.exposure_s * step / SUB_STEPS, flight.seconds) for step in range(SUB_STEPS)]
        places = np.array([flight.at(time) for time in times])
        grey = throw.grey * BRIGHTNESS[self.scene.light]
        if throw.mirrored:
            x, y, scale = self.view.project(places[:, 0], places[:, 1], -places[:, 2])
            radius = throw.size_m * float(scale[0]) / 2
            draw_disc(image, list(zip(x.tolist(), y.tolist(), strict=True)), radius, grey, throw.mirrored)
        x, y, scale = self.view.project(places[:, 0], places[:, 1], places[:, 2])
        draw_disc(image, list(zip(x.tolist(), y.tolist(), strict=True)), throw.size_m * float(scale[0]) / 2, grey)

    def _truth(self, throw: Throw, flight: Flight) -> ThrowTruth:
        x, _, scale = self.view.project(np.array([throw.x]), np.array([throw.released_m]))
        return ThrowTruth(
            released_s=throw.at_s,
            landed_s=throw.at_s + flight.seconds,
            floor=throw.floor,
            released_m=throw.released_m,
            size_px=throw.size_m * float(scale[0]),
            x_px=float(x[0]),
        )
