"""How good what was trained is, class by class, on the pictures that it was not trained on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.evaluation import JudgedPicture, Quality, judge
from models.training.dataset import Label, LabelledPicture
from yuhang.errors import ConfigError

Image = NDArray[np.uint8]
SCORE = 0.35


@dataclass(frozen=True, slots=True)
class Found:
    """What a network finds in a picture: boxes N x 4 (left, top, right, bottom, pixels), scores and class numbers."""

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    class_ids: NDArray[np.int64]


Predict = Callable[[Image], Found]


def evaluate(pictures: Sequence[LabelledPicture], classes: int, predict: Predict) -> dict[int, Quality]:
    """The quality of each class that is in the pictures; raises `ConfigError` for a file that is no picture."""
    judged: dict[int, list[JudgedPicture]] = {number: [] for number in range(classes)}
    for one in pictures:
        image = cv2.imread(str(one.file))
        if image is None:
            raise ConfigError(f"{one.file} is no picture")
        found = predict(np.asarray(image, np.uint8))
        for number, rows in judged.items():
            mine = found.class_ids == number
            truth = _pixels([label for label in one.labels if label.class_id == number], image.shape[1], image.shape[0])
            rows.append(JudgedPicture(found.boxes[mine], found.scores[mine], truth, np.zeros(len(truth), np.bool_)))
    return {number: judge(rows, score=SCORE) for number, rows in judged.items() if any(len(row.truth) for row in rows)}


def mean_precision(quality: dict[int, Quality]) -> float:
    """The mean of the classes' average precisions; 0 where nothing could be judged."""
    return sum(one.average_precision for one in quality.values()) / len(quality) if quality else 0.0


def _pixels(labels: Sequence[Label], width: int, height: int) -> NDArray[np.float32]:
    size = np.array([width, height, width, height], np.float32)
    rows = [(one.x - one.width / 2, one.y - one.height / 2, one.x + one.width / 2, one.y + one.height / 2) for one in labels]
    return np.array(rows, np.float32).reshape(-1, 4) * size
