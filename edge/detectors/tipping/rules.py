"""From what each picture shows of one stopped truck to a suspicion and its end. Pure.

Time comes from the frames. A sight that cannot be judged (hidden, dark) changes nothing: neither does it hold a bed up nor let a
heap stay.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from edge.boxes import Rect
from edge.detectors.tipping.config import TippingConfig
from yuhang.messages import ReportedTruck, TippingSign

RISING_SHARE = 0.1  # of the truck's height: the bed has begun to rise
SAME_HEAP = 0.6  # overlap of two looks at one heap
GONE_LOOKS, GONE_S = 3, 2.0
LONGEST_LOOK_GAP_S = 10.0  # without a look nobody knows whether the bed stayed up or the heap lay there


@dataclass(frozen=True, slots=True)
class HeapSight:
    """Something on the ground where the truck stood; `area_m2` of its outline, the box in the picture's pixels."""

    box: Rect
    area_m2: float


@dataclass(frozen=True, slots=True)
class Sight:
    """What one picture shows of the place; None where it cannot be judged."""

    at: datetime
    rise: float | None = None
    """How far something stands out above the truck at rest, as a share of its height."""
    there: bool | None = None
    """Whether the truck is still in its place."""
    heap: HeapSight | None = None
    ground_seen: bool = False
    """Whether the ground where it stood can be judged."""
    report: ReportedTruck | None = None


class Phase(StrEnum):
    """Where a matter stands."""

    STANDING = "standing"
    LEFT = "left"
    ENDED = "ended"


class Finding(StrEnum):
    """What a look has brought."""

    BED_BEGAN = "bed_began"  # keep a picture of it
    SUSPECTED = "suspected"
    ENDED = "ended"


@dataclass(slots=True)
class TruckMatter:
    """One stop of one truck, from coming to rest to the judgement of its place afterwards."""

    config: TippingConfig
    stopped_at: datetime
    phase: Phase = Phase.STANDING
    signs: list[TippingSign] = field(default_factory=list)
    suspected: bool = False
    bed_began_at: datetime | None = None
    bed_held_s: float = 0.0
    bed_highest: float = 0.0
    left_at: datetime | None = None
    heap: HeapSight | None = None
    heap_stayed_s: float = 0.0
    ground_seen: bool = False
    report: ReportedTruck | None = None
    _bed_seen_at: datetime | None = None
    _heap_since: datetime | None = None
    _last_heap: HeapSight | None = None
    _last_ground_at: datetime | None = None
    _missing: list[datetime] = field(default_factory=list)

    def step(self, sight: Sight) -> tuple[Finding, ...]:
        """Take in one look; looks come in the order of their time."""
        if self.phase is Phase.ENDED:
            return ()
        found = list(self._bed(sight))
        self._reported(sight)
        self._presence(sight)
        if self.phase is Phase.LEFT:
            self._ground(sight)
        if self.signs and not self.suspected and (sight.at - self.stopped_at).total_seconds() >= self.config.still_s:
            self.suspected = True
            found.append(Finding.SUSPECTED)
        if self._is_over(sight.at):
            found += self.end()
        return tuple(found)

    def end(self) -> tuple[Finding, ...]:
        """Nobody will look any more."""
        if self.phase is Phase.ENDED:
            return ()
        self.phase = Phase.ENDED
        return (Finding.ENDED,) if self.suspected else ()

    def _bed(self, sight: Sight) -> list[Finding]:
        if sight.rise is None:
            self._bed_seen_at = None
            return []
        found: list[Finding] = []
        if sight.rise < RISING_SHARE:
            if TippingSign.BED not in self.signs:
                self.bed_began_at, self.bed_held_s = None, 0.0
            self._bed_seen_at = None
            return found
        if self.bed_began_at is None:
            self.bed_began_at = sight.at
            found.append(Finding.BED_BEGAN)
        self.bed_highest = max(self.bed_highest, sight.rise)
        if sight.rise >= self.config.bed_share:
            if self._bed_seen_at is not None:
                gap_s = (sight.at - self._bed_seen_at).total_seconds()
                self.bed_held_s += gap_s if gap_s <= LONGEST_LOOK_GAP_S else 0.0
            self._bed_seen_at = sight.at
            if self.bed_held_s >= self.config.bed_held_s:
                self._sign(TippingSign.BED)
        return found

    def _reported(self, sight: Sight) -> None:
        report = sight.report
        if report is None:
            return
        raised = report.bed_raised is True or (
            report.tilt_deg is not None and abs(report.tilt_deg) >= self.config.reports.tilt_deg
        )
        if raised:
            self._sign(TippingSign.REPORT)
        if self.report is None or raised:
            self.report = report

    def _presence(self, sight: Sight) -> None:
        if sight.there is None:
            return
        if sight.there:
            self._missing.clear()
            if self.phase is Phase.LEFT and self.heap is None:  # it had only been hidden
                self.phase, self.left_at = Phase.STANDING, None
            return
        self._missing.append(sight.at)
        gone = len(self._missing) >= GONE_LOOKS and (sight.at - self._missing[0]).total_seconds() >= GONE_S
        if gone and self.phase is Phase.STANDING:
            self.phase, self.left_at = Phase.LEFT, self._missing[0]

    def _ground(self, sight: Sight) -> None:
        if not sight.ground_seen:
            return
        self.ground_seen = True
        late = self._last_ground_at is not None and (sight.at - self._last_ground_at).total_seconds() > LONGEST_LOOK_GAP_S
        self._last_ground_at = sight.at
        heap = sight.heap if sight.heap is not None and sight.heap.area_m2 >= self._least_heap() else None
        if heap is None or late or self._last_heap is None or heap.box.overlap(self._last_heap.box) < SAME_HEAP:
            self._heap_since = sight.at if heap is not None else None
        self._last_heap = heap
        if heap is None or self._heap_since is None:
            return
        stayed_s = (sight.at - self._heap_since).total_seconds()
        if stayed_s >= self.config.heap_stays_s:
            self.heap, self.heap_stayed_s = heap, stayed_s
            self._sign(TippingSign.HEAP)

    def _least_heap(self) -> float:
        return self.config.heap_m2 if self.signs else self.config.heap_alone_m2

    def _is_over(self, now: datetime) -> bool:
        waited = self.left_at is not None and (now - self.left_at).total_seconds() >= self.config.heap_wait_s
        return self.phase is Phase.LEFT and (self.heap is not None or waited)

    def _sign(self, sign: TippingSign) -> None:
        if sign not in self.signs:
            self.signs.append(sign)
