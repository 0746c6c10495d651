"""A case's evidence over HTTP, for the court or the person concerned."""

from fastapi import APIRouter
from fastapi.responses import FileResponse

from central.api.access import CaseWorker, CoreDep
from central.api.problems import RESPONSES
from central.cases.api import Reason
from central.cases.queries import evidence_of, find_case
from central.evidence.handing_out import hand_out
from central.evidence.records import records_by_hash

router = APIRouter(prefix="/api/v1/cases", tags=["cases"], responses=RESPONSES)


@router.get("/{case_id}/evidence.zip", summary="Take a case's evidence along", response_class=FileResponse)
def export_case(case_id: str, core: CoreDep, user: CaseWorker, reason: Reason) -> FileResponse:
    """A zip with records, public keys and files; `yuhang evidence verify --extract` checks it, unpacked, without central."""
    with core.database.reader() as session:
        case = find_case(session, case_id)
        rows = records_by_hash(session, {row.record_hash for row in evidence_of(session, case_id)})
    return hand_out(core, user, rows, reason, f"evidence-{case.number}.zip")
