"""Settings of escort tasks: the site's network, places, engines and signals, and from whom calls are taken."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from central.dispatch.controllers.request import PriorityClass
from yuhang.config.section import Section
from yuhang.errors import ConfigError
from yuhang.messages import CallKind, Slug
from yuhang.topics import NodeTopics


class EngineConfig(Section):
    """A vehicle that may be sent. Its terminal publishes positions under `site` and `node`."""

    id: Slug = Field(title="Name; the crew's account has the same", examples=["wenyi-1"])
    name_zh: str = Field(min_length=1, max_length=60, title="Name on Chinese screens", examples=["文一站1号车"])
    name_en: str = Field(min_length=1, max_length=60, title="Name on English screens", examples=["Wenyi engine 1"])
    kind: CallKind = Field(default=CallKind.FIRE, title="fire, ambulance or police")
    site: Slug = Field(title="Site of its terminal", examples=["yuhang"])
    node: Slug = Field(title="Node of its terminal", examples=["engine-1"])

    @property
    def topics(self) -> NodeTopics:
        """Topics of its terminal."""
        return NodeTopics(self.site, self.node)


class CallsConfig(Section):
    """Where calls of the fire brigade's own system (119) come in."""

    secret: SecretStr = Field(default=SecretStr(""), title="Secret that comes with each call over HTTP; empty: none is taken")
    secret_file: Path | None = Field(default=None, title="File that holds this secret, instead of `secret`")
    secret_header: str = Field(default="X-Call-Secret", title="Header that carries the secret")
    folder: Path | None = Field(default=None, title="Folder into which calls are written as *.json; empty: none")
    mqtt: tuple[str, ...] = Field(
        default=(), title="Nodes (site/node) whose calls over MQTT are taken", examples=[["yuhang/desk-119"]]
    )

    def shared_secret(self) -> str:
        """The secret from the file or from the configuration."""
        if self.secret_file is None:
            return self.secret.get_secret_value()
        try:
            return self.secret_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"dispatch.calls.secret_file: nothing can be read from {self.secret_file}") from error


class DispatchConfig(Section):
    """Escort tasks of fire engines, ambulances and police cars."""

    network_file: Path | None = Field(default=None, title="Road network (yuhang dispatch network import); empty: no escort runs")
    places_file: Path | None = Field(default=None, title="The site's places: names and addresses with their positions (YAML)")
    signals_file: Path | None = Field(
        default=None, title="The junctions' file (yuhang config example signals); empty: no green wave"
    )
    engines: tuple[EngineConfig, ...] = Field(default=(), title="Vehicles that may be sent")
    calls: CallsConfig = Field(default_factory=CallsConfig, title="Calls of the fire brigade's own system")
    police_confirm: bool = Field(
        default=True, title="Ask the traffic police before any signal is asked; their word starts the green wave"
    )
    order: tuple[CallKind, ...] = Field(
        default=(CallKind.FIRE, CallKind.AMBULANCE, CallKind.POLICE), title="Who goes first where two ways cross"
    )
    smoke_alarms: bool = Field(default=False, title="A smoke alarm makes a task by itself")
    longest_task_hours: float = Field(default=2.0, gt=0, le=24, title="Hours after which a task ends by itself")
    fresh_s: float = Field(default=60.0, ge=5, le=600, title="Seconds for which a position counts when engines are proposed")
    lost_s: float = Field(default=8.0, ge=2, le=30, title="Seconds without a position after which the signals are given back")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = [engine.id for engine in self.engines]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two engines are called {', '.join(twice)}")
        if sorted(self.order) != sorted(CallKind):
            raise ValueError("order: name each of fire, ambulance, police once")
        if self.signals_file is not None and self.network_file is None:
            raise ValueError("signals_file: signals are asked on a way, and a way needs network_file")
        return self

    def rank(self, kind: CallKind) -> PriorityClass:
        """The class by which a vehicle of this kind competes at a junction, as the site orders them."""
        return PriorityClass(self.order.index(kind) + 1)
