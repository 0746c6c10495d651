"""Evidence for people outside: a zip that can be checked without central; every file in it is a logged look."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from fastapi.responses import FileResponse
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from central.audit.service import LookAction, log_look
from central.core import Core
from central.errors import NotFound
from central.evidence.export import write_export
from central.evidence.tables import EvidenceRow
from central.nodes.service import find_node, public_keys
from central.retention.proofs import deletion_key, deletions_of_files
from central.users.roles import Principal


def hand_out(core: Core, user: Principal, rows: Sequence[EvidenceRow], reason: str, filename: str) -> FileResponse:
    """The answer with the zip of these records and their files; `NotFound` if there are none."""
    if not rows:
        raise NotFound("there is no such evidence")
    with core.database.session() as session:
        for sha256 in dict.fromkeys(row.file_sha256 for row in rows):
            log_look(session, user, f"evidence/{sha256}", reason, at=core.clock.now(), action=LookAction.EXPORT)
        keys = _keys(session, rows)
        deletions = [row.record for row in deletions_of_files(session, {row.file_sha256 for row in rows})]
    if deletions:
        keys.append(deletion_key(core.config.data_dir).public_key)
    with tempfile.NamedTemporaryFile(prefix="evidence-", suffix=".zip", delete=False) as file:
        target = Path(file.name)
    write_export(target, rows, keys, core.evidence, deletions)
    return FileResponse(target, media_type="application/zip", filename=filename, background=BackgroundTask(target.unlink))


def _keys(session: Session, rows: Sequence[EvidenceRow]) -> list[str]:
    nodes = dict.fromkeys((row.site, row.node) for row in rows)
    return [key for site, node in nodes for key in public_keys(find_node(session, site, node))]
