"""Counts in a file that is written anew now and then."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import structlog

from central.database import Database
from central.registry.occupancy.config import JsonMapping
from central.registry.occupancy.mapping import OccupancyError, read_time, whole
from central.registry.occupancy.recording import record_all
from central.registry.occupancy.rules import Reading
from yuhang.clock import Clock

log = structlog.get_logger(__name__)

_CLOSED = JsonMapping().closed_values


class CsvCounter:
    """Worker that reads the file whenever it has changed."""

    name = "car-parks-csv"

    def __init__(self, database: Database, clock: Clock, path: Path) -> None:
        self._database = database
        self._clock = clock
        self._path = path
        self._seen: tuple[int, int] | None = None

    def run_once(self) -> int:
        try:
            state = self._path.stat()
            mark = state.st_mtime_ns, state.st_size
            if mark == self._seen:
                return 0
            text = self._path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return 0  # nobody has counted yet, or the file is just being replaced
        except (OSError, UnicodeDecodeError) as error:
            raise OccupancyError(f"{self._path}: cannot be read as UTF-8 text: {error}") from error
        readings, findings = rows_of(text, datetime.fromtimestamp(state.st_mtime, UTC))
        for finding in findings:
            log.warning("car_park_row_refused", row=f"{self._path}:{finding}")
        recorded = record_all(self._database, self._clock, readings)
        self._seen = mark
        return recorded


def rows_of(text: str, written_at: datetime) -> tuple[list[Reading], list[str]]:
    """Readings of a CSV text with a header, and what is wrong with other lines (`LINE: ...`).

    A row without `at` is as old as the file.
    """
    rows = csv.DictReader(io.StringIO(text))
    missing = {"code", "free"} - set(rows.fieldnames or ())
    if missing:
        return [], [f"1: the header needs the columns code and free; {', '.join(sorted(missing))} is missing"]
    readings, findings = [], []
    for row in rows:
        try:
            readings.append(_reading(row, written_at))
        except OccupancyError as error:
            findings.append(f"{rows.line_num}: {error}")
    return readings, findings


def _reading(row: dict[str, str | None], written_at: datetime) -> Reading:
    code, free = (row["code"] or "").strip(), (row["free"] or "").strip()
    if not code:
        raise OccupancyError("code: is empty")
    closed, at = (row.get("closed") or "").strip().lower(), (row.get("at") or "").strip()
    return Reading(
        code,
        read_time(at, "iso") if at else written_at,
        whole(free, "free") if free else None,
        closed in _CLOSED if closed else None,
    )
