"""Every look is logged, in the transaction that hands out what is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from central.audit.tables import Look
from central.errors import Unprocessable

SHORTEST_REASON = 2
LONGEST_REASON = 500
HIDDEN = "blurred"
"""How the content of a look ends when people and plates were hidden in what was shown."""
_LONGEST_CONTENT = 2000


class LookAction(StrEnum):
    """What was done with the thing looked at."""

    VIEW = "view"
    SEARCH = "search"
    EXPORT = "export"
    PAPER = "paper"  # a notice sheet, a decision, a case file
    LIVE = "live"


class LookPurpose(StrEnum):
    """For what somebody looks (PIPL 6: personal data is used for its purpose only)."""

    CASE_WORK = "case_work"
    SUPERVISION = "supervision"
    DISCLOSURE = "disclosure"  # to a court, the person concerned, another authority
    ADMINISTRATION = "administration"


class Onlooker(Protocol):
    """Who looks: a person with an account, or the person concerned without one."""

    @property
    def id(self) -> str:
        """What tells them from others."""

    @property
    def name(self) -> str:
        """How the log calls them."""

    @property
    def unit(self) -> str:
        """Where they belong; empty for who belongs nowhere."""


def log_look(
    session: Session,
    user: Onlooker,
    subject: str,
    reason: str,
    *,
    at: datetime,
    action: LookAction = LookAction.VIEW,
    purpose: LookPurpose = LookPurpose.CASE_WORK,
    content: str = "",
) -> None:
    """Record that `user` looks at `subject` ("evidence/<sha256>", "case/<id>"), at what of it (`content`), for what and why.

    `Unprocessable` without a reason.
    """
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Unprocessable("say why you look at this (2 to 500 characters); the reason is logged")
    session.add(
        Look(
            at=at,
            user_id=user.id,
            user_name=user.name,
            unit=user.unit,
            action=action.value,
            purpose=purpose.value,
            subject=subject[:200],
            content=content[:_LONGEST_CONTENT],
            reason=reason,
        )
    )


@dataclass(frozen=True, slots=True)
class LookQuery:
    """Filters of the log; what is left empty does not narrow it. `subject` is the beginning of one, `text` a part of the reason
    or the content, `before` the last id of the page before."""

    subject: str = ""
    user_name: str = ""
    unit: str = ""
    action: LookAction | None = None
    purpose: LookPurpose | None = None
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 100

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filters as conditions on `Look`."""
        found: list[ColumnElement[bool]] = []
        exact = (
            (Look.user_name, self.user_name),
            (Look.unit, self.unit),
            (Look.action, self.action),
            (Look.purpose, self.purpose),
        )
        found += [column == str(value) for column, value in exact if value]
        if self.subject:
            found.append(Look.subject.startswith(self.subject, autoescape=True))
        if self.text:
            found.append(Look.reason.icontains(self.text, autoescape=True) | Look.content.icontains(self.text, autoescape=True))
        if self.since is not None:
            found.append(Look.at >= self.since)
        if self.until is not None:
            found.append(Look.at < self.until)
        if self.before is not None:
            found.append(Look.id < self.before)
        return found


def search_looks(session: Session, query: LookQuery) -> Sequence[Look]:
    """The log, latest first."""
    statement = select(Look).where(*query.conditions()).order_by(Look.id.desc()).limit(query.limit)
    return session.scalars(statement).all()


def looks(session: Session, *, subject: str | None = None, before: int | None = None, limit: int = 100) -> Sequence[Look]:
    """Looks at one thing, latest first, page by page: `before` is the last id of the page before."""
    statement = select(Look).order_by(Look.id.desc()).limit(limit)
    if subject is not None:
        statement = statement.where(Look.subject == subject)
    if before is not None:
        statement = statement.where(Look.id < before)
    return session.scalars(statement).all()


def viewed(session: Session, user: Onlooker, subjects: Sequence[str]) -> set[str]:
    """Which of these things were shown to this person as they are: a copy with parts hidden does not count, nor an export."""
    shown = (Look.user_id == user.id, Look.action == LookAction.VIEW.value, ~Look.content.endswith(HIDDEN))
    return set(session.scalars(select(Look.subject).where(Look.subject.in_(subjects), *shown).distinct()))


def looks_at(session: Session, subjects: Sequence[str], limit: int = 200) -> Sequence[Look]:
    """Looks at any of these things, latest first."""
    return session.scalars(select(Look).where(Look.subject.in_(subjects)).order_by(Look.id.desc()).limit(limit)).all()
