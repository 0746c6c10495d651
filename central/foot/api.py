"""Tasks on foot over HTTP: for the phone page and for apps of a site's own."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from pydantic import AwareDatetime, BaseModel, Field

from central.api.access import CaseWorker, CoreDep
from central.api.problems import RESPONSES
from central.audit.service import LookAction, log_look
from central.foot.receiving import SentPhoto, receive_photo
from central.foot.rules import Outcome
from central.foot.service import FootService, Report, Task
from yuhang.evidence.photos import PhotoKind
from yuhang.messages import Sha256
from yuhang.plates import PlateColour

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,64}$", description="made by the phone; sent again, it is the same thing")]
Why = Annotated[str, Query(min_length=2, max_length=500, description="why you look at it; logged with your name")]


class TaskDocument(BaseModel):
    """A task on foot."""

    case_id: str
    number: str
    state: str
    plate: str | None
    plate_colour: str | None
    address: str
    stopped_at: datetime
    taken_by: str | None
    taken_at: datetime | None

    @classmethod
    def of(cls, task: Task) -> "TaskDocument":
        """From the task."""
        case = task.case
        return cls(
            case_id=case.id,
            number=case.number,
            state=case.state,
            plate=case.plate,
            plate_colour=case.plate_colour,
            address=case.address,
            stopped_at=case.moment_times().get("stopped_at", case.opened_at),
            taken_by=task.holding.by,
            taken_at=task.holding.since,
        )


class GiveBackBody(BaseModel):
    """Why a task is handed back."""

    reason: str = Field(min_length=2, max_length=500)


class PlateBody(BaseModel):
    """The plate as the officer reads it on the car."""

    plate: str = Field(min_length=1, max_length=20)
    colour: PlateColour | None = Field(default=None, description="counts where the plate's form leaves it open: blue or yellow")


class ReportBody(BaseModel):
    """How a task ended."""

    key: Key
    outcome: Outcome
    reason: str = Field(min_length=2, max_length=500, description="recorded with your name")
    sheet: str = Field(default="", max_length=60, description="number of the posted sheet")
    photos: tuple[Key, ...] = Field(default=(), max_length=12, description="keys of photos that have arrived")


class PhotoAnswer(BaseModel):
    """A photo that is stored and in the chain."""

    sha256: str


def foot_router(foot: FootService) -> APIRouter:
    """`/api/v1/foot/tasks`."""
    router = APIRouter(prefix="/api/v1/foot/tasks", tags=["foot"], responses=RESPONSES)

    @router.get("", summary="List my tasks on foot")
    def list_tasks(core: CoreDep, user: CaseWorker, reason: Why) -> list[TaskDocument]:
        """Of the authorities among whose officers you are, the longest waiting first; the look is logged."""
        with core.database.session() as session:
            log_look(session, user, "foot tasks", reason, at=core.clock.now(), action=LookAction.SEARCH)
            return [TaskDocument.of(task) for task in foot.tasks(session, user)]

    @router.post("/{case_id}/take", summary="Take a task")
    def take(core: CoreDep, user: CaseWorker, case_id: str) -> TaskDocument:
        """409 while another officer is on the way there; after half an hour it may be taken over."""
        with core.database.session() as session:
            return TaskDocument.of(foot.take(session, user, case_id))

    @router.post("/{case_id}/give-back", summary="Hand a task back")
    def give_back(core: CoreDep, user: CaseWorker, case_id: str, body: GiveBackBody) -> TaskDocument:
        """Another officer may go."""
        with core.database.session() as session:
            return TaskDocument.of(foot.give_back(session, user, case_id, body.reason))

    @router.post("/{case_id}/plate", summary="Type the plate in")
    def type_plate(core: CoreDep, user: CaseWorker, case_id: str, body: PlateBody) -> TaskDocument:
        """Where the camera could not read it. The history says that a person typed it."""
        with core.database.session() as session:
            return TaskDocument.of(foot.type_plate(session, user, case_id, body.plate, body.colour))

    @router.put("/{case_id}/photos/{key}", summary="Send a photo")
    async def put_photo(
        *,
        request: Request,
        core: CoreDep,
        user: CaseWorker,
        case_id: str,
        key: Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{8,64}$")],
        kind: PhotoKind,
        x_content_sha256: Annotated[Sha256 | None, Header(description="as the phone computed it")] = None,
        x_phone_time: Annotated[AwareDatetime | None, Header(description="the phone's clock when it sent the photo")] = None,
    ) -> PhotoAnswer:
        """The original bytes as the body. Repeating it is harmless."""
        sent = SentPhoto(case_id, key, kind, x_content_sha256, x_phone_time)
        return PhotoAnswer(sha256=await receive_photo(core, foot, user, sent, request.stream()))

    @router.post("/{case_id}/report", summary="Report how a task ended")
    def report(core: CoreDep, user: CaseWorker, case_id: str, body: ReportBody) -> TaskDocument:
        """A posted sheet needs its number, a photo of it and one of the car. Repeating it with the same key is harmless."""
        with core.database.session() as session:
            foot.report(session, user, case_id, Report(**body.model_dump()))
            return TaskDocument.of(foot.task(session, user, case_id))

    return router
