"""What the cameras see now: the latest picture and view of each, in memory only, for the screens."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from yuhang.messages import LiveView, Slug

LARGEST_PICTURE = 1_000_000  # bytes; a preview of 640 pixels' width has a tenth of that


@dataclass(frozen=True, slots=True)
class CameraKey:
    """One camera of one node."""

    site: Slug
    node: Slug
    camera: Slug


@dataclass(frozen=True, slots=True)
class LiveCamera:
    """Latest picture (JPEG bytes) and view of a camera, each with the time of its arrival."""

    picture: bytes | None = None
    picture_at: datetime | None = None
    view: LiveView | None = None
    view_at: datetime | None = None


class LiveStore:
    """Latest state by camera; safe to use from any thread. Holds at most `capacity` cameras."""

    def __init__(self, capacity: int = 1000) -> None:
        self._cameras: dict[CameraKey, LiveCamera] = {}
        self._capacity = capacity
        self._lock = threading.Lock()

    def put_picture(self, key: CameraKey, picture: bytes, at: datetime) -> None:
        self._update(key, lambda old: replace(old, picture=picture, picture_at=at))

    def put_view(self, key: CameraKey, view: LiveView, at: datetime) -> None:
        self._update(key, lambda old: replace(old, view=view, view_at=at))

    def get(self, key: CameraKey) -> LiveCamera | None:
        with self._lock:
            return self._cameras.get(key)

    def all(self) -> dict[CameraKey, LiveCamera]:
        """Every camera seen since central started."""
        with self._lock:
            return dict(sorted(self._cameras.items(), key=lambda item: (item[0].site, item[0].node, item[0].camera)))

    def forget_before(self, moment: datetime) -> None:
        """Let go of every camera that has brought neither picture nor view since `moment`, and of pictures older than that."""
        with self._lock:
            for key, camera in list(self._cameras.items()):
                fresh = replace(camera, picture=None) if camera.picture_at is None or camera.picture_at < moment else camera
                if fresh.picture is None and (camera.view_at is None or camera.view_at < moment):
                    del self._cameras[key]
                else:
                    self._cameras[key] = fresh

    def _update(self, key: CameraKey, change: Callable[[LiveCamera], LiveCamera]) -> None:
        with self._lock:
            if key not in self._cameras and len(self._cameras) >= self._capacity:
                self._cameras.pop(next(iter(self._cameras)))
            self._cameras[key] = change(self._cameras.get(key, LiveCamera()))
