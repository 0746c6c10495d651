"""One place in which no two-wheeler may be charged: pictures to things, things and the socket's word to events."""

from collections.abc import Sequence
from datetime import datetime

import cv2
import numpy as np

from edge.config import CameraConfig, ZoneConfig
from edge.detectors.detector import Scene
from edge.detectors.ebike_charging.config import EbikeChargingConfig
from edge.detectors.ebike_charging.rules import ChargingRules, Over, Stay, Suspected, Thing, socket_says
from edge.detectors.keeping import keep_pictures
from edge.detectors.learning import Pupil, features_of
from edge.detectors.standing_things import StandingThings
from edge.detectors.tools import DetectorTools
from edge.foreground import SmallView, small_view
from edge.stopwatch import Stopwatch
from edge.zones import ZoneMap
from yuhang.messages import (
    ChargingEnded,
    ChargingEndedEvent,
    ChargingSuspected,
    ChargingSuspectedEvent,
    EvidenceFile,
    EvidenceKind,
    NodeEvent,
    SecondStage,
    SocketReport,
)

LOOK_EVERY_S = 4.0
VIEW_PX = 320
FORGET_S = 7 * 86_400.0  # a thing that has stood for so long belongs to the place


class EbikeChargingWatch:
    """The charging detector of one zone. It needs no object detector: that knows no e-bikes."""

    every_frame = False

    def __init__(self, camera: CameraConfig, zone: ZoneConfig, config: EbikeChargingConfig, tools: DetectorTools) -> None:
        self._camera = camera.camera
        self._zone = zone
        self._config = config
        self._tools = tools
        self._rules = ChargingRules(config)
        self._pupil = Pupil(tools.answers(f"{camera.camera}.{zone.zone}"), config.least_answers)
        self._things: StandingThings | None = None
        self._least_px = 1
        self._origin: datetime | None = None
        self._looked: datetime | None = None

    def due(self, now: datetime) -> bool:
        del now  # objects are not looked for
        return False

    def answer(self, track: str, *, confirmed: bool) -> bool:
        """Learn what a person says of a suspicion; false if none of this place is waiting for it."""
        return self._pupil.answer(track, confirmed=confirmed)

    def look(self, scene: Scene, watch: Stopwatch) -> Sequence[NodeEvent]:
        if scene.broken is not None:
            self._things = None
            return [self._event(found, scene, None) for found in self._rules.end()]
        if not scene.usable or (self._looked is not None and (scene.time - self._looked).total_seconds() < LOOK_EVERY_S):
            return ()
        self._looked = scene.time
        with watch.stage("charging"):
            view = small_view(scene.image, VIEW_PX)
            word = socket_says(self._tools.socket_reports(), self._config.socket, scene.time, self._config.news_s)
            drawn = word is not None and word.watts >= self._config.min_watts
            found = self._rules.step(scene.time, self._standing(scene, view), drawn=drawn)
            return [self._event(one, scene, word, view) for one in found]

    def _standing(self, scene: Scene, view: SmallView) -> tuple[Thing, ...]:
        self._origin = self._origin or scene.time
        things = self._things or self._begin(scene, view)
        boxes = things.look(view, (scene.time - self._origin).total_seconds(), (), attended=False)
        large = [box for box in boxes if box.area * view.scale**2 >= self._least_px]
        learned = self._pupil.learned
        return tuple(Thing(box, None if learned is None else learned.score(features_of(view, box))) for box in large)

    def _begin(self, scene: Scene, view: SmallView) -> StandingThings:
        height, width = scene.image.shape
        mask = ZoneMap({self._zone.zone: self._zone.polygon}, width, height).mask(self._zone.zone)
        size = (view.grey.shape[1], view.grey.shape[0])
        small = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(np.bool_)
        self._things = StandingThings(small, self._config.settle_s, FORGET_S)
        self._least_px = max(1, int(self._config.thing_share * float(small.sum())))
        return self._things

    def _event(
        self, found: Suspected | Over, scene: Scene, word: SocketReport | None, view: SmallView | None = None
    ) -> NodeEvent:
        stay = found.stay
        if isinstance(found, Over):
            ended = ChargingEnded.model_validate(self._data(stay, scene, word, ()))
            return self._tools.writer.event(ChargingEndedEvent, self._zone.address, scene.time, ended)
        stay.track = self._tools.new_id(scene.time)
        if view is not None:
            self._pupil.ask(stay.track, features_of(view, stay.box))
        picture = scene.snapshot(self._tools.pictures.jpeg_quality).of(scene.to_picture(stay.box))
        files = keep_pictures(self._tools, self._camera, ((EvidenceKind.DURING, picture),))
        suspected = ChargingSuspected.model_validate(self._data(stay, scene, word, files))
        return self._tools.writer.event(ChargingSuspectedEvent, self._zone.address, scene.time, suspected)

    def _data(self, stay: Stay, scene: Scene, word: SocketReport | None, files: tuple[EvidenceFile, ...]) -> dict[str, object]:
        height, width = scene.frame.image.shape
        return {
            "track": stay.track,
            "camera": self._camera,
            "zone": self._zone.zone,
            "zone_sha256": self._zone.sha256,
            "clock": scene.frame.clock,
            "evidence": files,
            "basis": stay.basis,
            "socket": self._config.socket,
            "watts": None if word is None else word.watts,
            "box": scene.to_picture(stay.box).to_box(width, height),
            "since": stay.since,
            "stood_s": stay.seconds,
            "second_stage": self._stage(stay.score),
        }

    def _stage(self, score: float | None) -> SecondStage | None:
        learned = self._pupil.learned
        if learned is None or score is None:
            return None
        return SecondStage(version=learned.version, confirmed=learned.confirmed, rejected=learned.rejected, score=round(score, 4))
