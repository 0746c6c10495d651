"""A desk as a fixture."""

from pathlib import Path

import pytest

from central.database import Database
from tests.unit.central.retention.desk import Desk, make_desk


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return make_desk(database, tmp_path)
