"""Whether a face can be judged: large, towards the camera, sharp, lit. Pure."""

import math

import cv2
import numpy as np

from edge.faces.config import FaceQualityConfig
from edge.faces.types import FacePoints, FoundFace
from edge.inference.preprocess import Image
from yuhang.messages import FaceProblem


def problem_of(face: FoundFace, upright_bgr: Image, config: FaceQualityConfig) -> FaceProblem | None:
    """The first reason why a face cannot be judged; `upright_bgr` is the face as `aligned` gives it, 112 x 112."""
    if min(face.box.width, face.box.height) < config.min_box_px:
        return FaceProblem.SMALL
    if turn_of(face.points) > config.max_turn or tilt_of(face.points) > config.max_tilt_deg:
        return FaceProblem.TURNED
    grey = np.asarray(cv2.cvtColor(upright_bgr, cv2.COLOR_BGR2GRAY), np.uint8)
    light = float(grey.mean())
    if light < config.min_light:
        return FaceProblem.DARK
    if light > config.max_light:
        return FaceProblem.BRIGHT
    return FaceProblem.BLURRED if sharpness_of(grey) < config.min_sharpness else None


def turn_of(points: FacePoints) -> float:
    """How far the nose lies beside the middle of the eyes, along the line through them, in distances between the eyes."""
    (rx, ry), (lx, ly), (nx, ny) = points.right_eye, points.left_eye, points.nose
    across, down = lx - rx, ly - ry
    between = math.hypot(across, down)
    if between < 1e-6:
        return math.inf
    beside = ((nx - (rx + lx) / 2) * across + (ny - (ry + ly) / 2) * down) / between
    return abs(beside) / between


def tilt_of(points: FacePoints) -> float:
    """Angle of the line through the eyes against the horizontal, degrees."""
    (rx, ry), (lx, ly) = points.right_eye, points.left_eye
    return abs(math.degrees(math.atan2(ly - ry, lx - rx)))


def sharpness_of(grey: Image) -> float:
    """Variance of the Laplacian of a grey picture: how much fine detail it has."""
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())
