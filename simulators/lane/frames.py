"""Renders a lane: the front of a car, its plate in full sharpness, and the camera's light, motion, noise and compression."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.plate_art.drawing import PlateFace, draw_plate
from simulators.lane.scene import LaneScene

Image = NDArray[np.uint8]
Quad = NDArray[np.float64]
"""4 x 2, from top left clockwise."""

_FRONT = (900, 700)  # the car's front, two millimetres a pixel
_PLATE_MIDDLE = (450, 540)
_FAR, _NEAR = 0.36, 0.62  # width of the front, as a share of the picture's, when it comes into sight and at the barrier
_APPROACH_S = 1.2
_NOISE_SIZE = 97  # pixels by which the fixed noise is shifted at random each frame


@dataclass(frozen=True, slots=True)
class LaneFrame:
    """A picture at a second of the scene, with the plate's corners and width in it (none for a car without)."""

    seconds: float
    image: Image
    corners: Quad | None

    @property
    def plate_width_px(self) -> float:
        return 0.0 if self.corners is None else float(np.linalg.norm(self.corners[1] - self.corners[0]))


def lane_frames(scene: LaneScene) -> Iterator[LaneFrame]:
    """All frames of the scene in order."""
    rng = np.random.default_rng([scene.seed, scene.night])
    ground, front = _ground(scene, rng), _front(rng, night=scene.night)
    plate = None if scene.text is None else draw_plate(scene.text, scene.kind, _face(rng))
    view = _view(scene, rng)
    noise = rng.normal(0, 7 if scene.night else 3, (scene.height + _NOISE_SIZE, scene.width + _NOISE_SIZE, 1)).astype(np.float32)
    light = (rng.uniform(0.25, 0.45) if scene.night else rng.uniform(0.65, 1.1)) * rng.uniform(0.92, 1.08, 3)
    for index in range(round(scene.seconds * scene.fps)):
        seconds = index / scene.fps
        corners = _at(view, scene, min(1.0, seconds / _APPROACH_S))
        image = ground.copy()
        _lay(image, front, corners)
        placed = None
        if plate is not None:
            placed = _inside(corners, plate)
            _lay(image, plate, placed)
        moving = seconds < _APPROACH_S
        yield LaneFrame(seconds, _seen(image, light, noise, rng, moving=moving), placed)


def _face(rng: Generator) -> PlateFace:
    return PlateFace(int(rng.choice([500, 600, 700])), float(rng.uniform(10, 13)) if rng.random() < 0.5 else None)


def _view(scene: LaneScene, rng: Generator) -> NDArray[np.float64]:
    """How the front lies in the picture, as corners around (0, 0), one unit wide: seen from above and from the side."""
    half = _FRONT[1] / _FRONT[0] / 2
    quad = np.array([[-0.5, -half], [0.5, -half], [0.5, half], [-0.5, half]])
    turn, roll = np.deg2rad(rng.uniform(-22, 22)), np.deg2rad(rng.uniform(-3, 3))
    depth = quad[:, 0] * np.sin(turn) * 0.5
    quad = quad * [np.cos(turn), 1.0] / (1 + depth)[:, None]
    quad[:, 1] += quad[:, 0] * np.sin(turn) * rng.uniform(0, 0.25)  # the camera hangs higher than the plate
    spin = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    return np.asarray(quad @ spin.T)


def _at(view: NDArray[np.float64], scene: LaneScene, way: float) -> Quad:
    """The front's corners when the car has gone this part of its way."""
    eased = 1 - (1 - way) ** 2
    size = scene.width * (_FAR + (_NEAR - _FAR) * eased)
    middle = np.array([scene.width * (0.5 - 0.04 * (1 - eased)), scene.height * (0.36 + 0.12 * eased)])
    return np.asarray(view * size + middle)


def _inside(front: Quad, plate: Image) -> Quad:
    """The plate's corners on the front."""
    high, wide = plate.shape[0] / 2, plate.shape[1] / 2  # two millimetres a pixel of the front
    x, y = _PLATE_MIDDLE
    on_front = np.array(
        [[x - wide / 2, y - high / 2], [x + wide / 2, y - high / 2], [x + wide / 2, y + high / 2], [x - wide / 2, y + high / 2]]
    )
    matrix = cv2.getPerspectiveTransform(_edges(_FRONT[0], _FRONT[1]), front.astype(np.float32))
    return np.asarray(cv2.perspectiveTransform(on_front[None], matrix)[0])


def _edges(width: int, height: int) -> NDArray[np.float32]:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def _lay(image: Image, picture: Image, corners: Quad) -> None:
    """Warp a picture onto a quadrilateral; one much larger than that is shrunk first, as a sensor would."""
    width = float(np.linalg.norm(corners[1] - corners[0]))
    shrink = max(1.0, picture.shape[1] / width / 1.3)
    small = cv2.resize(picture, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
    matrix = cv2.getPerspectiveTransform(_edges(small.shape[1], small.shape[0]), corners.astype(np.float32))
    cv2.warpPerspective(small, matrix, (image.shape[1], image.shape[0]), image, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)


def _ground(scene: LaneScene, rng: Generator) -> Image:
    coarse = rng.integers(70, 130, (9, 16, 1)).repeat(3, axis=2).astype(np.uint8)
    ground = cv2.resize(coarse, (scene.width, scene.height), interpolation=cv2.INTER_CUBIC)
    cv2.rectangle(ground, (0, 0), (scene.width, scene.height // 5), (140, 150, 150), -1)
    return np.asarray(ground, np.uint8)


def _front(rng: Generator, *, night: bool) -> Image:
    """The front of a car: paint, screen, grille, lamps, bumper with the plate's dark bed."""
    width, height = _FRONT
    tone = rng.integers(20, 230)
    paint = tuple(int(value) for value in np.clip(tone + rng.integers(-40, 40, 3), 5, 245))
    front = np.full((height, width, 3), paint, np.uint8)
    cv2.rectangle(front, (90, 0), (width - 90, 200), (60, 50, 45), -1)
    cv2.rectangle(front, (0, 200), (width, 215), tuple(value // 2 for value in paint), -1)
    cv2.rectangle(front, (240, 300), (width - 240, 410), (25, 25, 25), -1)
    for row in range(310, 405, 16):
        cv2.line(front, (245, row), (width - 245, row), (120, 120, 120), 3)
    lamp = (255, 255, 255) if night else (205, 205, 200)
    for x in (110, width - 110):
        cv2.ellipse(front, (x, 350), (95, 45), 0, 0, 360, lamp, -1, cv2.LINE_AA)
    cv2.rectangle(front, (0, 450), (width, 640), tuple(int(value * 0.9) for value in paint), -1)
    cv2.rectangle(front, (300, 470), (600, 610), (40, 40, 40), -1)
    cv2.rectangle(front, (0, 640), (width, height), (20, 20, 20), -1)
    return front


def _seen(image: Image, light: NDArray[np.float64], noise: NDArray[np.float32], rng: Generator, *, moving: bool) -> Image:
    """The picture through exposure, motion, noise and JPEG."""
    lit = image.astype(np.float32) * light.astype(np.float32)
    if moving:
        lit = np.asarray(cv2.blur(lit, (1, 3)), np.float32)
    row, column = rng.integers(0, _NOISE_SIZE, 2)
    noisy = lit + noise[row : row + image.shape[0], column : column + image.shape[1]]
    _, coded = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 80])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
