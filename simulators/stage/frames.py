"""Pictures of a stage, one by one; the same scene gives the same pixels."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.stage.scene import Image, Prop, Shade, StageScene
from simulators.street.frames import lay
from simulators.street.mesh import Mesh
from simulators.street.painter import Pose, Sprite, paint, shadow

NOISES = 5  # pictures of noise that are used in turn, each time shifted
DROP_PX = 14


class Stage:
    """Renders one scene."""

    def __init__(self, scene: StageScene) -> None:
        self.scene = scene
        self._empty = scene.backdrop(scene.camera)
        self._looks: dict[str, tuple[Mesh, Pose, Sprite | None, Sprite | None]] = {}
        self._random = np.random.default_rng([scene.seed, 3])
        shape = (scene.camera.height, scene.camera.width, 1)
        self._noises = [
            self._random.normal(0, scene.weather.noise, shape).astype(np.int8).repeat(3, axis=2) for _ in range(NOISES)
        ]
        self._composed: tuple[list[tuple[str, Pose, int]], Image] | None = None

    def frames(self) -> Iterator[tuple[float, Image]]:
        """Seconds and BGR picture of every frame."""
        for index in range(int(self.scene.seconds * self.scene.fps)):
            at_s = index / self.scene.fps
            yield at_s, self.picture(at_s)

    def frames_over(self, pictures: Iterable[tuple[float, Image]]) -> Iterator[tuple[float, Image]]:
        """The props over these pictures (seconds, BGR) instead of the backdrop, without the scene's weather."""
        for at_s, image in pictures:
            yield at_s, self._laid_over(image, self._present(at_s))

    def picture(self, at_s: float) -> Image:
        """The BGR picture of one moment."""
        return self._through_the_weather(self._drawn(at_s), at_s)

    def _drawn(self, at_s: float) -> Image:
        present = self._present(at_s)
        key = [(prop.name, pose, id(mesh)) for prop, pose, mesh in present]
        if self._composed is not None and self._composed[0] == key:
            return self._composed[1]
        image = self._laid_over(self._empty.copy(), present)
        self._composed = (key, image)
        return image

    def _present(self, at_s: float) -> list[tuple[Prop, Pose, Mesh]]:
        return [(prop, pose, prop.shape(at_s)) for prop in self.scene.props if (pose := prop.pose_at(at_s)) is not None]

    def _laid_over(self, image: Image, present: list[tuple[Prop, Pose, Mesh]]) -> Image:
        looks = [self._look(*one) for one in sorted(present, key=lambda one: -one[1].y)]
        for _, shade in looks:
            if shade is not None:
                lay(image, shade)
        for body, _ in looks:
            if body is not None:
                lay(image, body)
        return image

    def _look(self, prop: Prop, pose: Pose, mesh: Mesh) -> tuple[Sprite | None, Sprite | None]:
        known = self._looks.get(prop.name)
        if known is None or known[0] is not mesh or known[1] != pose:
            camera = self.scene.camera
            known = (mesh, pose, paint(mesh, [], pose, camera), shadow(mesh, pose, camera))
            self._looks[prop.name] = known
        return known[2], known[3]

    def _through_the_weather(self, drawn: Image, at_s: float) -> Image:
        weather, image = self.scene.weather, drawn
        for shade in weather.shades:
            if shade.from_s <= at_s <= shade.until_s:
                image = self._shaded(image, shade, at_s)
        gain = weather.light * (1 + weather.clouds * float(np.sin(2 * np.pi * at_s / 90 + self.scene.seed)))
        if gain != 1.0:
            image = np.asarray(cv2.convertScaleAbs(image, alpha=gain), np.uint8)
        if weather.rain:
            image = self._rained_on(image, weather.rain)
        noise = self._noises[int(self._random.integers(NOISES))]
        noise = np.roll(noise, (int(self._random.integers(200)), int(self._random.integers(200))), axis=(0, 1))
        return np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8)

    def _shaded(self, image: Image, shade: Shade, at_s: float) -> Image:
        share = (at_s - shade.from_s) / (shade.until_s - shade.from_s)
        x, y = (start + share * (end - start) for start, end in zip(shade.start, shade.end, strict=True))
        around = np.linspace(0, 2 * np.pi, 24)
        rough = 1 + 0.2 * np.sin(3 * around + self.scene.seed)
        rim = np.stack([x + shade.radius_m * rough * np.cos(around), y + shade.radius_m * rough * np.sin(around), 0 * around], -1)
        pixels, depth = self.scene.camera.project(rim)
        mask: NDArray[np.float32] = np.zeros(image.shape[:2], np.float32)
        cv2.fillPoly(mask, [pixels[depth > 0.5].astype(np.int32)], 1.0)
        light = 1 - shade.depth * np.asarray(cv2.GaussianBlur(mask, (0, 0), 3), np.float32)
        return (image * light[..., None]).astype(np.uint8)

    def _rained_on(self, image: Image, drops: int) -> Image:
        wet = image.copy()
        height, width = image.shape[:2]
        for x, y in zip(self._random.integers(0, width, drops), self._random.integers(0, height, drops), strict=True):
            level = int(self._random.integers(150, 215))
            cv2.line(wet, (int(x), int(y)), (int(x) - 2, int(y) + DROP_PX), (level, level, level), 1, cv2.LINE_AA)
        return np.asarray(cv2.addWeighted(wet, 0.6, image, 0.4, 0), np.uint8)
