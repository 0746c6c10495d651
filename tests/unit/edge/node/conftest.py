"""Events for the tests of the node's own work."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from yuhang.ids import new_ulid
from yuhang.messages import EVENT, NodeEvent

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
ZEROS = "0" * 64

MakeEvent = Callable[..., NodeEvent]


def record(content: bytes) -> dict[str, object]:
    return {
        "site": "site",
        "node": "node",
        "seq": 1,
        "previous": ZEROS,
        "file_sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "media_type": "image/jpeg",
        "kind": "notice",
        "camera": "cam",
        "captured_at": START,
        "clock": {"source": "arrival", "error_s": 0.0},
        "models": {},
        "config_sha256": ZEROS,
        "key_id": "k",
        "hash": ZEROS,
        "signature": "s",
    }


@pytest.fixture
def make_event() -> MakeEvent:
    """An event of a stop; `files` are the contents of the files it names."""

    def make(kind: str = "stopped", track: str = "", files: tuple[bytes, ...] = (), second: float = 0.0) -> NodeEvent:
        at = START + timedelta(seconds=second)
        data: dict[str, object] = {
            "track": track or new_ulid(at),
            "camera": "cam",
            "zone": "zone",
            "zone_sha256": ZEROS,
            "vehicle": "car",
            "plate": {},
            "box": {"left": 1, "top": 1, "right": 9, "bottom": 9},
            "stopped_at": START,
            "observation": {"since": START, "until": at, "longest_gap_s": 0.5, "frames": 9, "min_overlap": 0.9},
            "clock": {"source": "arrival", "error_s": 0.0},
            "evidence": [{"record": record(content)} for content in files],
        }
        data |= {
            "stopped": {"dwell_s": 60.0},
            "present": {"dwell_s": 120.0},
            "left": {"dwell_s": 90.0, "left_at": at},
        }[kind]
        envelope = {"id": new_ulid(at), "source": "yuhang/v1/site/node", "subject": "330110-1", "time": at, "seq": 0}
        return EVENT.validate_python({**envelope, "type": f"parking.{kind}.v1", "data": data})

    return make
