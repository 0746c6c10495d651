"""The zones of a node as central keeps them: checked for shape here, for sense by the node. Pure.

Central knows no detector's settings; the node's own models check them and refuse in words. What central does know is the
contract: cameras, zones, outlines.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from central.errors import Unprocessable
from yuhang.geometry import GeometryError, outline
from yuhang.messages import NodeDescription, Slug, first_error

Fraction = Annotated[float, Field(ge=0, le=1)]
Corner = tuple[Fraction, Fraction]
MOST_CORNERS = 64
MOST_ZONES = 100


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ZonePlan(_Part):
    """A zone; corners are fractions of the picture's width and height, (0, 0) is top left."""

    zone: Slug
    name: str = Field(default="", max_length=100)
    name_en: str = Field(default="", max_length=100)
    address: str = Field(min_length=1, max_length=64, description="address code, the subject of the zone's events")
    polygon: tuple[Corner, ...] = Field(min_length=3, max_length=MOST_CORNERS)
    detector: dict[str, JsonValue] = Field(description="`kind` and the settings that differ from the detector's defaults")

    @property
    def kind(self) -> str:
        """The detector that watches the zone."""
        return str(self.detector.get("kind", ""))


class CameraPlan(_Part):
    """All zones of one camera."""

    camera: Slug
    zones: tuple[ZonePlan, ...] = Field(default=(), max_length=MOST_ZONES)


class NodePlan(_Part):
    """The zones of all cameras of a node."""

    cameras: tuple[CameraPlan, ...] = Field(default=(), max_length=200)

    @classmethod
    def running(cls, description: NodeDescription) -> Self:
        """What a node says that it watches."""
        return cls(
            cameras=tuple(
                CameraPlan(
                    camera=camera.camera,
                    zones=tuple(
                        ZonePlan(
                            zone=zone.zone,
                            name="" if zone.name == zone.zone else zone.name,
                            name_en=zone.name_en,
                            address=zone.address,
                            polygon=zone.polygon,
                            detector=zone.settings or {"kind": zone.kind},
                        )
                        for zone in camera.zones
                    ),
                )
                for camera in description.cameras
            )
        )

    @classmethod
    def read(cls, document: str) -> Self:
        """The plan of a kept document; `Unprocessable` if it is none."""
        try:
            return cls.model_validate(yaml.safe_load(document))
        except (yaml.YAMLError, ValidationError) as error:
            told = first_error(error) if isinstance(error, ValidationError) else "it is no YAML"
            raise Unprocessable(f"the document of this version cannot be read: {told}") from error

    def document(self) -> str:
        """The plan as the node gets it: one key a line, so that the node's findings name lines."""
        written = self.model_dump(mode="json")
        for camera in written["cameras"]:
            for zone in camera["zones"]:
                if not zone["name"]:
                    del zone["name"]
        return yaml.safe_dump(written, allow_unicode=True, sort_keys=False, default_flow_style=None, width=120)

    def zones(self) -> dict[tuple[str, str], ZonePlan]:
        """Every zone by camera and name."""
        return {(camera.camera, zone.zone): zone for camera in self.cameras for zone in camera.zones}


def check_plan(plan: NodePlan, description: NodeDescription) -> None:
    """Raise `Unprocessable` with the first thing in the plan that this node could never run; it names camera, zone and key."""
    known = {camera.camera for camera in description.cameras}
    for name in _repeated(camera.camera for camera in plan.cameras):
        raise Unprocessable(f"camera {name} is there twice")
    for camera in plan.cameras:
        if camera.camera not in known:
            raise Unprocessable(
                f"camera {camera.camera}: the node has no such camera; it has {', '.join(sorted(known)) or 'none'}"
            )
        for name in _repeated(zone.zone for zone in camera.zones):
            raise Unprocessable(f"camera {camera.camera}: zone {name} is there twice; give each its own name")
        for zone in camera.zones:
            _check_zone(f"camera {camera.camera}, zone {zone.zone}", zone, description.detectors)


def _check_zone(place: str, zone: ZonePlan, kinds: tuple[str, ...]) -> None:
    if not zone.kind or (kinds and zone.kind not in kinds):
        raise Unprocessable(f"{place}: detector.kind: the node knows {', '.join(kinds)}")
    _check_outline(f"{place}: polygon", zone.polygon)
    queue = zone.detector.get("queue")
    lane = queue.get("lane") if isinstance(queue, Mapping) else None
    if lane is not None:
        _check_outline(f"{place}: detector.queue.lane", _corners(f"{place}: detector.queue.lane", lane))


def _check_outline(place: str, corners: tuple[Corner, ...]) -> None:
    try:
        outline(corners)
    except GeometryError as error:
        raise Unprocessable(f"{place}: {error}") from error


def _corners(place: str, value: JsonValue) -> tuple[Corner, ...]:
    try:
        return _Lane.model_validate({"corners": value}).corners
    except ValidationError as error:
        raise Unprocessable(f"{place}: {first_error(error)}") from error


class _Lane(_Part):
    corners: tuple[Corner, ...] = Field(min_length=3, max_length=MOST_CORNERS)


def _repeated(names: Iterator[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
