"""What the screens see of a camera: a small picture about once a second, boxes twice. Nothing waits for it."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

import cv2

from edge.frames import Frame
from edge.node.config import PreviewConfig
from edge.results import FrameResult
from yuhang.topics import NodeTopics


class Publisher(Protocol):
    """What is needed of the MQTT session."""

    @property
    def connected(self) -> bool: ...

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool: ...


class Screens(Protocol):
    """Where live pictures go; `CentralHttp` is one."""

    def put_live(self, camera: str, jpeg: bytes) -> bool: ...


@dataclass(slots=True)
class _Camera:
    boxes_at_s: float = 0.0
    picture_at_s: float = 0.0


class LiveView:
    """Takes every frame and its result; sends what is due. `screens` is None where no central is configured.

    Pictures of the `private` cameras are not sent.
    """

    def __init__(
        self,
        topics: NodeTopics,
        session: Publisher,
        screens: Screens | None,
        config: PreviewConfig,
        private: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self.failed = 0
        self._topic = topics.telemetry("live")
        self._session = session
        self._screens = screens
        self._config = config
        self._private = private
        self._cameras: dict[str, _Camera] = {}
        self._latest: dict[str, Frame] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self) -> None:
        if self._config.enabled:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def show(self, frame: Frame, result: FrameResult) -> None:
        """Called on the watcher's thread for every frame."""
        if not self._config.enabled or frame.camera in self._private():
            return
        now_s = time.monotonic()
        camera = self._cameras.setdefault(frame.camera, _Camera())
        if now_s - camera.boxes_at_s >= self._config.boxes_interval_s and self._session.connected:
            camera.boxes_at_s = now_s
            self._session.publish(self._topic, result.live_view().model_dump_json().encode(), 0)
        if self._screens is not None and now_s - camera.picture_at_s >= self._config.interval_s:
            camera.picture_at_s = now_s
            with self._lock:
                self._latest[frame.camera] = frame  # an older one that nobody has sent yet is passed over
            self._wake.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            with self._lock:
                frames, self._latest = self._latest, {}
            for frame in frames.values():
                self._send(frame)

    def _send(self, frame: Frame) -> None:
        height, width = frame.image.shape
        small_width = min(width, self._config.width)
        size = (small_width, max(1, round(height * small_width / width)))
        small = cv2.resize(frame.image.bgr, size, interpolation=cv2.INTER_AREA)
        done, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, self._config.jpeg_quality])
        if not done or self._screens is None or not self._screens.put_live(frame.camera, jpeg.tobytes()):
            self.failed += 1
