"""One zone in which no truck may tip: standing trucks to matters, pictures to sights, findings to events with evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge.boxes import Rect
from edge.config import CameraConfig, ZoneConfig
from edge.detectors.detector import Scene
from edge.detectors.keeping import keep_pictures
from edge.detectors.late_clips import LateClips
from edge.detectors.tipping.config import TippingConfig
from edge.detectors.tipping.measure import TruckAtRest, ground_of, heap_on, is_there, rise_of
from edge.detectors.tipping.reports import joined
from edge.detectors.tipping.rules import Finding, Phase, Sight, TruckMatter
from edge.detectors.tools import DetectorTools
from edge.evidence import Picture
from edge.foreground import Background, Mask, SmallView, small_view
from edge.plate_votes import PlateVotes
from edge.standing import Place
from edge.stopwatch import Stopwatch
from edge.zones import ZoneMap
from yuhang.coordinates import Position
from yuhang.messages import (
    BedRise,
    EvidenceFile,
    EvidenceKind,
    Heap,
    NodeEvent,
    ReportedTruck,
    TippingEnded,
    TippingEndedEvent,
    TippingSuspected,
    TippingSuspectedEvent,
    VehicleClass,
)

BACKGROUND_S = 20.0
SAME_TRUCK = 0.5  # share of a box from which it is the truck of an open matter again, or its raised bed
MOST_MATTERS = 8
LOOK_EVERY_S = 2.0
HIDING = 0.15  # share of the truck that something nearer covers: then it cannot be judged


@dataclass(slots=True)
class _Watched:
    """A truck that stood here, with the pictures taken of it."""

    key: int
    track: str
    vehicle: VehicleClass
    rest: TruckAtRest
    matter: TruckMatter
    before: Picture
    during: Picture | None = None


class TippingWatch:
    """The tipping detector of one zone."""

    every_frame = False

    def __init__(self, camera: CameraConfig, zone: ZoneConfig, config: TippingConfig, tools: DetectorTools) -> None:
        self._camera = camera
        self._zone = zone
        self._config = config
        self._tools = tools
        self._clips = LateClips(tools)
        self._votes = PlateVotes(tools.plate_eyes, tools.plates, tools.is_plate)
        self._place = None if camera.latitude is None or camera.longitude is None else Position(camera.latitude, camera.longitude)
        self._background = Background(BACKGROUND_S)
        self._watched: dict[int, _Watched] = {}
        self._zones: ZoneMap | None = None
        self._origin: datetime | None = None
        self._looked: datetime | None = None

    def due(self, now: datetime) -> bool:
        waited = self._looked is None or (now - self._looked).total_seconds() >= LOOK_EVERY_S
        return bool(self._watched) and waited  # people and vehicles before the place must be known

    def look(self, scene: Scene, watch: Stopwatch) -> Sequence[NodeEvent]:
        if scene.broken is not None:
            return self._broken(scene)
        if not scene.usable:
            return self._clips.ready(scene)
        if scene.seen.detected:
            self._looked = scene.time
        with watch.stage("tipping"):
            view = small_view(scene.image)
            self._origin = self._origin or scene.time
            self._begin(scene, view)
            events = [event for one in tuple(self._watched.values()) for event in self._judge(one, scene, view)]
            self._background.update(view.grey, (scene.time - self._origin).total_seconds(), self._held(scene, view))
            self._watched = {key: one for key, one in self._watched.items() if one.matter.phase is not Phase.ENDED}
            self._votes.keep(self._watched)
        return [*events, *self._clips.ready(scene)]

    def _begin(self, scene: Scene, view: SmallView) -> None:
        if not self._background:
            return
        for place in scene.standing:
            if place.key in self._watched or len(self._watched) >= MOST_MATTERS or not self._is_truck(place, scene):
                continue
            if any(_is_part_of(place.box, one.rest.box) for one in self._watched.values()):
                continue
            rest = TruckAtRest(place.box, view.grey.copy(), self._background.picture.copy())
            before = scene.snapshot(self._tools.pictures.jpeg_quality).of(scene.to_picture(place.box))
            track = self._tools.new_id(scene.time)
            matter = TruckMatter(self._config, place.dwell.since)
            self._watched[place.key] = _Watched(place.key, track, place.vehicle, rest, matter, before)

    def _is_truck(self, place: Place, scene: Scene) -> bool:
        large = place.box.height >= self._config.min_height_px
        return large and place.vehicle in self._config.vehicles and self._is_in(place.box, scene)

    def _is_in(self, box: Rect, scene: Scene) -> bool:
        height, width = scene.image.shape
        if self._zones is None or (self._zones.height, self._zones.width) != (height, width):
            self._zones = ZoneMap({self._zone.zone: self._zone.polygon}, width, height)
        return bool(self._zones.at(box.foot))

    def _held(self, scene: Scene, view: SmallView) -> Mask:
        """Where the background waits: under vehicles and people, and where a truck stood that is still judged."""
        seen = [sighting.box.grown(0.15) for sighting in scene.seen.sightings]
        places = [ground_of(one.rest.box) for one in self._watched.values()]
        return view.mask(
            [*seen, *(rect.grown(0.1) for rect in scene.seen.people), *(p.box.grown(0.15) for p in scene.standing), *places]
        )

    def _judge(self, one: _Watched, scene: Scene, view: SmallView) -> list[NodeEvent]:
        self._read_plate(one, scene)
        findings = one.matter.step(self._sight(one, scene, view))
        events: list[NodeEvent] = []
        for finding in findings:
            if finding is Finding.BED_BEGAN:
                one.during = scene.snapshot(self._tools.pictures.jpeg_quality).of(scene.to_picture(one.rest.box))
            elif finding is Finding.SUSPECTED:
                events.append(self._suspected(one, scene))
            else:
                events.append(self._ended(one, scene))
        return events

    def _sight(self, one: _Watched, scene: Scene, view: SmallView) -> Sight:
        if view.grey.shape != one.rest.reference.shape:
            return Sight(scene.time)
        truck = one.rest.box
        nearer = [s.box for s in scene.seen.sightings if s.box.bottom > truck.bottom + 0.1 * truck.height]
        hidden = any(truck.covered_by(box) >= HIDING for box in nearer)
        left = one.matter.phase is Phase.LEFT
        ground = ground_of(truck)
        free = scene.seen.detected and not any(ground.common_area(s.box) > 0.02 * ground.area for s in scene.seen.sightings)
        return Sight(
            at=scene.time,
            rise=None if hidden or left else rise_of(view, one.rest),
            there=None if hidden else is_there(view, one.rest),
            heap=heap_on(view, one.rest, scene.seen.people, self._config.truck_height_m) if left and free else None,
            ground_seen=left and free,
            report=self._report(one, scene.time),
        )

    def _report(self, one: _Watched, at: datetime) -> ReportedTruck | None:
        if self._place is None or one.matter.phase is not Phase.STANDING:
            return None
        plate = self._votes.plate(one.key).text
        return joined(self._tools.truck_reports(), self._place, at, self._config.reports, plate)

    def _read_plate(self, one: _Watched, scene: Scene) -> None:
        if one.matter.phase is Phase.STANDING and self._votes.wants(one.key, scene.time):
            self._votes.look(one.key, scene.frame.image.bgr, scene.to_picture(one.rest.box), (), scene.time)

    def _suspected(self, one: _Watched, scene: Scene) -> TippingSuspectedEvent:
        now = scene.snapshot(self._tools.pictures.jpeg_quality).of(scene.to_picture(self._subject(one)))
        kinds = (EvidenceKind.BEFORE, EvidenceKind.DURING, EvidenceKind.DURING)
        files = keep_pictures(self._tools, self._camera.camera, zip(kinds, (one.before, one.during, now), strict=True))
        data = TippingSuspected.model_validate({**self._common(one, scene, files)})
        event = self._tools.writer.event(TippingSuspectedEvent, self._zone.address, scene.time, data)
        began = one.matter.bed_began_at or one.matter.left_at or scene.time
        before, after = timedelta(seconds=self._config.clip_before_s), timedelta(seconds=self._config.clip_after_s)
        self._clips.want(event.id, self._zone.address, data, start=began - before, end=scene.time + after)
        return event

    def _ended(self, one: _Watched, scene: Scene) -> TippingEndedEvent:
        after = scene.snapshot(self._tools.pictures.jpeg_quality).of(scene.to_picture(self._subject(one)))
        files = keep_pictures(self._tools, self._camera.camera, ((EvidenceKind.AFTER, after),)) if scene.usable else ()
        matter = one.matter
        data = TippingEnded.model_validate(
            {**self._common(one, scene, files), "left_at": matter.left_at, "heap_looked_for": matter.ground_seen}
        )
        return self._tools.writer.event(TippingEndedEvent, self._zone.address, scene.time, data)

    def _subject(self, one: _Watched) -> Rect:
        return one.matter.heap.box if one.matter.heap is not None else one.rest.box

    def _common(self, one: _Watched, scene: Scene, files: tuple[EvidenceFile, ...]) -> dict[str, object]:
        height, width = scene.frame.image.shape
        matter = one.matter
        bed = None
        if matter.bed_began_at is not None and matter.bed_held_s > 0:
            bed = BedRise(began_at=matter.bed_began_at, held_s=round(matter.bed_held_s, 2), highest=round(matter.bed_highest, 2))
        heap = None
        if matter.heap is not None:
            box = scene.to_picture(matter.heap.box).to_box(width, height)
            heap = Heap(box=box, area_m2=round(matter.heap.area_m2, 2), stayed_s=round(matter.heap_stayed_s, 2))
        return {
            "track": one.track,
            "camera": self._camera.camera,
            "zone": self._zone.zone,
            "zone_sha256": self._zone.sha256,
            "clock": scene.frame.clock,
            "evidence": files,
            "vehicle": one.vehicle,
            "plate": self._votes.plate(one.key),
            "box": scene.to_picture(one.rest.box).to_box(width, height),
            "stopped_at": matter.stopped_at,
            "signs": tuple(matter.signs),
            "bed": bed,
            "heap": heap,
            "reported": matter.report,
        }

    def _broken(self, scene: Scene) -> list[NodeEvent]:
        events: list[NodeEvent] = [self._ended(one, scene) for one in self._watched.values() if Finding.ENDED in one.matter.end()]
        self._watched.clear()
        self._background = Background(BACKGROUND_S)
        return [*events, *self._clips.ready(scene)]


def _is_part_of(box: Rect, truck: Rect) -> bool:
    """Whether another standing vehicle is this truck again: another box of it, or its bed above it."""
    with_bed = Rect(truck.left, truck.top - truck.height, truck.right, truck.bottom).grown(0.05)
    return box.covered_by(with_bed) >= SAME_TRUCK or truck.covered_by(box) >= SAME_TRUCK
