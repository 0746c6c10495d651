"""The shipped manifest is whole, and a wrong one is refused with file, line and key."""

from pathlib import Path

import pytest

from models.commands import files_of
from models.manifest import LABEL_SETS, load_manifest
from models.store import PACKAGE, SHIPPED_MANIFEST, SHIPPED_WEIGHTS, ModelStore
from yuhang.errors import ConfigError

SHIPPED = [entry for entry in load_manifest(SHIPPED_MANIFEST).models if entry.file.url is None]


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
def test_each_shipped_model_has_its_files_and_a_card_with_the_same_facts(entry) -> None:
    card = (PACKAGE / "cards" / f"{entry.name}.md").read_text(encoding="utf-8")
    for file in files_of(entry):
        assert (SHIPPED_WEIGHTS / file.name).stat().st_size == file.bytes
        assert f"{file.bytes:,} bytes" in card
        assert file.sha256 in card
    assert entry.rebuild in card
    assert entry.source.version in card


def test_no_file_lies_among_the_weights_that_the_manifest_does_not_know() -> None:
    known = {file.name for entry in SHIPPED for file in files_of(entry)}
    assert {path.name for path in SHIPPED_WEIGHTS.iterdir()} == known


def test_every_job_of_a_node_has_a_shipped_model() -> None:
    assert {entry.job for entry in SHIPPED} == {
        "objects",
        "plate_finder",
        "plate_reader",
        "face_finder",
        "face_embedder",
        "face_liveness",
    }
    assert len(LABEL_SETS["coco-80"]) == len(set(LABEL_SETS["coco-80"])) == 80


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("decoder: yolo", "decodr: yolo", "decodr"),
        ("decoder: yolo", "decoder: ssd", "decoder"),
        ("fit: stretch", "fit: squeeze", "fit"),
        ("width: 64", "width: 65", "width"),
        ("our.onnx, sha256", "../our.onnx, sha256", "name"),
        ('"%s"' % ("0" * 64), "abc", "sha256"),
    ],
)
def test_a_wrong_entry_names_file_line_and_key(tmp_path: Path, old: str, new: str, complaint: str, own_entry: str) -> None:
    good = own_entry % ("0" * 64)
    assert old in good
    path = tmp_path / "own.yaml"
    path.write_text(good.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_manifest(path)
    assert str(path) in str(error.value)
    assert complaint in str(error.value)
    line = next(i for i, text in enumerate(path.read_text().splitlines(), 1) if new in text)
    assert any(f":{number}:" in str(error.value) for number in range(3, line + 1))


def test_two_models_of_one_name_are_refused(tmp_path: Path, own_entry: str) -> None:
    entry = own_entry % ("0" * 64)
    path = tmp_path / "own.yaml"
    path.write_text(entry + entry.replace("\nmodels:\n", ""), encoding="utf-8")
    with pytest.raises(ConfigError, match="our-model"):
        load_manifest(path)


def test_a_site_manifest_adds_models_and_its_files_lie_beside_it(tmp_path: Path, own_entry: str) -> None:
    (tmp_path / "our.onnx").write_bytes(b"bytes")
    digest = "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"
    path = tmp_path / "own.yaml"
    path.write_text(own_entry % digest, encoding="utf-8")
    store = ModelStore.standard([path])
    resolved = store.resolve("our-model")
    assert resolved.path == tmp_path / "our.onnx"
    assert resolved.sha256 == digest
    assert store.entry("nanodet-g-416").job == "objects"
