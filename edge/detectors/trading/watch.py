"""One zone in which nobody may trade: pictures to things and people who stay, spells to events with evidence."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import cv2
import numpy as np

from edge.boxes import Rect
from edge.config import CameraConfig, ZoneConfig
from edge.detectors.detector import Scene
from edge.detectors.keeping import keep_pictures
from edge.detectors.late_clips import LateClips
from edge.detectors.standing_things import StandingThings
from edge.detectors.tools import DetectorTools
from edge.detectors.trading.config import TradingConfig
from edge.detectors.trading.rules import Look, Over, Reported, Spell, StayingPeople, TradingRules
from edge.evidence import Picture
from edge.foreground import SmallView, small_view
from edge.stopwatch import Stopwatch
from edge.zones import ZoneMap
from yuhang.messages import (
    EvidenceFile,
    EvidenceKind,
    NodeEvent,
    TradingEnded,
    TradingEndedEvent,
    TradingSeen,
    TradingSeenEvent,
    VehicleClass,
)

LOOK_EVERY_S = 4.0
MOST_GOODS = 32
FOUR_WHEELS = (VehicleClass.CAR, VehicleClass.BUS, VehicleClass.TRUCK)
LONG_VEHICLE = 2.0  # heights of a person: a longer vehicle is no stall and no tricycle


class TradingWatch:
    """The trading detector of one zone."""

    every_frame = False

    def __init__(self, camera: CameraConfig, zone: ZoneConfig, config: TradingConfig, tools: DetectorTools) -> None:
        self._camera = camera.camera
        self._zone = zone
        self._config = config
        self._tools = tools
        self._clips = LateClips(tools)
        self._rules = TradingRules(config)
        self._people = StayingPeople(config.stays_s)
        self._things: StandingThings | None = None
        self._zones: ZoneMap | None = None
        self._origin: datetime | None = None
        self._looked: datetime | None = None
        self._track = ""
        self._before: Picture | None = None

    def due(self, now: datetime) -> bool:
        return self._looked is None or (now - self._looked).total_seconds() >= LOOK_EVERY_S

    def look(self, scene: Scene, watch: Stopwatch) -> Sequence[NodeEvent]:
        if scene.broken is not None:
            return self._broken(scene)
        if not scene.usable or not scene.seen.detected:
            return self._clips.ready(scene)
        with watch.stage("trading"):
            self._looked = scene.time
            before = self._rules.spell
            findings = self._rules.step(self._look(scene))
            if self._rules.spell is not None and self._rules.spell is not before:
                self._track = self._tools.new_id(scene.time)
                self._before = self._snapshot(scene, self._rules.spell)
            events = [self._event(finding, scene) for finding in findings]
        return [*events, *self._clips.ready(scene)]

    def _look(self, scene: Scene) -> Look:
        zones = self._zones_of(scene)
        view = small_view(scene.image)
        people = [person for person in scene.seen.people if person.height >= self._config.min_height_px]
        staying = [person for person in self._people.look(scene.time, people) if self._zone.zone in zones.at(person.foot)]
        things = self._things_of(view, zones)
        self._origin = self._origin or scene.time
        at_s = (scene.time - self._origin).total_seconds()
        vehicles = self._vehicles(scene, people)
        goods = things.look(view, at_s, [*people, *vehicles], attended=self._rules.spell is not None)
        return Look(scene.time, goods[:MOST_GOODS], tuple(staying), self._config.counts_at(scene.time))

    def _vehicles(self, scene: Scene, people: Sequence[Rect]) -> list[Rect]:
        """Boxes of what drives: deliveries and passing cars are no goods, small tricycles may be."""
        tall = max((person.height for person in people), default=0.0)
        return [
            sighting.box
            for sighting in scene.seen.sightings
            if sighting.vehicle in FOUR_WHEELS and sighting.box.width >= LONG_VEHICLE * tall
        ]

    def _zones_of(self, scene: Scene) -> ZoneMap:
        height, width = scene.image.shape
        if self._zones is None or (self._zones.height, self._zones.width) != (height, width):
            outlines = {self._zone.zone: self._zone.polygon}
            if self._config.shop is not None:
                outlines["/shop"] = self._config.shop
            self._zones, self._things = ZoneMap(outlines, width, height), None
        return self._zones

    def _things_of(self, view: SmallView, zones: ZoneMap) -> StandingThings:
        if self._things is None:
            height, width = view.grey.shape
            mask = zones.mask(self._zone.zone)
            if self._config.shop is not None:
                mask = mask & ~zones.mask("/shop")
            small = cv2.resize(mask.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST).astype(np.bool_)
            self._things = StandingThings(small, self._config.settle_s, self._config.forget_s)
        return self._things

    def _snapshot(self, scene: Scene, spell: Spell) -> Picture:
        return scene.snapshot(self._tools.pictures.jpeg_quality).of(scene.to_picture(_around(spell.goods)))

    def _event(self, finding: Reported | Over, scene: Scene) -> NodeEvent:
        now = self._snapshot(scene, finding.spell) if scene.usable else None
        if isinstance(finding, Over):
            files = keep_pictures(self._tools, self._camera, ((EvidenceKind.AFTER, now),))
            data = TradingEnded.model_validate({**self._common(finding.spell, scene, files), "reason": finding.reason})
            return self._tools.writer.event(TradingEndedEvent, self._zone.address, scene.time, data)
        files = keep_pictures(self._tools, self._camera, ((EvidenceKind.BEFORE, self._before), (EvidenceKind.DURING, now)))
        seen = TradingSeen.model_validate(self._common(finding.spell, scene, files))
        event = self._tools.writer.event(TradingSeenEvent, self._zone.address, scene.time, seen)
        before, after = timedelta(seconds=self._config.clip_before_s), timedelta(seconds=self._config.clip_after_s)
        self._clips.want(event.id, self._zone.address, seen, start=scene.time - before, end=scene.time + after)
        return event

    def _common(self, spell: Spell, scene: Scene, files: tuple[EvidenceFile, ...]) -> dict[str, object]:
        height, width = scene.frame.image.shape
        return {
            "track": self._track,
            "camera": self._camera,
            "zone": self._zone.zone,
            "zone_sha256": self._zone.sha256,
            "clock": scene.frame.clock,
            "evidence": files,
            "form": self._config.form,
            "began_at": spell.began_at,
            "until": spell.until,
            "minutes": round(spell.seconds / 60, 2),
            "attended_share": round(spell.share, 3),
            "people": spell.people,
            "goods": tuple(scene.to_picture(thing).to_box(width, height) for thing in spell.goods),
        }

    def _broken(self, scene: Scene) -> list[NodeEvent]:
        events = [self._event(finding, scene) for finding in self._rules.end()]
        self._things, self._people = None, StayingPeople(self._config.stays_s)
        return [*events, *self._clips.ready(scene)]


def _around(things: Sequence[Rect]) -> Rect:
    return Rect(
        min(thing.left for thing in things),
        min(thing.top for thing in things),
        max(thing.right for thing in things),
        max(thing.bottom for thing in things),
    )
