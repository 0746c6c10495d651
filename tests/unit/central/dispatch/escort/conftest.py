"""A site with three engines, four places and a straight road."""

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from central.app import make_app
from central.core import Core
from central.dispatch.escort.config import DispatchConfig
from central.dispatch.escort.feature import Dispatch, build_dispatch
from central.dispatch.network.storage import save_network
from central.features import platform
from tests.unit.central.dispatch.escort.site import PLACES, site_network

ENGINES = [
    {"id": f"engine-{n}", "name_zh": f"{n}号车", "name_en": f"Engine {n}", "site": "yuhang", "node": f"engine-{n}"}
    for n in (1, 2)
] + [{"id": "ambulance-1", "name_zh": "急救1号", "name_en": "Ambulance 1", "kind": "ambulance", "site": "yuhang", "node": "a-1"}]


@pytest.fixture
def site(core: Core, tmp_path: Path) -> Core:
    save_network(site_network(), tmp_path / "site.network")
    (tmp_path / "places.yaml").write_text(PLACES, encoding="utf-8")
    dispatch = {
        "network_file": tmp_path / "site.network",
        "places_file": tmp_path / "places.yaml",
        "engines": ENGINES,
        "calls": {"secret": "open sesame", "folder": tmp_path / "calls", "mqtt": ["yuhang/desk-119"]},
        "smoke_alarms": True,
    }
    (tmp_path / "calls").mkdir()
    return replace(core, config=core.config.model_copy(update={"dispatch": DispatchConfig.model_validate(dispatch)}))


@pytest.fixture
def dispatch(site: Core) -> Dispatch:
    return build_dispatch(site, lambda: site.clock.now().timestamp())


@pytest.fixture
def web(site: Core, dispatch: Dispatch) -> TestClient:
    return TestClient(make_app(site, (*platform(site), dispatch.feature)), raise_server_exceptions=False)
