"""Checks evidence and says what, if anything, was changed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pydantic import ValidationError

from yuhang.errors import EvidenceError
from yuhang.evidence.canonical import NO_PREVIOUS, record_hash, record_line
from yuhang.evidence.container import Container, Digest, FolderContainer
from yuhang.evidence.deletions import DELETIONS, DeletedThing, DeletionRecord, deletion_holds, read_deletions
from yuhang.evidence.findings import Finding, FindingKind, VerificationReport
from yuhang.evidence.keys import KEYS, key_id_of, parse_keys, signature_holds
from yuhang.files import PARTIAL
from yuhang.messages import EvidenceRecord, first_error

RECORDS = "records.jsonl"
FILES = "files"
MAX_RECORDS = 1 << 30  # bytes; a node's chain of some years
_SWAPS_TRIED = 200


@dataclass(frozen=True, slots=True)
class _Read:
    """A record and the line of the file it came from."""

    record: EvidenceRecord
    line: bytes

    @property
    def chain(self) -> str:
        return f"{self.record.site}/{self.record.node}"


def verify_record(record: EvidenceRecord, public_key: str) -> tuple[Finding, ...]:
    """What is wrong with one record by itself (hash, key, signature), given the node's public key (base64); empty if nothing."""
    return tuple(_check_record(record, {key_id_of(public_key): public_key}))


def verify_folder(
    folder: Path, *, head: str | None = None, keys: Iterable[str] = (), extract: bool = False
) -> VerificationReport:
    """Check `records.jsonl` and `files/` in `folder`.

    `head` is the hash of a record noted elsewhere, which must be in a chain. `keys` are the public keys (base64) to trust;
    without them those in the folder's `keys.json` are used. An `extract` may lack records and files.
    """
    return verify_evidence(FolderContainer(folder), "", head=head, keys=keys, extract=extract)


def verify_evidence(
    source: Container, prefix: str, *, head: str | None = None, keys: Iterable[str] = (), extract: bool = False
) -> VerificationReport:
    """As `verify_folder`, for the files of `source` whose names begin with `prefix` (empty or ending in `/`)."""
    trusted = {key_id_of(key): key for key in keys}
    report = VerificationReport(extract=extract, keys_from_folder=not trusted, head_checked=head is not None)
    if not trusted:
        try:
            trusted = keys_of(source, prefix + KEYS)
        except EvidenceError as error:
            report.findings.append(Finding(FindingKind.KEYS_DAMAGED, detail=str(error)))
    reads = list(_read_records(source, prefix + RECORDS, report))
    report.records = len(reads)
    if not reads:
        report.findings.append(Finding(FindingKind.NO_RECORDS))
    _check_each(reads, trusted, report)
    chains: dict[str, list[_Read]] = {}
    for read in reads:
        chains.setdefault(read.chain, []).append(read)
    for chain, members in chains.items():
        report.findings.extend(_check_order(chain, members))
        members.sort(key=lambda read: read.record.seq)
        report.findings.extend(_check_links(chain, members, extract=extract))
        report.heads[chain] = members[-1].record.hash
    if head is not None and all(read.record.hash != head for read in reads):
        report.findings.append(Finding(FindingKind.HEAD_MISSING, detail=head))
    _check_files(source, f"{prefix}{FILES}/", reads, _deletions(source, prefix + DELETIONS, trusted, report), report)
    return report


def _deletions(source: Container, name: str, keys: Mapping[str, str], report: VerificationReport) -> dict[str, DeletionRecord]:
    """Files (SHA-256) that were deleted under a rule, by the signed records in `source`, if it has any."""
    found: dict[str, DeletionRecord] = {}
    if name not in source.names:
        return found
    try:
        lines = source.read(name, MAX_RECORDS).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise EvidenceError(f"{name} cannot be read") from error
    for number, record in enumerate(read_deletions(lines), start=1):
        if isinstance(record, str):
            report.findings.append(Finding(FindingKind.DELETION_BAD, line=number, detail=record))
        elif not deletion_holds(record, keys.get(record.key_id)):
            report.findings.append(Finding(FindingKind.DELETION_BAD, line=number, detail=record.subject))
        elif record.thing is DeletedThing.FILE:
            found[record.subject] = record
    return found


def keys_of(source: Container, name: str) -> dict[str, str]:
    """The public keys (base64) by key id in a file of `source`; `EvidenceError` if it is missing or damaged."""
    if name not in source.names:
        raise EvidenceError(f"{KEYS} cannot be read")
    return parse_keys(source.read(name), KEYS)


def records_in(source: Container, name: str) -> list[EvidenceRecord]:
    """The records in a file of `source` that can be read; what cannot is the matter of `verify_evidence`."""
    return [read.record for read in _read_records(source, name, VerificationReport())]


def _read_records(source: Container, name: str, report: VerificationReport) -> Iterator[_Read]:
    content = source.read(name, MAX_RECORDS) if name in source.names else b""
    lines = content.split(b"\n")
    if lines[-1]:
        report.findings.append(Finding(FindingKind.HALF_RECORD, line=len(lines)))
    for number, line in enumerate(lines[:-1], start=1):
        try:
            yield _Read(EvidenceRecord.model_validate_json(line), line)
        except ValidationError as error:
            report.findings.append(Finding(FindingKind.UNREADABLE, line=number, detail=first_error(error)))


def _check_each(reads: list[_Read], keys: Mapping[str, str], report: VerificationReport) -> None:
    changed = [read for read in reads if record_hash(read.record) != read.record.hash]
    for read in reads:
        findings = list(_check_record(read.record, keys))
        if not findings and record_line(read.record) != read.line:
            findings.append(Finding(FindingKind.REWRITTEN, read.chain, read.record.seq))
        for finding in findings:
            swapped = _swapped_time(read, changed) if finding.kind is FindingKind.RECORD_CHANGED else None
            report.findings.append(swapped or finding)


def _check_record(record: EvidenceRecord, keys: Mapping[str, str]) -> Iterator[Finding]:
    chain = f"{record.site}/{record.node}"
    if record_hash(record) != record.hash:
        yield Finding(FindingKind.RECORD_CHANGED, chain, record.seq)
    public_key = keys.get(record.key_id)
    if public_key is None:
        yield Finding(FindingKind.UNKNOWN_KEY, chain, record.seq, detail=record.key_id)
    elif not signature_holds(public_key, record.hash, record.signature):
        yield Finding(FindingKind.BAD_SIGNATURE, chain, record.seq)


def _swapped_time(read: _Read, changed: list[_Read]) -> Finding | None:
    """Whether the record is right again with the time of another changed one."""
    for other in changed[:_SWAPS_TRIED]:
        restored = read.record.model_copy(update={"captured_at": other.record.captured_at})
        if other is not read and record_hash(restored) == read.record.hash:
            return Finding(FindingKind.TIME_SWAPPED, read.chain, read.record.seq, other.record.seq)
    return None


def _check_order(chain: str, members: list[_Read]) -> Iterator[Finding]:
    """Findings about the order of the lines."""
    seen: set[int] = set()
    highest = 0
    for read in members:
        seq = read.record.seq
        if seq in seen:
            yield Finding(FindingKind.REPEATED, chain, seq)
        elif seq < highest:
            yield Finding(FindingKind.OUT_OF_ORDER, chain, seq, highest)
        seen.add(seq)
        highest = max(highest, seq)


def _check_links(chain: str, members: list[_Read], *, extract: bool) -> Iterator[Finding]:
    """Findings about records that are missing or do not follow on each other; `members` in the order of their numbers."""
    first = members[0].record
    if first.seq > 1:
        if not extract:
            yield Finding(FindingKind.START_MISSING, chain, first.seq)
    elif first.previous != NO_PREVIOUS:
        yield Finding(FindingKind.BROKEN_LINK, chain, first.seq, 0)
    for before, after in pairwise(read.record for read in members):
        missing = after.seq - before.seq - 1
        if missing > 0 and not extract:
            yield Finding(FindingKind.RECORDS_MISSING, chain, after.seq, before.seq, detail=str(missing))
        elif missing == 0 and after.previous != before.hash:
            yield Finding(FindingKind.BROKEN_LINK, chain, after.seq, before.seq)


def _check_files(
    source: Container, prefix: str, reads: list[_Read], deleted: Mapping[str, DeletionRecord], report: VerificationReport
) -> None:
    named: set[str] = set()
    for read in reads:
        name = read.record.file_sha256
        if name in named:
            continue
        named.add(name)
        if prefix + name in source.names:
            report.files += 1
            report.findings.extend(_check_file(source.digest(prefix + name), read))
        elif name in deleted:
            report.deleted.append(deleted[name])
        elif report.extract:
            report.files_absent += 1
        else:
            report.findings.append(Finding(FindingKind.FILE_MISSING, read.chain, read.record.seq, file=name))
    there = sorted(name.removeprefix(prefix) for name in source.names if name.startswith(prefix) and not name.endswith(PARTIAL))
    report.findings.extend(Finding(FindingKind.FILE_UNRECORDED, file=name) for name in there if name not in named)


def _check_file(digest: Digest, read: _Read) -> Iterator[Finding]:
    record = read.record
    if digest.sha256 != record.file_sha256:
        changed = digest.size != record.size
        detail = f"{record.size} -> {digest.size} bytes" if changed else f"{digest.size} bytes, SHA-256 {digest.sha256}"
        yield Finding(FindingKind.FILE_CHANGED, read.chain, record.seq, file=record.file_sha256, detail=detail)
