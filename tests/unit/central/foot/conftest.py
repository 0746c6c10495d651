"""The street as a fixture."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.central.parking.street import Street, make_street


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    made = make_street(tmp_path)
    with made.database:
        yield made
