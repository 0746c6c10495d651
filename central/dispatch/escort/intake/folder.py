"""Calls as files: a system that knows no network interface writes `*.json` into a folder, whole (write elsewhere, then rename).

A file that was taken goes to `taken/`; one that cannot be read to `refused/`, with a `.reason.txt` beside it. Nothing is deleted.
"""

from collections.abc import Iterator
from pathlib import Path

import structlog

from central.database import Database
from central.dispatch.escort.intake.parsing import LARGEST_CALL, parse_call
from central.dispatch.escort.service import EscortService
from yuhang.errors import MessageError, StorageError

log = structlog.get_logger(__name__)

SOURCE = "119-file"


class CallFolder:
    """Worker that takes the files of a folder, oldest name first."""

    name = "calls-folder"

    def __init__(self, database: Database, escorts: EscortService, folder: Path) -> None:
        self._database = database
        self._escorts = escorts
        self._folder = folder

    def run_once(self) -> int:
        """Take what is there; `StorageError` where the folder or the database does not let us."""
        done = 0
        for path in self._waiting():
            self._take(path)
            done += 1
        return done

    def _waiting(self) -> Iterator[Path]:
        try:
            yield from sorted(self._folder.glob("*.json"))
        except OSError as error:
            raise StorageError(f"dispatch.calls.folder: {self._folder} cannot be read ({error.strerror})") from error

    def _take(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                call = parse_call(file.read(LARGEST_CALL + 1))
        except MessageError as error:
            log.warning("call_file_refused", file=path.name, reason=str(error))
            self._move(path, "refused", f"{path.name}: {error}\n")
            return
        except OSError as error:
            raise StorageError(f"{path}: cannot be read ({error.strerror})") from error
        with self._database.session() as session:
            self._escorts.take(session, SOURCE, call, SOURCE)
        self._move(path, "taken")

    def _move(self, path: Path, to: str, reason: str = "") -> None:
        target = self._folder / to / path.name
        try:
            target.parent.mkdir(exist_ok=True)
            if reason:
                target.with_suffix(".reason.txt").write_text(reason, encoding="utf-8")
            path.replace(target)
        except OSError as error:
            raise StorageError(f"{path}: cannot be moved to {target} ({error.strerror})") from error
