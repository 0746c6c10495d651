"""The log of looks, for administrators."""

import csv
import io
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel

from central.api.access import Administrator, CoreDep
from central.api.problems import RESPONSES
from central.audit.service import LookAction, LookPurpose, LookQuery, log_look, search_looks

router = APIRouter(prefix="/api/v1/looks", tags=["audit"], responses=RESPONSES)

_CSV_ROWS = 100_000
_AS_FILE = {"Content-Disposition": 'attachment; filename="looks.csv"', "Cache-Control": "no-store"}


class LookAnswer(BaseModel):
    """Who looked at what, when, for what and why."""

    id: int
    at: datetime
    user_name: str
    unit: str
    action: LookAction
    purpose: LookPurpose
    subject: str
    content: str
    reason: str


def look_query(
    *,
    subject: Annotated[str, Query(max_length=200, description="beginning: `case/`, `evidence/<sha256>`")] = "",
    user_name: Annotated[str, Query(max_length=64)] = "",
    unit: Annotated[str, Query(max_length=100)] = "",
    action: LookAction | None = None,
    purpose: LookPurpose | None = None,
    text: Annotated[str, Query(max_length=100, description="part of the reason or the content")] = "",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    before: Annotated[int | None, Query(description="id of the last look of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> LookQuery:
    """The filters of a request."""
    return LookQuery(
        subject=subject,
        user_name=user_name,
        unit=unit,
        action=action,
        purpose=purpose,
        text=text,
        since=since,
        until=until,
        before=before,
        limit=limit,
    )


Filters = Annotated[LookQuery, Depends(look_query)]


@router.get("", summary="Looks at evidence and personal data, latest first")
def get_looks(core: CoreDep, _user: Administrator, query: Filters) -> list[LookAnswer]:
    """Every view, search, paper and export, page by page."""
    with core.database.reader() as session:
        return [LookAnswer.model_validate(row, from_attributes=True) for row in search_looks(session, query)]


@router.get("/export.csv", summary="Take the log along", response_class=Response)
def export_looks(
    core: CoreDep,
    user: Administrator,
    query: Filters,
    reason: Annotated[str, Query(min_length=2, max_length=500, description="why; logged with your name")],
) -> Response:
    """The looks that the filters let through, up to 100,000, as CSV. Taking them along is itself a look."""
    wanted = LookQuery(**{name: getattr(query, name) for name in query.__slots__} | {"limit": _CSV_ROWS})
    with core.database.session() as session:
        answers = [LookAnswer.model_validate(row, from_attributes=True) for row in search_looks(session, wanted)]
        log_look(
            session,
            user,
            "looks",
            reason,
            at=core.clock.now(),
            action=LookAction.EXPORT,
            purpose=LookPurpose.ADMINISTRATION,
            content=f"{len(answers)} looks, {wanted}",
        )
    return Response(_table(answers), media_type="text/csv; charset=utf-8", headers=_AS_FILE)


def _table(answers: list[LookAnswer]) -> str:
    output = io.StringIO()
    output.write("\ufeff")  # so that office programs read it as UTF-8
    writer = csv.DictWriter(output, list(LookAnswer.model_fields))
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in answer.model_dump(mode="json").items()} for answer in answers)
    return output.getvalue()


def _harmless(value: object) -> object:
    """A text that an office program would take for a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
