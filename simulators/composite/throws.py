"""Throws drawn into real clips of traffic and trees, as if a facade of 36 m filled the picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.composite.clip import pictures_of
from simulators.composite.condition import Condition, suffered
from simulators.facade.frames import Facade
from simulators.facade.random_scenes import APART_S, BRIGHT, DARK, TERMINAL_M_S
from simulators.facade.scene import Building, FacadeCamera, FacadeScene, Throw

Image = NDArray[np.uint8]

SECONDS = 28.0
FLOORS = 12
SIZES_PX = (3.0, 10.0)
MIDDLE = 128.0


@dataclass(frozen=True, slots=True)
class ThrowClip:
    """A clip at the rate at which it is played, and its size."""

    name: str
    fps: float
    width: int
    height: int


CLIPS = (ThrowClip("road_ahmet.mp4", 24.0, 640, 352), ThrowClip("hwy_bgs02.avi", 25.0, 320, 240))


@dataclass(frozen=True, slots=True)
class ThrownInto:
    """One clip with its throws; the facade knows the truth."""

    clip: Path
    condition: Condition
    facade: Facade

    def pictures(self) -> Iterator[tuple[float, Image]]:
        """Seconds and BGR pictures."""
        scene = self.facade.scene
        real = pictures_of(self.clip, scene.camera.fps, scene.seconds, (scene.camera.width, scene.camera.height))
        return suffered(self.facade.frames_over(real), self.condition, scene.seed)


def thrown_into(folder: Path, seed: int, *, throws: bool = True) -> ThrownInto:
    """Clip and condition take turns with the seed; a thing is dark where the clip is bright, and bright where it is dark."""
    chosen, condition = CLIPS[seed % len(CLIPS)], tuple(Condition)[seed // len(CLIPS) % len(Condition)]
    random = np.random.default_rng([seed, 71])
    camera = FacadeCamera(width=chosen.width, height=chosen.height, fps=chosen.fps)
    building = Building(floors=FLOORS, width_m=0.8 * FLOORS * 3 * chosen.width / chosen.height, seed=seed)
    empty = FacadeScene(seed=seed, seconds=SECONDS, noise=0.0, building=building, camera=camera)
    clip = folder / chosen.name
    first = next(pictures_of(clip, chosen.fps, 1.0, (chosen.width, chosen.height)))[1]
    times = np.arange(4.0, SECONDS - 5.0, APART_S) if throws else np.array([])
    facade = Facade(empty)
    thrown = tuple(_throw(float(at + random.uniform(0, 1)), facade, first, random) for at in times)
    return ThrownInto(clip, condition, Facade(empty.model_copy(update={"throws": thrown})))


def _throw(at_s: float, facade: Facade, first: Image, random: np.random.Generator) -> Throw:
    scene = facade.scene
    half = scene.building.width_m / 2 - 3
    floor, x = int(random.integers(5, FLOORS + 1)), float(random.uniform(-half, half))
    px, _, scale = facade.view.project(np.array([x]), np.array([floor * 3.0]))
    strip = first[:, max(0, int(px[0]) - 15) : int(px[0]) + 15]
    bright = float(cv2.mean(cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY))[0]) > MIDDLE
    return Throw(
        at_s=at_s,
        floor=floor,
        x=x,
        size_m=float(random.uniform(*SIZES_PX)) / float(scale[0]),
        speed=(float(random.uniform(-2, 2)), float(random.choice([0.0, 0.0, 1.5])), float(random.uniform(0.3, 1.5))),
        terminal_m_s=float(random.choice(TERMINAL_M_S)),
        grey=DARK if bright else BRIGHT,
    )
