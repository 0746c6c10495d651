"""Settings of car parks: who counts, and for how long a count is believed."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from yuhang.config.section import Section


class JsonMapping(Section):
    """Where things stand in a source's JSON: keys joined by points, for example `data.parks`."""

    items: str = Field(default="", title="Key of the list of car parks; empty: the document itself is the list, or one car park")
    code: str = Field(default="code", title="Key of the car park's code, inside an item")
    free: str = Field(default="free", title="Key of the free spaces")
    occupied: str = Field(default="", title="Key of the occupied spaces, for sources that count those instead; needs `capacity`")
    capacity: str = Field(default="", title="Key of all spaces, with `occupied`")
    closed: str = Field(default="closed", title="Key that says whether the operator has closed it; may be missing in an item")
    closed_values: tuple[str, ...] = Field(
        default=("true", "1", "closed", "关闭"), title="Values of that key that mean closed, in lower case"
    )
    at: str = Field(default="at", title="Key of the time of the count; where it is missing the time of reception counts")
    time_format: Literal["iso", "epoch-s", "epoch-ms", "beijing"] = Field(
        default="iso", title="How times are written", description="beijing: 2026-06-01 09:00:00 without a zone"
    )
    codes: dict[str, str] = Field(
        default_factory=dict, title="Codes of the source that differ from the registry's", examples=[{"parking-17": "p1"}]
    )


class CsvSource(Section):
    """A file that somebody writes anew: columns `code`, `free`, and if need be `closed` and `at` (with its zone)."""

    kind: Literal["csv"] = "csv"
    path: Path = Field(title="The file; it is read whenever it has changed", examples=["/var/lib/yuhang/carparks.csv"])


class HttpSource(Section):
    """An address that answers with JSON."""

    kind: Literal["http"] = "http"
    url: str = Field(pattern=r"^https?://", title="Address that is asked", examples=["http://127.0.0.1:8095/parks"])
    every_s: float = Field(default=60.0, ge=1, le=3600, title="Seconds between two questions")
    timeout_s: float = Field(default=10.0, gt=0, le=60, title="Longest wait for the answer, real seconds")
    token_file: Path | None = Field(default=None, title="File with a token that is sent along as `Authorization: Bearer`")
    mapping: JsonMapping = Field(default_factory=JsonMapping, title="Where things stand in the answer")


class MqttSource(Section):
    """Messages over central's own broker."""

    kind: Literal["mqtt"] = "mqtt"
    topic: str = Field(
        default="yuhang/v1/+/+/telemetry/carpark",
        min_length=1,
        max_length=200,
        title="Topic or filter; the default is where a site's own nodes and gateways count",
    )
    mapping: JsonMapping = Field(default_factory=JsonMapping, title="Where things stand in a message")


AnySource = Annotated[CsvSource | HttpSource | MqttSource, Field(discriminator="kind")]


class CarParksConfig(Section):
    """How central learns where there is room."""

    stale_s: float = Field(
        default=900.0, ge=10, le=86_400, title="Seconds after which a count is no longer believed and its car park not offered"
    )
    written_stale_s: float = Field(
        default=86_400.0,
        ge=60,
        le=31_536_000,
        title="The same for a number of the registry file that nobody has counted since",
    )
    sources: tuple[AnySource, ...] = Field(
        default=(), title="Who counts; none: numbers of the registry file and of the REST interface"
    )
