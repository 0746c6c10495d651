"""What a scene file may say: a camera, a street, zones on it, and actors with the times at which they stand.

Places are metres on the ground (x right of the camera, y away from it), times are seconds from the scene's start, so
a scene stays right when the camera is moved; the truth beside the video gives zones and boxes in pixels.
"""

from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, ValidationError, model_validator

from simulators.errors import SceneError
from simulators.street.camera import Camera
from simulators.street.ground import Background
from simulators.street.vehicles import Paint, VehicleKind

Point = tuple[float, float]
PlateColour = Literal["blue", "yellow", "green"]
Seconds = Annotated[float, Field(ge=0.0)]


class Strict(BaseModel):
    """Unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CameraPose(Strict):
    """Where the camera hangs and how it looks; it stands above the origin and looks along y."""

    width: int = Field(default=1280, ge=64, le=3840, multiple_of=2)
    height: int = Field(default=720, ge=64, le=2160, multiple_of=2)
    height_m: PositiveFloat = 6.0
    pitch_deg: float = Field(default=20.0, ge=0.0, le=80.0, description="downwards")
    yaw_deg: float = Field(default=0.0, ge=-60.0, le=60.0, description="to the right")
    field_of_view_deg: float = Field(default=32.0, gt=5.0, lt=120.0, description="horizontal")

    def camera(self) -> Camera:
        """The pinhole camera of this pose."""
        return Camera(self.width, self.height, self.height_m, self.pitch_deg, self.yaw_deg, self.field_of_view_deg)


class SceneZone(Strict):
    """An area of the ground that means something: no parking, or a lane where queues stand."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    kind: Literal["no_parking", "lane"] = "no_parking"
    ground: tuple[Point, ...] = Field(min_length=3, description="corners in metres")


class Drive(Strict):
    """A drive along way points, which a curve joins: arrivals end, departures begin at the place where the vehicle stands."""

    path: tuple[Point, ...] = Field(min_length=1, description="way points in metres, without the place itself")
    seconds: PositiveFloat = 6.0
    backwards: bool = Field(default=False, description="the vehicle reverses")


class Actor(Strict):
    """A vehicle that comes, stands at a place and leaves."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    vehicle: VehicleKind
    paint: Paint = "white"
    plate: str | None = Field(default=None, description="as written, e.g. 浙A8K21Q; none: an unreadable one")
    plate_colour: PlateColour | None = Field(default=None, description="default: green for 8 characters, else blue")
    place: Point = Field(description="where the vehicle's middle stands, metres")
    heading_deg: float = Field(default=0.0, description="0 away from the camera, positive to the left")
    stands_from_s: Seconds
    stands_until_s: Seconds | None = Field(default=None, description="none: to the end of the scene")
    arrival: Drive | None = Field(default=None, description="none: it stands there from the beginning of its time")
    departure: Drive | None = None
    zone: str | None = Field(default=None, description="the zone it stands in")

    @property
    def effective_plate_colour(self) -> PlateColour:
        """The colour given, or the one that the number of characters asks for."""
        if self.plate_colour is not None:
            return self.plate_colour
        return "green" if self.plate is not None and len(self.plate) == 8 else "blue"

    @property
    def appears_s(self) -> float:
        """When its arrival begins."""
        return self.stands_from_s - (self.arrival.seconds if self.arrival else 0.0)

    @property
    def gone_s(self) -> float | None:
        """When its departure is over; none: never."""
        if self.stands_until_s is None:
            return None
        return self.stands_until_s + (self.departure.seconds if self.departure else 0.0)

    @model_validator(mode="after")
    def _times_in_order(self) -> Self:
        if self.stands_until_s is not None and self.stands_until_s <= self.stands_from_s:
            raise ValueError(f"actor {self.name}: stands_until_s must be after stands_from_s")
        if self.appears_s < 0:
            raise ValueError(f"actor {self.name}: its arrival would begin before the scene")
        return self


class Outage(Strict):
    """The camera's server cuts and refuses connections for a while."""

    start_s: Seconds
    duration_s: PositiveFloat


class Scene(Strict):
    """One camera's street for as long as it is watched."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = ""
    fps: float = Field(default=2.0, gt=0.0, le=60.0)
    duration_s: PositiveFloat
    camera: CameraPose = CameraPose()
    background: Background = Background()
    zones: tuple[SceneZone, ...] = ()
    actors: tuple[Actor, ...] = ()
    outages: tuple[Outage, ...] = ()

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        names = [actor.name for actor in self.actors]
        if len(set(names)) != len(names):
            raise ValueError("two actors have the same name")
        known = {zone.name for zone in self.zones}
        for actor in self.actors:
            if actor.zone is not None and actor.zone not in known:
                raise ValueError(f"actor {actor.name}: there is no zone {actor.zone!r}")
        return self


def load_scene(path: Path) -> Scene:
    """Read a scene file.

    Raises:
        SceneError: the file cannot be read or says something that a scene cannot mean.
    """
    try:
        return Scene.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise SceneError(f"{path}: {error}") from error
    except ValidationError as error:
        lines = [f"{path}: {'.'.join(map(str, item['loc'])) or 'scene'}: {item['msg']}" for item in error.errors()]
        raise SceneError("\n".join(lines)) from error
