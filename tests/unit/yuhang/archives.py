"""Archives of a case as central writes them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from tests.unit.yuhang.samples import NOON
from yuhang.evidence import NodeKey
from yuhang.evidence.archive import ArchiveFile, ArchiveManifest, ChainLink, ChainPart, manifest_bytes, sign_manifest
from yuhang.messages import EvidenceRecord

NUMBER = "余2026-000123"


def sign_archive(folder: Path, key: NodeKey, records: Sequence[EvidenceRecord], absent: tuple[str, ...] = ()) -> None:
    """Write manifest and signature for what lies in `folder`."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("manifest.")]
    files = [
        ArchiveFile(
            path=path.relative_to(folder).as_posix(),
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            size=path.stat().st_size,
        )
        for path in paths
    ]
    links = tuple(ChainLink(seq=record.seq, hash=record.hash) for record in records)
    part = ChainPart(chain="site/node", records=links, head=links[-1])
    manifest = ArchiveManifest(case=NUMBER, made_at=NOON, software="test", files=tuple(files), chains=(part,), absent=absent)
    content = manifest_bytes(manifest)
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.signature.json").write_bytes(sign_manifest(content, key))
