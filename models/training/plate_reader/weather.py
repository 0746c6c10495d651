"""What stands between a plate and its picture: dirt, light, distance, motion, the sensor and compression."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def soiled(plate: Picture, rng: Generator) -> Picture:
    """Screws, mud and a shadow's edge on the plate itself, in place."""
    height, width = plate.shape[:2]
    if rng.random() < 0.6:
        tone = tuple(int(value) for value in rng.integers(60, 230, 3))
        for x in (0.23, 0.77):
            cv2.circle(plate, (round(width * x), round(height * 0.1)), int(rng.integers(4, 9)), tone, -1, cv2.LINE_AA)
    if rng.random() < 0.25:
        for _ in range(int(rng.integers(1, 6))):
            centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
            size = (int(rng.integers(3, 26)), int(rng.integers(3, 14)))
            tone = tuple(int(value) for value in rng.integers(30, 140, 3))
            cv2.ellipse(plate, centre, size, float(rng.uniform(0, 180)), 0, 360, tone, -1, cv2.LINE_AA)
    if rng.random() < 0.25:
        corners = np.array([[0, 0], [width * rng.uniform(0, 1), 0], [width * rng.uniform(0, 1), height], [0, height]])
        shade = np.full((height, width), 1.0, np.float32)
        cv2.fillPoly(shade, [corners.astype(np.int32)], float(rng.uniform(0.35, 0.8)))
        shade = shade if rng.random() < 0.5 else 1.3 - shade
        plate[:] = np.clip(plate * shade[..., None], 0, 255).astype(np.uint8)
    return plate


def photographed(picture: Picture, rng: Generator) -> Picture:
    """The same picture through light, lens, sensor and JPEG; size unchanged."""
    light = _light(picture.astype(np.float32), rng)
    blurred = _blur(light, min(1.0, picture.shape[1] / 90), rng)
    noise = rng.normal(0, rng.choice([1.0, 3.0, 7.0]), blurred.shape).astype(np.float32)
    seen: Picture = np.clip(blurred + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        _, coded = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 95))])
        seen = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return np.asarray(seen, np.uint8)


def _light(picture: NDArray[np.float32], rng: Generator) -> NDArray[np.float32]:
    """Colour cast, gamma, contrast, glare, night."""
    cast = rng.uniform(0.6, 1.3, 3).astype(np.float32) if rng.random() < 0.5 else np.ones(3, np.float32)
    if rng.random() < 0.15:  # infrared: no colour at all
        picture = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2)
    gain, bias = rng.uniform(0.35, 1.4), rng.uniform(-25, 45)
    if rng.random() < 0.2:
        gain, bias = rng.uniform(0.18, 0.35), rng.uniform(0, 25)
    light = np.clip(255 * (picture / 255) ** rng.uniform(0.6, 1.6) * cast * gain + bias, 0, 255)
    if rng.random() < 0.2:
        height, width = picture.shape[:2]
        x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
        distance = (x - rng.uniform(-0.2, 1.2)) ** 2 + ((y - rng.uniform(-0.5, 1.5)) * 0.5) ** 2
        light = light + rng.uniform(40, 160) * np.exp(-distance / rng.uniform(0.02, 0.3))[..., None]
    return np.clip(light, 0, 255).astype(np.float32)


def _blur(picture: NDArray[np.float32], scale: float, rng: Generator) -> NDArray[np.float32]:
    kind = rng.random()
    if kind < 0.35:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), scale * float(rng.uniform(0.3, 1.3))), np.float32)
    if kind < 0.6:
        length = scale * float(rng.uniform(1, 4.5))
        angle = rng.uniform(0, np.pi)
        kernel = np.zeros((9, 9), np.float32)
        step = np.array([np.cos(angle), np.sin(angle)]) * length / 2
        ends = np.round((4 + np.array([-step, step])) * 16).astype(int)
        cv2.line(kernel, tuple(ends[0].tolist()), tuple(ends[1].tolist()), 1.0, 1, cv2.LINE_AA, 4)
        if kernel.sum() > 0:
            return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)
    return picture
