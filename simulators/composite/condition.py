"""How a picture suffers on its way: a noisy sensor, rain, infrared light at night."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.facade.distractors import Rain

Image = NDArray[np.uint8]

NOISE = {"noise": 7.0, "infrared": 5.0}  # grey levels
NOISES = 5
DROPS = 70
INFRARED_LIGHT = 0.55


class Condition(StrEnum):
    """What is done to a clip's pictures after things were drawn into them."""

    CLEAR = "clear"
    NOISE = "noise"
    RAIN = "rain"
    INFRARED = "infrared"


def suffered(pictures: Iterable[tuple[float, Image]], condition: Condition, seed: int) -> Iterator[tuple[float, Image]]:
    """The pictures under this condition; the same seed gives the same pixels."""
    random = np.random.default_rng([seed, 97])
    rain: Rain | None = None
    light: NDArray[np.float32] | None = None
    noises: list[NDArray[np.int16]] = []
    for at_s, drawn in pictures:
        image = drawn
        height, width = image.shape[:2]
        if condition is Condition.RAIN:
            rain = rain or _rain(random, width, height)
            rain.draw(image, at_s)
        if condition is Condition.INFRARED:
            light = _lamp(width, height) if light is None else light
            grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.float32) * light
            image = np.asarray(cv2.cvtColor(grey.astype(np.uint8), cv2.COLOR_GRAY2BGR), np.uint8)
        if condition.value in NOISE:
            noises = noises or [random.normal(0, NOISE[condition.value], (height, width)).astype(np.int16) for _ in range(NOISES)]
            noise = np.roll(noises[int(random.integers(NOISES))], tuple(random.integers(0, 200, 2).tolist()), axis=(0, 1))
            image = np.asarray(cv2.add(image, noise[..., None].repeat(3, axis=2), dtype=cv2.CV_8U), np.uint8)
        yield at_s, image


def _rain(random: np.random.Generator, width: int, height: int) -> Rain:
    places = np.column_stack([random.uniform(0, width, DROPS), random.uniform(0, height, DROPS)])
    return Rain(places, random.uniform(130, 900, DROPS), 215, (width, height))


def _lamp(width: int, height: int) -> NDArray[np.float32]:
    """The light of a lamp at the camera: bright in the middle, dark at the rim."""
    row, column = np.mgrid[0:height, 0:width]
    off = np.hypot((column - width / 2) / width, (row - height / 2) / height)
    return np.asarray(INFRARED_LIGHT * (1.35 - off), np.float32)
