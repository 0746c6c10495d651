"""A scene in either language at a fixed moment: 1 June 2026, 09:00 in Hangzhou."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from central.cases.composition import compose, load_chapter
from central.cases.playbook import Playbook, shipped_playbook
from central.screens.i18n import Catalogues, Language
from central.screens.scene import Scene

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def catalogues() -> Catalogues:
    return Catalogues.load()


@pytest.fixture
def scene_of(catalogues: Catalogues) -> Callable[[Language], Scene]:
    return lambda language: Scene(catalogues[language], NOW)


@pytest.fixture
def scene(catalogues: Catalogues) -> Scene:
    return Scene(catalogues[Language.ENGLISH], NOW)


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    return compose(shipped_playbook("parking"), (load_chapter("common"), load_chapter("simple")))
