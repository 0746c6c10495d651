"""What every way to devices offers: readings come in, a switch is asked for, and only a reading confirms it."""

from collections.abc import Callable
from typing import Protocol

from gateway.readings import Reading

Sink = Callable[[Reading], None]


class Connector(Protocol):
    """Devices of one kind."""

    def start(self, sink: Sink) -> None:
        """Begin; `sink` takes each reading, on a thread of the connector, and returns at once."""

    def stop(self) -> None:
        """End the connections."""

    def switch(self, device: str, *, on: bool) -> bool:
        """Ask for a switch; false if the wish could not even be sent. Whether it was obeyed, a `SWITCH` reading says."""
