"""The installation's own secret: made once, kept in a file only its owner can read, and split into one key a purpose."""

import base64
import contextlib
import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from yuhang.errors import ConfigError, StorageError

_SIZE = 32
_NONCE = 12


@dataclass(frozen=True, slots=True)
class SecretKey:
    """The secret; `purpose` separates the uses, so that one key can never stand for another."""

    _secret: bytes

    @classmethod
    def load(cls, path: Path) -> "SecretKey":
        """Read the key file, making it (mode 0600) where there is none. `ConfigError` if it is not a key of ours."""
        if not path.exists():
            _make(path)
        try:
            secret = base64.b64decode(path.read_bytes().strip(), validate=True)
        except ValueError as error:
            raise ConfigError(f"{path}: not a key file") from error
        if len(secret) != _SIZE:
            raise ConfigError(f"{path}: a key has {_SIZE} bytes, this one {len(secret)}")
        return cls(secret)

    def encrypt(self, text: str, purpose: str) -> str:
        """Protect a short text, for example a telephone number, for the database."""
        return self._fernet(purpose).encrypt(text.encode()).decode()

    def decrypt(self, token: str, purpose: str) -> str:
        """The text again; `StorageError` if it was protected by another key or for another purpose."""
        try:
            return self._fernet(purpose).decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise StorageError(f"a protected {purpose} cannot be read with this installation's key") from error

    def seal(self, content: bytes, purpose: str) -> bytes:
        """Protect a whole file; what is changed in it afterwards is found when it is opened."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self._derive(f"seal {purpose}")).encrypt(nonce, content, None)

    def unseal(self, sealed: bytes, purpose: str) -> bytes:
        """The file again; `StorageError` if it was changed, or sealed with another key or for another purpose."""
        try:
            return AESGCM(self._derive(f"seal {purpose}")).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except (InvalidTag, ValueError) as error:
            raise StorageError(f"a sealed {purpose} was changed, or cannot be read with this installation's key") from error

    def token(self, subject: str, purpose: str) -> str:
        """An unguessable token for `subject`, the same each time: for links to drivers and for look-ups of protected values."""
        digest = hmac.new(self._derive(purpose), subject.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def _fernet(self, purpose: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._derive(f"encrypt {purpose}")))

    def _derive(self, purpose: str) -> bytes:
        return HKDF(algorithm=SHA256(), length=_SIZE, salt=None, info=f"yuhang central {purpose}".encode()).derive(self._secret)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(os.urandom(_SIZE)))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):  # another central worker was faster: its key is the one
        os.link(draft, path)
    draft.unlink()
