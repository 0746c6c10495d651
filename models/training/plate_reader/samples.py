"""Drawn plates as a camera's crops would show them, without end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.plate_art.drawing import PlateFace, draw_plate
from models.plate_art.layouts import Colour, PlateClass, layout_of
from models.plate_rows import lay_out_rows
from models.training.plate_reader.texts import random_class, random_text
from models.training.plate_reader.weather import Picture, photographed, soiled

CROP = (152, 48)
"""Width and height of what the reader is shown."""
FACES = 60
PHOTOGRAPHS = 3


@dataclass(frozen=True, slots=True)
class PlateSample:
    """A crop (48 x 152 x 3, BGR) with its text."""

    crop: Picture
    text: str
    kind: PlateClass


def samples(seed: int) -> Iterator[PlateSample]:
    """Endless samples; the same seed gives the same ones. Each drawn plate is photographed a few times."""
    random, rng = Random(seed), np.random.default_rng(seed)
    faces = [_face(random, rng) for _ in range(FACES)]
    while True:
        kind = random_class(random)
        text = random_text(kind, random)
        plate = soiled(draw_plate(text, kind, random.choice(faces), _tint(rng)), rng)
        rows = layout_of(kind, len(text)).rows
        for _ in range(PHOTOGRAPHS):
            yield PlateSample(_crop(plate, rows, rng), text, kind)


def _face(random: Random, rng: Generator) -> PlateFace:
    weight = random.randrange(350, 901, 50)
    if random.random() < 0.3:
        return PlateFace(weight)
    amount = random.choice([0.0, 0.8, 1.6])

    def shake(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return points + rng.normal(0, amount, points.shape)

    return PlateFace(weight, random.uniform(8.5, 14.5), flag=random.random() < 0.5, shake=shake)


def _tint(rng: Generator) -> Callable[[Colour], Colour]:
    shift = rng.normal(0, 14, 3)

    def tint(colour: Colour) -> Colour:
        blue, green, red = np.clip(np.array(colour) + shift + rng.normal(0, 4, 3), 0, 255).astype(int).tolist()
        return blue, green, red

    return tint


def _crop(plate: Picture, rows: int, rng: Generator) -> Picture:
    """The plate in a crop whose corners were found more or less well, at the size in which the camera saw it."""
    width = float(np.exp(rng.uniform(np.log(60), np.log(150))))
    height = width * (0.33 if rows == 1 else 0.56)
    seen = photographed(_placed(plate, round(width), round(height), rows, rng), rng)
    if rows == 2:
        return lay_out_rows(seen, *CROP)
    return np.asarray(cv2.resize(seen, CROP, interpolation=cv2.INTER_LINEAR), np.uint8)


def _placed(plate: Picture, width: int, height: int, rows: int, rng: Generator) -> Picture:
    """The plate warped into a width x height picture of something else."""
    high, wide = plate.shape[:2]
    spread = rng.choice([0.015, 0.035])
    jitter = rng.normal(0, spread, (4, 2)) * [1, 2] + rng.normal(0, spread / 2, (1, 2)) * [1, 2]
    margin = rng.uniform(-0.01, 0.06, 2)
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (1 - 2 * margin) + margin + jitter
    target = unit * [width, height]
    if rows == 1 and rng.random() < 0.45:  # a box around a tilted plate, its corners never found
        target = _tilted(target, width, height, rng)
    ground = _surroundings(width, height, rng)
    half = max(1.0, wide / width / 1.5)  # a plate far away is averaged by the sensor before it is sampled
    small = cv2.resize(plate, (round(wide / half), round(high / half)), interpolation=cv2.INTER_AREA)
    source = np.array([[0, 0], [small.shape[1], 0], [small.shape[1], small.shape[0]], [0, small.shape[0]]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    cv2.warpPerspective(small, matrix, (width, height), ground, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    return ground


def _tilted(target: NDArray[np.float64], width: int, height: int, rng: Generator) -> NDArray[np.float64]:
    """The corners turned and sheared, then fitted into the picture again."""
    turn, shear = np.deg2rad(rng.normal(0, 5)), rng.normal(0, 0.12)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array([[1, shear], [0, 1]])
    turned = (target - target.mean(axis=0)) @ matrix.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    return np.asarray((turned - low) / (high - low) * [width, height])


def _surroundings(width: int, height: int, rng: Generator) -> Picture:
    """Paint, bumper or darkness: a few coarse patches."""
    coarse = rng.integers(0, 256, (int(rng.integers(1, 4)), int(rng.integers(1, 5)), 3)).astype(np.uint8)
    if rng.random() < 0.5:
        coarse = np.clip(coarse.astype(int) // 6 + rng.integers(0, 215), 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
