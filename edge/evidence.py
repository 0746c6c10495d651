"""Evidence files at the moment of capture: pictures as JPEG, clips as the camera's own packets, each into the node's chain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from edge.config_mark import ConfigMark
from edge.frames import Clip
from yuhang.errors import EvidenceError
from yuhang.evidence import CaptureFacts
from yuhang.messages import EvidenceFile, EvidenceKind, EvidenceRecord, FrameClock

JPEG = "image/jpeg"


class Chain(Protocol):
    """Where captured bytes are kept; `yuhang.evidence.EvidenceChain` is one."""

    def append(self, content: bytes, facts: CaptureFacts) -> EvidenceRecord:
        """Keep the bytes and their record durably; raises `StorageError`."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may become evidence, encoded once.

    `subject` is the vehicle, `blur` what is to be hidden before publication.
    """

    content: bytes
    width: int
    height: int
    at: datetime
    clock: FrameClock
    subject: Rect | None = None
    blur: tuple[Rect, ...] = ()


def take_picture(
    image: NDArray[np.uint8],
    at: datetime,
    clock: FrameClock,
    quality: int,
    *,
    subject: Rect | None = None,
    blur: Sequence[Rect] = (),
) -> Picture:
    """Encode a BGR picture as JPEG of `quality` 0..100."""
    done, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise EvidenceError("a picture could not be encoded as JPEG")
    return Picture(content.tobytes(), image.shape[1], image.shape[0], at, clock, subject, tuple(blur))


class EvidenceDesk:
    """Puts pictures and clips of one node into its chain. `models` are the running models' hashes by name."""

    def __init__(self, chain: Chain, models: Mapping[str, str], config: ConfigMark) -> None:
        self._chain = chain
        self._models = dict(models)
        self._config = config

    def keep_picture(self, picture: Picture, kind: EvidenceKind, camera: str) -> EvidenceFile:
        """Append a picture to the chain; raises `StorageError` when it cannot be kept."""
        record = self._chain.append(picture.content, self._facts(kind, JPEG, camera, picture.at, picture.clock))
        size = (picture.width, picture.height)
        return EvidenceFile(
            record=record,
            width=picture.width,
            height=picture.height,
            subject=None if picture.subject is None else picture.subject.to_box(*size),
            blur=tuple(rect.to_box(*size) for rect in picture.blur if rect.inside(*size).area >= 1),
        )

    def keep_clip(
        self,
        clip: Clip,
        camera: str,
        clock: FrameClock,
        size: tuple[int, int] | None = None,
        blur: Sequence[Rect] = (),
    ) -> EvidenceFile:
        """Append a clip to the chain; its time is that of its first picture.

        `size` (width, height) and `blur`, in pixels, say what is to be hidden in all of it before publication.
        """
        facts = self._facts(EvidenceKind.CLIP, clip.media_type, camera, clip.start, clock)
        record = self._chain.append(clip.content, facts)
        if size is None:
            return EvidenceFile(record=record)
        hidden = tuple(rect.to_box(*size) for rect in blur if rect.inside(*size).area >= 1)
        return EvidenceFile(record=record, width=size[0], height=size[1], blur=hidden)

    def _facts(self, kind: EvidenceKind, media_type: str, camera: str, at: datetime, clock: FrameClock) -> CaptureFacts:
        return CaptureFacts(
            kind=kind,
            media_type=media_type,
            camera=camera,
            captured_at=at,
            clock=clock,
            models=self._models,
            config_sha256=self._config.sha256,
        )
