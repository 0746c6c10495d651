"""Of boxes that show the same object, the best one stays (non-maximum suppression)."""

import cv2
import numpy as np

from edge.inference.detections import Detections, IntArray


def drop_overlaps(found: Detections, groups: IntArray, overlap: float) -> Detections:
    """Keep the best of boxes in one group that overlap more than `overlap` (intersection over union), best first.

    `groups` gives each row's group (N); boxes compete only within their group.
    """
    if len(found) == 0:
        return found
    sizes = found.boxes[:, 2:] - found.boxes[:, :2]
    rectangles = np.concatenate([found.boxes[:, :2], sizes], axis=1).astype(np.float64)
    kept = cv2.dnn.NMSBoxesBatched(rectangles.tolist(), found.scores.tolist(), groups.tolist(), 0.0, overlap)
    rows = np.asarray(kept, np.intp).reshape(-1)
    return found[rows[np.argsort(-found.scores[rows], kind="stable")]]
