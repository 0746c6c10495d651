"""How good a detector is: precision and recall of boxes against the truth. Pure arrays in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.floating]
"""N x 4: left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class JudgedPicture:
    """What was found in one picture and what really is in it, of one kind of object."""

    found: Boxes
    scores: NDArray[np.floating]
    truth: Boxes
    ignored: NDArray[np.bool_]
    """Truth that may be found or missed without counting (crowds, objects too small to matter)."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures over all pictures; `truths` is how many objects counted."""

    average_precision: float
    """Area under the precision-recall curve, 101 points as COCO does."""
    recall: float
    """At the given score and overlap."""
    precision: float
    truths: int


def overlap_matrix(one: Boxes, other: Boxes) -> NDArray[np.floating]:
    """Intersection over union of every box of `one` (N) with every box of `other` (M): N x M."""
    inner = np.minimum(one[:, None, 2:], other[None, :, 2:]) - np.maximum(one[:, None, :2], other[None, :, :2])
    shared = np.clip(inner, 0, None).prod(axis=2)
    area_one = (one[:, 2:] - one[:, :2]).prod(axis=1)
    area_other = (other[:, 2:] - other[:, :2]).prod(axis=1)
    union = area_one[:, None] + area_other[None, :] - shared
    return np.asarray(shared / np.where(union > 0, union, 1.0))


def judge(pictures: Sequence[JudgedPicture], *, score: float, overlap: float = 0.5) -> Quality:
    """Match the best scores first, each truth once; `recall` and `precision` count boxes of at least `score`."""
    rows = sorted((row for picture in pictures for row in _matched(picture, overlap)), key=lambda row: -row[0])
    truths = sum(int((~picture.ignored).sum()) for picture in pictures)
    if not truths:
        raise ValueError("there is nothing to find in these pictures, so no figure can be given")
    scores = np.array([row[0] for row in rows])
    right = np.cumsum([row[1] for row in rows])
    recalls, precisions = right / truths, right / np.arange(1, len(rows) + 1)
    envelope = np.maximum.accumulate(precisions[::-1])[::-1]
    at = np.searchsorted(recalls, np.linspace(0, 1, 101))
    padded = np.append(envelope, 0.0)
    counted = int((scores >= score).sum())
    return Quality(
        average_precision=float(padded[np.minimum(at, len(rows))].mean()),
        recall=float(right[counted - 1] / truths) if counted else 0.0,
        precision=float(right[counted - 1] / counted) if counted else 0.0,
        truths=truths,
    )


def _matched(picture: JudgedPicture, overlap: float) -> list[tuple[float, bool]]:
    """(score, right?) of each found box, those on ignored truth left out."""
    overlaps = overlap_matrix(picture.found, picture.truth)
    free = ~picture.ignored
    rows = []
    for index in np.argsort(-picture.scores, kind="stable"):
        open_overlaps = np.where(free, overlaps[index], 0.0)
        best = int(open_overlaps.argmax()) if len(open_overlaps) else -1
        if best >= 0 and open_overlaps[best] >= overlap:
            free[best] = False
            rows.append((float(picture.scores[index]), True))
        elif not (picture.ignored & (overlaps[index] >= overlap)).any():
            rows.append((float(picture.scores[index]), False))
    return rows
