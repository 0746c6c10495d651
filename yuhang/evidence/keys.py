"""The node's own key: made on the node, never leaves it; its public half goes to central."""

import base64
import hashlib
import json
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from yuhang.errors import EvidenceError, StorageError
from yuhang.files import write_durably

KEYS = "keys.json"
PUBLIC_KEY_BYTES = 32


class NodeKey:
    """An Ed25519 key pair."""

    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        self._private_key = private_key
        self.public_key = base64.b64encode(private_key.public_key().public_bytes_raw()).decode()
        """base64 of the 32 raw bytes"""
        self.key_id = key_id_of(self.public_key)

    @classmethod
    def open(cls, path: Path) -> "NodeKey":
        """Read the key at `path`, or make one there on first use (mode 0600).

        `EvidenceError` if the file is no key or may be read by others, `StorageError` if it cannot be read or written.
        """
        try:
            mode = path.stat().st_mode & 0o777
            if mode & 0o077:
                raise EvidenceError(f"{path} may be read by others (mode {mode:04o}): chmod 600 it")
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except FileNotFoundError:
            return cls._make(path)
        except OSError as error:
            raise StorageError(f"the key at {path} cannot be read: {error.strerror}") from error
        except (ValueError, TypeError) as error:
            raise EvidenceError(f"{path} holds no private key") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise EvidenceError(f"{path} holds a key of another kind than Ed25519")
        return cls(key)

    @classmethod
    def _make(cls, path: Path) -> "NodeKey":
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        write_durably(path, pem, mode=0o600)
        return cls(key)

    def sign(self, digest: str) -> str:
        """Signature over the bytes of a hexadecimal hash, base64."""
        return base64.b64encode(self._private_key.sign(bytes.fromhex(digest))).decode()


def key_id_of(public_key: str) -> str:
    """First 16 hexadecimal digits of the SHA-256 of a public key (base64); `EvidenceError` if it is none."""
    return hashlib.sha256(_raw(public_key)).hexdigest()[:16]


def fingerprint_of(public_key: str) -> str:
    """SHA-256 of a public key (base64) in groups of four hexadecimal digits, to be compared over the telephone."""
    digest = hashlib.sha256(_raw(public_key)).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def signature_holds(public_key: str, digest: str, signature: str) -> bool:
    """Whether `signature` (base64) over the bytes of `digest` was made with the private half of `public_key`."""
    try:
        raw = base64.b64decode(signature, validate=True)
        Ed25519PublicKey.from_public_bytes(_raw(public_key)).verify(raw, bytes.fromhex(digest))
    except (InvalidSignature, ValueError):
        return False
    return base64.b64encode(raw).decode() == signature  # base64 leaves bits over: another last letter may mean the same bytes


def read_keys(path: Path) -> dict[str, str]:
    """Public keys (base64) by key id from a `keys.json`; `EvidenceError` if it is missing, damaged or names a key wrongly."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"{path.name} cannot be read") from error
    return parse_keys(content, path.name)


def parse_keys(content: bytes, name: str) -> dict[str, str]:
    """As `read_keys`, from the file's bytes; `name` stands in the errors for the file."""
    try:
        keys = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{name} cannot be read") from error
    if not isinstance(keys, dict) or not all(isinstance(key, str) for key in keys.values()):
        raise EvidenceError(f"{name} does not hold public keys by their ids")
    for key_id, public_key in keys.items():
        if key_id_of(public_key) != key_id:
            raise EvidenceError(f"{name}: the key under {key_id!r} is another one")
    return keys


def add_key(path: Path, key: NodeKey) -> None:
    """Put the public half of `key` into a `keys.json`; keys of earlier times stay, so that their records can still be checked."""
    keys = read_keys(path) if path.exists() else {}
    if keys.get(key.key_id) != key.public_key:
        write_durably(path, json.dumps({**keys, key.key_id: key.public_key}, indent=1, sort_keys=True).encode())


def _raw(public_key: str) -> bytes:
    try:
        raw = base64.b64decode(public_key, validate=True)
    except ValueError as error:
        raise EvidenceError("the public key is not base64") from error
    if len(raw) != PUBLIC_KEY_BYTES:
        raise EvidenceError(f"an Ed25519 public key has {PUBLIC_KEY_BYTES} bytes, this one {len(raw)}")
    return raw
