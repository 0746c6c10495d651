"""Evidence as a zip that `yuhang evidence verify --extract` reads, unpacked, without central."""

import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from central.evidence.store import EvidenceStore
from central.evidence.tables import EvidenceRow
from yuhang.evidence.deletions import DELETIONS
from yuhang.evidence.keys import KEYS, key_id_of
from yuhang.evidence.verify import FILES, RECORDS


def write_export(
    target: Path, rows: Iterable[EvidenceRow], public_keys: Iterable[str], store: EvidenceStore, deletions: Sequence[str] = ()
) -> None:
    """Write records, public keys, the files that are here, and the deletion records (JSON lines) of those that are no longer."""
    rows = sorted(rows, key=lambda row: (row.site, row.node, row.seq))
    keys = {key_id_of(key): key for key in public_keys}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(RECORDS, "".join(f"{row.record}\n" for row in rows))
        archive.writestr(KEYS, json.dumps(keys, indent=1, sort_keys=True))
        if deletions:
            archive.writestr(DELETIONS, "".join(f"{line}\n" for line in deletions))
        for sha256 in dict.fromkeys(row.file_sha256 for row in rows):
            if store.has(sha256):
                archive.write(store.path(sha256), f"{FILES}/{sha256}")
