"""What really happened in a rendered scene: the file that tests and demo compare the system with."""

from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from simulators.errors import RenderedFolderError
from simulators.street.frames import Frame, Sighting
from simulators.street.scene import Actor, Outage, Scene, SceneZone

HIDDEN_BELOW = 0.30
"""A vehicle of which less than this share shows counts as hidden."""

PixelPoint = tuple[float, float]


class Record(BaseModel):
    """Part of the truth."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Interval(Record):
    """Seconds from the scene's start."""

    from_s: float
    until_s: float


class ZoneTruth(Record):
    """A zone as the camera sees it: corners in pixels."""

    name: str
    kind: str
    polygon: tuple[PixelPoint, ...]


class SeenVehicle(Record):
    """A vehicle while nothing in the picture moves: whole box in pixels (left, top, right, bottom), shares 0 to 1."""

    vehicle: str
    box: tuple[int, int, int, int]
    visible: float
    inside: float
    plate_width_px: float


class Stretch(Record):
    """A while during which the picture stays the same."""

    from_s: float
    until_s: float
    vehicles: tuple[SeenVehicle, ...]


class VehicleTruth(Record):
    """One vehicle's story; times are seconds from the scene's start, none: it does not happen before the scene ends."""

    name: str
    kind: str
    paint: str
    plate: str | None
    plate_colour: str
    zone: str | None
    appears_s: float
    stops_s: float
    starts_s: float | None
    gone_s: float | None
    hidden: tuple[Interval, ...]


class Truth(Record):
    """All that is true of one rendered video."""

    scene: str
    title: str
    video: str
    width: int
    height: int
    fps: float
    duration_s: float
    zones: tuple[ZoneTruth, ...]
    outages: tuple[Outage, ...]
    vehicles: tuple[VehicleTruth, ...]
    stretches: tuple[Stretch, ...]


class TruthKeeper:
    """Watches the frames go by and writes down what was in them."""

    def __init__(self, scene: Scene, video: str) -> None:
        self._scene = scene
        self._video = video
        self._stretches: list[Stretch] = []
        self._open: Frame | None = None

    def watch(self, frame: Frame) -> None:
        """Take note of the next frame."""
        if self._open is None:
            self._open = frame
        elif frame.changed:
            self._close(self._open, frame.seconds)
            self._open = frame

    def finish(self, duration_s: float) -> Truth:
        """The whole truth, once all frames have gone by."""
        if self._open is not None:
            self._close(self._open, duration_s)
            self._open = None
        scene = self._scene
        return Truth(
            scene=scene.name,
            title=scene.title,
            video=self._video,
            width=scene.camera.width,
            height=scene.camera.height,
            fps=scene.fps,
            duration_s=duration_s,
            zones=tuple(zone_truth(scene, zone) for zone in scene.zones),
            outages=scene.outages,
            vehicles=tuple(self._story(actor, duration_s) for actor in scene.actors),
            stretches=tuple(self._stretches),
        )

    def _close(self, frame: Frame, until_s: float) -> None:
        seen = tuple(seen_vehicle(sighting) for sighting in frame.sightings)
        self._stretches.append(Stretch(from_s=frame.seconds, until_s=until_s, vehicles=seen))

    def _story(self, actor: Actor, duration_s: float) -> VehicleTruth:
        def within(seconds: float | None) -> float | None:
            return seconds if seconds is not None and seconds < duration_s else None

        return VehicleTruth(
            name=actor.name,
            kind=actor.vehicle,
            paint=actor.paint,
            plate=actor.plate,
            plate_colour=actor.effective_plate_colour,
            zone=actor.zone,
            appears_s=actor.appears_s,
            stops_s=actor.stands_from_s,
            starts_s=within(actor.stands_until_s),
            gone_s=within(actor.gone_s),
            hidden=hidden_intervals(self._stretches, actor.name),
        )


def seen_vehicle(sighting: Sighting) -> SeenVehicle:
    """A sighting as it is written down."""
    return SeenVehicle(
        vehicle=sighting.actor,
        box=sighting.box,
        visible=round(sighting.visible, 3),
        inside=round(sighting.inside, 3),
        plate_width_px=round(sighting.plate_width_px, 1),
    )


def hidden_intervals(stretches: list[Stretch], name: str) -> tuple[Interval, ...]:
    """When less than `HIDDEN_BELOW` of this vehicle shows although it is in the picture; neighbouring stretches joined."""
    joined: list[Interval] = []
    for stretch in stretches:
        if not any(seen.vehicle == name and seen.visible < HIDDEN_BELOW for seen in stretch.vehicles):
            continue
        if joined and joined[-1].until_s == stretch.from_s:
            joined[-1] = Interval(from_s=joined[-1].from_s, until_s=stretch.until_s)
        else:
            joined.append(Interval(from_s=stretch.from_s, until_s=stretch.until_s))
    return tuple(joined)


def zone_truth(scene: Scene, zone: SceneZone) -> ZoneTruth:
    """The zone's corners in the camera's pixels."""
    camera = scene.camera.camera()
    pixels, _ = camera.project(np.array([(x, y, 0.0) for x, y in zone.ground]))
    return ZoneTruth(name=zone.name, kind=zone.kind, polygon=tuple((round(float(x), 1), round(float(y), 1)) for x, y in pixels))


def load_truth(path: Path) -> Truth:
    """Read a truth file.

    Raises:
        RenderedFolderError: there is none, or it is no truth file.
    """
    try:
        return Truth.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise RenderedFolderError(f"{path}: {error}") from error
