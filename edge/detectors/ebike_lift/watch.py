"""The cabin of one lift: pictures to things, things to alarms with their requests, answers to a better second stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from edge.boxes import Rect
from edge.config import CameraConfig, ZoneConfig
from edge.detectors.detector import Scene
from edge.detectors.ebike_lift.asking import Asking
from edge.detectors.ebike_lift.config import EbikeLiftConfig
from edge.detectors.ebike_lift.rules import CabinRules, Stay
from edge.detectors.keeping import keep_pictures
from edge.detectors.late_clips import LateClips
from edge.detectors.learning import Features, Pupil, features_of
from edge.detectors.tools import DetectorTools
from edge.foreground import Background, SmallView, blobs, foreground, small_view
from edge.stopwatch import Stopwatch
from edge.zones import ZoneMap
from yuhang.messages import (
    EbikeLeft,
    EbikeLeftEvent,
    EbikeSeen,
    EbikeSeenEvent,
    EvidenceFile,
    EvidenceKind,
    NodeEvent,
    SecondStage,
)

BACKGROUND_S = 30.0
LOOK_EVERY_S = 1.0
BODY = 0.75  # of a person's box, from above: what stands before their feet is a thing


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in the cabin that is not a person. The box is in the picture's pixels."""

    box: Rect
    features: Features


@dataclass(slots=True)
class _Alarm:
    track: str
    box: Rect
    asking: Asking | None
    second_stage: SecondStage | None


class EbikeLiftWatch:
    """The e-bike detector of one lift."""

    every_frame = False

    def __init__(self, camera: CameraConfig, zone: ZoneConfig, config: EbikeLiftConfig, tools: DetectorTools) -> None:
        self._camera = camera.camera
        self._zone = zone
        self._config = config
        self._tools = tools
        self._clips = LateClips(tools)
        self._pupil = Pupil(tools.answers(config.lift), config.least_answers)
        self._rules = CabinRules(config)
        self._alarm: _Alarm | None = None
        self._background = Background(BACKGROUND_S)
        self._origin: datetime | None = None
        self._looked: datetime | None = None

    def due(self, now: datetime) -> bool:
        return self._looked is None or (now - self._looked).total_seconds() >= LOOK_EVERY_S

    def answer(self, track: str, *, confirmed: bool) -> bool:
        """Learn what a person says of a suspicion; false if none of this lift is waiting for it."""
        return self._pupil.answer(track, confirmed=confirmed)

    def look(self, scene: Scene, watch: Stopwatch) -> Sequence[NodeEvent]:
        if scene.broken is not None:
            return [*self._over(scene, self._rules.stay), *self._clips.ready(scene)]
        events: list[NodeEvent] = []
        if scene.usable and scene.seen.detected:
            self._looked = scene.time
            with watch.stage("lift"):
                thing = self._thing(scene)
                score = None if thing is None or self._pupil.learned is None else self._pupil.learned.score(thing.features)
                hit = thing is not None and (self._config.ask if score is None else score >= self._config.min_score)
                if self._rules.step(scene.time, hit=hit) and thing is not None and self._rules.stay is not None:
                    events.append(self._seen(thing, score, self._rules.stay, scene))
        events += self._over(scene, self._rules.gone(scene.time))
        if self._alarm is not None and self._alarm.asking is not None:
            self._alarm.asking.go_on(scene.time)
        return [*events, *self._clips.ready(scene)]

    def _thing(self, scene: Scene) -> Thing | None:
        """The largest thing in the cabin that no person covers."""
        view = small_view(scene.image, 320)
        cabin = self._cabin(view)
        self._origin = self._origin or scene.time
        at_s = (scene.time - self._origin).total_seconds()
        people = view.mask(Rect(p.left, p.top, p.right, p.top + p.height * BODY) for p in scene.seen.people)
        if not self._background:
            self._background.update(view.grey, at_s)
            return None
        new = foreground(view.grey, self._background.picture) & cabin
        busy = bool(scene.seen.people) or float(new.mean()) > 0.005
        self._background.update(view.grey, at_s, np.full(new.shape, busy))
        found = blobs(new & ~people, max(1, int(self._config.thing_share * float(cabin.sum()))))
        if not found:
            return None
        box, scale = found[0].box, view.scale
        whole = Rect(box.left / scale, box.top / scale, box.right / scale, box.bottom / scale)
        return Thing(whole, features_of(view, whole))

    def _cabin(self, view: SmallView) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        height, width = view.grey.shape
        return ZoneMap({self._zone.zone: self._zone.polygon}, width, height).mask(self._zone.zone)

    def _seen(self, thing: Thing, score: float | None, stay: Stay, scene: Scene) -> EbikeSeenEvent:
        track = self._tools.new_id(scene.time)
        self._pupil.ask(track, thing.features)
        learned, stage, asking, door = self._pupil.learned, None, None, "the lift has not learned enough"
        if learned is not None and score is not None:
            stage = SecondStage(
                version=learned.version, confirmed=learned.confirmed, rejected=learned.rejected, score=round(score, 4)
            )
            asking = Asking(self._config, self._tools.lifts, self._tools.new_id)
            door = asking.begin(scene.time)
        self._alarm = _Alarm(track, thing.box, asking, stage)
        picture = scene.snapshot(self._tools.pictures.jpeg_quality).of(scene.to_picture(thing.box))
        files = keep_pictures(self._tools, self._camera, ((EvidenceKind.DURING, picture),))
        data = EbikeSeen.model_validate({**self._common(self._alarm, stay, scene, files), "door": door})
        event = self._tools.writer.event(EbikeSeenEvent, self._zone.address, scene.time, data)
        before, after = timedelta(seconds=self._config.clip_before_s), timedelta(seconds=self._config.clip_after_s)
        self._clips.want(event.id, self._zone.address, data, start=scene.time - before, end=scene.time + after)
        return event

    def _over(self, scene: Scene, stay: Stay | None) -> list[NodeEvent]:
        alarm = self._alarm
        if stay is None or alarm is None:
            return []
        self._alarm = None
        if alarm.asking is not None:
            alarm.asking.release(scene.time)
        data = EbikeLeft.model_validate(
            {
                **self._common(alarm, stay, scene, ()),
                "left_at": stay.seen_at,
                "requests": () if alarm.asking is None else alarm.asking.results(),
            }
        )
        return [self._tools.writer.event(EbikeLeftEvent, self._zone.address, scene.time, data)]

    def _common(self, alarm: _Alarm, stay: Stay, scene: Scene, files: tuple[EvidenceFile, ...]) -> dict[str, object]:
        height, width = scene.frame.image.shape
        return {
            "track": alarm.track,
            "camera": self._camera,
            "zone": self._zone.zone,
            "zone_sha256": self._zone.sha256,
            "clock": scene.frame.clock,
            "evidence": files,
            "lift": self._config.lift,
            "box": scene.to_picture(alarm.box).to_box(width, height),
            "entered_at": stay.entered_at,
            "looks": stay.looks,
            "of_looks": stay.of_looks,
            "second_stage": alarm.second_stage,
        }
