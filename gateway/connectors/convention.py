"""Firmware that speaks MQTT by a convention of its own: which topics it uses, and what stands in them. Pure."""

from dataclasses import dataclass
from typing import Protocol

from gateway.readings import Quantity


@dataclass(frozen=True, slots=True)
class Value:
    """A reading that does not know its device and time yet."""

    quantity: Quantity
    value: float


@dataclass(frozen=True, slots=True)
class SwitchMessage:
    """What makes a device switch."""

    topic: str
    payload: bytes


class Convention(Protocol):
    """How one kind of firmware uses MQTT."""

    @property
    def filters(self) -> tuple[str, ...]:
        """Topic filters of all that devices of this kind say."""

    def device_of(self, topic: str) -> str:
        """Whose message it is, from a topic that one of the filters lets through."""

    def read(self, device: str, topic: str, payload: bytes) -> tuple[Value, ...]:
        """The values in a message of the device; none where there is nothing of use. `MessageError` if it cannot be read."""

    def switch(self, device: str, *, on: bool) -> SwitchMessage:
        """The message that asks for a switch."""


def number(text: object) -> float | None:
    """A finite number, or None for what is none (devices write `nan` while a sensor is missing)."""
    if isinstance(text, bool) or not isinstance(text, int | float | str):
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e12 else None  # also false for nan


def is_on(word: object) -> float | None:
    """1.0 or 0.0 for the words that firmware uses, None for another."""
    return {"ON": 1.0, "OFF": 0.0}.get(word.strip().upper()) if isinstance(word, str) else None
