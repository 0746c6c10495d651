"""The one way a record is written, so that its hash can be computed again by anybody.

Canonical JSON: keys sorted, no spaces, UTF-8, times as ISO 8601 in UTC with `Z`, numbers as Python writes them (the shortest
decimal that reads back the same).
"""

import hashlib
import json
from typing import Any

from yuhang.messages import EvidenceRecord

NO_PREVIOUS = "0" * 64


def canonical_json(data: Any) -> bytes:
    """`data` (what JSON can hold) as canonical JSON."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def record_line(record: EvidenceRecord) -> bytes:
    """The record as it stands in `records.jsonl`, without the end of line."""
    return canonical_json(record.model_dump(mode="json"))


def record_hash(record: EvidenceRecord) -> str:
    """SHA-256 over the canonical JSON of the record without `hash` and `signature`, hexadecimal."""
    return hashlib.sha256(canonical_json(record.model_dump(mode="json", exclude={"hash", "signature"}))).hexdigest()
