"""The live view: what each camera sees now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from central.live.store import CameraKey, LiveCamera
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.screens.views.cameras import KnownCamera, condition_of
from yuhang.messages import SeenVehicle
from yuhang.plates import is_plate, parse_plate


@dataclass(frozen=True, slots=True)
class ZoneShape:
    """A no-parking zone; corners are fractions of the picture's width and height."""

    name: str
    polygon: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class VehicleShape:
    """A vehicle in the picture, in pixels of its full resolution."""

    left: int
    top: int
    right: int
    bottom: int
    standing: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class RunningTimer:
    """A vehicle that stands in a zone: since when, and until when its driver may still leave."""

    plate: str | None
    plate_colour: str | None
    zone: str
    stopped_at: datetime
    grace_until: datetime | None
    case_href: str | None


@dataclass(frozen=True, slots=True)
class CameraView:
    """One camera."""

    key: str
    name: str
    picture_url: str | None
    width: int
    height: int
    tone: Tone
    condition: str
    blind: bool
    seen_at: datetime | None
    zones: tuple[ZoneShape, ...]
    vehicles: tuple[VehicleShape, ...]
    timers: tuple[RunningTimer, ...]


@dataclass(frozen=True, slots=True)
class StandingCase:
    """The case of a vehicle that stands in a zone: where to read it, and until when its driver may leave."""

    href: str | None = None
    grace_until: datetime | None = None
    plate_colour: str | None = None


def camera_view(scene: Scene, camera: KnownCamera, live: LiveCamera | None, cases: Mapping[str, StandingCase]) -> CameraView:
    """One camera as the live page shows it; `cases` by track."""
    condition = condition_of(scene, camera, live)
    view = live.view if live is not None else None
    key = camera.key
    width = (view.width if view else camera.description.width) or 1280
    height = (view.height if view else camera.description.height) or 720
    seen = () if condition.blind or view is None else view.vehicles
    names = camera.zone_names(scene.t.language)
    return CameraView(
        key=f"{key.site}/{key.node}/{key.camera}",
        name=camera.name(scene.t.language),
        picture_url=_picture_url(key) if live is not None and live.picture is not None else None,
        width=width,
        height=height,
        tone=condition.tone,
        condition=condition.word,
        blind=condition.blind,
        seen_at=live.view_at if live is not None else None,
        zones=tuple(ZoneShape(names[zone.zone], zone.polygon) for zone in camera.description.zones),
        vehicles=tuple(_shape(vehicle) for vehicle in seen),
        timers=tuple(
            _timer(vehicle, vehicle.stopped_at, names, cases) for vehicle in seen if vehicle.stopped_at and vehicle.zone
        ),
    )


def _picture_url(key: CameraKey) -> str:
    return f"/api/v1/live/{key.site}/{key.node}/{key.camera}.jpg"


def _shape(vehicle: SeenVehicle) -> VehicleShape:
    box = vehicle.box
    return VehicleShape(box.left, box.top, box.right, box.bottom, vehicle.stopped_at is not None, vehicle.plate or "")


def _timer(
    vehicle: SeenVehicle, stopped_at: datetime, names: Mapping[str, str], cases: Mapping[str, StandingCase]
) -> RunningTimer:
    case = cases.get(vehicle.track or "", StandingCase())
    return RunningTimer(
        plate=vehicle.plate,
        plate_colour=case.plate_colour or colour_of(vehicle.plate),
        zone=names.get(vehicle.zone or "", vehicle.zone or ""),
        stopped_at=stopped_at,
        grace_until=case.grace_until,
        case_href=case.href,
    )


def colour_of(plate: str | None) -> str | None:
    """The colour that a plate of this text must have; None where the text leaves it open."""
    if plate is None or not is_plate(plate):
        return None
    colour = parse_plate(plate).colour
    return colour.value if colour else None


def hide_plates(cameras: tuple[CameraView, ...]) -> tuple[CameraView, ...]:
    """The same view for people who may see the street but no personal data."""
    return tuple(
        replace(
            camera,
            vehicles=tuple(replace(vehicle, label="") for vehicle in camera.vehicles),
            timers=tuple(replace(timer, plate=_masked(timer.plate), case_href=None) for timer in camera.timers),
        )
        for camera in cameras
    )


def _masked(plate: str | None) -> str | None:
    return plate[:2] + "*" * (len(plate) - 2) if plate else None
