"""One camera from frame to events: condition, motion, detection, tracking and standing once, then all its detectors.

Each stage takes and gives one typed value; this file only hands them on.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from edge.alignment import Aligner, Alignment, FixedCamera
from edge.appearance import Appearance, part_of
from edge.boxes import Rect
from edge.camera_condition import ConditionChange, ConditionGuard
from edge.config import CameraConfig
from edge.detectors.build import build_watches
from edge.detectors.detector import Departure, Detector, Scene
from edge.detectors.learning import Learns
from edge.detectors.parking.watch import SAME_VEHICLE, ParkingWatch
from edge.detectors.tools import DetectorTools
from edge.doubts import Doubt
from edge.frames import Frame, Moments, SourceChange, SourceState
from edge.ground import Ground
from edge.looks import Steps, run_through
from edge.results import FrameResult
from edge.seeing import Eyes, Seen
from edge.sources.sampling import Sampler
from edge.standing import Ended, Look, Outcome, Place, StandingBook, StandingRules
from edge.stopwatch import Stopwatch
from yuhang.messages import CameraCondition, NodeEvent, Reobserve, SeenVehicle, UnobservedReason, Verdict

ATTEND_SHARE = 0.6
"""Of the longest gap: who watches a standing vehicle must see a picture this often, however far apart key frames are."""
LEAVING_WITHIN_S = 0.4
"""... and this often while it decides whether one has left."""
CALM_APART_S = 3.0
"""Where nothing stands or moves, key frames closer than this to the last picture are not worth decoding."""
STEP_BACK = timedelta(seconds=2)
"""A frame older than the last one by more than this means that the clock was set back, not that frames came in disorder."""


class CameraPipeline:
    """Watches one camera. Not for several threads: the watcher calls it from one at a time."""

    def __init__(self, camera: CameraConfig, tools: DetectorTools, aligner: Aligner | None = None) -> None:
        self.camera = camera
        self._tools = tools
        self._aligner = aligner or FixedCamera()
        self._guard = ConditionGuard(camera.guard)
        self._book = StandingBook(_standing_rules(camera), hindsight=self._sparse)
        self._appearance = Appearance()
        self._parking = ParkingWatch(camera, tools)
        self._watches = build_watches(camera, tools)
        self._sampler = _sampler(camera)
        self._ground: Ground | None = None
        self._eyes: Eyes | None = None
        self._last: Frame | None = None
        self._seen = Seen(detected=False)
        self._alignment: Alignment | None = None
        self._lost = False
        self._asked: dict[int, Doubt] = {}
        self._attention: tuple[float | None, float] = (None, 0.0)

    @property
    def open_stops(self) -> int:
        """Stops that were reported and have not ended."""
        return self._parking.open_stops

    def reobserve(self, command: Reobserve) -> bool:
        """Take a picture of this stop at `due_at` and report it; false if no such stop is open here."""
        return self._parking.reobserve(command)

    def reconfigure(self, camera: CameraConfig) -> tuple[NodeEvent, ...]:
        """Watch other zones of the same camera from now on; who stands goes on standing.

        Returns the ends of the stops that no zone watches any more. What a changed zone of another detector has seen so far is
        forgotten.
        """
        scene = None if self._last is None else self._scene(self._last, usable=self._usable)
        events = list(self._parking.reconfigure(camera, scene))
        watches = build_watches(camera, self._tools, self._watches)
        if scene is not None:
            broken = replace(scene, broken=UnobservedReason.ZONE_CHANGED)
            ended = [detector for watch in self._watches if watch not in watches for detector in watch.detectors]
            events += self._shown(broken, ended, Stopwatch())
        self.camera, self._watches, self._sampler = camera, watches, _sampler(camera)
        self._ground = None
        if not camera.looks_for_objects:
            self._book.clear()
        return tuple(events)

    def verdict(self, command: Verdict) -> bool:
        """Learn a person's answer about a suspicion; false if none of this camera's waits for it. Raises `StorageError`."""
        learners = [detector for detector in self._detectors if isinstance(detector, Learns)]
        return any(learner.answer(command.track, confirmed=command.confirmed) for learner in learners)

    def process(self, frame: Frame) -> FrameResult:
        """Take in one frame on this thread; one that is not newer than the last is passed over."""
        return run_through(self.analyse(frame), self._tools.detector)

    def analyse(self, frame: Frame) -> Steps[FrameResult]:
        """As `process`, but somebody else looks. Before the end the pipeline may be given commands, and nothing else."""
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
        if self._sampler.wants(frame.time.timestamp()):
            departures = yield from self._look(frame, self._alignment, watch)
            scene = self._scene(frame, usable=self._usable, departures=departures)
            events += self._shown(scene, self._detectors, watch)
        else:
            scene = replace(self._scene(frame, usable=self._usable), seen=Seen(detected=False), analysed=False)
            events += self._shown(scene, [detector for detector in self._detectors if detector.every_frame], watch)
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

    def looked_back(self, moments: Moments) -> None:
        """Take in what the source shows of the time between two pictures, for which this pipeline had asked."""
        doubt = self._asked.pop(moments.number, None)
        if doubt is not None:
            self._book.settle_doubt(doubt, self._appearance.moments(doubt.key, moments))

    def tick(self, silent_s: float) -> tuple[NodeEvent, ...]:
        """No frame has come for `silent_s` seconds: the gap of every standing vehicle grows all the same."""
        if self._last is None:
            return ()
        now = self._last.time + timedelta(seconds=silent_s)
        ended = self._departures(self._book.look(Look(now, usable=False, detected=False)))
        scene = self._scene(replace(self._last, time=now), usable=False, departures=ended)
        return tuple(self._shown(scene, self._detectors, Stopwatch()))

    @property
    def _detectors(self) -> tuple[Detector, ...]:
        return (self._parking, *(detector for watch in self._watches for detector in watch.detectors))

    @property
    def _sparse(self) -> bool:
        """Whether seconds pass between two pictures."""
        return self.camera.source.decode == "keyframes"

    @property
    def _usable(self) -> bool:
        return self._guard.usable and (self._alignment is None or self._alignment.found)

    def _look(self, frame: Frame, alignment: Alignment, watch: Stopwatch) -> Steps[tuple[Departure, ...]]:
        """What the shared stages see; returns the vehicles that no longer stand."""
        if not self.camera.looks_for_objects:
            return ()
        ground, eyes = self._prepared(frame)
        due = any(detector.due(frame.time) for detector in self._detectors)
        due = due or (self._sparse and self._book.unsure)
        seen = yield from eyes.look(alignment.image, frame.time, standing=bool(self._book.places), due=due, watch=watch)
        self._seen = seen if seen.detected else replace(self._seen, detected=False, moving=seen.moving)
        with watch.stage("watch"):
            likeness = self._appearance.compare(alignment.image, self._book.places)
            sightings = tuple(replace(sighting, watched=ground.is_watched(sighting.box)) for sighting in seen.sightings)
            ended = self._book.look(Look(frame.time, self._usable, seen.detected, sightings, seen.people, likeness))
            if self._usable:
                self._appearance.remember(alignment.image, self._book.places, likeness, frame.time)
        if self._sparse:
            self._look_between(frame)
        return self._departures(ended)

    def _look_between(self, frame: Frame) -> None:
        """Ask for what key frames leave out."""
        within_s, apart_s = None, 0.0
        if self._book.places:
            within_s = LEAVING_WITHIN_S if self._book.leaving else self.camera.watching.max_gap_s * ATTEND_SHARE
        elif not self._seen.moving and self._usable:
            apart_s = CALM_APART_S
        if (within_s, apart_s) != self._attention:
            self._attention = within_s, apart_s
            self._tools.hindsight.attend(self.camera.camera, within_s, apart_s)
        height, width = frame.image.shape
        self._asked = {number: doubt for number, doubt in self._asked.items() if self._book.knows(doubt)}
        for doubt in self._book.doubts():
            number = self._ask(doubt, width, height)
            if number is None:
                self._book.settle_doubt(doubt, ())
            else:
                self._asked[number] = doubt

    def _ask(self, doubt: Doubt, width: int, height: int) -> int | None:
        part = part_of(doubt.box, width, height)
        if part is None:
            return None
        shares = (part.left / width, part.top / height, part.right / width, part.bottom / height)
        return self._tools.hindsight.look_back(self.camera.camera, doubt.since, doubt.until, shares)

    def _scene(self, frame: Frame, *, usable: bool, departures: tuple[Departure, ...] = ()) -> Scene:
        image = self._alignment.image if self._alignment is not None else frame.image
        return Scene(
            frame, image, self._to_picture, usable=usable, seen=self._seen, standing=self._book.standing, departures=departures
        )

    def _shown(self, scene: Scene, detectors: Sequence[Detector], watch: Stopwatch) -> list[NodeEvent]:
        return [event for detector in detectors for event in detector.look(scene, watch)]

    def _break_off(self, frame: Frame, reason: UnobservedReason) -> tuple[NodeEvent, ...]:
        """End the watching of everything: nobody can say what comes next."""
        gone = tuple(Departure(place, Outcome.GAP, frame.time, reason) for place in self._book.clear())
        scene = replace(self._scene(frame, usable=False, departures=gone), broken=reason)
        return tuple(self._shown(scene, self._detectors, Stopwatch()))

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
            if self._eyes is None:
                self._eyes = Eyes(self.camera, self._ground, self._tools.budget)
            else:
                self._eyes.turn_to(self.camera, self._ground)
        return self._ground, self._eyes

    def _departures(self, ended: Sequence[Ended]) -> tuple[Departure, ...]:
        return tuple(Departure(end.place, end.outcome, end.at, self._reason(end.place)) for end in ended)

    def _reason(self, place: Place) -> UnobservedReason:
        if self._lost:
            return UnobservedReason.CAMERA_LOST
        return self._guard.blind_after(place.dwell.last) or UnobservedReason.GAP

    def _to_picture(self, rect: Rect) -> Rect:
        return rect if self._alignment is None else self._alignment.to_picture(rect)

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
        mark = self._parking.mark(place)
        return SeenVehicle(
            box=self._to_picture(place.box).to_box(width, height),
            vehicle=place.vehicle,
            plate=mark.plate,
            zone=mark.zone,
            track=mark.track,
            stopped_at=place.dwell.since if mark.zone is not None else None,
        )


def _sampler(camera: CameraConfig) -> Sampler:
    return Sampler(camera.analysis_fps if camera.picture_fps > camera.analysis_fps else None)


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
