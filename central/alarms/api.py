"""Alarms over HTTP: what cameras suspect, and what people say about it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from central.alarms.news import AlarmKind
from central.alarms.service import LONGEST_REASON, SHORTEST_REASON, AlarmQuery, AlarmService, Verdict
from central.alarms.tables import Alarm, AlarmAnswer
from central.api.access import CaseWorker, CoreDep, allow
from central.api.problems import RESPONSES
from central.evidence.tables import EvidenceRow
from central.users.roles import Principal, Role

Watcher = Annotated[Principal, Depends(allow(Role.OFFICER, Role.REVIEWER, Role.SUPERVISOR))]


class AlarmDocument(BaseModel):
    """An alarm: a suspicion, until a person has confirmed it."""

    track: str
    kind: AlarmKind
    site: str
    node: str
    camera: str
    zone: str
    address: str
    began_at: datetime
    ended_at: datetime | None = Field(description="null: it goes on, or nobody saw its end")
    facts: dict[str, str | int | float] = Field(description="what the events said last")
    verdict: Verdict | None = Field(description="null: nobody has answered")

    @classmethod
    def of(cls, alarm: Alarm) -> "AlarmDocument":
        """From its row."""
        names = (name for name in cls.model_fields if name != "verdict")
        return cls(verdict=Verdict(alarm.verdict) if alarm.verdict else None, **{name: getattr(alarm, name) for name in names})


class FileDocument(BaseModel):
    """A picture or clip of an alarm; its bytes are under /api/v1/evidence/<sha256>."""

    sha256: str
    kind: str
    media_type: str
    captured_at: datetime
    verified: bool

    @classmethod
    def of(cls, row: EvidenceRow) -> "FileDocument":
        """From its record."""
        return cls(
            sha256=row.file_sha256,
            kind=row.kind,
            media_type=row.media_type,
            captured_at=row.captured_at,
            verified=row.verified,
        )


class AnswerDocument(BaseModel):
    """What somebody said about an alarm."""

    at: datetime
    by: str
    unit: str
    verdict: Verdict
    reason: str

    @classmethod
    def of(cls, row: AlarmAnswer) -> "AnswerDocument":
        """From its row."""
        return cls(at=row.at, by=row.by, unit=row.unit, verdict=Verdict(row.verdict), reason=row.reason)


class AlarmWhole(AlarmDocument):
    """An alarm with its files and all answers."""

    files: list[FileDocument]
    answers: list[AnswerDocument]


class AnswerBody(BaseModel):
    """What it was, and why."""

    verdict: Verdict
    reason: str = Field(min_length=SHORTEST_REASON, max_length=LONGEST_REASON)


def alarm_router(alarms: AlarmService) -> APIRouter:
    """`/api/v1/alarms`."""
    router = APIRouter(prefix="/api/v1/alarms", tags=["alarms"], responses=RESPONSES)

    @router.get("", summary="List alarms, latest first")
    def list_alarms(
        *,
        core: CoreDep,
        _user: Watcher,
        kind: AlarmKind | None = None,
        open_only: bool = False,
        before: Annotated[datetime | None, Query(description="`began_at` of the last alarm of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[AlarmDocument]:
        """Page by page; `open_only`: those that nobody has answered."""
        with core.database.reader() as session:
            rows = alarms.list(session, AlarmQuery(kind, open_only, before, limit))
            return [AlarmDocument.of(row) for row in rows]

    @router.get("/{track}", summary="Read an alarm")
    def read_alarm(core: CoreDep, _user: Watcher, track: str) -> AlarmWhole:
        """With its files and all answers."""
        with core.database.reader() as session:
            return _whole(session, alarms, track)

    @router.post("/{track}/answer", summary="Say what an alarm was")
    def answer(core: CoreDep, user: CaseWorker, track: str, body: AnswerBody) -> AlarmWhole:
        """By an officer. Kept with name and reason; a lift's second stage learns from it."""
        with core.database.session() as session:
            alarms.answer(session, track, user, body.verdict, body.reason)
            return _whole(session, alarms, track)

    return router


def _whole(session: Session, alarms: AlarmService, track: str) -> AlarmWhole:
    document = AlarmDocument.of(alarms.find(session, track))
    return AlarmWhole(
        **document.model_dump(),
        files=[FileDocument.of(row) for row in alarms.files(session, track)],
        answers=[AnswerDocument.of(row) for row in alarms.answers(session, track)],
    )
