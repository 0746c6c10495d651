"""A drawn car that drives into a real clip and stays, or does not stay long enough; or a drawn truck that tips there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulators.composite.clip import pictures_of
from simulators.composite.condition import Condition, suffered
from simulators.stage.frames import Stage
from simulators.stage.scene import Prop, StageScene, Step, Weather, pick, still
from simulators.stage.tipping import TippingScene, tipping_scene
from simulators.street.camera import Camera
from simulators.street.vehicles import Paint, VehicleKind, vehicle

Image = NDArray[np.uint8]

CLIP = "vtest.avi"
SIZE = (768, 576)
SECONDS = 76.0
FPS = 5.0
DWELL_S = 20.0
ZONE = ((0.02, 0.42), (0.98, 0.42), (0.98, 0.99), (0.02, 0.99))
KINDS: tuple[VehicleKind, ...] = ("sedan", "hatchback", "suv", "minivan")
PAINTS: tuple[Paint, ...] = ("white", "silver", "black", "blue", "red", "orange")
STILL = Weather(noise=0.0)


@dataclass(frozen=True, slots=True)
class StoppedIn:
    """The clip with its car; `stood` is when it stands, `long` whether that is too long."""

    clip: Path
    condition: Condition
    stage: StageScene
    stood: tuple[float, float]

    @property
    def long(self) -> bool:
        return self.stood[1] - self.stood[0] >= DWELL_S

    def pictures(self) -> Iterator[tuple[float, Image]]:
        """Seconds and BGR pictures."""
        real = pictures_of(self.clip, FPS, SECONDS, SIZE)
        return suffered(Stage(self.stage).frames_over(real), self.condition, self.stage.seed)


def stopped_in(folder: Path, seed: int) -> StoppedIn:
    """Half of the seeds hold a stop that is too long; the condition takes turns."""
    random = np.random.default_rng([seed, 73])
    comes = float(random.uniform(6, 14))
    stays = float(random.uniform(28, 45)) if seed % 2 == 0 else float(random.uniform(6, 14))
    x, y, heading = float(random.uniform(-3.0, 1.0)), float(random.uniform(12.0, 13.5)), float(random.uniform(-100, -75))
    body = vehicle(pick(random, KINDS), pick(random, PAINTS)).mesh
    goes = comes + stays
    way = (
        Step(comes - 4, x - 14, y, heading),
        Step(comes - 1, x - 1.0, y, heading),
        Step(comes, x, y, heading),
        Step(goes, x, y, heading),
        Step(goes + 1, x + 1.5, y, heading),
        Step(goes + 5, x + 18, y, heading),
    )
    camera = Camera(*SIZE, 5.0, 22.0, 0.0, 48.0)
    stage = StageScene(seed, SECONDS, FPS, camera, _nothing, (Prop("car", still(body), way),), STILL)
    return StoppedIn(folder / CLIP, tuple(Condition)[seed // 2 % len(Condition)], stage, (comes, goes))


@dataclass(frozen=True, slots=True)
class TippedIn:
    """The clip with a tipping scene's props."""

    clip: Path
    condition: Condition
    scene: TippingScene

    def pictures(self) -> Iterator[tuple[float, Image]]:
        """Seconds and BGR pictures."""
        stage = self.scene.stage
        real = pictures_of(self.clip, stage.fps, stage.seconds, (stage.camera.width, stage.camera.height))
        return suffered(Stage(stage).frames_over(real), self.condition, stage.seed)


def tipped_in(folder: Path, seed: int) -> TippedIn:
    """The tipping scene of this seed over the clip's people and lawn; the condition takes turns."""
    scene = tipping_scene(seed)
    stage = replace(scene.stage, backdrop=_nothing, weather=STILL)
    return TippedIn(folder / CLIP, tuple(Condition)[seed // 2 % len(Condition)], replace(scene, stage=stage))


def _nothing(camera: Camera) -> Image:
    return np.zeros((camera.height, camera.width, 3), np.uint8)
