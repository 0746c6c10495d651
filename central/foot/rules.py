"""What an officer may do with a task and what a report needs. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from yuhang.evidence.photos import PhotoKind

TAKEN_FOR = timedelta(minutes=30)
"""So long a task stays with whoever took it; then another may take it over."""


class Outcome(StrEnum):
    """How a task ends on the spot."""

    POSTED = "posted"  # the sheet is on the car
    WARNED = "warned"  # the driver was there and was told to leave
    DRIVER_CAME = "driver_came"  # the driver came and drove off
    DEALT_WITH = "dealt_with"  # another way, said in the note
    GONE = "gone"  # no car any more


TRIGGER_OF = {
    Outcome.POSTED: "post",
    Outcome.WARNED: "handle",
    Outcome.DRIVER_CAME: "handle",
    Outcome.DEALT_WITH: "handle",
    Outcome.GONE: "found_gone",
}
NEEDED = (PhotoKind.SHEET, PhotoKind.PANORAMA)
"""Photos without which a sheet counts as not posted."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has taken a task and since when; empty where nobody has."""

    by: str | None = None
    since: datetime | None = None

    def held_by_another(self, user: str, now: datetime) -> bool:
        """Whether somebody else is on the way there."""
        return self.by not in {None, user} and self.since is not None and now - self.since < TAKEN_FOR


def missing_photos(kinds: set[PhotoKind]) -> tuple[PhotoKind, ...]:
    """Which of the needed photos are not there."""
    return tuple(kind for kind in NEEDED if kind not in kinds)
