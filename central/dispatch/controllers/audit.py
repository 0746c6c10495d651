"""Every order to a signal is on record before it is sent, and again with what came of it."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from central.dispatch.controllers.state import SignalState
from yuhang.errors import StorageError


@dataclass(frozen=True, slots=True)
class SignalRecord:
    """`action` is an order's kind or a request's new state; `outcome` is empty in the record that is written before sending."""

    at: datetime
    junction: str
    request_id: str
    task_id: str
    action: str
    reason: str = ""
    outcome: str = ""
    lamps: SignalState | None = None


class SignalAudit(Protocol):
    """Keeps records."""

    def record(self, record: SignalRecord) -> None:
        """Keep one; `StorageError` where it cannot be kept, and then nothing is asked of the signal."""


class AuditFile:
    """One JSON object a line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def record(self, record: SignalRecord) -> None:
        line = json.dumps(asdict(record), default=_plain, ensure_ascii=False)
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise StorageError(f"{self._path}: no record of a signal order can be written: {error.strerror}") from error


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
