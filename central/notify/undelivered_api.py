"""Messages that did not arrive, over HTTP: the list, and how the person was told instead."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from central.api.access import CaseWorker, CoreDep
from central.api.problems import RESPONSES
from central.cases.acts import Service
from central.notify.tables import Notification
from central.notify.undelivered import told_otherwise, undelivered


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


def undelivered_router(templates: Sequence[str]) -> APIRouter:
    """`/api/v1/notify/undelivered`; `templates` are the messages for which another way is needed."""
    router = APIRouter(prefix="/api/v1/notify/undelivered", tags=["notify"], responses=RESPONSES)

    @router.get("", summary="List messages that did not arrive")
    def list_undelivered(core: CoreDep, _user: CaseWorker) -> list[UndeliveredLine]:
        """Failed, or nothing heard in time, and nobody has told otherwise; oldest first, at most 200."""
        with core.database.reader() as session:
            return [UndeliveredLine.of(notice) for notice in undelivered(session, templates, core.clock.now())]

    @router.post("/{notice_id}/told", summary="Say how the person was told instead")
    def told(core: CoreDep, user: CaseWorker, notice_id: str, body: Service) -> UndeliveredLine:
        """Way, date and proof (a letter's consignment number). What an act of the case records is recorded there too."""
        with core.database.session() as session:
            return UndeliveredLine.of(told_otherwise(session, notice_id, body, user.name, core.clock.now()))

    return router
