"""Which device a thing of the community is, and what runs on it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from yuhang.config.section import Section


class Firmware(StrEnum):
    """What runs on a device."""

    TASMOTA = "tasmota"
    ESPHOME = "esphome"


DeviceName = Annotated[
    str,
    Field(
        pattern=r"^[^+#/$]+$",
        max_length=100,
        title="Its device: Tasmota's topic or ESPHome's topic prefix",
        description="one level of an MQTT topic: no +, #, $ or /",
    ),
]


class DeviceConfig(Section):
    """What has a device of its own."""

    device: DeviceName
    firmware: Firmware = Field(default=Firmware.ESPHOME, title="What runs on the device: tasmota or esphome")
