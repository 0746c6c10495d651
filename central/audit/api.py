"""The log of looks, for administrators."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from central.api.access import Administrator, CoreDep
from central.api.problems import RESPONSES
from central.audit.service import LookAction, looks

router = APIRouter(prefix="/api/v1/looks", tags=["audit"], responses=RESPONSES)


class LookAnswer(BaseModel):
    """Who looked at what, when and why."""

    id: int
    at: datetime
    user_name: str
    unit: str
    action: LookAction
    subject: str
    reason: str


@router.get("", summary="Looks at evidence and personal data, latest first")
def get_looks(
    *,
    core: CoreDep,
    _user: Administrator,
    subject: str | None = None,
    before: Annotated[int | None, Query(description="id of the last look of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[LookAnswer]:
    """Every view and export, page by page."""
    with core.database.reader() as session:
        rows = looks(session, subject=subject, before=before, limit=limit)
        return [LookAnswer.model_validate(row, from_attributes=True) for row in rows]
