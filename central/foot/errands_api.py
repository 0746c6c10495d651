"""Errands on foot over HTTP: ask for an officer, take one, hand it back, say how the person was told."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from central.api.access import CaseWorker, CoreDep
from central.api.problems import RESPONSES
from central.audit.service import LookAction, log_look
from central.foot.errands import Errand, FootErrands
from central.parking.undelivered_api import ToldBody

Why = Annotated[str, Query(min_length=2, max_length=500, description="why you look at it; logged with your name")]


class ReasonBody(BaseModel):
    """Why an officer is asked to go, or why an errand is handed back."""

    reason: str = Field(min_length=2, max_length=500)


class ErrandDocument(BaseModel):
    """A message to be told at the door."""

    id: str = Field(description="of the message that did not arrive")
    case_id: str
    number: str
    template: str
    reason: str
    asked_by: str
    asked_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    told: dict[str, str] | None = Field(
        description="way, time, proof and name once the person was told; null: the errand is open"
    )

    @classmethod
    def of(cls, errand: Errand) -> "ErrandDocument":
        """From the errand."""
        row = errand.row
        return cls(
            id=row.notice_id,
            case_id=row.case_id,
            number=errand.case.number,
            template=errand.notice.template,
            reason=row.reason,
            asked_by=row.asked_by,
            asked_at=row.asked_at,
            taken_by=row.taken_by,
            taken_at=row.taken_at,
            told=errand.notice.otherwise,
        )


def errand_router(errands: FootErrands) -> APIRouter:
    """`/api/v1/foot/errands`; asking is at the message, `/api/v1/notify/undelivered/{id}/officer`."""
    router = APIRouter(prefix="/api/v1", tags=["foot"], responses=RESPONSES)

    @router.post("/notify/undelivered/{notice_id}/officer", status_code=201, summary="Send an officer with a message")
    def ask(core: CoreDep, user: CaseWorker, notice_id: str, body: ReasonBody) -> ErrandDocument:
        """Makes an errand on foot; asked twice it is one."""
        with core.database.session() as session:
            return ErrandDocument.of(errands.ask(session, user, notice_id, body.reason))

    @router.get("/foot/errands", summary="List my errands on foot")
    def list_errands(core: CoreDep, user: CaseWorker, reason: Why) -> list[ErrandDocument]:
        """Of the authorities among whose officers you are, the longest waiting first; the look is logged."""
        with core.database.session() as session:
            log_look(session, user, "foot errands", reason, at=core.clock.now(), action=LookAction.SEARCH)
            return [ErrandDocument.of(errand) for errand in errands.open_ones(session, user)]

    @router.post("/foot/errands/{notice_id}/take", summary="Take an errand")
    def take(core: CoreDep, user: CaseWorker, notice_id: str) -> ErrandDocument:
        """409 while another officer is on the way there; after half an hour it may be taken over."""
        with core.database.session() as session:
            return ErrandDocument.of(errands.take(session, user, notice_id))

    @router.post("/foot/errands/{notice_id}/give-back", summary="Hand an errand back")
    def give_back(core: CoreDep, user: CaseWorker, notice_id: str, body: ReasonBody) -> ErrandDocument:
        """Nobody was there, or another officer goes; it stays open."""
        with core.database.session() as session:
            return ErrandDocument.of(errands.give_back(session, user, notice_id, body.reason))

    @router.post("/foot/errands/{notice_id}/told", summary="Say that the person was told")
    def told(core: CoreDep, user: CaseWorker, notice_id: str, body: ToldBody) -> ErrandDocument:
        """Way, time and proof end the errand."""
        with core.database.session() as session:
            return ErrandDocument.of(errands.told(session, user, notice_id, body.service(), body.reason))

    return router
