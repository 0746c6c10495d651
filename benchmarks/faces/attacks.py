"""Pictures of pictures of a face, composited: a print and a screen that somebody holds before a camera.

They show what such an attack does to a picture (fewer pixels, a raster, a reflection); they are no recordings of one.
"""

import cv2
import numpy as np

from edge.inference.preprocess import Image

FACE_PX = 220


def printed(image_bgr: Image, face_px: float) -> Image:
    """A colour print: coarse, pale, with the raster of the press."""
    small, random = _scaled(image_bgr, face_px), np.random.default_rng(7)
    height, width = small.shape[:2]
    pale = 40 + small.astype(np.float32) * 0.75
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    raster = 5 * np.sin((x + y) * np.pi / 2.3) * np.sin((x - y) * np.pi / 2.3)
    grain = random.normal(0, 3, (height, width, 1))
    soft = cv2.GaussianBlur(pale + raster[..., None] + grain, (0, 0), 0.8)
    return _through_a_camera(soft)


def screened(image_bgr: Image, face_px: float) -> Image:
    """A telephone's screen: bluish, with moire and a reflection."""
    small = _scaled(image_bgr, face_px).astype(np.float32)
    height, width = small.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    moire = 1 + 0.06 * np.sin(2 * np.pi * (x * 0.31 + y * 0.02)) * np.sin(2 * np.pi * y * 0.29)
    shine = 70 * np.exp(-(((x - 0.7 * width) / (0.25 * width)) ** 2 + ((y - 0.25 * height) / (0.2 * height)) ** 2))
    tinted = small * np.array([1.12, 1.0, 0.92], np.float32)
    return _through_a_camera(tinted * moire[..., None] + shine[..., None])


def _scaled(image_bgr: Image, face_px: float) -> Image:
    share = FACE_PX / face_px
    return np.asarray(cv2.resize(image_bgr, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)


def _through_a_camera(picture: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> Image:
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    done, coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])
    assert done
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
