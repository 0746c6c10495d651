"""The second stage of one place: a linear classifier over gradients, learned from what people answered about its own pictures.

Ridge regression in its dual form (Hastie et al., "The Elements of Statistical Learning", 18.3.5): a place has few answers and
many features. Those are histograms of oriented gradients (Dalal and Triggs 2005) of the thing's crop, with its shape.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from edge.foreground import SmallView, columns_of, rows_of

Features = NDArray[np.float32]

SIDE_PX, CELLS, BINS = 64, 8, 9
RIDGE = 1.0
STEEPNESS = 4.0
MOST_ASKED = 100  # suspicions whose answer may still come


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of one thing."""

    track: str
    confirmed: bool
    features: Features


class AnswerBook(Protocol):
    """The answers of one place, kept on the node."""

    def answers(self) -> tuple[Answer, ...]:
        """All of them, the oldest first."""

    def add(self, answer: Answer) -> None:
        """Keep one more; a second about the same track takes the place of the first."""


@runtime_checkable
class Learns(Protocol):
    """A detector that learns from answers."""

    def answer(self, track: str, *, confirmed: bool) -> bool:
        """Learn what a person says of a suspicion; false if it waits for none about this track. Raises `StorageError`."""


class MemoryAnswers:
    """Answers that are forgotten with the process: for replays and tests."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}

    def answers(self) -> tuple[Answer, ...]:
        return tuple(self._answers.values())

    def add(self, answer: Answer) -> None:
        self._answers[answer.track] = answer


@dataclass(frozen=True, slots=True)
class Learned:
    """A classifier, with the answers it stands on."""

    version: str
    confirmed: int
    rejected: int
    centre: Features
    weights: Features
    offset: float

    def score(self, features: Features) -> float:
        """How much the thing is like what people confirmed, 0..1."""
        value = float((features - self.centre) @ self.weights) + self.offset
        return float(1 / (1 + np.exp(-STEEPNESS * value)))


class Pupil:
    """A place that has asked people about its suspicions and learns from what they answer."""

    def __init__(self, book: AnswerBook, least: int) -> None:
        """`least`: answers of each kind from which on it decides."""
        self._book = book
        self._least = least
        self._asked: dict[str, Features] = {}
        self.learned = learn(book.answers(), least)

    def ask(self, track: str, features: Features) -> None:
        """Somebody may answer about this; of what was never answered the oldest is forgotten."""
        self._asked[track] = features
        while len(self._asked) > MOST_ASKED:
            del self._asked[next(iter(self._asked))]

    def answer(self, track: str, *, confirmed: bool) -> bool:
        """Learn what a person says; false if nothing was asked about this track. Raises `StorageError`."""
        features = self._asked.get(track)
        if features is None:
            return False
        self._book.add(Answer(track, confirmed, features))
        self.learned = learn(self._book.answers(), self._least)
        return True


def learn(answers: Sequence[Answer], least: int) -> Learned | None:
    """The classifier of these answers, or None while there are fewer than `least` of a kind."""
    confirmed = sum(answer.confirmed for answer in answers)
    rejected = len(answers) - confirmed
    if min(confirmed, rejected) < least:
        return None
    rows = np.stack([answer.features for answer in answers]).astype(np.float64)
    sides = np.array([1.0 if answer.confirmed else -1.0 for answer in answers])
    weight = np.where(sides > 0, 0.5 / confirmed, 0.5 / rejected)  # both kinds count alike
    centre, offset = weight @ rows, float(weight @ sides)
    root = np.sqrt(weight * len(answers))
    scaled = (rows - centre) * root[:, None]
    dual = np.linalg.solve(scaled @ scaled.T + RIDGE * np.eye(len(answers)), (sides - offset) * root)
    digest = hashlib.sha256()
    for answer in answers:
        digest.update(answer.track.encode() + bytes([answer.confirmed]) + answer.features.tobytes())
    weights = (scaled.T @ dual).astype(np.float32)
    return Learned(digest.hexdigest(), confirmed, rejected, centre.astype(np.float32), weights, offset)


def features_of(view: SmallView, box: Rect) -> Features:
    """Gradients and shape of what is in the box (pixels of the picture), unit length but for the shape."""
    part = view.part(box.grown(0.05))
    crop = cv2.resize(view.grey[rows_of(part), columns_of(part)], (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    across, down = cv2.Sobel(crop, cv2.CV_32F, 1, 0), cv2.Sobel(crop, cv2.CV_32F, 0, 1)
    size, angle = cv2.cartToPolar(across, down)
    bins = (np.mod(angle, np.pi) / np.pi * BINS).astype(np.int32) % BINS
    cell = SIDE_PX // CELLS
    grid = np.arange(SIDE_PX) // cell
    index = (grid[:, None] * CELLS + grid[None, :]) * BINS + bins
    histogram = np.bincount(index.ravel(), size.ravel(), CELLS * CELLS * BINS).astype(np.float32).reshape(-1, BINS)
    histogram = np.sqrt(histogram / (np.linalg.norm(histogram, axis=1, keepdims=True) + 20.0))
    gradients = histogram.ravel() / max(float(np.linalg.norm(histogram)), 1e-6)
    height, width = view.grey.shape
    shape = np.array([part.width / width, part.height / height, np.log(part.width / part.height) * 0.3], np.float32)
    return np.concatenate([gradients * 2.0, shape]).astype(np.float32)
