"""A gateway's whole configuration: one YAML file, checked before anything starts."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from gateway.connectors.config import DeviceConfig
from gateway.jt808.config import Jt808Config
from gateway.smoke.config import SmokeDetectorConfig
from gateway.sockets.config import SocketConfig
from yuhang.config.clock import ClockConfig
from yuhang.config.repeats import refuse_repeats
from yuhang.config.section import Section
from yuhang.messages import Slug
from yuhang.mqtt.config import MqttConfig


class GatewayConfig(Section):
    """Configuration of a community gateway (`yuhang gateway run --config gateway.yaml`)."""

    site: Slug = Field(title="Name of the site", examples=["wenyi-garden"])
    node: Slug = Field(title="Name of this gateway", examples=["gateway-1"])
    data_dir: Path = Field(default=Path("data/gateway"), title="Folder for the outbox")
    mqtt: MqttConfig = Field(default_factory=MqttConfig, title="Broker of the uplink")
    clock: ClockConfig = Field(default_factory=ClockConfig, title="Clock")
    devices_mqtt: MqttConfig = Field(
        default_factory=MqttConfig,
        title="Broker of the devices",
        description="in the community: a cut of the uplink cuts no device off",
    )
    sockets: tuple[SocketConfig, ...] = Field(default=(), title="Charging sockets")
    smoke: tuple[SmokeDetectorConfig, ...] = Field(default=(), title="Smoke detectors")
    jt808: Jt808Config | None = Field(default=None, title="Port for JT/T 808 vehicle terminals", description="none: no port")
    report_every_s: float = Field(default=10.0, ge=1, le=3600, title="Time between two reports of an unchanged socket, seconds")

    @property
    def devices(self) -> tuple[DeviceConfig, ...]:
        """Everything that has a device of its own."""
        return (*self.sockets, *self.smoke)

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("socket", [one.socket for one in self.sockets])
        refuse_repeats("smoke detector", [one.sensor for one in self.smoke])
        refuse_repeats("device", [one.device for one in self.devices])
        return self
