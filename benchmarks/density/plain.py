"""The plain loop: every frame decoded and turned to BGR, the same model on every frame, ByteTrack and a zone; no more.

What a first version of any such system does, written with `supervision` as its documentation shows it. It is run flat out on two
processes, and the frames a second it manages say how many cameras of 25 frames a second it could watch in real time.
"""

import time
import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from pathlib import Path

import av
import numpy as np
import supervision as sv

from benchmarks.density.scenes import FPS
from edge.inference.config import DetectorConfig
from edge.inference.detections import Detections
from edge.inference.detector import load_detector
from edge.inference.preprocess import Image
from models.store import ModelStore

PROCESSES = 2


def cameras(streams: Sequence[Path], zone: Sequence[tuple[float, float]], seconds: float) -> float:
    """How many cameras with such streams the plain loop keeps up with on two cores that it has to itself.

    Processor seconds count, not those of the clock: what else the machine does makes the plain loop no worse.
    """
    shares = [list(streams[number::PROCESSES]) or list(streams) for number in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        return sum(pool.map(_frames_per_second, shares, [tuple(zone)] * PROCESSES, [seconds] * PROCESSES)) / FPS


def _frames_per_second(streams: Sequence[Path], zone: tuple[tuple[float, float], ...], seconds: float) -> float:
    """Frames a processor second of one process that takes its streams by turns, one frame of each."""
    detector = load_detector(DetectorConfig(min_score=0.2), ModelStore.standard())
    lanes = [_Lane(stream, zone) for stream in streams]
    for lane in lanes:
        lane.step(detector.detect(lane.next()))  # the first frame of each also opens things
    begun_s, until_s = time.process_time(), time.monotonic() + seconds
    for frames in count(1):
        lane = lanes[frames % len(lanes)]
        lane.step(detector.detect(lane.next()))
        if time.monotonic() >= until_s:
            return frames / (time.process_time() - begun_s)
    raise AssertionError("unreachable")


class _Lane:
    """One camera of the plain loop."""

    def __init__(self, stream: Path, zone: tuple[tuple[float, float], ...]) -> None:
        self._container = av.open(str(stream))
        video = self._container.streams.video[0]
        video.codec_context.thread_count = 1
        self._frames = self._container.decode(video)
        corners = np.array([(x * video.width, y * video.height) for x, y in zone]).astype(int)
        self._zone = sv.PolygonZone(corners, triggering_anchors=(sv.Position.BOTTOM_CENTER,))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecated in favour of a package that pulls a second OpenCV
            self._tracker = sv.ByteTrack(frame_rate=FPS)
        self._since: dict[int, float] = {}
        self._at_s = 0.0

    def next(self) -> Image:
        """The next picture, from the stream's beginning again after its end."""
        frame = next(self._frames, None)
        if frame is None:
            self._container.seek(0)
            self._frames = self._container.decode(self._container.streams.video[0])
            frame = next(self._frames)
        self._at_s = float(frame.time or 0.0)
        return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)

    def step(self, found: Detections) -> None:
        """Follow what was found, and note since when each track has been in the zone."""
        detections = sv.Detections(xyxy=found.boxes, confidence=found.scores, class_id=found.class_ids.astype(int))
        tracked = self._tracker.update_with_detections(detections)
        inside: Iterable[int] = tracked.tracker_id[self._zone.trigger(tracked)] if tracked.tracker_id is not None else []
        self._since = {int(track): self._since.get(int(track), self._at_s) for track in inside}
