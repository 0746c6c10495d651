"""A node's chain of evidence on its own disk: `files/<sha256>` and `records.jsonl`, one record a line.

An append writes and syncs the file under a temporary name, then writes and syncs the record, then gives the file its name.
A crash leaves at most a temporary file without record (removed on the next opening), a record without its end (cut off) or
a temporary file whose record is there (named).
"""

import base64
import fcntl
import hashlib
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path

import structlog
from pydantic import ValidationError

from yuhang.errors import EvidenceError, StorageError
from yuhang.evidence.canonical import NO_PREVIOUS, record_hash, record_line
from yuhang.evidence.keys import KEYS, NodeKey, add_key
from yuhang.files import PARTIAL, finish_partial, sync_folder, write_partial
from yuhang.messages import EvidenceKind, EvidenceRecord, FrameClock

RECORDS = "records.jsonl"
FILES = "files"
_LONGEST_LINE = 64 * 1024
_UNSIGNED = base64.b64encode(bytes(64)).decode()


@dataclass(frozen=True, slots=True)
class CaptureFacts:
    """What is known about a file at the moment of its capture; goes into its record."""

    kind: EvidenceKind
    media_type: str
    camera: str
    captured_at: datetime
    clock: FrameClock
    models: Mapping[str, str]
    config_sha256: str


class EvidenceChain:
    """Appends to the chain of one node; one process at a time may hold a folder, threads may share the object."""

    def __init__(self, folder: Path, site: str, node: str, key: NodeKey) -> None:
        """Open or begin the chain in `folder` and mend what a crash left half-done.

        `EvidenceError` if another process holds it, its end is damaged, or it is another node's.
        """
        self._folder = folder
        self._site = site
        self._node = node
        self._key = key
        self._log = structlog.get_logger(__name__)
        self._mutex = threading.Lock()
        try:
            (folder / FILES).mkdir(parents=True, exist_ok=True)
            self._records: FileIO = (folder / RECORDS).open("a+b", buffering=0)
            sync_folder(folder)
        except OSError as error:
            raise StorageError(f"{folder} cannot be used: {error.strerror}") from error
        try:
            self._hold()
            self._last = self._mend()
            add_key(folder / KEYS, key)
        except BaseException:
            self._records.close()
            raise

    @property
    def head(self) -> str:
        """Hash of the last record, 64 zeros before the first: noted elsewhere, it proves that no tail was cut off."""
        return self._last.hash if self._last else NO_PREVIOUS

    @property
    def length(self) -> int:
        """Number of records."""
        return self._last.seq if self._last else 0

    def append(self, content: bytes, facts: CaptureFacts) -> EvidenceRecord:
        """Keep `content` and its record, both on the disk before this returns.

        `StorageError` if they could not be kept; the chain then is as it was before.
        """
        with self._mutex:
            file_sha256 = hashlib.sha256(content).hexdigest()
            record = self._make_record(file_sha256, len(content), facts)
            path = self.path_of(file_sha256)
            partial = None if path.exists() else write_partial(path, content)
            try:
                self._write_line(record_line(record) + b"\n")
            except StorageError:
                if partial is not None:
                    partial.unlink()
                raise
            self._last = record
            if partial is not None:
                finish_partial(partial)
            return record

    def path_of(self, file_sha256: str) -> Path:
        """Where the file with this hash lies, whether or not it is there."""
        return self._folder / FILES / file_sha256

    def close(self) -> None:
        """Let go of the folder."""
        with self._mutex:
            self._records.close()

    def _make_record(self, file_sha256: str, size: int, facts: CaptureFacts) -> EvidenceRecord:
        draft = EvidenceRecord(
            site=self._site,
            node=self._node,
            seq=self.length + 1,
            previous=self.head,
            file_sha256=file_sha256,
            size=size,
            media_type=facts.media_type,
            kind=facts.kind,
            camera=facts.camera,
            captured_at=facts.captured_at,
            clock=facts.clock,
            models=dict(facts.models),
            config_sha256=facts.config_sha256,
            key_id=self._key.key_id,
            hash=NO_PREVIOUS,
            signature=_UNSIGNED,
        )
        digest = record_hash(draft)
        return draft.model_copy(update={"hash": digest, "signature": self._key.sign(digest)})

    def _write_line(self, line: bytes) -> None:
        start = self._records.seek(0, os.SEEK_END)
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[self._records.write(rest) :]
            os.fsync(self._records.fileno())
        except OSError as error:
            self._records.truncate(start)
            raise StorageError(f"{self._folder / RECORDS} cannot be written: {error.strerror}") from error

    def _hold(self) -> None:
        try:
            fcntl.flock(self._records, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise EvidenceError(f"{self._folder} is held by another process") from error

    def _mend(self) -> EvidenceRecord | None:
        size = self._records.seek(0, os.SEEK_END)
        self._records.seek(max(0, size - 2 * _LONGEST_LINE))
        tail = self._records.read()
        whole, _, rest = tail.rpartition(b"\n")
        if rest:
            self._log.warning("a half-written record is cut off", folder=str(self._folder), bytes=len(rest))
            self._records.truncate(size - len(rest))
            os.fsync(self._records.fileno())
        last = self._parse_last(whole.rpartition(b"\n")[2]) if whole else None
        self._mend_files(last)
        return last

    def _parse_last(self, line: bytes) -> EvidenceRecord:
        try:
            record = EvidenceRecord.model_validate_json(line)
        except ValidationError as error:
            raise EvidenceError(f"the last record of {self._folder} is damaged: run `yuhang evidence verify` on it") from error
        if (record.site, record.node) != (self._site, self._node):
            raise EvidenceError(f"{self._folder} holds the chain of {record.site}/{record.node}")
        return record

    def _mend_files(self, last: EvidenceRecord | None) -> None:
        for partial in (self._folder / FILES).glob(f"*{PARTIAL}"):
            if last is not None and partial.name == last.file_sha256 + PARTIAL:
                finish_partial(partial)
            else:
                self._log.warning("a file without record is removed", file=partial.name)
                partial.unlink()
