"""Names to files, with the hash checked once."""

import hashlib
from pathlib import Path

import pytest

from models.manifest import FileRef
from models.store import ModelStore, fetched_folder
from yuhang.errors import ModelError


def file_ref(content: bytes, name: str = "a.onnx") -> FileRef:
    return FileRef(name=name, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))


def test_the_first_folder_that_has_the_file_wins(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.onnx").write_bytes(b"same")
    store = ModelStore([], [tmp_path / "none", tmp_path / "one", tmp_path / "two"])
    assert store.path(file_ref(b"same")) == tmp_path / "one" / "a.onnx"


def test_a_changed_byte_is_found_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(b"changed")
    with pytest.raises(ModelError, match=r"a\.onnx has SHA-256 [0-9a-f]{64}, but"):
        ModelStore([], [tmp_path]).path(file_ref(b"original"))


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=str(tmp_path)):
        ModelStore([], [tmp_path]).path(file_ref(b"x"))


def test_the_hash_is_computed_once_a_store(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(b"good")
    store = ModelStore([], [tmp_path])
    store.path(file_ref(b"good"))
    path.write_bytes(b"evil")
    assert store.path(file_ref(b"good")) == path  # already checked in this process
    with pytest.raises(ModelError):
        ModelStore([], [tmp_path]).path(file_ref(b"good"))


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ModelError, match="nanodet-g-416"):
        ModelStore.standard().resolve("nanodet")


def test_the_folder_of_fetched_models_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YUHANG_MODELS", str(tmp_path))
    assert fetched_folder() == tmp_path
    monkeypatch.delenv("YUHANG_MODELS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert fetched_folder() == tmp_path / "yuhang" / "models"
