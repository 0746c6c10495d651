"""`yuhang edge quantise`: an object detector in 8-bit integers, and what that costs and gains, measured on labelled pictures."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from pydantic import BaseModel, ValidationError

from edge.inference.config import DetectorConfig
from edge.inference.detections import Detections
from edge.inference.detector import OnnxObjectDetector
from edge.inference.preprocess import Image, PreProcess
from edge.inference.session import OnnxSession
from models.evaluation import Boxes, JudgedPicture, judge, overlap_matrix
from models.manifest import ObjectModel
from models.quantise import quantise
from models.store import ModelStore
from yuhang.errors import ModelError

SEEN_SCORE = 0.35
LEAST_SCORE = 0.05
SAME_OVERLAP = 0.5
CALIBRATION_PICTURES = 64


class _Picture(BaseModel):
    id: int
    file_name: str


class _Category(BaseModel):
    id: int
    name: str


class _Annotation(BaseModel):
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    iscrowd: int = 0


class Labels(BaseModel):
    """What is in the pictures, as COCO's instance files say it."""

    images: tuple[_Picture, ...]
    categories: tuple[_Category, ...]
    annotations: tuple[_Annotation, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """`average_precision` is AP50, the mean over the classes in the pictures; `milliseconds` processor time a picture."""

    average_precision: float
    recall: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Before and after, on `pictures` pictures; `agreement` is the share of what either sees that the other sees too."""

    pictures: int
    objects: int
    before: Quality
    after: Quality
    agreement: float


def quantise_detector(name: str, labels: Path, calibration: Path, target: Path) -> Outcome:
    """Quantise a model of the manifest on the pictures of a folder, and measure it on labelled ones.

    `labels` is a COCO instances file beside its pictures. Raises `ModelError` where a file cannot be used.
    """
    resolved = ModelStore.standard().resolve(name)
    if not isinstance(resolved.entry, ObjectModel):
        raise ModelError(f"model {name} does the job {resolved.entry.job!r}; only object detectors can be measured here")
    truth = _labels(labels)
    prepare = PreProcess(resolved.entry.input)
    quantise(resolved.path, target, (prepare(image).tensor for image in _calibration(calibration)))
    images = [_read(labels.parent / picture.file_name) for picture in truth.images]
    before, seen_before = _measure(resolved.entry, resolved.path, truth, images)
    after, seen_after = _measure(resolved.entry, target, truth, images)
    return Outcome(len(images), len(truth.annotations), before, after, _agreement(seen_before, seen_after))


def _measure(entry: ObjectModel, path: Path, truth: Labels, images: Sequence[Image]) -> tuple[Quality, list[Detections]]:
    config = DetectorConfig(model=entry.name, min_score=LEAST_SCORE)
    detector = OnnxObjectDetector(entry, OnnxSession(path, config.session), config)
    detector.detect(images[0])
    begun_s = time.process_time()
    found = [detector.detect(image) for image in images]
    milliseconds = (time.process_time() - begun_s) * 1000 / len(images)
    judged = list(_by_class(truth, found))
    precision = float(np.mean([judge(pictures, score=SEEN_SCORE).average_precision for pictures in judged]))
    recall = float(np.mean([judge(pictures, score=SEEN_SCORE).recall for pictures in judged]))
    return Quality(round(precision, 4), round(recall, 4), round(milliseconds, 2)), found


def _by_class(truth: Labels, found: Sequence[Detections]) -> Iterator[list[JudgedPicture]]:
    """For each class that is in the pictures and that the model knows, all pictures judged by it."""
    for category in truth.categories:
        of_class = [one for one in truth.annotations if one.category_id == category.id]
        if category.name not in found[0].labels or not any(not one.iscrowd for one in of_class):
            continue
        pictures = []
        for picture, detections in zip(truth.images, found, strict=True):
            rows = [one for one in of_class if one.image_id == picture.id]
            boxes = np.array([row.bbox for row in rows], np.float32).reshape(-1, 4)
            boxes[:, 2:] += boxes[:, :2]
            own = detections.of([category.name])
            pictures.append(JudgedPicture(own.boxes, own.scores, boxes, np.array([bool(row.iscrowd) for row in rows], np.bool_)))
        yield pictures


def _agreement(one: Sequence[Detections], other: Sequence[Detections]) -> float:
    """Share of the objects that either sees at `SEEN_SCORE` which the other sees in the same place and class."""
    seen = shared = 0
    for left, right in zip(one, other, strict=True):
        for a, b in ((left, right), (right, left)):
            sure = a[a.scores >= SEEN_SCORE]
            seen += len(sure)
            shared += sum(_is_in(sure.boxes[row : row + 1], b[b.class_ids == sure.class_ids[row]]) for row in range(len(sure)))
    return round(shared / seen, 4) if seen else 1.0


def _is_in(box: Boxes, found: Detections) -> bool:
    sure = found[found.scores >= SEEN_SCORE * 0.8]  # what is a little less sure still sees it
    return bool(len(sure)) and bool((overlap_matrix(box, sure.boxes) >= SAME_OVERLAP).any())


def _labels(path: Path) -> Labels:
    try:
        return Labels.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise ModelError(f"{path} cannot be used as labels (COCO instances): {error}") from error


def _calibration(folder: Path) -> list[Image]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    if not paths:
        raise ModelError(f"{folder} holds no pictures (.jpg, .jpeg, .png) to calibrate on")
    step = max(1, len(paths) // CALIBRATION_PICTURES)
    return [_read(path) for path in paths[::step][:CALIBRATION_PICTURES]]


def _read(path: Path) -> Image:
    image = cv2.imread(str(path))
    if image is None:
        raise ModelError(f"{path} is no picture that can be read")
    return np.asarray(image, np.uint8)
