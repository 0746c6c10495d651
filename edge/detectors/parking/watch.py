"""All no-parking zones of one camera: standing vehicles to the rules, plates read, findings to events."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from edge.boxes import Rect
from edge.config import CameraConfig
from edge.detectors.detector import Departure, Scene
from edge.detectors.parking.config import ParkingConfig
from edge.detectors.parking.reporting import Reporter
from edge.detectors.parking.rules import Finding, ParkingDetector, Parting, Stander
from edge.detectors.tools import DetectorTools
from edge.ground import Ground
from edge.plate_votes import PlateVotes
from edge.standing import Place
from edge.stopwatch import Stopwatch
from yuhang.messages import NodeEvent, Reobserve

SAME_VEHICLE = 0.5  # overlap from which two boxes are one vehicle


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a standing vehicle, for the live view. `track` once its stop was reported, `zone` if one watches it."""

    zone: str | None
    track: str | None
    plate: str | None


class ParkingWatch:
    """The parking detector of one camera."""

    every_frame = False

    def __init__(self, camera: CameraConfig, tools: DetectorTools) -> None:
        self._camera = camera
        self._new_id = tools.new_id
        self._pictures = tools.pictures
        self._votes = PlateVotes(tools.plate_eyes, tools.plates, tools.is_plate)
        self._rules = [ParkingDetector(zone, config, tools.new_id) for zone, config in _no_parking(camera).items()]
        self._reporter = Reporter(
            camera, pictures=tools.pictures, writer=tools.writer, desk=tools.desk, plates=self._votes, clips=tools.clips
        )
        self._ground: Ground | None = None

    @property
    def open_stops(self) -> int:
        """Stops that were reported and have not ended."""
        return sum(len(rules.open_stops) for rules in self._rules)

    def reobserve(self, command: Reobserve) -> bool:
        """Take a picture of this stop at `due_at` and report it; false if no such stop is open here."""
        return any(rules.reobserve(command.track, command.id, command.due_at) for rules in self._rules)

    def reconfigure(self, camera: CameraConfig, scene: Scene | None) -> Sequence[NodeEvent]:
        """Watch other zones from now on; `scene` is the last one, if any.

        A zone whose name stays keeps its vehicles, as far as they stand inside its outline; the others are let go, and stops that
        were reported end as unobserved, under the zone as it was.
        """
        wanted = _no_parking(camera)
        events: Sequence[NodeEvent] = ()
        if scene is not None:
            height, width = scene.frame.image.shape
            ground = Ground(camera.zones, width, height)
            released = [
                found
                for rules in self._rules
                for found in rules.release(scene.time, partial(_watches, ground, rules.zone, wanted))
            ]
            events = self._written(iter(released), scene)
        known = {rules.zone: rules for rules in self._rules}
        self._rules = [known.get(zone) or ParkingDetector(zone, config, self._new_id) for zone, config in wanted.items()]
        for rules in self._rules:
            rules.reconfigure(wanted[rules.zone])
        self._camera, self._ground = camera, None
        self._reporter.reconfigure(camera)
        return events

    def due(self, now: datetime) -> bool:
        return any(rules.wants_look(now) for rules in self._rules)

    def look(self, scene: Scene, watch: Stopwatch) -> Sequence[NodeEvent]:
        """Hold pictures of arrivals, read a plate, let the rules decide, and write what they find."""
        ground = self._ground_of(scene)
        if scene.usable:
            judged = [place for place in scene.standing if self._judge(place) is not None]
            for place in judged:
                if not self._reporter.knows(place.key):
                    snapshot = scene.snapshot(self._pictures.jpeg_quality)
                    self._reporter.arrived(place.key, snapshot.of(scene.to_picture(place.box)))
            with watch.stage("plates"):
                self._read_a_plate(judged, scene)
        with watch.stage("report"):
            events = self._written(self._findings(scene, ground), scene)
        keys = {place.key for place in scene.standing}
        self._reporter.keep(keys)
        self._votes.keep(keys)
        return events

    def mark(self, place: Place) -> Mark:
        """What is known of the vehicle in this place."""
        rules, plate = self._judge(place), self._votes.plate(place.key).text
        return Mark(rules.zone, rules.track_of(place.key), plate) if rules is not None else Mark(None, None, plate)

    def _ground_of(self, scene: Scene) -> Ground:
        height, width = scene.frame.image.shape
        if self._ground is None or (self._ground.zones.height, self._ground.zones.width) != (height, width):
            self._ground = Ground(self._camera.zones, width, height)
        return self._ground

    def _findings(self, scene: Scene, ground: Ground) -> Iterator[Finding]:
        for rules in self._rules:
            standers = [_stander(place, rules.zone, ground) for place in scene.standing]
            partings = [_parting(departure, rules.zone, ground) for departure in scene.departures]
            yield from rules.step(scene.time, standers, partings)

    def _written(self, findings: Iterator[Finding], scene: Scene) -> Sequence[NodeEvent]:
        snapshot = scene.snapshot(self._pictures.jpeg_quality)
        return [self._reporter.event(found, scene.to_picture(found.stop.stander.box), snapshot) for found in findings]

    def _judge(self, place: Place) -> ParkingDetector | None:
        """The first zone whose rules watch this vehicle."""
        ground = self._ground
        if ground is None:
            return None
        return next((rules for rules in self._rules if rules.judges(_stander(place, rules.zone, ground))), None)

    def _read_a_plate(self, places: Sequence[Place], scene: Scene) -> None:
        """At most one reading a frame, so that many parked cars do not hold up the next frame."""
        waiting = [place for place in places if self._votes.wants(place.key, scene.time)]
        if not waiting:
            return
        place = min(waiting, key=lambda waiting: self._votes.attempts(waiting.key))
        others: list[Rect] = [box.box for box in scene.seen.sightings if box.box.overlap(place.box) < SAME_VEHICLE]
        self._votes.look(
            place.key,
            scene.frame.image.bgr,
            scene.to_picture(place.box),
            [scene.to_picture(box) for box in others],
            scene.time,
        )


def _no_parking(camera: CameraConfig) -> dict[str, ParkingConfig]:
    return {zone.zone: zone.detector for zone in camera.zones if isinstance(zone.detector, ParkingConfig)}


def _watches(ground: Ground, zone: str, wanted: Collection[str], box: Rect) -> bool:
    return zone in wanted and ground.is_in(box, zone)


def _stander(place: Place, zone: str, ground: Ground) -> Stander:
    """A standing vehicle as the rules of `zone` see it."""
    return Stander(
        key=place.key,
        box=place.box,
        vehicle=place.vehicle,
        dwell=place.dwell,
        in_zone=ground.is_in(place.box, zone),
        in_lane=ground.is_in_lane(place.box, zone),
        steadiness=place.steadiness,
    )


def _parting(departure: Departure, zone: str, ground: Ground) -> Parting:
    return Parting(_stander(departure.place, zone, ground), departure.outcome, departure.at, departure.reason)
