"""Checks the photos of officers on foot in a case's archive: each against its signed record, and the records among themselves."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import ConfigDict, ValidationError

from yuhang.evidence.container import Container
from yuhang.evidence.findings import Finding, FindingKind
from yuhang.evidence.photos import BROUGHT, PHOTOS, PhotoRecord, photo_holds, read_photos
from yuhang.messages import Message, Sha256

_BROUGHT_FILE = "brought.json"
_POSTED = "post"


class _BroughtFile(Message):
    model_config = ConfigDict(extra="ignore")

    sha256: Sha256
    trigger: str


class _Brought(Message):
    model_config = ConfigDict(extra="ignore")

    files: tuple[_BroughtFile, ...] = ()


@dataclass(slots=True)
class PhotoReport:
    """How many photos were checked, the keys that their records name, and what is wrong."""

    photos: int = 0
    key_ids: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def verify_photos(source: Container, case: str, absent: frozenset[str], keys: Mapping[str, str]) -> PhotoReport:
    """Check the officers' photos of the case with this number; `absent` are files that central did not have, by SHA-256."""
    report = PhotoReport()
    records: list[PhotoRecord] = []
    for number, record in enumerate(read_photos(_lines(source)), start=1):
        if isinstance(record, str):
            report.findings.append(Finding(FindingKind.PHOTO_RECORD_BAD, line=number, detail=record))
            continue
        records.append(record)
        report.key_ids.add(record.key_id)
        if not photo_holds(record, keys.get(record.key_id)):
            report.findings.append(Finding(FindingKind.PHOTO_RECORD_BAD, line=number, detail=record.key_id))
        if record.case != case:
            report.findings.append(Finding(FindingKind.PHOTO_OTHER_CASE, seq=record.seq, detail=record.case))
        report.findings.extend(_check_file(source, record, absent))
    report.photos = len(records)
    report.findings.extend(_broken(records))
    report.findings.extend(_unrecorded(source, {record.file_sha256 for record in records}))
    return report


def _lines(source: Container) -> list[str]:
    name = BROUGHT + PHOTOS
    return source.read(name).decode(errors="replace").splitlines() if name in source.names else []


def _check_file(source: Container, record: PhotoRecord, absent: frozenset[str]) -> Iterator[Finding]:
    name = BROUGHT + record.file_sha256
    if name not in source.names:
        if record.file_sha256 not in absent:
            yield Finding(FindingKind.PHOTO_MISSING, seq=record.seq, file=record.file_sha256)
        return
    digest = source.digest(name)
    if digest.size != record.size:
        detail = f"{record.size} -> {digest.size} bytes"
        yield Finding(FindingKind.PHOTO_CHANGED, seq=record.seq, file=record.file_sha256, detail=detail)
    elif digest.sha256 != record.file_sha256:
        detail = f"SHA-256 {record.file_sha256} -> {digest.sha256}"
        yield Finding(FindingKind.PHOTO_CHANGED, seq=record.seq, file=record.file_sha256, detail=detail)


def _broken(records: list[PhotoRecord]) -> Iterator[Finding]:
    """Photos of other cases lie between those of one; only neighbours can be followed."""
    by_number = {record.seq: record for record in records}
    for record in records:
        before = by_number.get(record.seq - 1)
        if before is not None and record.previous != before.hash:
            yield Finding(FindingKind.PHOTO_LINK_BROKEN, seq=record.seq, other=before.seq)


def _unrecorded(source: Container, recorded: set[str]) -> Iterator[Finding]:
    """Photos that the case says were posted with the notice and that nobody has signed for."""
    if not recorded or _BROUGHT_FILE not in source.names:
        return  # a site's own app may name files in `post` without the phone page: then no record claims them
    try:
        brought = _Brought.model_validate(json.loads(source.read(_BROUGHT_FILE)))
    except (ValidationError, ValueError, RecursionError):
        return  # a changed brought.json is found by the manifest
    for file in brought.files:
        if file.trigger == _POSTED and file.sha256 not in recorded:
            yield Finding(FindingKind.PHOTO_UNRECORDED, file=file.sha256)
