"""Encrypts what is kept of a face: AES-256-GCM with a key that lies on the node alone (FACE 14)."""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yuhang.errors import StorageError
from yuhang.files import write_durably

KEY_BYTES, NONCE_BYTES = 32, 12


class Seal:
    """Seals and opens bytes; `bound_to` ties them to their place, so that one sealed file cannot take the place of another."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    @classmethod
    def open(cls, path: Path) -> "Seal":
        """The key at `path`, or a new one there on first use (mode 0600); raises `StorageError`."""
        try:
            mode = path.stat().st_mode & 0o777
            if mode & 0o077:
                raise StorageError(f"{path} may be read by others (mode {mode:04o}): chmod 600 it")
            key = path.read_bytes()
        except FileNotFoundError:
            key = secrets.token_bytes(KEY_BYTES)
            write_durably(path, key, mode=0o600)
        except OSError as error:
            raise StorageError(f"the key at {path} cannot be read: {error.strerror}") from error
        if len(key) != KEY_BYTES:
            raise StorageError(f"{path} holds {len(key)} bytes, a key has {KEY_BYTES}: it was changed or cut off")
        return cls(key)

    def closed(self, content: bytes, bound_to: str) -> bytes:
        """The content encrypted, with a fresh nonce in front."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, bound_to.encode())

    def opened(self, sealed: bytes, bound_to: str) -> bytes:
        """The content again; raises `StorageError` when it was changed, moved, or sealed with another key."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
        except (InvalidTag, ValueError) as error:
            raise StorageError(f"{bound_to} was changed, or sealed with another key") from error
