"""The lane of one gate: pictures to the nearest plate, looks to decisions, decisions to events with evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from edge.boxes import Rect
from edge.config import CameraConfig, ZoneConfig
from edge.detectors.detector import Scene
from edge.detectors.keeping import keep_pictures
from edge.detectors.plate_entry.config import PlateEntryConfig
from edge.detectors.plate_entry.rules import Decision, LaneLook, LaneRules
from edge.detectors.tools import DetectorTools
from edge.evidence import Picture, take_picture
from edge.plate_votes import colour_of, cut_out
from edge.plates.types import PlateReading
from edge.stopwatch import Stopwatch
from edge.zones import ZoneMap
from yuhang.messages import EvidenceFile, EvidenceKind, NodeEvent, PlateLooks, PlateRead, PlateSeen, PlateSeenEvent
from yuhang.plates import PlateColour, PlateKind, parse_plate

PLATE_QUALITY = 95
DECIDED_EVERY_S = 0.5
"""Time between two looks once the vehicle is decided: only the next one is waited for."""


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    track: str


class PlateEntryWatch:
    """The plate detector of one lane.

    It looks also while the camera counts as blocked or moved: a car at the barrier covers most of the picture, a plate that is
    read proves itself, and whatever else it says calls a person.
    """

    every_frame = False

    def __init__(self, camera: CameraConfig, zone: ZoneConfig, config: PlateEntryConfig, tools: DetectorTools) -> None:
        self._camera = camera.camera
        self._zone = zone
        self._config = config
        self._tools = tools
        self._rules = LaneRules(config, tools.plates.consensus, tools.is_plate)
        self._zones: ZoneMap | None = None
        self._looked: datetime | None = None
        self._entry: _Entry | None = None

    def due(self, now: datetime) -> bool:
        return self._rules.undecided and self._looked is not None and now > self._looked

    def look(self, scene: Scene, watch: Stopwatch) -> Sequence[NodeEvent]:
        if scene.broken is not None:
            self._rules.forget()
            return ()
        if not self._wants(scene):
            return ()
        self._looked = scene.time
        with watch.stage("plate_entry"):
            zones = self._zone_map(scene)
            reading = self._nearest(scene, zones)
            decision = self._rules.step(LaneLook(scene.time, reading, self._vehicle(scene, zones)))
        return () if decision is None else [self._event(decision, reading, scene)]

    def _wants(self, scene: Scene) -> bool:
        if self._looked is None or self._rules.undecided:
            return True
        if not self._rules.busy:
            return scene.seen.detected
        return (scene.time - self._looked).total_seconds() >= DECIDED_EVERY_S

    def _zone_map(self, scene: Scene) -> ZoneMap:
        height, width = scene.image.shape
        if self._zones is None or (self._zones.height, self._zones.width) != (height, width):
            self._zones = ZoneMap({self._zone.zone: self._zone.polygon}, width, height)
        return self._zones

    def _nearest(self, scene: Scene, zones: ZoneMap) -> PlateReading | None:
        """The lowest plate in the lane: that of the vehicle at the barrier."""
        region = zones.bounds(self._zone.zone)
        found = self._tools.plate_eyes.read_all(scene.image.bgr, (region.left, region.top, region.right, region.bottom))
        inside = [one for one in found if one.candidate is not None and zones.at(one.candidate.centre)]
        return max(inside, key=_lowness, default=None)

    def _vehicle(self, scene: Scene, zones: ZoneMap) -> bool:
        return any(
            sighting.box.height >= self._config.min_height_px and zones.at(sighting.box.foot) for sighting in scene.seen.sightings
        )

    def _event(self, decision: Decision, reading: PlateReading | None, scene: Scene) -> PlateSeenEvent:
        if self._entry is None or self._entry.number != decision.vehicle:
            self._entry = _Entry(decision.vehicle, self._tools.new_id(scene.time))
        verdict, best = decision.verdict, decision.verdict.best
        at = None if reading is None or reading.candidate is None else Rect(*reading.candidate.box)
        height, width = scene.frame.image.shape
        data = PlateSeen.model_validate(
            {
                "track": self._entry.track,
                "camera": self._camera,
                "zone": self._zone.zone,
                "zone_sha256": self._zone.sha256,
                "clock": scene.frame.clock,
                "evidence": self._pictures(scene, at),
                "lane": self._config.lane,
                "outcome": decision.outcome,
                "plate": _plate(decision),
                "proposal": best.text[:12] if decision.outcome == "doubtful" and best is not None and best.text else None,
                "temporary": is_temporary(verdict.text, decision.readings),
                "looks": PlateLooks(seen=verdict.seen, clear=verdict.clear, agreed=verdict.votes),
                "appeared_at": decision.appeared_at,
                "box": None if at is None else scene.to_picture(at).to_box(width, height),
            }
        )
        return self._tools.writer.event(PlateSeenEvent, self._zone.address, scene.time, data)

    def _pictures(self, scene: Scene, plate: Rect | None) -> tuple[EvidenceFile, ...]:
        """The lane as it was decided, and the plate in it."""
        quality = self._tools.pictures.jpeg_quality
        subject = scene.to_picture(plate if plate is not None else self._zone_map(scene).bounds(self._zone.zone))
        pictures: list[tuple[EvidenceKind, Picture | None]] = [(EvidenceKind.DURING, scene.snapshot(quality).of(subject))]
        if plate is not None:
            crop = take_picture(cut_out(scene.image.bgr, plate), scene.time, scene.frame.clock, PLATE_QUALITY)
            pictures.append((EvidenceKind.PLATE, crop))
        return keep_pictures(self._tools, self._camera, pictures)


def is_temporary(text: str | None, readings: Sequence[PlateReading]) -> bool:
    """Whether it seems to be a temporary plate: an ordinary text in two rows on a ground that is not a lorry's yellow."""
    if text is None or parse_plate(text).kind is not PlateKind.ORDINARY:
        return False
    looks = [reading for reading in readings if reading.text == text]
    two_rows = sum(reading.rows == 2 for reading in looks)
    yellow = sum(reading.ground is PlateColour.YELLOW for reading in looks)
    return 2 * two_rows > len(looks) and 2 * yellow < len(looks)


def _plate(decision: Decision) -> PlateRead:
    verdict = decision.verdict
    if decision.outcome != "read" or verdict.best is None:
        return PlateRead(width_px=round(max((reading.width_px for reading in decision.readings), default=0)))
    return PlateRead(
        text=verdict.text,
        colour=colour_of(verdict.text, decision.readings),
        confidence=verdict.best.confidence,
        frames=verdict.votes,
        width_px=round(max(reading.width_px for reading in decision.readings)),
    )


def _lowness(reading: PlateReading) -> float:
    return 0.0 if reading.candidate is None else reading.candidate.centre[1]
