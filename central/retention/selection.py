"""What is due at a moment, as queries; a dry run and the purge itself ask the same ones."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from central.alarms.tables import Alarm, AlarmPart
from central.audit.tables import Look
from central.cases.tables import Case, CaseEvidence, CaseFile
from central.evidence.tables import EvidenceRow, StoredFile
from central.ingest.tables import DeadLetter
from central.retention.holds import held_at
from central.retention.rules import RuleBook
from central.retention.tables import LegalHold, PurgedCase


def due_cases(rules: RuleBook, cutoff: datetime) -> Select[Case]:
    """Closed cases whose time is over at `cutoff`, neither held nor purged; the one that ended first comes first."""
    named = [state for rule in rules.cases.values() for state in rule.states]
    ended: list[ColumnElement[bool]] = []
    for rule in rules.cases.values():
        over = Case.closed_at <= cutoff - rule.length
        if rule.states:
            ended.append(and_(Case.state.in_(rule.states), over))
        if rule.kind is not None:
            ended.append(and_(Case.state_kind == rule.kind, Case.state.not_in(named), over))
    held = exists().where(LegalHold.case_id == Case.id, held_at(cutoff))
    purged = exists().where(PurgedCase.case_id == Case.id)
    closed = Case.closed_at.is_not(None), Case.state_kind != "open"
    return select(Case).where(*closed, or_(*ended), ~held, ~purged).order_by(Case.closed_at, Case.id)


def needed(sha256: Any, *, but: str = "") -> ColumnElement[bool]:
    """Condition: a case that has not been purged (other than `but`) has this file, or an alarm that somebody has confirmed."""
    evidence, brought = aliased(CaseEvidence), aliased(CaseFile)  # `sha256` may be a column of one of these tables
    by_evidence = exists().where(evidence.sha256 == sha256, evidence.case_id != but, _unpurged(evidence.case_id))
    by_people = exists().where(brought.sha256 == sha256, brought.case_id != but, _unpurged(brought.case_id))
    record = aliased(EvidenceRow)
    confirmed = select(AlarmPart.event_id).join(Alarm, Alarm.track == AlarmPart.track).where(Alarm.verdict == "confirmed")
    by_alarm = exists().where(record.file_sha256 == sha256, record.event_id.in_(confirmed))
    return or_(by_evidence, by_people, by_alarm)


def due_files(rules: RuleBook, cutoff: datetime) -> Select[StoredFile]:
    """Files that no case needs and that have been here for long enough."""
    over = StoredFile.arrived_at <= cutoff - rules.files_without_case.length
    fresh = StoredFile.condemned_at.is_(None), over
    return select(StoredFile).where(*fresh, ~needed(StoredFile.sha256)).order_by(StoredFile.arrived_at, StoredFile.sha256)


def due_alarms(rules: RuleBook, cutoff: datetime) -> Select[Alarm]:
    """Alarms whose time is over; their files are those of no case from then on."""
    confirmed = and_(Alarm.verdict == "confirmed", Alarm.began_at <= cutoff - rules.alarms.length)
    others = and_(Alarm.verdict != "confirmed", Alarm.began_at <= cutoff - rules.alarms.other_length)
    return select(Alarm).where(or_(confirmed, others)).order_by(Alarm.began_at, Alarm.track)


def due_dead_letters(rules: RuleBook, cutoff: datetime) -> Select[DeadLetter]:
    """Refused messages that came last long enough ago."""
    return select(DeadLetter).where(DeadLetter.last_at <= cutoff - rules.dead_letters.length).order_by(DeadLetter.digest)


def due_looks(rules: RuleBook, cutoff: datetime) -> Select[Look]:
    """Old lines of the log of looks."""
    return select(Look).where(Look.at <= cutoff - rules.looks.length).order_by(Look.id)


def _unpurged(case_id: Any) -> ColumnElement[bool]:
    return ~exists().where(PurgedCase.case_id == case_id)
