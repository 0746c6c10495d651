"""A dry run: what would go, by the same queries that the purge asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from central.cases.tables import Case, CaseEvidence
from central.retention.rules import RuleBook
from central.retention.selection import due_alarms, due_cases, due_dead_letters, due_files, due_looks, needed


@dataclass(frozen=True, slots=True)
class DueCase:
    """A case that would go, by which rule and since when its time is over; its files that would go and that others need."""

    number: str
    rule: str
    due_since: datetime
    files: int
    shared: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would go if everything due at `cutoff` were deleted; `cases` lists the first of `case_count`."""

    cutoff: datetime
    case_count: int
    cases: Sequence[DueCase]
    files_without_case: int
    alarms: int
    dead_letters: int
    looks: int


def dry_run(session: Session, rules: RuleBook, cutoff: datetime, limit: int) -> DryRun:
    """Count everything and name the first `limit` cases; nothing is changed."""
    cases = session.scalars(due_cases(rules, cutoff).limit(limit)).all()
    return DryRun(
        cutoff=cutoff,
        case_count=_count(session, due_cases(rules, cutoff)),
        cases=tuple(_due(session, rules, case) for case in cases),
        files_without_case=_count(session, due_files(rules, cutoff)),
        alarms=_count(session, due_alarms(rules, cutoff)),
        dead_letters=_count(session, due_dead_letters(rules, cutoff)),
        looks=_count(session, due_looks(rules, cutoff)),
    )


def _due(session: Session, rules: RuleBook, case: Case) -> DueCase:
    files = select(func.count(func.distinct(CaseEvidence.sha256))).where(CaseEvidence.case_id == case.id)
    total = session.scalar(files) or 0
    shared = session.scalar(files.where(needed(CaseEvidence.sha256, but=case.id))) or 0
    due_since = rules.due_at(case.state, case.state_kind, case.closed_at or case.changed_at)
    return DueCase(case.number, rules.rule_for(case.state, case.state_kind), due_since, total - shared, shared)


def _count(session: Session, statement: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
