"""Seals pictures that people brought before such files were encrypted: once after each start, a few at a time.

Which files are sealed is told by the files themselves, so a run that was cut off goes on where it stopped.
"""

import structlog
from sqlalchemy import exists, select

from central.cases.tables import CaseEvidence, CaseFile
from central.database import Database
from central.errors import NotFound
from central.evidence.protected import ProtectedFiles
from yuhang.errors import StorageError

log = structlog.get_logger(__name__)

BATCH = 20
_OF_THE_STREET = "post"  # officers' photos of a posted sheet are evidence with records of their own and stay in the clear


class BroughtSealer:
    """Worker that goes through the brought files by name and rests for good at the end."""

    name = "sealing"

    def __init__(self, database: Database, files: ProtectedFiles) -> None:
        self._database = database
        self._files = files
        self._last = ""
        self._done = False

    def run_once(self) -> int:
        if self._done:
            return 0
        brought = self._next()
        sealed = sum(self._seal(sha256) for sha256 in brought)
        if sealed:
            log.info("brought_files_sealed", count=sealed)
        if brought:
            self._last = brought[-1]
        self._done = not brought
        return len(brought)

    def _next(self) -> list[str]:
        evidence = exists().where(CaseEvidence.sha256 == CaseFile.sha256)
        wanted = CaseFile.sha256 > self._last, CaseFile.trigger != _OF_THE_STREET, ~evidence
        with self._database.reader() as session:
            return list(session.scalars(select(CaseFile.sha256).where(*wanted).distinct().order_by(CaseFile.sha256).limit(BATCH)))

    def _seal(self, sha256: str) -> bool:
        try:
            return self._files.seal(sha256)
        except NotFound:  # deleted under a rule of retention
            return False
        except StorageError as error:  # changed on the disk: left as it is, and said
            log.warning("brought_file_not_sealed", sha256=sha256, error=str(error))
            return False
