"""Files that are whole or not there, also after kill -9 or loss of power."""

import contextlib
import os
from pathlib import Path

from yuhang.errors import StorageError

PARTIAL = ".partial"


def write_durably(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write `path` so that it either has all of `content`, on the disk, or does not exist; `StorageError` if that fails."""
    partial = write_partial(path, content, mode=mode)
    finish_partial(partial)


def write_partial(path: Path, content: bytes, *, mode: int = 0o644) -> Path:
    """Write and sync `content` beside `path` and return that file's path; `finish_partial` gives it its name."""
    partial = path.with_name(path.name + PARTIAL)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error
    return partial


def finish_partial(partial: Path) -> Path:
    """Give a file written by `write_partial` its own name, durably, and return that name."""
    path = partial.with_name(partial.name.removesuffix(PARTIAL))
    try:
        partial.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error
    return path


def sync_folder(folder: Path) -> None:
    """Bring the names in `folder` to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
