"""Fixtures with real brokers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration import brokers
from tests.integration.brokers import RunningBroker


@pytest.fixture
def embedded_broker(tmp_path: Path, free_port: int) -> Iterator[RunningBroker]:
    """A running embedded broker."""
    yield from _running(brokers.embedded, tmp_path, free_port)


@pytest.fixture
def mosquitto(tmp_path: Path, free_port: int) -> Iterator[RunningBroker]:
    """A running Mosquitto."""
    yield from _running(brokers.mosquitto, tmp_path, free_port)


@pytest.fixture(params=["embedded", "mosquitto"])
def broker(request: pytest.FixtureRequest, tmp_path: Path, free_port: int) -> Iterator[RunningBroker]:
    """Each kind of broker in turn, running."""
    yield from _running(getattr(brokers, request.param), tmp_path, free_port)


def _running(make: Callable[[Path, int], RunningBroker], tmp_path: Path, port: int) -> Iterator[RunningBroker]:
    folder = tmp_path / "broker"
    folder.mkdir()
    running = make(folder, port)
    running.start()
    yield running
    running.stop()
