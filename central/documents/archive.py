"""The archive of a case: everything in one zip that anybody can check without central (`yuhang.evidence.archive` says how)."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from central.evidence.store import EvidenceStore
from central.evidence.tables import EvidenceRow
from yuhang.evidence import NodeKey
from yuhang.evidence.archive import (
    EVIDENCE,
    MANIFEST,
    SIGNATURE,
    ArchiveFile,
    ArchiveManifest,
    ChainLink,
    ChainPart,
    manifest_bytes,
    sign_manifest,
)
from yuhang.evidence.deletions import DELETIONS
from yuhang.evidence.keys import KEYS, key_id_of
from yuhang.evidence.photos import BROUGHT, PHOTOS
from yuhang.evidence.verify import FILES, RECORDS

README = Path(__file__).parent / "templates" / "archive_readme.md"
_MADE = (1980, 1, 1, 0, 0, 0)  # the zip's own times say nothing; the manifest's do
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class ArchiveParts:
    """What goes into an archive: texts by name, records in order, the heads of their chains, files by hash."""

    case_number: str
    made_at: datetime
    texts: Mapping[str, bytes]
    records: Sequence[EvidenceRow]
    heads: Mapping[str, ChainLink]
    public_keys: Iterable[str]  # of nodes, of the officers' photos, of deletions
    files: Sequence[str]
    brought: Sequence[str] = ()  # by people; no node has signed them
    photos: Sequence[str] = ()  # signed records of the officers' photos among what was brought
    deletions: Sequence[str] = ()  # signed records of files that a retention rule has deleted


def write_archive(
    target: Path, parts: ArchiveParts, store: EvidenceStore, brought_bytes: Callable[[str], bytes], key: NodeKey
) -> None:
    """Write the zip; files that are not here are named in the manifest as absent. What people have brought is readable in it."""
    keys = {key_id_of(public): public for public in (*parts.public_keys, key.public_key)}
    texts = {
        "README.md": README.read_bytes(),
        **parts.texts,
        EVIDENCE + RECORDS: "".join(f"{row.record}\n" for row in parts.records).encode(),
        EVIDENCE + KEYS: json.dumps(keys, indent=1, sort_keys=True).encode(),
    }
    if parts.deletions:
        texts[EVIDENCE + DELETIONS] = "".join(f"{line}\n" for line in parts.deletions).encode()
    if parts.photos:
        texts[BROUGHT + PHOTOS] = "".join(f"{line}\n" for line in parts.photos).encode()
    wanted, brought = dict.fromkeys(parts.files), dict.fromkeys(parts.brought)
    with zipfile.ZipFile(target, "w") as archive:
        files = [_write(archive, name, content) for name, content in texts.items()]
        files += [_copy(archive, f"{EVIDENCE}{FILES}/{sha256}", store.path(sha256)) for sha256 in wanted if store.has(sha256)]
        files += [_write(archive, f"{BROUGHT}{sha256}", brought_bytes(sha256)) for sha256 in brought if store.has(sha256)]
        manifest = ArchiveManifest(
            case=parts.case_number,
            made_at=parts.made_at,
            software=f"yuhang {version('yuhang')}",
            files=tuple(files),
            chains=tuple(_chains(parts)),
            absent=tuple(sha256 for sha256 in (wanted | brought) if not store.has(sha256)),
        )
        content = manifest_bytes(manifest)
        _write(archive, MANIFEST, content)
        _write(archive, SIGNATURE, sign_manifest(content, key))


def _chains(parts: ArchiveParts) -> list[ChainPart]:
    chains: dict[str, list[ChainLink]] = {}
    for row in parts.records:
        chains.setdefault(f"{row.site}/{row.node}", []).append(ChainLink(seq=row.seq, hash=row.hash))
    return [ChainPart(chain=chain, records=tuple(links), head=parts.heads[chain]) for chain, links in chains.items()]


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> ArchiveFile:
    archive.writestr(zipfile.ZipInfo(name, _MADE), content, zipfile.ZIP_DEFLATED)
    return ArchiveFile(path=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def _copy(archive: zipfile.ZipFile, name: str, source: Path) -> ArchiveFile:
    """Copy a file as it lies, in pieces; what its name says of its bytes is the verification's to find."""
    digest, size = hashlib.sha256(), 0
    entry = zipfile.ZipInfo(name, _MADE)
    entry.file_size = source.stat().st_size
    with source.open("rb") as file, archive.open(entry, "w") as copy:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
            copy.write(block)
    return ArchiveFile(path=name, sha256=digest.hexdigest(), size=size)
