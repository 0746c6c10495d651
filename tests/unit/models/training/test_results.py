"""Evaluation, card and manifest, with a network that finds what the test says; and what must never be imported on a node."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from models.commands import app
from models.manifest import ObjectModel, load_manifest
from models.training.card import Trained, card, manifest
from models.training.dataset import Label, LabelledPicture
from models.training.evaluate import Found, Image, evaluate, mean_precision
from tests.unit.models.training.test_dataset import picture
from yuhang.errors import ConfigError


def found(*rows: tuple[int, float, tuple[float, float, float, float]]) -> Found:
    boxes = np.array([row[2] for row in rows], np.float32).reshape(-1, 4)
    return Found(boxes, np.array([row[1] for row in rows], np.float32), np.array([row[0] for row in rows], np.int64))


def pictures(folder: Path) -> list[LabelledPicture]:
    for name in ("a.jpg", "b.jpg"):
        picture(folder / name)
    return [
        LabelledPicture(folder / "a.jpg", (Label(1, 0.5, 0.5, 0.2, 0.4),)),
        LabelledPicture(folder / "b.jpg", (Label(1, 0.25, 0.5, 0.1, 0.2), Label(0, 0.75, 0.5, 0.1, 0.2))),
    ]


def test_each_class_is_judged_by_itself_and_in_pixels(tmp_path: Path) -> None:
    def predict(image: Image) -> Found:
        assert image.shape == (100, 200, 3)
        return found((1, 0.9, (80, 30, 120, 70)), (1, 0.2, (0, 0, 10, 10)))

    quality = evaluate(pictures(tmp_path), 3, predict)
    assert set(quality) == {0, 1}  # of class 2 there is nothing to find
    assert (quality[1].truths, quality[1].recall, quality[1].precision) == (2, 0.5, 0.5)
    assert (quality[0].recall, quality[0].average_precision) == (0.0, 0.0)
    assert mean_precision(quality) == pytest.approx(quality[1].average_precision / 2)


def test_a_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("no picture")
    with pytest.raises(ConfigError, match=r"a\.jpg is no picture"):
        evaluate([LabelledPicture(tmp_path / "a.jpg", ())], 1, lambda _: found())


@pytest.fixture
def trained(tmp_path: Path) -> Trained:
    network, int8 = tmp_path / "halls.onnx", tmp_path / "halls-int8.onnx"
    network.write_bytes(b"network"), int8.write_bytes(b"int8")
    quality = evaluate(pictures(tmp_path), 2, lambda _: found((1, 0.9, (80, 30, 120, 70))))
    return Trained(
        "halls",
        network,
        int8,
        ("car", "e_bike"),
        160,
        (8, 2),
        "rendered",
        "ultralytics 8.4",
        "yuhang models train",
        quality,
        quality,
    )


def test_the_card_says_licence_counts_and_figures(trained: Trained) -> None:
    text = card(trained)
    for wanted in ("AGPL-3.0", "8 pictures", "2 pictures", "`yuhang models train`", "| e_bike | 2 |", "| car | 1 | 0.000 |"):
        assert wanted in text
    assert "prove nothing about real ones" in text


def test_the_manifest_is_one_that_a_node_reads(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "manifest.yaml").write_text(manifest(trained), encoding="utf-8")
    entries = load_manifest(tmp_path / "manifest.yaml").models
    assert [entry.name for entry in entries] == ["halls", "halls-int8"]
    assert all(isinstance(entry, ObjectModel) and entry.licence == "AGPL-3.0" for entry in entries)
    assert entries[0].file.bytes == 7


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ultralytics", None)
    done = CliRunner().invoke(app, ["train", str(tmp_path), "--name", "x", "--render", "10"])
    assert isinstance(done.exception, ConfigError)
    assert "yuhang[edge,simulators,train]" in str(done.exception)


def test_what_runs_on_a_node_never_loads_what_is_agpl() -> None:
    found = "[name for name in sys.modules if name.split('.')[0] in {'ultralytics', 'torch'}]"
    code = f"import sys, edge.node.runtime, models.commands; print({found})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
