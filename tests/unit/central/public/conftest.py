"""A counter for each test, copied from a town that is built once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.central.public.counter import Counter, build_town


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_town(tmp_path_factory.mktemp("town"))


@pytest.fixture
def counter(built_town: Path, tmp_path: Path) -> Iterator[Counter]:
    opened = Counter.copied(built_town, tmp_path / "central")
    yield opened
    opened.close()
