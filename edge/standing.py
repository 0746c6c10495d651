"""Which vehicles stand, and for how long each has been watched in its place. Pure.

The unit is the place, not the track: a standing vehicle is confirmed by any box that covers its box at rest while the picture
there still looks the same, whatever number the tracker gives it. So an id switch neither shortens nor lengthens a dwell, and
another vehicle that takes the place does not inherit it.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import count

from edge.boxes import Rect, middle
from edge.doubts import Doubt, Edge, seen_since, seen_until
from edge.dwell import Confirmation, Dwell
from yuhang.messages import VehicleClass

AWAY_OVERLAP = 0.3  # a vehicle whose box covers less of its box at rest has moved off
COVERED_SHARE = 0.25  # a place of which other things hide more cannot be called empty
UNBROKEN_S = 1.5  # two looks of the detector this close together leave no time for one vehicle to replace another
MIN_SETTLE_FRAMES = 3
FOLLOW_SHARE = 0.2
RECENT_LOOKS = 10
SETTLE_STEADINESS = 0.6
MAX_PLACES = 200
ANSWER_S = 4.0  # longest wait for the answer to a doubt: far below the gap that would void the watching
CLEAR_S = 0.6  # two looks this close together say well enough when a vehicle came or left


@dataclass(frozen=True, slots=True)
class StandingRules:
    """Thresholds, as the camera's `watching` section explains them."""

    settle_s: float = 2.0
    max_gap_s: float = 10.0
    hold_overlap: float = 0.55
    settle_overlap: float = 0.7
    same_likeness: float = 0.6
    settle_likeness: float = 0.8
    unchanged_likeness: float = 0.9
    new_score: float = 0.35
    left_frames: int = 3
    left_s: float = 1.0
    follow: bool = False
    """Let the box at rest follow the vehicle slowly (only where the camera itself moves)."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One vehicle that the detector sees in a frame; `track` is the tracker's number, none for an untracked one."""

    track: int | None
    box: Rect
    vehicle: VehicleClass
    score: float = 1.0
    watched: bool = True
    """Whether it is where vehicles are watched; others may still hide one that is."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one frame shows. `likeness` tells for each place's key how much its picture is like that at rest, 0..1."""

    time: datetime
    usable: bool = True
    """False while the camera cannot be judged by: then nothing is confirmed and nothing is empty."""
    detected: bool = True
    """Whether the detector looked at this frame."""
    sightings: tuple[Sighting, ...] = ()
    others: tuple[Rect, ...] = ()
    """People and other things that may hide a vehicle."""
    likeness: Mapping[int, float] = field(default_factory=dict)


class Outcome(StrEnum):
    """How the watching of a standing vehicle ended."""

    LEFT = "left"
    GAP = "gap"


@dataclass(slots=True)
class Place:
    """A vehicle in one place; `standing` once it has settled. The box is the box at rest."""

    key: int
    box: Rect
    dwell: Dwell
    track: int | None
    standing: bool = False
    unseen_until: datetime | None = None
    """The last picture before the one in which the detector found the vehicle here."""
    doubted: bool = False
    """Whether an answer may still come that tells better when the vehicle left."""
    boxes: list[Rect] = field(default_factory=list)
    classes: Counter[VehicleClass] = field(default_factory=Counter)
    away_since: datetime | None = None
    away_frames: int = 0
    anchor: tuple[datetime, Rect] | None = None
    drifted: bool = False
    looks: deque[bool] = field(default_factory=lambda: deque([True], maxlen=RECENT_LOOKS))

    @property
    def steadiness(self) -> float:
        """Share of the detector's last looks at the uncovered place that found the vehicle: bushes are cars only now and then."""
        return sum(self.looks) / len(self.looks)

    @property
    def vehicle(self) -> VehicleClass:
        """The kind that the detector named most often."""
        return self.classes.most_common(1)[0][0]


@dataclass(frozen=True, slots=True)
class Ended:
    """A standing vehicle is no longer watched: it left at `at`, or was not confirmed for too long."""

    place: Place
    outcome: Outcome
    at: datetime


class StandingBook:
    """All places of one camera in which vehicles stand or may be coming to rest.

    `hindsight`: somebody answers doubts; without it none is had, and nothing waits for an answer.
    """

    def __init__(self, rules: StandingRules, *, hindsight: bool = False) -> None:
        self._rules = rules
        self._hindsight = hindsight
        self._places: dict[int, Place] = {}
        self._keys = count(1)
        self._last: datetime | None = None
        self._before: datetime | None = None
        self._doubts: list[Doubt] = []

    @property
    def leaving(self) -> bool:
        """Whether a vehicle that stood does not show any more and has not been away for long enough to be gone."""
        return any(place.away_since is not None for place in self._places.values())

    @property
    def unsure(self) -> bool:
        """Whether a vehicle may be coming to rest or leaving: only the detector can tell."""
        return self.leaving or any(not place.standing for place in self._places.values())

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place, settled or not: the stage before must say how like itself each still is."""
        return tuple(self._places.values())

    @property
    def standing(self) -> tuple[Place, ...]:
        """The places whose vehicle stands."""
        return tuple(place for place in self._places.values() if place.standing)

    def look(self, look: Look) -> tuple[Ended, ...]:
        """Take in one frame; frames that are not newer than the last one are ignored."""
        if self._last is not None and look.time <= self._last:
            return ()
        self._before, self._last = self._last, look.time
        self._doubts = [doubt for doubt in self._doubts if doubt.key in self._places]
        ended = self._expire(look.time)
        if look.usable:
            matches = self._match(look)
            self._confirm(look, matches)
            ended += self._departures(look, matches)
            ended += self._settle(look.time)
            if look.detected:
                self._begin(look, matches)
        return tuple(ended)

    def doubts(self) -> tuple[Doubt, ...]:
        """When exactly vehicles came or left, where only the pictures between two looks can tell; each is given out once."""
        doubts, self._doubts = self._doubts, []
        return tuple(doubts)

    def knows(self, doubt: Doubt) -> bool:
        """Whether the vehicle that a doubt is about is still watched."""
        return doubt.key in self._places

    def settle_doubt(self, doubt: Doubt, likeness: Sequence[tuple[datetime, float]]) -> None:
        """Take in how like itself the place was at moments between the two looks, times in order."""
        place = self._places.get(doubt.key)
        if place is None:
            return
        if doubt.edge is Edge.COMING:
            place.dwell = place.dwell.begun(seen_since(doubt, likeness, self._rules.unchanged_likeness))
            return
        place.doubted = False
        if place.away_since == doubt.until:
            last, gone = seen_until(doubt, likeness, self._rules.settle_likeness)
            place.dwell = place.dwell.confirm(last, Confirmation.PIXELS)
            place.away_since = gone

    def _doubt(self, place: Place, edge: Edge, since: datetime | None, until: datetime) -> bool:
        """Whether only the pictures between two looks can tell when a vehicle came or left."""
        if not self._hindsight or since is None or (until - since).total_seconds() <= CLEAR_S:
            return False
        self._doubts.append(Doubt(place.key, place.box, edge, since, until))
        return True

    def clear(self) -> tuple[Place, ...]:
        """Forget everything; returns the vehicles that stood."""
        standing = self.standing
        self._places.clear()
        self._doubts.clear()
        self._last = self._before = None
        return standing

    def _expire(self, now: datetime) -> list[Ended]:
        late = [place for place in self._places.values() if place.dwell.gap_s(now) > self._rules.max_gap_s]
        for place in late:
            del self._places[place.key]
        return [Ended(place, Outcome.GAP, now) for place in late if place.standing]

    def _match(self, look: Look) -> dict[int, Sighting]:
        """For each place the sighting that confirms it: largest overlap first, each sighting once."""
        pairs = []
        for place in self._places.values():
            wanted = self._rules.hold_overlap if place.standing else self._rules.settle_overlap
            alike = self._alike(place, look)
            for sighting in look.sightings:
                overlap = place.box.overlap(sighting.box)
                if overlap >= wanted and (alike or self._never_lost(place, sighting, overlap, look.time)):
                    pairs.append((overlap, place.standing, place.key, sighting))
        matches: dict[int, Sighting] = {}
        taken: set[int] = set()
        for _, _, key, sighting in sorted(pairs, key=lambda pair: (pair[1], pair[0]), reverse=True):
            if key not in matches and id(sighting) not in taken:
                matches[key] = sighting
                taken.add(id(sighting))
        return matches

    def _alike(self, place: Place, look: Look) -> bool:
        wanted = self._rules.same_likeness if place.standing else self._rules.settle_likeness
        return look.likeness.get(place.key, 1.0) >= wanted

    def _never_lost(self, place: Place, sighting: Sighting, overlap: float, now: datetime) -> bool:
        """The tracker has held this vehicle in its place without a break: it may change its looks (a boot opens)."""
        return (
            place.standing
            and place.track is not None
            and sighting.track == place.track
            and overlap >= self._rules.settle_overlap
            and place.dwell.detector_gap_s(now) <= UNBROKEN_S
        )

    def _confirm(self, look: Look, matches: Mapping[int, Sighting]) -> None:
        for place in self._places.values():
            sighting = matches.get(place.key)
            if sighting is not None:
                self._confirm_detected(place, sighting, look.time)
                if self._rules.follow and place.standing:
                    hidden = _covered(place, [other.box for other in look.sightings if other is not sighting])
                    self._follow(place, sighting.box, look.time, hidden=hidden)
            elif self._unchanged(place, look):
                place.dwell = place.dwell.confirm(look.time, Confirmation.PIXELS)

    def _confirm_detected(self, place: Place, sighting: Sighting, now: datetime) -> None:
        place.dwell = place.dwell.confirm(now, Confirmation.DETECTOR, place.box.overlap(sighting.box))
        place.track = sighting.track if sighting.track is not None else place.track
        place.classes[sighting.vehicle] += 1
        place.looks.append(True)
        place.away_since, place.away_frames = None, 0
        if not place.standing:
            place.boxes.append(sighting.box)

    def _follow(self, place: Place, box: Rect, now: datetime, *, hidden: bool) -> None:
        """Let the box at rest drift with the picture; one that drifts fast, and is not partly hidden, is a moving vehicle's."""
        place.box = _toward(place.box, box, FOLLOW_SHARE)
        if place.anchor is None or hidden:
            place.anchor = (now, place.box)
        elif (now - place.anchor[0]).total_seconds() >= self._rules.settle_s:
            place.drifted = place.anchor[1].overlap(place.box) < self._rules.settle_overlap
            place.anchor = (now, place.box)

    def _unchanged(self, place: Place, look: Look) -> bool:
        """Pixels alone may confirm between two looks of the detector, never for longer than the allowed gap."""
        return (
            look.likeness.get(place.key, 0.0) >= self._rules.unchanged_likeness
            and place.dwell.detector_gap_s(look.time) <= self._rules.max_gap_s
        )

    def _departures(self, look: Look, matches: Mapping[int, Sighting]) -> list[Ended]:
        if not look.detected:
            return []
        ended = [Ended(place, Outcome.LEFT, look.time) for place in self.standing if place.drifted]
        for end in ended:
            del self._places[end.place.key]
        for place in [place for place in self._places.values() if place.key not in matches]:
            moved_off, covered = (
                _moved_off(place, look.sightings),
                _covered(place, (*(sighting.box for sighting in look.sightings), *look.others)),
            )
            if not covered:
                place.looks.append(False)
            if not place.standing:
                if moved_off or not self._alike(place, look):
                    del self._places[place.key]
            elif not self._alike(place, look) and (moved_off or not covered):
                if place.away_since is None:
                    place.away_since = look.time
                    place.doubted = self._doubt(place, Edge.LEAVING, place.dwell.last, look.time)
                place.away_frames += 1
                if self._has_left(place, look.time):
                    del self._places[place.key]
                    ended.append(Ended(place, Outcome.LEFT, place.away_since))
        return ended

    def _has_left(self, place: Place, now: datetime) -> bool:
        if place.away_since is None or place.away_frames < self._rules.left_frames:
            return False
        return (now - place.away_since).total_seconds() >= (ANSWER_S if place.doubted else self._rules.left_s)

    def _settle(self, now: datetime) -> list[Ended]:
        ended = []
        for place in [place for place in self._places.values() if not place.standing]:
            if not self._has_settled(place):
                continue
            box = middle(place.boxes)
            if any(box.overlap(other.box) >= AWAY_OVERLAP + 0.1 and other.dwell.last == now for other in self.standing):
                del self._places[place.key]  # a second box of a vehicle that is being watched already
                continue
            for other in [other for other in self.standing if other.track is not None and other.track == place.track]:
                del self._places[other.key]  # it moved on a little and stopped again: it left the place it stood in
                ended.append(Ended(other, Outcome.LEFT, place.dwell.since))
            place.box, place.standing = box, True
            place.boxes.clear()
            self._doubt(place, Edge.COMING, place.unseen_until, place.dwell.since)
        return ended

    def _has_settled(self, place: Place) -> bool:
        return (
            place.dwell.detector_frames >= MIN_SETTLE_FRAMES
            and place.dwell.seconds() >= self._rules.settle_s
            and place.steadiness >= SETTLE_STEADINESS
        )

    def _begin(self, look: Look, matches: Mapping[int, Sighting]) -> None:
        used = {id(sighting) for sighting in matches.values()}
        for sighting in look.sightings:
            if id(sighting) in used or not self._may_begin(sighting):
                continue
            if any(self._is_another_box_of(place, sighting.box, look) for place in self.standing):
                continue
            key = next(self._keys)
            self._places[key] = Place(
                key,
                sighting.box,
                Dwell.begin(look.time),
                sighting.track,
                unseen_until=self._before,
                boxes=[sighting.box],
                classes=Counter([sighting.vehicle]),
            )

    def _may_begin(self, sighting: Sighting) -> bool:
        return sighting.watched and sighting.score >= self._rules.new_score and len(self._places) < MAX_PLACES

    def _is_another_box_of(self, place: Place, box: Rect, look: Look) -> bool:
        return place.box.overlap(box) >= AWAY_OVERLAP + 0.1 and place.dwell.last == look.time


def _moved_off(place: Place, sightings: Sequence[Sighting]) -> bool:
    """Whether the vehicle that stood here is seen somewhere else."""
    return any(
        place.track is not None and sighting.track == place.track and place.box.overlap(sighting.box) < AWAY_OVERLAP
        for sighting in sightings
    )


def _covered(place: Place, boxes: Iterable[Rect]) -> bool:
    """Whether something may hide the place."""
    return any(place.box.covered_by(box) >= COVERED_SHARE for box in boxes)


def _toward(box: Rect, target: Rect, share: float) -> Rect:
    return Rect(
        box.left + (target.left - box.left) * share,
        box.top + (target.top - box.top) * share,
        box.right + (target.right - box.right) * share,
        box.bottom + (target.bottom - box.bottom) * share,
    )
