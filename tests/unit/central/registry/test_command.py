"""`yuhang central import-registry` from a file to the database."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from central.commands import app
from central.config import CentralConfig
from central.database import Database
from central.registry.service import RegistryService
from central.secrets import SecretKey
from yuhang.config import load_yaml
from yuhang.errors import ConfigError

EXAMPLE = Path(__file__).parents[4] / "docs" / "examples" / "registry.yaml"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "central.yaml"
    path.write_text(f"data_dir: {tmp_path / 'data'}\nmqtt: {{}}\n", encoding="utf-8")
    return path


def test_the_example_is_imported(config: Path) -> None:
    result = CliRunner().invoke(app, ["import-registry", str(EXAMPLE), "--config", str(config)])
    assert result.exit_code == 0, result.output
    assert "4 vehicles, 1 exempt, 1 addresses, 3 car parks, 4 footpaths" in result.output
    settings = load_yaml(config, CentralConfig)
    with Database(settings.database_url) as database, database.reader() as session:
        owner = RegistryService(SecretKey.load(settings.key_path)).owner(session, "浙A12345")
    assert owner is not None
    assert owner.phone == "13800000001"


def test_a_bad_file_changes_nothing_and_is_named(config: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("vehicles:\n  - {plate: 浙A12345, phone: '1'}\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["import-registry", str(bad), "--config", str(config)])
    assert isinstance(result.exception, ConfigError)
    assert "bad.yaml:2: vehicles[0].phone" in str(result.exception)
