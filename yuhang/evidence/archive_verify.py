"""Checks the archive of a case and says what holds and what does not; needs the archive and the public keys, nothing else."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from yuhang.errors import EvidenceError
from yuhang.evidence.archive import (
    CASE,
    EVIDENCE,
    MANIFEST,
    SIGNATURE,
    ArchiveManifest,
    ChainPart,
    parse_manifest,
    parse_signature,
)
from yuhang.evidence.archive_report import ArchiveReport, ShownKey
from yuhang.evidence.container import Container, open_container
from yuhang.evidence.findings import Finding, FindingKind
from yuhang.evidence.keys import KEYS, signature_holds
from yuhang.evidence.photos_verify import verify_photos
from yuhang.evidence.verify import RECORDS, keys_of, records_in, verify_evidence
from yuhang.messages import EvidenceRecord, Message, Sha256, UtcTime, first_error

_UNLISTED = {MANIFEST, SIGNATURE}


class _CaseFile(Message):
    """What of a file of the case is compared with its record."""

    model_config = ConfigDict(extra="ignore")

    sha256: Sha256
    captured_at: UtcTime


class _Case(Message):
    """What of the case is compared with the rest of the archive."""

    model_config = ConfigDict(extra="ignore")

    number: str = Field(max_length=64)
    evidence: tuple[_CaseFile, ...]


def is_archive(source: Container) -> bool:
    """Whether these are the files of a case's archive, and not a node's chain or an extract of one."""
    return MANIFEST in source.names or any(name.startswith(EVIDENCE) for name in source.names)


def verify_archive(path: Path, trusted: Mapping[str, str] | None = None) -> ArchiveReport:
    """Check the archive at `path`, a folder or a zip.

    `trusted` are public keys (base64) by key id from elsewhere. Without them the archive's own keys are used, and the report
    says that nothing is proven about where it comes from. `EvidenceError` if the archive is refused (see `container`).
    """
    return check_archive(open_container(path), trusted)


def check_archive(source: Container, trusted: Mapping[str, str] | None = None) -> ArchiveReport:
    """As `verify_archive`, for files that are open already."""
    report = ArchiveReport(keys_given=bool(trusted))
    try:
        own = keys_of(source, EVIDENCE + KEYS)
    except EvidenceError as error:
        own = {}
        report.findings.append(Finding(FindingKind.KEYS_DAMAGED, detail=str(error)))
    keys = dict(trusted) if trusted else own
    manifest = _check_manifest(source, keys, report)
    if manifest is not None:
        report.case, report.made_at = manifest.case, manifest.made_at
        report.findings.extend(_check_entries(source, manifest, report))
    report.evidence = verify_evidence(source, EVIDENCE, keys=keys.values(), extract=True)
    records = records_in(source, EVIDENCE + RECORDS)
    used = {record.key_id for record in records}
    if manifest is not None:
        report.absent = len(manifest.absent)
        for part in manifest.chains:
            report.findings.extend(_check_chain(part, records))
        report.findings.extend(_unlisted(manifest, records))
        report.findings.extend(_check_case(source, manifest, records))
        photos = verify_photos(source, manifest.case, frozenset(manifest.absent), keys)
        report.photos = photos.photos
        report.findings.extend(photos.findings)
        used |= photos.key_ids
    signers = {report.signed_by} - {""}
    shown = {**own, **keys}
    report.keys = [
        ShownKey.of(key_id, shown[key_id], trusted=key_id in (trusted or {}), used=key_id in used | signers)
        for key_id in sorted(shown)
    ]
    return report


def _check_manifest(source: Container, keys: Mapping[str, str], report: ArchiveReport) -> ArchiveManifest | None:
    """The manifest if it can be read, with findings about it and its signature."""
    missing = sorted(_UNLISTED - source.names)
    report.findings.extend(Finding(FindingKind.MANIFEST_MISSING, file=name) for name in missing)
    content = source.read(MANIFEST) if MANIFEST in source.names else None
    if content is not None and SIGNATURE in source.names:
        report.findings.extend(_check_signature(content, source.read(SIGNATURE), keys, report))
    if content is None:
        return None
    try:
        return parse_manifest(content)
    except EvidenceError as error:
        report.findings.append(Finding(FindingKind.MANIFEST_DAMAGED, detail=str(error)))
        return None


def _check_signature(content: bytes, signed: bytes, keys: Mapping[str, str], report: ArchiveReport) -> Iterator[Finding]:
    try:
        signature = parse_signature(signed)
    except EvidenceError as error:
        yield Finding(FindingKind.SIGNATURE_DAMAGED, detail=str(error))
        return
    report.signed_by = signature.key_id
    if hashlib.sha256(content).hexdigest() != signature.manifest_sha256:
        yield Finding(FindingKind.MANIFEST_CHANGED)
    key = keys.get(signature.key_id)
    if key is None:
        yield Finding(FindingKind.MANIFEST_KEY_UNKNOWN, detail=signature.key_id)
    elif not signature_holds(key, signature.manifest_sha256, signature.signature):
        yield Finding(FindingKind.MANIFEST_UNSIGNED, detail=signature.key_id)


def _check_entries(source: Container, manifest: ArchiveManifest, report: ArchiveReport) -> Iterator[Finding]:
    listed = {file.path for file in manifest.files}
    for file in manifest.files:
        if file.path not in source.names:
            yield Finding(FindingKind.ENTRY_MISSING, file=file.path)
            continue
        report.files += 1
        digest = source.digest(file.path)
        if digest.sha256 != file.sha256:
            changed = digest.size != file.size
            detail = f"{file.size} -> {digest.size} bytes" if changed else f"SHA-256 {file.sha256} -> {digest.sha256}"
            yield Finding(FindingKind.ENTRY_CHANGED, file=file.path, detail=detail)
    for name in sorted(source.names - listed - _UNLISTED):
        yield Finding(FindingKind.ENTRY_EXTRA, file=name)


def _check_chain(part: ChainPart, records: list[EvidenceRecord]) -> Iterator[Finding]:
    there = {record.seq: record.hash for record in records if f"{record.site}/{record.node}" == part.chain}
    for link in part.records:
        if there.get(link.seq) != link.hash:
            yield Finding(FindingKind.RECORD_REMOVED, part.chain, link.seq)
        beyond = link.seq > part.head.seq or (link.seq == part.head.seq and link.hash != part.head.hash)
        if beyond:
            yield Finding(FindingKind.HEAD_CONTRADICTED, part.chain, link.seq, detail=part.head.hash)


def _unlisted(manifest: ArchiveManifest, records: list[EvidenceRecord]) -> Iterator[Finding]:
    listed = {(part.chain, link.seq, link.hash) for part in manifest.chains for link in part.records}
    for record in records:
        chain = f"{record.site}/{record.node}"
        if (chain, record.seq, record.hash) not in listed:
            yield Finding(FindingKind.RECORD_UNLISTED, chain, record.seq)


def _check_case(source: Container, manifest: ArchiveManifest, records: list[EvidenceRecord]) -> Iterator[Finding]:
    """Whether the case says of its pictures what their signed records say."""
    if CASE not in source.names:
        return  # found as a missing file
    try:
        case = _Case.model_validate(_plain(source.read(CASE)))
    except ValidationError as error:
        yield Finding(FindingKind.CASE_DAMAGED, detail=first_error(error))
        return
    except (ValueError, RecursionError) as error:
        yield Finding(FindingKind.CASE_DAMAGED, detail=str(error))
        return
    if case.number != manifest.case:
        yield Finding(FindingKind.CASE_OTHER, detail=f"{case.number} / {manifest.case}")
    for file in case.evidence:
        known = [record for record in records if record.file_sha256 == file.sha256]
        if not known:
            yield Finding(FindingKind.CASE_FILE, file=file.sha256)
        elif all(record.captured_at != file.captured_at for record in known):
            detail = f"{file.captured_at.isoformat()} / {known[0].captured_at.isoformat()}"
            chain = f"{known[0].site}/{known[0].node}"
            yield Finding(FindingKind.CASE_TIME, chain, known[0].seq, file=file.sha256, detail=detail)


def _plain(content: bytes) -> Any:
    return json.loads(content)
