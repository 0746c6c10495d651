"""Cases as the REST interface shows them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from central.cases.acts import ActData
from central.cases.playbook import Words
from central.cases.tables import Case, CaseEvidence, CaseTimeline
from central.deadlines.tables import Deadline


class TimelineLine(BaseModel):
    """One line of a case's history."""

    at: datetime
    recorded_at: datetime
    actor: str
    role: str
    trigger: str
    source: str
    target: str
    refusal: str | None = Field(description="why it had no effect; null: it had")
    reason: str
    data: dict[str, Any]

    @classmethod
    def of(cls, line: CaseTimeline) -> "TimelineLine":
        """From its row."""
        names = ("at", "recorded_at", "actor", "role", "trigger", "source", "target", "refusal", "reason", "data")
        return cls(**{name: getattr(line, name) for name in names})


class CaseDocument(BaseModel):
    """A case in a list."""

    id: str
    number: str
    public_code: str = Field(description="on the papers; with the plate it opens the public page")
    kind: str
    profile: str = Field(description="authority under whose profile the case stands")
    profile_version: int
    state: str
    state_kind: str
    state_title: Words
    site: str
    node: str
    camera: str
    zone: str
    zone_name: Words = Field(description="what the zone was called when the case was opened")
    address: str
    place_name: Words = Field(description="what the address was called when the case was opened")
    track: str | None
    plate: str | None
    plate_colour: str | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    red_light_at: datetime | None
    void_ground: str | None
    reviewed_by: str | None
    confirmed_by: str | None
    amount: int | None = Field(description="yuan told when informing; a decision never exceeds it")
    decided_by: str | None
    moments: dict[str, datetime]
    version: int = Field(description="send it with an act: who acts on what has changed meanwhile is told so")
    timeline: list[TimelineLine] | None = Field(default=None, description="only where it was asked for")

    @classmethod
    def of(cls, case: Case, state_title: Words, timeline: list[CaseTimeline] | None = None) -> "CaseDocument":
        """From its row."""
        columns = {name: getattr(case, name) for name in _CASE_COLUMNS}
        lines = [TimelineLine.of(line) for line in timeline] if timeline is not None else None
        return cls(
            **columns,
            state_title=state_title,
            zone_name=case.zone_words,
            place_name=case.place_words,
            moments=case.moment_times(),
            timeline=lines,
        )


class EvidenceLine(BaseModel):
    """A file of a case; its bytes are at /api/v1/evidence/<sha256>."""

    sha256: str
    kind: str
    event_id: str
    captured_at: datetime
    media_type: str
    size: int
    width: int | None
    height: int | None
    subject: dict[str, Any] | None
    blur: list[Any]

    @classmethod
    def of(cls, row: CaseEvidence) -> "EvidenceLine":
        """From its row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class DeadlineLine(BaseModel):
    """A deadline of a case."""

    name: str
    due_at: datetime
    assumed: bool = Field(description="counted through a year whose holidays are not known: Monday to Friday")
    fired_at: datetime | None
    cancelled_at: datetime | None

    @classmethod
    def of(cls, row: Deadline) -> "DeadlineLine":
        """From its row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class CheckLine(BaseModel):
    """A check of the proof with the values it was judged by, in words."""

    name: str
    passed: bool
    title: Words
    detail: Words
    basis: str
    measured: dict[str, Any]


class CaseDetail(CaseDocument):
    """A case with everything that belongs to it."""

    evidence: list[EvidenceLine]
    deadlines: list[DeadlineLine]
    checks: list[CheckLine]
    offers: list[str] = Field(description="triggers that you may pull now")


class CaseList(BaseModel):
    """One page of cases."""

    cases: list[CaseDocument]
    total: int
    page: int
    size: int


class ActBody(ActData):
    """What a person does to a case, with the facts that the act needs."""

    trigger: str = Field(max_length=40, examples=["approve"])
    reason: str = Field(default="", max_length=500, description="recorded with your name; most acts need one")
    version: int | None = Field(default=None, description="version of the case that you have looked at")

    def data(self) -> ActData:
        """The facts of the act."""
        return ActData(**{name: getattr(self, name) for name in ActData.model_fields})


_MADE = {"state_title", "zone_name", "place_name", "moments", "timeline"}
_CASE_COLUMNS = tuple(name for name in CaseDocument.model_fields if name not in _MADE)
