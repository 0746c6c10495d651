"""Passwords: hashed by argon2id, checked in the same time whether or not the name exists."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from yuhang.errors import ConfigError

SHORTEST = 10
LONGEST = 200  # argon2 would take more, but nobody should make it work on megabytes


class Passwords:
    """Hashes and checks passwords; the hasher's defaults are those that its authors recommend."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._decoy = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Hash of a new password; `ConfigError` if it is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise ConfigError(f"a password has {SHORTEST} to {LONGEST} characters")
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password belongs to the hash; without a hash it takes as long and is false."""
        if len(password) > LONGEST:
            return False
        try:
            self._hasher.verify(stored or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None
