"""Cases as they stand in the database: where each stands, its history and its evidence."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from central.authority.profile import ProfileKey
from central.cases.engine import CaseError
from central.cases.playbook import Words
from central.database import Base


class Case(Base):
    """One matter: its kind, where it happened, to which vehicle, and where it stands in its playbook."""

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_queue", "state", "opened_at"), Index("ix_cases_opened", "opened_at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    public_code: Mapped[str] = mapped_column(
        String(10), unique=True, index=True
    )  # on papers; with the plate it opens the public page
    kind: Mapped[str] = mapped_column(String(40))
    playbook_version: Mapped[int]
    profile: Mapped[str] = mapped_column(String(40))  # authority under whose profile the case stands
    profile_version: Mapped[int]
    state: Mapped[str] = mapped_column(String(40))
    state_kind: Mapped[str] = mapped_column(String(8))
    site: Mapped[str] = mapped_column(String(63))
    node: Mapped[str] = mapped_column(String(63))
    camera: Mapped[str] = mapped_column(String(63))
    zone: Mapped[str] = mapped_column(String(63))
    address: Mapped[str] = mapped_column(String(64))
    # as people called them when the case was opened; empty: they had no name
    zone_zh: Mapped[str] = mapped_column(String(100), default="")
    zone_en: Mapped[str] = mapped_column(String(100), default="")
    place_zh: Mapped[str] = mapped_column(String(100), default="")
    place_en: Mapped[str] = mapped_column(String(100), default="")
    track: Mapped[str | None] = mapped_column(String(26), unique=True)
    plate: Mapped[str | None] = mapped_column(String(12), index=True)
    plate_colour: Mapped[str | None] = mapped_column(String(10))
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    red_light_at: Mapped[datetime | None]
    red_lights: Mapped[list[Any]] = mapped_column(default=list)  # triggers of the limits that are over and not made good yet
    void_ground: Mapped[str | None] = mapped_column(String(40))
    reviewed_by: Mapped[str | None] = mapped_column(String(64))  # approved the draft
    confirmed_by: Mapped[str | None] = mapped_column(String(64))  # second reviewer, where two are needed
    amount: Mapped[int | None]  # yuan told when informing; a decision never exceeds it (APL 45)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    moments: Mapped[dict[str, Any]]  # named moments of the playbook, ISO 8601 UTC
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own declaration

    @property
    def zone_words(self) -> Words:
        """What the zone was called, whatever it is called today; its key where it had no name."""
        return Words(zh=self.zone_zh or self.zone, en=self.zone_en or self.zone_zh or self.zone)

    @property
    def place_words(self) -> Words:
        """What the address was called, whatever it is called today; its code where it had no name."""
        return Words(zh=self.place_zh or self.address, en=self.place_en or self.place_zh or self.address)

    def moment_times(self) -> dict[str, datetime]:
        """The named moments as times."""
        return {name: datetime.fromisoformat(text) for name, text in self.moments.items()}


class CaseTimeline(Base):
    """One line of a case's history; lines are only ever added."""

    __tablename__ = "case_timeline"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]  # when it happened
    recorded_at: Mapped[datetime]  # when central learnt of it
    actor: Mapped[str] = mapped_column(String(130))
    role: Mapped[str] = mapped_column(String(20))
    trigger: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(40))
    refusal: Mapped[str | None] = mapped_column(String(20))  # why it had no effect
    reason: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]]


class CaseEvidence(Base):
    """A file that belongs to a case."""

    __tablename__ = "case_evidence"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(26))
    record_hash: Mapped[str] = mapped_column(String(64))
    captured_at: Mapped[datetime]
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    subject: Mapped[dict[str, Any] | None]  # box of the vehicle, pixels
    blur: Mapped[list[Any]]  # boxes to blur before publication


class CaseFile(Base):
    """A file that a person has brought to a case: a photo of the posted sheet, pictures beside an objection."""

    __tablename__ = "case_files"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    trigger: Mapped[str] = mapped_column(String(40))  # the act that named it
    actor: Mapped[str] = mapped_column(String(130))
    added_at: Mapped[datetime]


class CaseStatement(Base):
    """What the person concerned said or objected, and what came of it; the text is protected by the installation's key."""

    __tablename__ = "case_statements"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    trigger: Mapped[str] = mapped_column(String(40))  # state, object or decide (heard in the appointment)
    actor: Mapped[str] = mapped_column(String(130))
    received_at: Mapped[datetime]  # and in the queue of whoever answers: the same moment
    text_protected: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(String(40))  # uphold, dismiss, or another end of the matter
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(64))
    answer_reason: Mapped[str | None] = mapped_column(Text)


class CaseDriver(Base):
    """The driver whom the owner has named (PROC 21); name, licence and telephone are protected by the installation's key."""

    __tablename__ = "case_drivers"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    driver_protected: Mapped[str] = mapped_column(Text)
    named_at: Mapped[datetime]
    confirmed: Mapped[bool | None]  # null: to be looked at
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(64))


class CaseCounter(Base):
    """The last case number given in a year."""

    __tablename__ = "case_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


def profile_key(case: Case) -> ProfileKey:
    """The version of the authority's profile under which a case stands."""
    return ProfileKey(case.profile, case.profile_version)


def _refuse_change(_mapper: Mapper[CaseTimeline], _connection: Connection, _line: CaseTimeline) -> None:
    raise CaseError("the history of a case is never changed")


sqlalchemy_event.listen(CaseTimeline, "before_update", _refuse_change)
sqlalchemy_event.listen(CaseTimeline, "before_delete", _refuse_change)
