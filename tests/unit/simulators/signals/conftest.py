from datetime import UTC, datetime
from pathlib import Path

import pytest

import simulators.signals
from simulators.signals.junction import Junction, load_junction
from simulators.signals.kernel.controller import Controller
from simulators.signals.kernel.display import Display

CROSSROADS = Path(simulators.signals.__file__).with_name("junctions") / "crossroads.yaml"
START = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def junction() -> Junction:
    return load_junction(CROSSROADS)


@pytest.fixture
def controller(junction: Junction) -> Controller:
    """Started, its programme running."""
    controller = Controller(junction, START)
    while controller.observe().display is not Display.GROUPS:
        controller.advance()
    return controller
