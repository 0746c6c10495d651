"""Cameras as devices of evidence over HTTP: entered by an administrator with a reason, read by everybody who is logged in."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import AwareDatetime, BaseModel, Field

from central.api.access import Administrator, AnyUser, CoreDep
from central.api.problems import RESPONSES
from central.core import Core
from central.devices.conditions import Condition, Severity, camera_conditions, node_conditions
from central.devices.importing import import_cameras, read_cameras
from central.devices.papers import CameraName, CameraPapers
from central.devices.rules import Flaw, Item, Problem, expiries, standing_at
from central.devices.service import CameraService, Editor, KnownCamera
from central.errors import NotFound, Unprocessable
from central.nodes.service import list_nodes
from central.users.roles import Principal
from yuhang.errors import ConfigError
from yuhang.messages import Slug

Reason = Annotated[str, Query(min_length=2, max_length=500, description="why the papers change; recorded with your name")]


class FlawAnswer(BaseModel):
    """Something that is missing or does not hold."""

    item: Item
    problem: Problem
    day: date | None = Field(description="last day of validity, or first day on which it holds")
    zh: str
    en: str

    @classmethod
    def of(cls, flaw: Flaw) -> "FlawAnswer":
        """With its words."""
        return cls(item=flaw.item, problem=flaw.problem, day=flaw.day, zh=flaw.zh, en=flaw.en)


class ExpiryAnswer(BaseModel):
    """When a paper runs out."""

    item: Item
    valid_until: date
    days_left: int
    warning: int | None = Field(
        description="60, 30 or 7: that many days are left at most; 0: it has run out; null: no warning yet"
    )


class CameraAnswer(BaseModel):
    """A camera, its papers as they hold now, and what is missing."""

    site: Slug
    node: Slug
    camera: Slug
    effective_from: datetime
    papers: CameraPapers
    in_order: bool = Field(description="its pictures are evidence; otherwise it warns drivers but proves nothing")
    flaws: list[FlawAnswer]
    duties: list[FlawAnswer] = Field(description="what the operator still has to do; it takes nothing from the evidence")
    expiries: list[ExpiryAnswer]

    @classmethod
    def of(cls, known: KnownCamera, now: datetime) -> "CameraAnswer":
        """As judged now."""
        standing = standing_at(known.papers, now)
        return cls(
            **known.name.model_dump(),
            effective_from=known.effective_from,
            papers=known.papers,
            in_order=standing.in_order,
            flaws=[FlawAnswer.of(flaw) for flaw in standing.flaws],
            duties=[FlawAnswer.of(duty) for duty in standing.duties],
            expiries=[
                ExpiryAnswer(item=one.item, valid_until=one.valid_until, days_left=one.days_left, warning=one.stage)
                for one in expiries(known.papers, now)
            ],
        )


class VersionAnswer(BaseModel):
    """What somebody has entered about a camera."""

    id: int
    effective_from: datetime
    recorded_at: datetime
    recorded_by: str
    unit: str
    reason: str
    papers: CameraPapers


class NewPapers(BaseModel):
    """The papers of a camera as they are from a moment on; they replace what was known as a whole."""

    papers: CameraPapers
    reason: str = Field(min_length=2, max_length=500)
    effective_from: AwareDatetime | None = Field(default=None, description="null: from now on; a moment in the past is possible")


class ImportAnswer(BaseModel):
    """What an import has done."""

    cameras: int
    changed: int


class ConditionAnswer(BaseModel):
    """Something that somebody has to see to."""

    subject: str = Field(description="camera or node")
    severity: Severity
    code: str
    zh: str
    en: str


def camera_router(service: CameraService) -> APIRouter:
    """The routes of cameras and their conditions."""
    router = APIRouter(prefix="/api/v1/cameras", tags=["cameras"], responses=RESPONSES)

    @router.get("", summary="Cameras that have papers")
    def list_cameras(core: CoreDep, _user: AnyUser) -> list[CameraAnswer]:
        """As they stand now, with what is missing and what will run out. A camera that is not listed proves nothing."""
        now = core.clock.now()
        with core.database.reader() as session:
            return [CameraAnswer.of(known, now) for known in service.known(session, now)]

    @router.get("/conditions", summary="What to see to")
    def list_conditions(core: CoreDep, _user: AnyUser) -> list[ConditionAnswer]:
        """Papers that are missing, have run out or will within 60, 30 or 7 days; nodes that have lost evidence."""
        return [_condition(condition) for condition in conditions_now(core, service)]

    @router.post("/import", summary="Enter many cameras")
    def import_file(
        core: CoreDep,
        user: Administrator,
        reason: Reason,
        content: Annotated[str, Body(media_type="text/plain", max_length=1_000_000)],
        name: Annotated[str, Query(max_length=100, description="name of the file; its ending says CSV or YAML")],
    ) -> ImportAnswer:
        """A YAML or CSV file as `yuhang central import-cameras` takes it; all of it or nothing."""
        try:
            document = read_cameras(content, name)
        except ConfigError as error:
            raise Unprocessable(str(error)) from error
        with core.database.session() as session:
            changed = import_cameras(session, service, document, _editor(user, reason), core.clock.now())
        return ImportAnswer(cameras=len(document.cameras), changed=changed)

    @router.put("/{site}/{node}/{camera}", summary="Enter the papers of a camera")
    def put_papers(*, core: CoreDep, user: Administrator, site: Slug, node: Slug, camera: Slug, body: NewPapers) -> CameraAnswer:
        """A new version; those before it stay, and what held when a picture was taken counts for it."""
        name, now = CameraName(site=site, node=node, camera=camera), core.clock.now()
        since = body.effective_from or now
        with core.database.session() as session:
            service.enter(session, name, body.papers, _editor(user, body.reason), effective_from=since, now=now)
        return CameraAnswer.of(KnownCamera(name, body.papers, since), now)

    @router.get("/{site}/{node}/{camera}/history", summary="All versions of a camera's papers")
    def get_history(core: CoreDep, _user: AnyUser, site: Slug, node: Slug, camera: Slug) -> list[VersionAnswer]:
        """In the order in which they were entered: by whom, when and why."""
        with core.database.reader() as session:
            rows = service.history(session, CameraName(site=site, node=node, camera=camera))
            if not rows:
                raise NotFound("nothing is known about this camera")
            return [VersionAnswer.model_validate(row, from_attributes=True) for row in rows]

    return router


def conditions_now(core: Core, service: CameraService) -> list[Condition]:
    """All conditions, the most urgent first."""
    now = core.clock.now()
    with core.database.reader() as session:
        found = [*camera_conditions(service.known(session, now), now), *node_conditions(list_nodes(session))]
    return sorted(found, key=lambda condition: (-condition.severity.rank, condition.subject, condition.code))


def _condition(condition: Condition) -> ConditionAnswer:
    return ConditionAnswer(
        subject=condition.subject, severity=condition.severity, code=condition.code, zh=condition.zh, en=condition.en
    )


def _editor(user: Principal, reason: str) -> Editor:
    return Editor(user.name, user.unit, reason)
