"""The templates of a gate: one sealed file an enrolment, on the node and nowhere else.

Files and no database: a file that is overwritten and removed leaves no copy in a journal or a free page of a database.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import structlog
from pydantic import Field, ValidationError

from edge.faces.consent import Consent, Withdrawal, expired
from edge.faces.sealing import Seal
from edge.faces.types import Template, Templates
from yuhang.errors import StorageError
from yuhang.evidence import NodeKey
from yuhang.files import sync_folder, write_durably
from yuhang.messages import Message, Sha256, Ulid

log = structlog.get_logger(__name__)

SUFFIX = ".face"
WARN_FROM = 90_000
"""Faces from which the operator is warned: 100,000 must be filed with the authorities (FACE 15)."""


class _Sealed(Message):
    """What a file holds once it is opened."""

    enrolment: Ulid
    consent: Consent
    embedder_sha256: Sha256
    templates: tuple[str, ...] = Field(min_length=1, description="float16 little-endian, base64")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One enrolled person: who agreed, and the templates, one a picture."""

    enrolment: str
    consent: Consent
    templates: Templates


class TemplateStore:
    """The enrolled of one node. Other processes may enrol and withdraw: `refresh` takes up what has changed."""

    def __init__(
        self, folder: Path, seal: Seal, signer: NodeKey, embedder_sha256: str, new_id: Callable[[datetime], str]
    ) -> None:
        self._folder = folder
        self._seal = seal
        self._signer = signer
        self._embedder = embedder_sha256
        self._new_id = new_id
        self._known: dict[str, Enrolment] = {}
        self._unusable: set[str] = set()

    @property
    def count(self) -> int:
        """How many are enrolled."""
        return len(self._known)

    def refresh(self, now: datetime) -> None:
        """Take up new files, forget removed ones, withdraw what has been kept for as long as was agreed; `StorageError`."""
        names = {path.name.removesuffix(SUFFIX) for path in self._folder.glob(f"*{SUFFIX}")}
        for gone in self._known.keys() - names:
            del self._known[gone]
        for new in sorted(names - self._known.keys() - self._unusable):
            self._read(new)
        for one in [one for one in self._known.values() if expired(one.consent, now)]:
            self.withdraw(one.enrolment, now)
        if self.count >= WARN_FROM:
            log.warning("so many faces must be filed with the authorities", enrolled=self.count, limit=100_000)

    def household(self, holder: str) -> tuple[Enrolment, ...]:
        """The enrolled of one household or pass."""
        return tuple(one for one in self._known.values() if one.consent.holder == holder)

    def everybody(self) -> tuple[Enrolment, ...]:
        """All enrolled; to compare a face with them is a search, and `search_lock` says whether that is allowed."""
        return tuple(self._known.values())

    def enrol(self, consent: Consent, templates: Sequence[Template]) -> Enrolment:
        """Keep the templates of one person, durably; raises `StorageError`, or `ValueError` without any template."""
        if not templates:
            raise ValueError("without a picture nobody is enrolled")
        enrolment = self._new_id(consent.given_at)
        packed = tuple(base64.b64encode(one.astype("<f2").tobytes()).decode("ascii") for one in templates)
        sealed = _Sealed(enrolment=enrolment, consent=consent, embedder_sha256=self._embedder, templates=packed)
        content = self._seal.closed(sealed.model_dump_json().encode(), enrolment)
        write_durably(self._path(enrolment), content, mode=0o600)
        self._known[enrolment] = _unpacked(sealed)
        return self._known[enrolment]

    def withdraw(self, enrolment: str, now: datetime) -> Withdrawal | None:
        """Delete an enrolment at once and prove it; None if there is none. Raises `StorageError` when something is left."""
        path = self._path(enrolment)
        try:
            content = path.read_bytes()
            with path.open("r+b") as file:
                file.write(bytes(len(content)))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            sync_folder(self._folder)
        except FileNotFoundError:
            self._known.pop(enrolment, None)
            return None
        except OSError as error:
            raise StorageError(f"{path} cannot be deleted: {error.strerror}; delete it by hand, then withdraw again") from error
        self._known.pop(enrolment, None)
        self._unusable.discard(enrolment)
        proof = self._proof(enrolment, content, now)
        with (self._folder / "withdrawals.jsonl").open("a", encoding="utf-8") as file:
            file.write(proof.model_dump_json() + "\n")
        return proof

    def _proof(self, enrolment: str, content: bytes, now: datetime) -> Withdrawal:
        left = list(self._folder.glob(f"{enrolment}*"))
        if left:
            raise StorageError(f"{left[0]} is still there; delete it by hand")
        record = Withdrawal(
            enrolment=enrolment,
            template_sha256=hashlib.sha256(content).hexdigest(),
            withdrawn_at=now,
            files_left=len(left),
            key_id=self._signer.key_id,
            signature="",
        )
        return record.model_copy(update={"signature": self._signer.sign(signed_part(record))})

    def _read(self, enrolment: str) -> None:
        path = self._path(enrolment)
        try:
            sealed = _Sealed.model_validate_json(self._seal.opened(path.read_bytes(), enrolment))
        except FileNotFoundError:
            return
        except (OSError, StorageError, ValidationError) as error:
            self._unusable.add(enrolment)
            log.warning(
                "an enrolment cannot be read; that person takes the other way in", file=str(path), reason=type(error).__name__
            )
            return
        if sealed.embedder_sha256 != self._embedder:
            self._unusable.add(enrolment)
            log.warning("an enrolment was made with another network; enrol that person again", file=str(path))
            return
        self._known[enrolment] = _unpacked(sealed)

    def _path(self, enrolment: str) -> Path:
        return self._folder / f"{enrolment}{SUFFIX}"


def signed_part(record: Withdrawal) -> str:
    """SHA-256 (hexadecimal) of what the signature of a withdrawal stands under."""
    return hashlib.sha256(record.model_dump_json(exclude={"signature"}).encode()).hexdigest()


def _unpacked(sealed: _Sealed) -> Enrolment:
    templates = [np.frombuffer(base64.b64decode(one), "<f2").astype(np.float32) for one in sealed.templates]
    return Enrolment(sealed.enrolment, sealed.consent, np.stack(templates))
