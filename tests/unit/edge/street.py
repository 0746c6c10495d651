"""A pure street for the rules' tests: vehicles as boxes over time, without pictures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edge.boxes import Rect
from edge.standing import Ended, Look, Sighting, StandingBook
from yuhang.messages import VehicleClass

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
HOME = Rect(100, 100, 200, 180)
ELSEWHERE = Rect(600, 100, 700, 180)


def at(seconds: float) -> datetime:
    """Frame time."""
    return START + timedelta(seconds=seconds)


def seconds(time: datetime) -> float:
    """The way back."""
    return (time - START).total_seconds()


def car(box: Rect = HOME, track: int | None = 1) -> Sighting:
    return Sighting(track, box, VehicleClass.CAR)


def look(time_s: float, *sightings: Sighting, book: StandingBook | None = None, likeness: float = 1.0, **facts: object) -> Look:
    """A look at which every known place looks as much like itself as `likeness` says."""
    known = {place.key: likeness for place in book.places} if book else {}
    return Look(time=at(time_s), sightings=sightings, likeness=known, **facts)  # type: ignore[arg-type]


@dataclass(slots=True)
class Watched:
    """A book fed from a list of times at which one car is seen in its place (or not)."""

    book: StandingBook
    ended: list[Ended]

    def see(self, times: Iterable[float], *sightings: Sighting, likeness: float = 1.0, **facts: object) -> "Watched":
        for time_s in times:
            self.ended += self.book.look(look(time_s, *sightings, book=self.book, likeness=likeness, **facts))
        return self

    @property
    def dwell_s(self) -> float:
        (place,) = self.book.standing
        return place.dwell.seconds()


def every(step: float, start: float, end: float) -> Sequence[float]:
    """Times from `start` to `end`, both included as far as the step allows."""
    count = int((end - start) / step + 1e-9)
    return [start + index * step for index in range(count + 1)]
