"""Tracks of vehicles from frame to frame: ByteTrack (arXiv 2110.06864) as `supervision` has it, made to count time, not calls.

ByteTrack knows only "the next frame". Here frames come unevenly (the detector rests while nothing moves, streams drop), so before
each update the tracker lives through the steps that were left out: lost tracks grow old by time, moving ones are predicted on.
"""

import warnings
from datetime import datetime

import numpy as np
import supervision as sv
from supervision.tracker.byte_tracker.single_object_track import STrack

from edge.boxes import Rect
from edge.inference.detections import Detections
from edge.standing import Sighting
from yuhang.messages import VehicleClass

MAX_LOST_S = 3.0
MAX_CATCH_UP = 15  # steps; what was lost for longer is matched where it was, or not at all


class VehicleTracker:
    """Numbers the vehicles of one camera. `step_s` is the usual time between two looks of the detector."""

    def __init__(self, step_s: float, activation: float) -> None:
        self._step_s = step_s
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecated in favour of `trackers`, which pulls a second OpenCV; see the decisions
            self._tracker = sv.ByteTrack(
                track_activation_threshold=activation - 0.1,  # ByteTrack begins a track 0.1 above it
                lost_track_buffer=max(1, round(MAX_LOST_S / step_s)),
                minimum_matching_threshold=0.9,
                frame_rate=30,
            )
        self._last: datetime | None = None

    def update(self, at: datetime, detections: Detections) -> tuple[Sighting, ...]:
        """All vehicles among the detections at `at`, with the track's number where they have one."""
        vehicles = detections.of([kind.value for kind in VehicleClass])
        self._let_time_pass(at)
        boxes = np.asarray(vehicles.boxes, np.float32).reshape(-1, 4)
        rows = np.arange(len(vehicles))
        tracked = self._tracker.update_with_detections(
            sv.Detections(xyxy=boxes, confidence=np.asarray(vehicles.scores, np.float32), class_id=rows)
        )
        numbers = _numbers(tracked)
        return tuple(
            Sighting(
                numbers.get(row), Rect(*map(float, boxes[row])), VehicleClass(vehicles.label(row)), float(vehicles.scores[row])
            )
            for row in range(len(vehicles))
        )

    def _let_time_pass(self, at: datetime) -> None:
        missed = 0 if self._last is None else max(0, round((at - self._last).total_seconds() / self._step_s) - 1)
        self._last = at
        if missed == 0:
            return
        self._tracker.frame_id += missed
        known = [*self._tracker.tracked_tracks, *self._tracker.lost_tracks]
        for _ in range(min(missed, MAX_CATCH_UP)):
            STrack.multi_predict(known, self._tracker.shared_kalman)


def _numbers(tracked: sv.Detections) -> dict[int, int]:
    if tracked.class_id is None or tracked.tracker_id is None:
        return {}
    return {int(row): int(number) for row, number in zip(tracked.class_id, tracked.tracker_id, strict=True)}
