"""The parking rules of one zone: from vehicles that stand to what is to be reported. Pure.

    moving -> standing -> stopped (the driver is to be told) -> left | unobserved
                  \\-> queued -> standing

One alarm a stop. Whoever leaves re-arms it by leaving; after `unobserved` the watching starts anew, and nothing of the old one
counts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from edge.boxes import Rect
from edge.detectors.parking.config import ParkingConfig
from edge.detectors.parking.queue import queue_of
from edge.dwell import Dwell
from edge.standing import Outcome
from yuhang.messages import UnobservedReason, VehicleClass

MIN_STEADINESS = 0.5


@dataclass(frozen=True, slots=True)
class Stander:
    """A vehicle that stands, as the zone's rules see it: `key` is its place, `in_zone` and `in_lane` where its foot is."""

    key: int
    box: Rect
    vehicle: VehicleClass
    dwell: Dwell
    in_zone: bool
    in_lane: bool = False
    steadiness: float = 1.0
    """Share of the detector's last looks that found it."""


@dataclass(frozen=True, slots=True)
class Parting:
    """A vehicle that no longer stands: `outcome` says whether it left (at `at`) or was lost to sight."""

    stander: Stander
    outcome: Outcome
    at: datetime
    reason: UnobservedReason = UnobservedReason.GAP


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of one vehicle in the zone, as it is at the time of a finding."""

    track: str
    zone: str
    stander: Stander

    @property
    def dwell(self) -> Dwell:
        return self.stander.dwell


@dataclass(frozen=True, slots=True)
class Stopped:
    """The vehicle has stood for the warning dwell."""

    stop: Stop
    at: datetime


@dataclass(frozen=True, slots=True)
class Present:
    """The vehicle still stands; `reobserve` is the command that asked."""

    stop: Stop
    at: datetime
    reobserve: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """The vehicle was seen to leave, or its place seen empty, from `at` on."""

    stop: Stop
    at: datetime


@dataclass(frozen=True, slots=True)
class Unobserved:
    """Nobody can say whether the vehicle stayed."""

    stop: Stop
    at: datetime
    reason: UnobservedReason


Finding = Stopped | Present | Left | Unobserved


@dataclass(slots=True)
class _Case:
    """What the rules remember of a vehicle that stands."""

    stander: Stander
    track: str = ""
    queued_until: datetime | None = None
    next_present: datetime | None = None
    asked: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def warned(self) -> bool:
        return bool(self.track)


class ParkingDetector:
    """Rules of one zone. `new_track` gives the id of a stop (a ULID) for the frame time at which it is reported."""

    def __init__(self, zone: str, config: ParkingConfig, new_track: Callable[[datetime], str]) -> None:
        self.zone = zone
        self._config = config
        self._new_track = new_track
        self._cases: dict[int, _Case] = {}

    def step(self, now: datetime, standers: Sequence[Stander], partings: Iterable[Parting] = ()) -> tuple[Finding, ...]:
        """Take in one frame: the vehicles that stand and those that no longer do."""
        findings: list[Finding] = []
        for parting in partings:
            findings += self._part(parting)
        for stander in standers:
            if self.judges(stander):
                findings += self._watch(now, stander, standers)
        return tuple(findings)

    def reobserve(self, track: str, command: str, due_at: datetime) -> bool:
        """Report the stop at the first sight of it at or after `due_at`; false if no such stop is open."""
        case = next((case for case in self._cases.values() if case.track == track and case.warned), None)
        if case is None:
            return False
        if command not in (name for _, name in case.asked):
            case.asked.append((due_at, command))
        return True

    def reconfigure(self, config: ParkingConfig) -> None:
        """Go on by other settings; who stands keeps its dwell, and a stop that was reported its track."""
        self._config = config

    def release(self, now: datetime, watches: Callable[[Rect], bool]) -> tuple[Unobserved, ...]:
        """Let go of the vehicles that the zone watches no longer; a stop that was reported ends as unobserved.

        `watches` says of a box at rest whether the zone still watches it.
        """
        gone = {key: case for key, case in self._cases.items() if not watches(case.stander.box)}
        self._cases = {key: case for key, case in self._cases.items() if key not in gone}
        reason = UnobservedReason.ZONE_CHANGED
        return tuple(Unobserved(self._stop(case), now, reason) for case in gone.values() if case.warned)

    def wants_look(self, now: datetime) -> bool:
        """Whether something is due that only the detector's own look can answer."""
        return any(self._due(case) <= now for case in self._cases.values())

    @property
    def open_stops(self) -> tuple[Stop, ...]:
        """Stops that were reported and have not ended."""
        return tuple(self._stop(case) for case in self._cases.values() if case.warned)

    def track_of(self, key: int) -> str | None:
        """The stop of the vehicle in this place, once reported."""
        case = self._cases.get(key)
        return case.track if case is not None and case.warned else None

    def judges(self, stander: Stander) -> bool:
        """Whether this vehicle is one that the zone's rules watch; once watched, always watched."""
        if stander.key in self._cases:
            return True
        return stander.in_zone and stander.vehicle in self._config.vehicles and stander.box.height >= self._config.min_height_px

    def _watch(self, now: datetime, stander: Stander, standers: Sequence[Stander]) -> list[Finding]:
        case = self._cases.setdefault(stander.key, _Case(stander))
        case.stander = stander
        if not case.warned and self._queues(stander, standers):
            case.queued_until = now
        if stander.dwell.last_detected != now or stander.steadiness < MIN_STEADINESS:
            return []  # reports rest on a look of the detector, never on unchanged pixels alone, nor on a lucky look
        if case.warned:
            return self._still_there(now, case)
        if self._warning_due(case) > now:
            return []
        case.track = self._new_track(now)
        case.next_present = now + timedelta(seconds=self._config.present_every_s)
        return [Stopped(self._stop(case), now)]

    def _queues(self, stander: Stander, standers: Sequence[Stander]) -> bool:
        rule = self._config.queue
        if rule is None or not stander.in_lane or stander.dwell.seconds() > rule.longest_s:
            return False
        others = [other.box for other in standers if other.in_lane and other.key != stander.key]
        return queue_of(stander.box, others, rule.max_spacing) >= rule.min_vehicles

    def _warning_due(self, case: _Case) -> datetime:
        """A vehicle left over from a queue gets the whole warning dwell from the queue's end, up to the longest red light."""
        dwell, rule = case.stander.dwell, self._config.queue
        queued = case.queued_until is not None and rule is not None and dwell.seconds() <= rule.longest_s
        start = case.queued_until if queued and case.queued_until is not None else dwell.since
        return start + timedelta(seconds=self._config.warning_dwell_s)

    def _due(self, case: _Case) -> datetime:
        if not case.warned or case.next_present is None:
            return self._warning_due(case)
        return min([case.next_present, *(due_at for due_at, _ in case.asked)])

    def _still_there(self, now: datetime, case: _Case) -> list[Finding]:
        answered = [command for due_at, command in case.asked if due_at <= now]
        case.asked = [(due_at, command) for due_at, command in case.asked if due_at > now]
        findings: list[Finding] = [Present(self._stop(case), now, command) for command in answered]
        if case.next_present is not None and now >= case.next_present:
            late = (now - case.next_present).total_seconds() // self._config.present_every_s
            case.next_present += timedelta(seconds=self._config.present_every_s * (late + 1))
            if not findings:
                findings.append(Present(self._stop(case), now))
        return findings

    def _part(self, parting: Parting) -> list[Finding]:
        case = self._cases.pop(parting.stander.key, None)
        if case is None or not case.warned:
            return []
        # What the zone's rules saw last may be a frame older than what the watching says now.
        case.stander = replace(case.stander, dwell=parting.stander.dwell)
        if parting.outcome is Outcome.LEFT:
            return [Left(self._stop(case), parting.at)]
        return [Unobserved(self._stop(case), parting.at, parting.reason)]

    def _stop(self, case: _Case) -> Stop:
        return Stop(case.track, self.zone, case.stander)
