"""The folder of evidence files, named by their own hash: a file is there whole or not at all."""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterable
from pathlib import Path

from anyio import to_thread

from central.errors import NotFound, TooLarge, Unprocessable
from yuhang.errors import StorageError

_NAME = re.compile(r"[0-9a-f]{64}")


class EvidenceStore:
    """Files under `folder/ab/abcd...`."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._drafts = folder / "drafts"
        self._max_bytes = max_bytes
        self._drafts.mkdir(parents=True, exist_ok=True)

    def has(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def path(self, sha256: str) -> Path:
        """Where the file is or would be; `NotFound` if the name is not a hash."""
        if not _NAME.fullmatch(sha256):
            raise NotFound("evidence is named by 64 hexadecimal digits")
        return self._folder / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        path = self.path(sha256)
        try:
            return path.read_bytes()
        except FileNotFoundError as error:
            raise NotFound("there is no such file") from error

    def beginning(self, sha256: str, size: int) -> bytes:
        """The first bytes of a file; `NotFound` where there is none."""
        try:
            with self.path(sha256).open("rb") as file:
                return file.read(size)
        except FileNotFoundError as error:
            raise NotFound("there is no such file") from error

    async def receive(self, sha256: str, body: AsyncIterable[bytes], announced: str | None = None) -> bool:
        """Take a file in pieces; durable when this returns. True if it is new, false if it was there.

        `announced` is the Content-Length, if any: a file that is too large is refused before it is read.

        Raises `TooLarge`, `Unprocessable` (the bytes are not those of the name) and `StorageError` (disk full); nothing
        half-written stays under the name.
        """
        target = self.path(sha256)
        if announced is not None and announced.isdecimal() and int(announced) > self._max_bytes:
            raise TooLarge(f"a file has at most {self._max_bytes} bytes")
        if target.is_file():
            return False
        digest = hashlib.sha256()
        size = 0
        descriptor, name = tempfile.mkstemp(dir=self._drafts)
        try:
            with os.fdopen(descriptor, "wb") as draft:
                async for piece in body:
                    size += len(piece)
                    if size > self._max_bytes:
                        raise TooLarge(f"a file has at most {self._max_bytes} bytes")
                    digest.update(piece)
                    draft.write(piece)
                if digest.hexdigest() != sha256:
                    raise Unprocessable("the bytes received do not have the hash in the path")
                draft.flush()
                await to_thread.run_sync(os.fsync, draft.fileno())
            target.parent.mkdir(exist_ok=True)
            Path(name).replace(target)
            await to_thread.run_sync(_sync_folder, target.parent)
        except OSError as error:
            raise StorageError(f"evidence cannot be written: {error.strerror}") from error
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(name).unlink()
        return True

    def remove(self, sha256: str) -> None:
        """Delete a file, durably; one that is not there is no error. `StorageError` if the disk does not let go of it."""
        target = self.path(sha256)
        try:
            target.unlink(missing_ok=True)
            if target.parent.is_dir():
                _sync_folder(target.parent)
            for derived in self.derivatives(sha256):
                derived.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"evidence cannot be deleted: {error.strerror}") from error

    def derivative(self, sha256: str, form: str) -> Path:
        """Where a copy made from the file (a preview) is or would be; it goes with the file."""
        folder = self._folder / "derived" / self.path(sha256).parent.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{sha256}.{form}"

    def derivatives(self, sha256: str) -> list[Path]:
        """Copies that were made from a file."""
        return list((self._folder / "derived" / self.path(sha256).parent.name).glob(f"{sha256}.*"))

    def write(self, sha256: str, content: bytes) -> None:
        """Keep bytes under a name, durable when this returns. `StorageError` if the disk is full."""
        target = self.path(sha256)
        try:
            with tempfile.NamedTemporaryFile(dir=self._drafts, delete=False) as draft:
                draft.write(content)
                draft.flush()
                os.fsync(draft.fileno())
            target.parent.mkdir(exist_ok=True)
            Path(draft.name).replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            raise StorageError(f"evidence cannot be written: {error.strerror}") from error

    def put(self, content: bytes) -> str:
        """Keep bytes that are already here, under their hash (for tests and imports)."""
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        target.parent.mkdir(exist_ok=True)
        draft = self._drafts / sha256
        draft.write_bytes(content)
        draft.replace(target)
        return sha256


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
