"""One camera from frame to events: condition, motion, detection, tracking, standing, rules, plates, evidence.

Each stage takes and gives one typed value; this file only hands them on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from edge.alignment import Aligner, Alignment, FixedCamera
from edge.appearance import Appearance
from edge.boxes import Rect
from edge.camera_condition import ConditionChange, ConditionGuard
from edge.config import CameraConfig, PicturesConfig, PlatesConfig
from edge.detectors.parking import Finding, ParkingDetector, Parting
from edge.events import EventWriter, IdMaker
from edge.evidence import EvidenceDesk
from edge.frames import Frame, SourceChange, SourceState
from edge.ground import Ground
from edge.inference.detector import ObjectDetector
from edge.plate_votes import PlateEyes, PlateVotes
from edge.reporting import ClipSource, Reporter, Snapshot
from edge.results import FrameResult, NodeEvent
from edge.seeing import Eyes, Seen
from edge.standing import Ended, Look, Outcome, Place, StandingBook, StandingRules
from edge.stopwatch import Stopwatch
from yuhang.messages import CameraCondition, Reobserve, SeenVehicle, UnobservedReason

STEP_BACK = timedelta(seconds=2)
"""A frame older than the last one by more than this means that the clock was set back, not that frames came in disorder."""
SAME_VEHICLE = 0.5  # overlap from which two boxes are one vehicle


@dataclass(frozen=True, slots=True)
class PipelineTools:
    """What all pipelines of a node share."""

    detector: ObjectDetector
    plate_eyes: PlateEyes
    is_plate: Callable[[str], bool]
    writer: EventWriter
    desk: EvidenceDesk
    clips: ClipSource
    new_id: IdMaker
    pictures: PicturesConfig
    plates: PlatesConfig


class CameraPipeline:
    """Watches one camera. Not for several threads: the watcher calls it from one at a time."""

    def __init__(self, camera: CameraConfig, tools: PipelineTools, aligner: Aligner | None = None) -> None:
        self.camera = camera
        self._tools = tools
        self._aligner = aligner or FixedCamera()
        self._guard = ConditionGuard(camera.guard)
        self._book = StandingBook(_standing_rules(camera))
        self._appearance = Appearance()
        self._votes = PlateVotes(tools.plate_eyes, tools.plates, tools.is_plate)
        self._rules = [ParkingDetector(zone.zone, zone.detector, tools.new_id) for zone in camera.zones]
        self._reporter = Reporter(
            camera,
            pictures=tools.pictures,
            writer=tools.writer,
            desk=tools.desk,
            plates=self._votes,
            clips=tools.clips,
        )
        self._ground: Ground | None = None
        self._eyes: Eyes | None = None
        self._last: Frame | None = None
        self._seen = Seen(detected=False)
        self._alignment: Alignment | None = None
        self._lost = False

    @property
    def open_stops(self) -> int:
        """Stops that were reported and have not ended."""
        return sum(len(rules.open_stops) for rules in self._rules)

    def reobserve(self, command: Reobserve) -> bool:
        """Take a picture of this stop at `due_at` and report it; false if no such stop is open here."""
        return any(rules.reobserve(command.track, command.id, command.due_at) for rules in self._rules)

    def process(self, frame: Frame) -> FrameResult:
        """Take in one frame; one that is not newer than the last is passed over."""
        watch = Stopwatch()
        events: list[NodeEvent] = []
        if self._last is not None and timedelta(0) <= self._last.time - frame.time < STEP_BACK:
            return self._result(frame, events, watch)
        if self._last is not None and self._is_another_view(self._last, frame):
            events += self._start_anew(self._last)
        events += self._found_again(frame)
        self._last = frame
        with watch.stage("condition"):
            self._alignment = self._aligner.align(frame.image)
            change = self._guard.look(self._alignment.image, frame.time)
        events += self._camera_event(change, frame)
        ended = self._look(frame, self._alignment, watch)
        events += self._report(ended, frame, watch)
        return self._result(frame, events, watch)

    def source_changed(self, change: SourceChange) -> tuple[NodeEvent, ...]:
        """Take in a change of the source's state."""
        if change.state is SourceState.LOST and not self._lost:
            self._lost = True
            lost = ConditionChange(CameraCondition.LOST, self._guard.condition, change.time, change.detail)
            return self._camera_event(lost, None)
        if change.state is SourceState.ENDED and self._last is not None:
            return self._break_off(self._last, UnobservedReason.RECORDING_ENDED)
        return ()

    def tick(self, silent_s: float) -> tuple[NodeEvent, ...]:
        """No frame has come for `silent_s` seconds: the gap of every standing vehicle grows all the same."""
        if self._last is None:
            return ()
        now = self._last.time + timedelta(seconds=silent_s)
        ended = self._book.look(Look(now, usable=False, detected=False))
        return tuple(self._events(ended, replace(self._last, time=now)))

    def _look(self, frame: Frame, alignment: Alignment, watch: Stopwatch) -> tuple[Ended, ...]:
        ground, eyes = self._prepared(frame)
        due = any(rules.wants_look(frame.time) for rules in self._rules)
        seen = eyes.look(alignment.image, frame.time, standing=bool(self._book.places), due=due, watch=watch)
        self._seen = seen if seen.detected else replace(self._seen, detected=False)
        with watch.stage("watch"):
            likeness = self._appearance.compare(alignment.image, self._book.places)
            usable = self._guard.usable and alignment.found
            sightings = tuple(replace(sighting, watched=ground.is_watched(sighting.box)) for sighting in seen.sightings)
            ended = self._book.look(Look(frame.time, usable, seen.detected, sightings, seen.people, likeness))
            if usable:
                self._appearance.remember(alignment.image, self._book.places, likeness, frame.time)
        return ended

    def _report(self, ended: Sequence[Ended], frame: Frame, watch: Stopwatch) -> Sequence[NodeEvent]:
        """Hold pictures of arrivals, read a plate, let the rules decide, and write what they find."""
        judged = [place for place in self._book.standing if self._judge(place) is not None]
        for place in judged:
            if not self._reporter.knows(place.key):
                self._reporter.arrived(place.key, self._snapshot(frame).of(self._to_picture(place.box)))
        if self._guard.usable:
            with watch.stage("plates"):
                self._read_a_plate(judged, frame)
        with watch.stage("report"):
            return self._events(ended, frame)

    def _events(self, ended: Sequence[Ended], frame: Frame) -> Sequence[NodeEvent]:
        partings = [(end.place, end.outcome, self._reason(end.place)) for end in ended]
        times = {end.place.key: end.at for end in ended}
        findings: list[Finding] = []
        for rules, ground in self._rulings():
            gone = [
                Parting(ground.stander(place, rules.zone), outcome, times[place.key], reason)
                for place, outcome, reason in partings
            ]
            standers = [ground.stander(place, rules.zone) for place in self._book.standing]
            findings += rules.step(frame.time, standers, gone)
        events = self._written(findings, frame)
        keys = {place.key for place in self._book.standing}
        self._reporter.keep(keys)
        self._votes.keep(keys)
        return events

    def _written(self, findings: Sequence[Finding], frame: Frame) -> Sequence[NodeEvent]:
        snapshot = self._snapshot(frame)
        return [self._reporter.event(found, self._to_picture(found.stop.stander.box), snapshot) for found in findings]

    def _break_off(self, frame: Frame, reason: UnobservedReason) -> tuple[NodeEvent, ...]:
        """End the watching of everything that stands: nobody can say what comes next."""
        standing = self._book.clear()
        findings: list[Finding] = []
        for rules, ground in self._rulings():
            gone = [Parting(ground.stander(place, rules.zone), Outcome.GAP, frame.time, reason) for place in standing]
            findings += rules.step(frame.time, (), gone)
        return tuple(self._written(findings, frame))

    def _is_another_view(self, last: Frame, frame: Frame) -> bool:
        """Whether the clock was set back or the pictures' size has changed: what was cannot be compared with what comes."""
        return frame.time < last.time or frame.image.shape != last.image.shape

    def _start_anew(self, last: Frame) -> tuple[NodeEvent, ...]:
        events = self._break_off(last, UnobservedReason.GAP)
        self._ground, self._eyes, self._guard = None, None, ConditionGuard(self.camera.guard)
        return events

    def _prepared(self, frame: Frame) -> tuple[Ground, Eyes]:
        if self._ground is None or self._eyes is None:
            height, width = frame.image.shape
            self._ground = Ground(self.camera.zones, width, height)
            self._eyes = Eyes(self.camera, self._tools.detector, self._ground)
        return self._ground, self._eyes

    def _rulings(self) -> Iterator[tuple[ParkingDetector, Ground]]:
        if self._ground is not None:
            for rules in self._rules:
                yield rules, self._ground

    def _judge(self, place: Place) -> ParkingDetector | None:
        """The first zone whose rules watch this vehicle."""
        return next((rules for rules, ground in self._rulings() if rules.judges(ground.stander(place, rules.zone))), None)

    def _reason(self, place: Place) -> UnobservedReason:
        if self._lost:
            return UnobservedReason.CAMERA_LOST
        return self._guard.blind_after(place.dwell.last) or UnobservedReason.GAP

    def _read_a_plate(self, places: Sequence[Place], frame: Frame) -> None:
        """At most one reading a frame, so that many parked cars do not hold up the next frame."""
        waiting = [place for place in places if self._votes.wants(place.key, frame.time)]
        if not waiting:
            return
        place = min(waiting, key=lambda waiting: self._votes.attempts(waiting.key))
        others = [sighting.box for sighting in self._seen.sightings if sighting.box.overlap(place.box) < SAME_VEHICLE]
        self._votes.look(
            place.key, frame.image.bgr, self._to_picture(place.box), [self._to_picture(box) for box in others], frame.time
        )

    def _to_picture(self, rect: Rect) -> Rect:
        return rect if self._alignment is None else self._alignment.to_picture(rect)

    def _snapshot(self, frame: Frame) -> Snapshot:
        people = tuple(self._to_picture(rect) for rect in self._seen.people)
        vehicles = tuple(self._to_picture(sighting.box) for sighting in self._seen.sightings)
        return Snapshot(frame, self._tools.pictures.jpeg_quality, people, vehicles)

    def _found_again(self, frame: Frame) -> tuple[NodeEvent, ...]:
        if not self._lost:
            return ()
        self._lost = False
        return self._camera_event(ConditionChange(self._guard.condition, CameraCondition.LOST, frame.time, ""), frame)

    def _camera_event(self, change: ConditionChange | None, frame: Frame | None) -> tuple[NodeEvent, ...]:
        if change is None:
            return ()
        address = self.camera.zones[0].address if self.camera.zones else self.camera.camera
        return (self._tools.writer.camera(change, self.camera.camera, address, frame.time if frame else change.since),)

    def _result(self, frame: Frame, events: Sequence[NodeEvent], watch: Stopwatch) -> FrameResult:
        height, width = frame.image.shape
        return FrameResult(
            camera=frame.camera,
            time=frame.time,
            width=width,
            height=height,
            condition=CameraCondition.LOST if self._lost else self._guard.condition,
            detected=self._seen.detected,
            vehicles=self._vehicles(width, height),
            events=tuple(events),
            timings_ms=watch.milliseconds,
        )

    def _vehicles(self, width: int, height: int) -> tuple[SeenVehicle, ...]:
        standing = [self._standing_vehicle(place, width, height) for place in self._book.standing]
        passing = [
            SeenVehicle(box=self._to_picture(sighting.box).to_box(width, height), vehicle=sighting.vehicle)
            for sighting in self._seen.sightings
            if sighting.score >= self.camera.watching.new_score
            and all(sighting.box.overlap(place.box) < SAME_VEHICLE for place in self._book.standing)
        ]
        return (*standing, *passing)

    def _standing_vehicle(self, place: Place, width: int, height: int) -> SeenVehicle:
        rules = self._judge(place)
        return SeenVehicle(
            box=self._to_picture(place.box).to_box(width, height),
            vehicle=place.vehicle,
            plate=self._votes.plate(place.key).text,
            zone=rules.zone if rules else None,
            track=rules.track_of(place.key) if rules else None,
            stopped_at=place.dwell.since if rules else None,
        )


def _standing_rules(camera: CameraConfig) -> StandingRules:
    watching = camera.watching
    rules = StandingRules(
        settle_s=watching.settle_s,
        max_gap_s=watching.max_gap_s,
        hold_overlap=watching.hold_overlap,
        settle_overlap=watching.settle_overlap,
        same_likeness=watching.same_likeness,
        unchanged_likeness=watching.unchanged_likeness,
        new_score=watching.new_score,
    )
    if camera.guard.camera_motion == "freeze":
        return rules
    # A picture laid over another never fits exactly: the box at rest may drift with it, and looks may differ more. What creeps is
    # told from what drifts by a stricter overlap while it settles.
    return replace(rules, follow=True, settle_overlap=0.8, settle_likeness=0.6, same_likeness=0.45)
