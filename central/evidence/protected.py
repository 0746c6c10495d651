"""Files that people have brought, encrypted in the store: who reads the disk or a backup of it sees no picture.

A file is named by the SHA-256 of its bytes as they were brought, so that every reader, the archive and the retention know it by
one name; what lies under the name is sealed for this installation and for this file alone.
"""

import hashlib
from collections.abc import AsyncIterable
from dataclasses import dataclass

from anyio import to_thread

from central.core import Core
from central.errors import TooLarge, Unprocessable
from central.evidence.arrivals import note_arrival
from central.evidence.store import EvidenceStore
from central.secrets import SecretKey
from yuhang.errors import StorageError

_SEALED = b"yuhang sealed 1\n"
_PURPOSE = "brought file"


@dataclass(frozen=True, slots=True)
class ProtectedFiles:
    """Keeps and reads them. Files in the clear (evidence, officers' photos of the street) are read as they are."""

    store: EvidenceStore
    secret: SecretKey

    def keep(self, content: bytes) -> str:
        """Store a file sealed and return its SHA-256; one that is here already stays as it is."""
        sha256 = hashlib.sha256(content).hexdigest()
        if not self.store.has(sha256):
            self.store.write(sha256, _SEALED + self.secret.seal(content, f"{_PURPOSE} {sha256}"))
        return sha256

    def seal(self, sha256: str) -> bool:
        """Seal a file that lies here in the clear, in one step that a crash leaves done or undone; false where it is sealed.

        `NotFound` where there is none; `StorageError` where its bytes were changed: what is wrong stays to be looked at.
        """
        if self.store.beginning(sha256, len(_SEALED)) == _SEALED:
            return False
        content = self.read(sha256)
        self.store.write(sha256, _SEALED + self.secret.seal(content, f"{_PURPOSE} {sha256}"))
        for preview in self.store.derivatives(sha256):
            preview.unlink(missing_ok=True)
        return True

    def read(self, sha256: str) -> bytes:
        """The bytes as they were brought.

        `NotFound` where there are none; `StorageError` where they were changed or sealed with another installation's key.
        """
        content = self.store.read(sha256)
        if content.startswith(_SEALED):
            content = self.secret.unseal(content.removeprefix(_SEALED), f"{_PURPOSE} {sha256}")
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StorageError(f"the file {sha256} was changed on the disk")
        return content


def protected_files(core: Core) -> ProtectedFiles:
    """Those of this installation."""
    return ProtectedFiles(core.evidence, core.secret)


async def bring_file(core: Core, body: AsyncIterable[bytes], sha256: str | None = None) -> tuple[str, bool]:
    """Take in a file that somebody brings; its SHA-256, and whether it is new here.

    Raises `TooLarge` or `Unprocessable` (nothing came, or other bytes than those of `sha256`).
    """
    most = core.config.evidence.max_file_mb * 1024 * 1024
    content = bytearray()
    async for piece in body:
        content += piece
        if len(content) > most:
            raise TooLarge(f"a file has at most {most} bytes")
    if not content:
        raise Unprocessable("there is no picture")
    if sha256 not in {None, hashlib.sha256(content).hexdigest()}:
        raise Unprocessable("the bytes received do not have the hash in the path")
    return await to_thread.run_sync(_keep, core, bytes(content))


def _keep(core: Core, content: bytes) -> tuple[str, bool]:
    new = not core.evidence.has(hashlib.sha256(content).hexdigest())
    sha256 = protected_files(core).keep(content)
    with core.database.session() as session:
        note_arrival(session, core.evidence, sha256, core.config.evidence.max_pixels, core.clock.now())
    return sha256, new
