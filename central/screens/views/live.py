"""The live view: what each camera sees now."""

from dataclasses import dataclass
from datetime import datetime

from central.screens.theme import Tone


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
    picture_url: str
    width: int
    height: int
    tone: Tone
    condition: str
    blind: bool
    since: datetime | None
    seen_at: datetime | None
    zones: tuple[ZoneShape, ...]
    vehicles: tuple[VehicleShape, ...]
    timers: tuple[RunningTimer, ...]
