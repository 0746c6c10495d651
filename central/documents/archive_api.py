"""The archive of a case and the public keys to check it by, over HTTP."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from central.api.access import CaseWorker, CoreDep
from central.api.problems import RESPONSES
from central.audit.service import LookAction, log_look
from central.authority.service import AuthorityService
from central.cases.api import case_detail
from central.cases.brought_api import BroughtDocument, brought_of
from central.cases.queries import evidence_of, find_case
from central.cases.records import CaseRecords
from central.cases.service import CaseService
from central.cases.tables import Case, profile_key
from central.core import Core
from central.documents.api import PaperAnswer, Reason
from central.documents.archive import ArchiveParts, write_archive
from central.documents.service import DocumentService
from central.evidence.protected import protected_files
from central.evidence.records import chain_head, chain_part, records_by_hash
from central.evidence.tables import EvidenceRow
from central.foot.service import FootService
from central.nodes.service import find_node, list_nodes, public_keys
from central.retention.proofs import deletion_key, deletions_of_files
from yuhang.evidence import NodeKey
from yuhang.evidence.archive import ChainLink
from yuhang.evidence.keys import key_id_of


@dataclass(frozen=True, slots=True)
class ArchiveSources:
    """Where the parts of an archive come from, and central's key that signs it."""

    cases: CaseService
    records: CaseRecords
    authorities: AuthorityService
    documents: DocumentService
    foot: FootService
    key: NodeKey


def archive_router(sources: ArchiveSources) -> APIRouter:
    """`/api/v1/cases/{case_id}/export` and `/api/v1/keys`."""
    router = APIRouter(prefix="/api/v1", tags=["papers"], responses=RESPONSES)

    @router.get("/cases/{case_id}/export", summary="Take a case along", response_class=FileResponse)
    def export_case(case_id: str, core: CoreDep, user: CaseWorker, reason: Reason) -> FileResponse:
        """A zip with everything about the case; `yuhang evidence verify` checks it. Every file is a logged look."""
        with core.database.session() as session:
            case = find_case(session, case_id)
            parts = _parts(session, core, case, sources)
            for subject in (f"case/{case_id}", *(f"evidence/{sha256}" for sha256 in (*parts.files, *parts.brought))):
                log_look(session, user, subject, reason, at=core.clock.now(), action=LookAction.EXPORT)
        with tempfile.NamedTemporaryFile(prefix="case-", suffix=".zip", delete=False) as file:
            target = Path(file.name)
        write_archive(target, parts, core.evidence, protected_files(core).read, sources.key)
        cleanup = BackgroundTask(target.unlink)
        return FileResponse(target, media_type="application/zip", filename=f"case-{case.number}.zip", background=cleanup)

    @router.get("/keys", summary="Public keys by which evidence and archives are checked")
    def get_keys(core: CoreDep) -> dict[str, str]:
        """By key id, base64: central's own (archives, officers' photos, deletions) and those of all nodes, earlier ones included.

        Public; save it as `keys.json`.
        """
        with core.database.reader() as session:
            nodes = [public for node in list_nodes(session) for public in public_keys(node)]
        own = (sources.key.public_key, sources.foot.key.public_key, deletion_key(core.config.data_dir).public_key)
        return {key_id_of(public): public for public in (*own, *nodes)}

    return router


def _parts(session: Session, core: Core, case: Case, sources: ArchiveSources) -> ArchiveParts:
    own = records_by_hash(session, {row.record_hash for row in evidence_of(session, case.id)})
    records = _chain_parts(session, own)
    nodes = dict.fromkeys((row.site, row.node) for row in own)
    papers = sources.documents.papers_of(session, case.id)
    brought = brought_of(session, sources.records, case.id)
    texts: dict[str, Any] = {
        "case.json": case_detail(session, sources.cases, case, []).model_dump(mode="json"),
        "playbook.json": sources.cases.playbook_of(session, case).model_dump(mode="json", by_alias=True),
        "authority.json": sources.authorities.profile(session, profile_key(case)).model_dump(mode="json"),
        "brought.json": brought_for_outsiders(brought),
        "papers.json": [PaperAnswer.of(paper).model_dump(mode="json") for paper in papers],
    }
    pdfs = {f"papers/{paper.kind}-{paper.year}-{paper.serial:06d}.pdf": paper.content for paper in papers if paper.content}
    photos = sources.foot.photos(session, case.id)
    deletions = [row.record for row in deletions_of_files(session, [row.file_sha256 for row in own])]
    return ArchiveParts(
        case_number=case.number,
        made_at=core.clock.now(),
        texts={name: _json(content) for name, content in texts.items()} | pdfs,
        records=records,
        heads={f"{site}/{node}": _head(session, site, node, records) for site, node in nodes},
        public_keys=[
            *(public for site, node in nodes for public in public_keys(find_node(session, site, node))),
            *([deletion_key(core.config.data_dir).public_key] if deletions else []),
            *([sources.foot.key.public_key] if photos else []),
        ],
        files=[row.file_sha256 for row in own],
        brought=[*(file.sha256 for file in brought.files), *(photo.sha256 for photo in photos)],
        photos=[photo.record for photo in photos],
        deletions=deletions,
    )


def brought_for_outsiders(brought: BroughtDocument) -> dict[str, Any]:
    """What people have brought, without a named driver's licence and telephone: nothing is checked by them (PIPL 6)."""
    return brought.model_dump(mode="json", exclude={"drivers": {"__all__": {"driver": {"licence", "phone"}}}})


def _chain_parts(session: Session, own: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """The case's records with those that lie between them, so that the links can be followed."""
    ranges: dict[tuple[str, str], list[int]] = {}
    for row in own:
        ranges.setdefault((row.site, row.node), []).append(row.seq)
    found = {row.hash: row for row in own}  # the case's own also where they do not hold: then the verification says so
    for (site, node), numbers in ranges.items():
        found |= {row.hash: row for row in chain_part(session, site, node, min(numbers), max(numbers))}
    return sorted(found.values(), key=lambda row: (row.site, row.node, row.seq, row.hash))


def _head(session: Session, site: str, node: str, records: Sequence[EvidenceRow]) -> ChainLink:
    """The latest record that central knows of the node."""
    latest = max((row for row in records if (row.site, row.node) == (site, node)), key=lambda row: row.seq)
    head = chain_head(session, site, node)
    row = head if head is not None and head.seq > latest.seq else latest
    return ChainLink(seq=row.seq, hash=row.hash)


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()
