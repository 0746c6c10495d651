"""Evidence as a zip that `yuhang evidence verify` reads without central."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from central.evidence.store import EvidenceStore
from central.evidence.tables import EvidenceRow


def write_export(target: Path, rows: Iterable[EvidenceRow], public_key: str, store: EvidenceStore) -> None:
    """Write records, public key and the files that are here; files that are missing show in the verification."""
    rows = sorted(rows, key=lambda row: row.seq)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("records.jsonl", "".join(f"{row.record}\n" for row in rows))
        archive.writestr("public_key", public_key + "\n")
        for sha256 in dict.fromkeys(row.file_sha256 for row in rows):
            if store.has(sha256):
                archive.write(store.path(sha256), f"files/{sha256}")
