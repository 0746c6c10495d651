"""From a model's name to a file on this machine whose hash has been checked."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.manifest import FileRef, Manifest, ModelEntry, load_manifest
from yuhang.errors import ModelError

PACKAGE = Path(__file__).parent
SHIPPED_MANIFEST = PACKAGE / "manifest.yaml"
SHIPPED_WEIGHTS = PACKAGE / "weights"


def fetched_folder() -> Path:
    """Where fetched models are kept: `YUHANG_MODELS`, else the user's data folder."""
    chosen = os.environ.get("YUHANG_MODELS")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(chosen) if chosen else Path(data) / "yuhang" / "models"


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model's entry with its file; the file's bytes have the hash that the entry states."""

    entry: ModelEntry
    path: Path

    @property
    def sha256(self) -> str:
        """Hash of the file, for evidence records and the node's description."""
        return self.entry.file.sha256


class ModelStore:
    """Finds models by name in a manifest and their files in the given folders (first match wins).

    A file's hash is computed once in the life of the store, so keep one store a process.
    """

    def __init__(self, manifests: Sequence[Manifest], folders: Sequence[Path]) -> None:
        self._entries: dict[str, ModelEntry] = {}
        for manifest in manifests:  # a site's own manifest comes later and may replace a shipped entry
            self._entries.update({entry.name: entry for entry in manifest.models})
        self._folders = tuple(folders)
        self._verified: set[tuple[Path, str]] = set()

    @classmethod
    def standard(cls, extra_manifests: Sequence[Path] = (), extra_folders: Sequence[Path] = ()) -> "ModelStore":
        """The shipped models, what was fetched, and a site's own manifests (files beside them are found)."""
        own = [load_manifest(path) for path in extra_manifests]
        beside = [path.parent for path in extra_manifests]
        folders = [*extra_folders, *beside, SHIPPED_WEIGHTS, fetched_folder()]
        return cls([load_manifest(SHIPPED_MANIFEST), *own], folders)

    @property
    def entries(self) -> tuple[ModelEntry, ...]:
        """All entries, in the order of the manifests."""
        return tuple(self._entries.values())

    def entry(self, name: str) -> ModelEntry:
        """The entry called `name`; raises `ModelError` that lists the known names."""
        try:
            return self._entries[name]
        except KeyError:
            raise ModelError(f"no model is called {name!r}; known are {', '.join(self._entries)}") from None

    def find(self, file: FileRef) -> Path | None:
        """Where the file lies, unchecked; none when no folder has it."""
        return next((path for folder in self._folders if (path := folder / file.name).is_file()), None)

    def path(self, file: FileRef) -> Path:
        """The file's place, its hash checked; raises `ModelError` when missing or changed."""
        path = self.find(file)
        if path is None:
            looked = ", ".join(map(str, self._folders))
            raise ModelError(f"{file.name} is in none of {looked}; `yuhang models fetch` says how to get it")
        if (path, file.sha256) not in self._verified:
            verify_file(path, file)
            self._verified.add((path, file.sha256))
        return path

    def resolve(self, name: str) -> ResolvedModel:
        """The model called `name`, ready to load; raises `ModelError`."""
        entry = self.entry(name)
        return ResolvedModel(entry, self.path(entry.file))


def verify_file(path: Path, file: FileRef) -> None:
    """Raise `ModelError` unless the bytes at `path` are those that `file` states."""
    try:
        with path.open("rb") as stream:
            actual = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error
    if actual != file.sha256:
        raise ModelError(f"{path} has SHA-256 {actual}, but {file.name} must have {file.sha256}: it was changed or cut off")
