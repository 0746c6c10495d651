"""Proof that something was deleted, by which rule and when: signed records, each bound to the one before."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from pydantic import Field, ValidationError

from yuhang.evidence.canonical import NO_PREVIOUS, canonical_json
from yuhang.evidence.keys import NodeKey, signature_holds
from yuhang.messages import Message, Sha256, Ulid, UtcTime, first_error

DELETIONS = "deletions.jsonl"


class DeletedThing(StrEnum):
    """What was deleted."""

    FILE = "file"  # the bytes of a file of evidence; its signed record stays
    CASE = "case"  # the personal data of a case
    DEAD_LETTERS = "dead_letters"
    LOOKS = "looks"
    ALARMS = "alarms"


class DeletionRecord(Message):
    """One deletion. `subject` is a file's SHA-256, a case's number, or the span of what was deleted together."""

    version: Literal[1] = 1
    seq: int = Field(ge=1)
    previous: Sha256 = Field(description="hash of the record before; 64 zeros for the first")
    at: UtcTime
    run: Ulid = Field(description="the run of the purge that did it")
    rule: str = Field(max_length=40)
    basis: str = Field(max_length=300, description="what the rule rests on")
    thing: DeletedThing
    subject: str = Field(max_length=100)
    count: int = Field(ge=1)
    digest: Sha256 | None = Field(default=None, description="SHA-256 over the sorted keys of what was deleted together")
    key_id: str = Field(max_length=64)
    hash: Sha256
    signature: str = Field(max_length=128)


class Deletion(Message):
    """What is to be recorded."""

    at: UtcTime
    run: Ulid
    rule: str
    basis: str
    thing: DeletedThing
    subject: str
    count: int = 1
    digest: Sha256 | None = None


def sign_deletion(deletion: Deletion, seq: int, previous: str, key: NodeKey) -> DeletionRecord:
    """The record of a deletion, number `seq` of the chain."""
    draft = DeletionRecord(**deletion.model_dump(), seq=seq, previous=previous, key_id=key.key_id, hash=NO_PREVIOUS, signature="")
    digest = _hash(draft)
    return draft.model_copy(update={"hash": digest, "signature": key.sign(digest)})


def deletion_line(record: DeletionRecord) -> str:
    """The record as it stands in `deletions.jsonl`, without the end of line."""
    return canonical_json(record.model_dump(mode="json")).decode()


def deletion_holds(record: DeletionRecord, public_key: str | None) -> bool:
    """Whether the record is as it was signed with the private half of this key (base64)."""
    return public_key is not None and _hash(record) == record.hash and signature_holds(public_key, record.hash, record.signature)


def read_deletions(lines: Iterable[str]) -> list[DeletionRecord | str]:
    """The records of a file; a line that is none gives its error instead."""
    found: list[DeletionRecord | str] = []
    for line in lines:
        try:
            found.append(DeletionRecord.model_validate_json(line))
        except ValidationError as error:
            found.append(first_error(error))
    return found


def broken_links(records: Iterable[DeletionRecord]) -> list[int]:
    """Numbers of the records that do not follow on the one before them; `records` is the whole chain in its order."""
    broken, previous = [], NO_PREVIOUS
    for number, record in enumerate(records, start=1):
        if record.previous != previous or record.seq != number:
            broken.append(record.seq)
        previous = record.hash
    return broken


def _hash(record: DeletionRecord) -> str:
    return hashlib.sha256(canonical_json(record.model_dump(mode="json", exclude={"hash", "signature"}))).hexdigest()
