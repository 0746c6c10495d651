"""What the pipeline of a camera gives its detectors, and what it asks of them.

All detectors of a camera look at the same scene: decoding, motion, inference, tracking and standing happen once, before them.
A detector turns scenes into events; its rules are pure and live in a file of their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from edge.boxes import Rect
from edge.frames import Frame, FrameImage
from edge.seeing import Seen
from edge.snapshot import Snapshot
from edge.standing import Outcome, Place
from edge.stopwatch import Stopwatch
from yuhang.messages import NodeEvent, UnobservedReason


@dataclass(frozen=True, slots=True)
class Departure:
    """A vehicle that no longer stands: it left at `at`, or was lost to sight for `reason`."""

    place: Place
    outcome: Outcome
    at: datetime
    reason: UnobservedReason


@dataclass(frozen=True, slots=True)
class Scene:
    """One frame of a camera with what the shared stages made of it.

    `image` is the picture as it is analysed, laid over the camera's reference where it moves; `to_picture` leads back to the
    pixels of the frame.
    """

    frame: Frame
    image: FrameImage
    to_picture: Callable[[Rect], Rect]
    usable: bool
    """False while the camera cannot be judged by: then nothing is confirmed and nothing is empty."""
    seen: Seen
    analysed: bool = True
    """False for the frames in between, that only detectors with `every_frame` are shown: nobody looked for objects there."""
    standing: tuple[Place, ...] = ()
    departures: tuple[Departure, ...] = ()
    broken: UnobservedReason | None = None
    """Why the watching breaks off here: nobody can say what comes next, and the camera may start anew with another size."""

    @property
    def time(self) -> datetime:
        return self.frame.time

    def snapshot(self, quality: int) -> Snapshot:
        """The frame as evidence, with the people and vehicles that are in it; JPEG `quality` 0..100."""
        people = tuple(self.to_picture(rect) for rect in self.seen.people)
        vehicles = tuple(self.to_picture(sighting.box) for sighting in self.seen.sightings)
        return Snapshot(self.frame, quality, people, vehicles)


class Detector(Protocol):
    """Watches for one kind of thing in the pictures of one camera."""

    @property
    def every_frame(self) -> bool:
        """Whether it is shown every decoded frame, and not only those in which objects are looked for."""

    def due(self, now: datetime) -> bool:
        """Whether something waits that only a look of the object detector can answer."""

    def look(self, scene: Scene, watch: Stopwatch) -> Sequence[NodeEvent]:
        """Take in one scene; scenes come in the order of their time."""
