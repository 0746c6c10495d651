"""Messages that did not arrive, over HTTP: the list, sending again, and how the person was told instead."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from central.api.access import CaseWorker, CoreDep
from central.api.problems import RESPONSES
from central.cases.acts import Service
from central.notify.tables import Notification
from central.parking.undelivered import UndeliveredMessages


class UndeliveredLine(BaseModel):
    """A message that did not arrive; it names nobody."""

    id: str
    case_id: str
    template: str
    status: str
    detail: str
    queued_at: datetime
    otherwise: dict[str, str] | None

    @classmethod
    def of(cls, notice: Notification) -> "UndeliveredLine":
        """From its row."""
        return cls.model_validate(notice, from_attributes=True)


class ToldBody(Service):
    """How the person was told, and why so."""

    reason: str = Field(default="told in another way", min_length=2, max_length=500)

    def service(self) -> Service:
        """Way, day and proof."""
        return Service(way=self.way, at=self.at, proof=self.proof)


def undelivered_router(messages: UndeliveredMessages) -> APIRouter:
    """`/api/v1/notify/undelivered`."""
    router = APIRouter(prefix="/api/v1/notify/undelivered", tags=["notify"], responses=RESPONSES)

    @router.get("", summary="List messages that did not arrive")
    def list_undelivered(core: CoreDep, _user: CaseWorker) -> list[UndeliveredLine]:
        """Failed, or nothing heard in time, and nobody has told otherwise; oldest first, at most 200."""
        with core.database.reader() as session:
            return [UndeliveredLine.of(notice) for notice in messages.waiting(session)]

    @router.post("/{notice_id}/told", summary="Say how the person was told instead")
    def told(core: CoreDep, user: CaseWorker, notice_id: str, body: ToldBody) -> UndeliveredLine:
        """Way, date and proof (a letter's consignment number). A case that waits for its owner to be told goes on by it."""
        with core.database.session() as session:
            return UndeliveredLine.of(messages.told(session, user, notice_id, body.service(), body.reason))

    @router.post("/{notice_id}/again", status_code=201, summary="Send a message again")
    def again(core: CoreDep, user: CaseWorker, notice_id: str) -> UndeliveredLine:
        """Written anew as the case stands now; the answer is the new message. 409 where somebody was faster."""
        with core.database.session() as session:
            return UndeliveredLine.of(messages.again(session, user, notice_id))

    return router
