"""The vehicles that may speak, and where they connect."""

from typing import Self

from pydantic import Field, model_validator

from yuhang.config.repeats import refuse_repeats
from yuhang.config.section import Section
from yuhang.coordinates import Datum


class TruckConfig(Section):
    """A truck and its terminal."""

    phone: str = Field(
        pattern=r"^[1-9][0-9]{4,19}$", title="Number of the terminal, without leading zeros", examples=["13900001234"]
    )
    plate: str = Field(min_length=1, max_length=12, title="Plate of the truck", examples=["浙A12345"])


class Jt808Config(Section):
    """A port for JT/T 808 terminals."""

    host: str = Field(default="0.0.0.0", title="Address to listen on")  # noqa: S104 - terminals come from the mobile network
    port: int = Field(default=8808, ge=0, le=65535, title="Port", description="0: any free one")
    datum: Datum = Field(default=Datum.WGS84, title="Datum of the positions", description="as their maker says")
    idle_s: float = Field(default=300.0, ge=10, le=86_400, title="Seconds of silence after which a connection is closed")
    connections: int = Field(default=2000, ge=1, le=60_000, title="Connections at a time")
    bed_item: int | None = Field(
        default=None,
        ge=0,
        le=255,
        title="Additional item of a position whose last bit says that the bed is up",
        description="makers differ; none: terminals do not tell",
    )
    trucks: tuple[TruckConfig, ...] = Field(default=(), title="Trucks that may speak")

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("phone", (one.phone for one in self.trucks))
        return self
