"""The YAML file by which a registry is filled: `yuhang central import-registry FILE`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from central.notify.texts import brackets_in, link_in
from yuhang.coordinates import Datum

ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Code = Annotated[str, Field(min_length=1, max_length=64)]
Plate = Annotated[str, Field(min_length=5, max_length=12), AfterValidator(lambda text: text.strip().upper())]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9]{5,15}$")]


class Entry(BaseModel):
    """Base of all entries: unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class VehicleEntry(Entry):
    """A vehicle and the number by which its owner is reached."""

    plate: Plate
    phone: Phone | None = Field(default=None, description="telephone number in quotes; left out: nobody can be told")
    reachable: bool = Field(default=True, description="false: the number is known not to work")
    commercial: bool = Field(
        default=False, description="registered for commercial use: watched longer where the authority says so"
    )


class ExemptEntry(Entry):
    """A vehicle that is exempt, and why."""

    plate: Plate
    reason: str = Field(min_length=1, max_length=100)


def _may_be_sent(text: str) -> str:
    """Names of places stand in messages to drivers, where a carrier refuses links and a signature's brackets."""
    if (link := link_in(text)) is not None or brackets_in(text):
        raise ValueError(f"{link or '【】'!r} cannot stand in a message to a driver")
    return text


PlaceName = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_may_be_sent)]


class AddressEntry(Entry):
    """A place; `code` is what nodes send as the subject of their events."""

    code: Code
    zh: PlaceName
    en: str = Field(min_length=1, max_length=100)
    latitude: Latitude
    longitude: Longitude


class CarParkEntry(AddressEntry):
    """A car park; `opens` equal to `closes` means always open."""

    capacity: int = Field(ge=0)
    free: int = Field(ge=0, description="relied on for car_parks.written_stale_s, or until somebody counts")
    closed: bool = Field(default=False, description="by its operator, whatever the hour")
    opens: ClockTime = "00:00"
    closes: ClockTime = "00:00"


class NodeEntry(Entry):
    """A point of the footpath network."""

    id: str = Field(min_length=1, max_length=40)
    latitude: Latitude
    longitude: Longitude


class EdgeEntry(Entry):
    """A footpath between two points; without `metres` it is as long as the straight line."""

    start: str = Field(alias="from", min_length=1, max_length=40)
    end: str = Field(alias="to", min_length=1, max_length=40)
    metres: float | None = Field(default=None, gt=0)


class FootpathEntries(Entry):
    """The network of footpaths: written out, or from files beside this one."""

    geojson: Path | None = Field(default=None, description="file with LineString or MultiLineString features")
    datum: Datum = Field(default=Datum.WGS84, description="reference of the GeoJSON file's positions: wgs84, gcj02 or bd09")
    osm: Path | None = Field(default=None, description="OpenStreetMap extract in XML (.osm); its walkable ways are taken")
    nodes: tuple[NodeEntry, ...] = ()
    edges: tuple[EdgeEntry, ...] = ()

    @model_validator(mode="after")
    def _ends_exist(self) -> Self:
        known = {node.id for node in self.nodes}
        for edge in self.edges:
            for end in (edge.start, edge.end):
                if end not in known:
                    raise ValueError(f"footpath {edge.start}-{edge.end}: there is no node {end!r}")
        return self


class RegistryDocument(Entry):
    """Everything a site wants central to know; what is in the file replaces what was known under the same key."""

    vehicles: tuple[VehicleEntry, ...] = ()
    exempt: tuple[ExemptEntry, ...] = ()
    addresses: tuple[AddressEntry, ...] = ()
    car_parks: tuple[CarParkEntry, ...] = ()
    footpaths: FootpathEntries = Field(default_factory=FootpathEntries)


def is_open(opens: str, closes: str, local: datetime) -> bool:
    """Whether something open from `opens` to `closes` (HH:MM, over midnight too; equal: always) is open at a local time."""
    now = local.strftime("%H:%M")
    if opens == closes:
        return True
    if opens < closes:
        return opens <= now < closes
    return now >= opens or now < closes
