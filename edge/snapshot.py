"""A frame as evidence."""

from dataclasses import dataclass, replace
from functools import cached_property

from edge.boxes import Rect
from edge.evidence import Picture, take_picture
from edge.frames import Frame

PLATE_PART = 0.45  # of a vehicle's height, from below: where its plate is


@dataclass(frozen=True)
class Snapshot:
    """One frame as evidence: encoded at most once, in the picture's own pixels."""

    frame: Frame
    quality: int
    people: tuple[Rect, ...]
    vehicles: tuple[Rect, ...]

    @cached_property
    def _plain(self) -> Picture:
        return take_picture(self.frame.image.bgr, self.frame.time, self.frame.clock, self.quality)

    def of(self, subject: Rect) -> Picture:
        """The picture with the vehicle it is about; people, and the plates' part of other vehicles, are to be blurred."""
        others = [vehicle for vehicle in self.vehicles if vehicle.overlap(subject) < 0.5]
        plates = [Rect(box.left, box.bottom - box.height * PLATE_PART, box.right, box.bottom) for box in others]
        return replace(self._plain, subject=subject, blur=(*self.people, *plates))
