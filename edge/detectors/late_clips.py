"""Clips that reach beyond the moment they are about: cut as soon as the frames have got there, and sent after the event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from edge.boxes import Rect
from edge.detectors.detector import Scene
from edge.detectors.tools import DetectorTools
from yuhang.errors import StorageError
from yuhang.messages import DetectedData, EvidenceAdded, EvidenceAddedEvent

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A clip from `start` to `end` for the event `of` about `subject`."""

    of: str
    subject: str
    data: DetectedData
    start: datetime
    end: datetime
    blur: tuple[Rect, ...]


class LateClips:
    """The clips that one detector of a camera still waits for."""

    def __init__(self, tools: DetectorTools) -> None:
        self._tools = tools
        self._waiting: list[_Waiting] = []

    def want(
        self, of: str, subject: str, data: DetectedData, *, start: datetime, end: datetime, blur: Sequence[Rect] = ()
    ) -> None:
        """Cut a clip for the event `of` as soon as frames have come up to `end`; `blur` is hidden before publication."""
        self._waiting.append(_Waiting(of, subject, data, start, end, tuple(blur)))

    def ready(self, scene: Scene) -> list[EvidenceAddedEvent]:
        """The events of the clips that can be cut now: all that wait, where the watching breaks off."""
        due = [one for one in self._waiting if scene.broken is not None or scene.time >= one.end]
        self._waiting = [one for one in self._waiting if one not in due]
        return [event for one in due if (event := self._cut(one, scene)) is not None]

    def _cut(self, one: _Waiting, scene: Scene) -> EvidenceAddedEvent | None:
        clip = self._tools.clips(one.data.camera, one.start, one.end)
        if clip is None:
            log.warning("no clip: its packets are no longer held", camera=one.data.camera, track=one.data.track)
            return None
        height, width = scene.frame.image.shape
        try:
            file = self._tools.desk.keep_clip(clip, one.data.camera, scene.frame.clock, (width, height), one.blur)
        except StorageError as error:
            log.warning("a clip could not be kept", camera=one.data.camera, track=one.data.track, reason=str(error))
            return None
        added = EvidenceAdded(
            track=one.data.track,
            camera=one.data.camera,
            zone=one.data.zone,
            zone_sha256=one.data.zone_sha256,
            clock=scene.frame.clock,
            evidence=(file,),
            of=one.of,
        )
        return self._tools.writer.event(EvidenceAddedEvent, one.subject, scene.time, added)
