"""Deletes what was due when the present announcement was made, a bounded batch a transaction.

A file is condemned first, in the transaction that ends its case; its bytes go next, and only then is its deletion recorded. After
a crash at any point the next run goes on where this one stopped: a condemned file without a record is looked at again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from central.alarms.tables import Alarm, AlarmAnswer, AlarmPart
from central.audit.tables import Look
from central.cases.tables import Case, CaseEvidence, CaseFile
from central.database import Database, claim, insert_missing
from central.erasure import EndedCase, Eraser, pseudonym
from central.evidence.store import EvidenceStore
from central.evidence.tables import StoredFile
from central.ingest.tables import DeadLetter
from central.retention.holds import held_at
from central.retention.proofs import record_deletion
from central.retention.rules import ALARMS, DEAD_LETTERS, FILES_WITHOUT_CASE, LOOKS, Period, RuleBook
from central.retention.selection import due_alarms, due_cases, due_dead_letters, due_files, due_looks, needed
from central.retention.tables import LegalHold, PurgedCase, RetentionPlan
from central.secrets import SecretKey
from yuhang.clock import Clock
from yuhang.evidence.deletions import DeletedThing, Deletion
from yuhang.evidence.keys import NodeKey

log = structlog.get_logger(__name__)

CASES, FILES, ROWS = 20, 20, 500  # in one transaction


@dataclass(frozen=True, slots=True)
class PurgeParts:
    """What the purge works with; `erasers` take a case's personal data out of the features' tables."""

    database: Database
    clock: Clock
    rules: RuleBook
    store: EvidenceStore
    secret: SecretKey
    key: NodeKey
    erasers: Sequence[Eraser]


class Purge:
    """Deletes in small steps; each step returns how much it did, 0 when nothing of its kind is left."""

    def __init__(self, parts: PurgeParts) -> None:
        self._parts = parts

    def step(self, run: str, cutoff: datetime) -> int:
        """One batch of whatever is left of a run; 0: all of it is done."""
        steps = (
            self._remove_files,
            self._end_cases,
            self._alarms,
            self._condemn_files,
            self._dead_letters,
            self._looks,
        )
        return next((done for done in (step(run, cutoff) for step in steps) if done), 0)

    def _end_cases(self, run: str, cutoff: datetime) -> int:
        parts = self._parts
        with parts.database.reader() as session:
            ids = [case.id for case in session.scalars(due_cases(parts.rules, cutoff).limit(CASES))]
        ended = 0
        for case_id in ids:
            with parts.database.session() as session:
                _hold_plan(session)
                for case in claim(session, due_cases(parts.rules, cutoff).where(Case.id == case_id)):
                    # Asked again now that the case is locked: a hold may have been placed while we waited.
                    if session.scalar(select(LegalHold.id).where(LegalHold.case_id == case_id, held_at(cutoff)).limit(1)) is None:
                        self._end(session, case, run)
                        ended += 1
        return ended

    def _end(self, session: Session, case: Case, run: str) -> None:
        parts, now = self._parts, self._parts.clock.now()
        name = parts.rules.rule_for(case.state, case.state_kind)
        rule = parts.rules.cases[name]
        self._condemn_files_of(session, case.id, name)
        instead = pseudonym(parts.secret, case.plate) if case.plate and rule.plate == "pseudonym" else ""
        ended = EndedCase(
            id=case.id,
            site=case.site,
            node=case.node,
            track=case.track,
            plate=case.plate,
            pseudonym=instead,
            opened_at=case.opened_at,
            closed_at=case.closed_at or now,
        )
        session.add(PurgedCase(case_id=case.id, rule=name, purged_at=now, run=run))
        deletion = Deletion(at=now, run=run, rule=name, basis=rule.basis, thing=DeletedThing.CASE, subject=case.number)
        record_deletion(session, parts.key, deletion)
        session.expunge(case)  # the erasers change its row; its version does not matter any more
        for erase in parts.erasers:
            erase(session, ended)
        log.info("case_purged", case=case.number, rule=name)

    def _condemn_files_of(self, session: Session, case_id: str, rule: str) -> None:
        """Every file of the case that no other case needs; the others go with the last of their cases."""
        now = self._parts.clock.now()
        by_evidence = select(CaseEvidence.sha256, CaseEvidence.size).where(CaseEvidence.case_id == case_id)
        files: dict[str, int] = {row.sha256: row.size for row in session.execute(by_evidence)}
        for sha256 in session.scalars(select(CaseFile.sha256).where(CaseFile.case_id == case_id)):
            files.setdefault(sha256, 0)
        here = [{"sha256": sha256, "size": size, "arrived_at": now, "told": True} for sha256, size in files.items()]
        insert_missing(session, StoredFile, [row for row in here if self._parts.store.has(str(row["sha256"]))])
        doomed = StoredFile.sha256.in_(list(files)), StoredFile.condemned_at.is_(None), ~needed(StoredFile.sha256, but=case_id)
        for row in session.scalars(select(StoredFile).where(*doomed).with_for_update()):
            row.condemned_at, row.rule = now, rule

    def _condemn_files(self, _run: str, cutoff: datetime) -> int:
        """Files that belong to no case, or only to cases whose time is over (they came late)."""
        with self._parts.database.session() as session:
            _hold_plan(session)
            rows = claim(session, due_files(self._parts.rules, cutoff).limit(FILES))
            for row in rows:
                row.condemned_at, row.rule = self._parts.clock.now(), FILES_WITHOUT_CASE
        return len(rows)

    def _remove_files(self, run: str, _cutoff: datetime) -> int:
        """The bytes of what is condemned, then the record."""
        parts = self._parts
        waiting = select(StoredFile).where(StoredFile.condemned_at.is_not(None), StoredFile.deleted_at.is_(None))
        with parts.database.reader() as session:
            if session.scalar(waiting.limit(1)) is None:
                return 0
        with parts.database.session() as session:
            _hold_plan(session)
            rows = claim(session, waiting.order_by(StoredFile.sha256).limit(FILES))
            for row in rows:
                if session.scalar(select(StoredFile.sha256).where(StoredFile.sha256 == row.sha256, needed(StoredFile.sha256))):
                    row.condemned_at, row.rule = None, None  # a case has come that has this very file
                    continue
                parts.store.remove(row.sha256)
                self._record_file(session, row, run)
        return len(rows)

    def _record_file(self, session: Session, row: StoredFile, run: str) -> None:
        rules, now = self._parts.rules, self._parts.clock.now()
        name = row.rule or FILES_WITHOUT_CASE
        rule = rules.cases.get(name, rules.files_without_case)
        deletion = Deletion(at=now, run=run, rule=name, basis=rule.basis, thing=DeletedThing.FILE, subject=row.sha256)
        record_deletion(session, self._parts.key, deletion)
        row.deleted_at, row.measures, row.told = now, None, True

    def _alarms(self, run: str, cutoff: datetime) -> int:
        """Their rows; the files go as those of no case."""
        with self._parts.database.session() as session:
            _hold_plan(session)
            tracks = [row.track for row in session.scalars(due_alarms(self._parts.rules, cutoff).limit(ROWS))]
            if tracks:
                for table in (AlarmAnswer, AlarmPart, Alarm):
                    session.execute(delete(table).where(table.track.in_(tracks)))
                self._record_rows(session, run, ALARMS, DeletedThing.ALARMS, tracks)
        return len(tracks)

    def _dead_letters(self, run: str, cutoff: datetime) -> int:
        with self._parts.database.session() as session:
            _hold_plan(session)
            digests = [row.digest for row in session.scalars(due_dead_letters(self._parts.rules, cutoff).limit(ROWS))]
            if digests:
                session.execute(delete(DeadLetter).where(DeadLetter.digest.in_(digests)))
                self._record_rows(session, run, DEAD_LETTERS, DeletedThing.DEAD_LETTERS, digests)
        return len(digests)

    def _looks(self, run: str, cutoff: datetime) -> int:
        with self._parts.database.session() as session:
            _hold_plan(session)
            ids = [row.id for row in session.scalars(due_looks(self._parts.rules, cutoff).limit(ROWS))]
            if ids:
                session.execute(delete(Look).where(Look.id.in_(ids)))
                self._record_rows(session, run, LOOKS, DeletedThing.LOOKS, [str(one) for one in ids])
        return len(ids)

    def _record_rows(self, session: Session, run: str, name: str, thing: DeletedThing, keys: Sequence[str]) -> None:
        rules = self._parts.rules
        rule: Period = {DEAD_LETTERS: rules.dead_letters, LOOKS: rules.looks, ALARMS: rules.alarms}[name]
        deletion = Deletion(
            at=self._parts.clock.now(),
            run=run,
            rule=name,
            basis=rule.basis,
            thing=thing,
            subject=f"{keys[0]}..{keys[-1]}"[:100],
            count=len(keys),
            digest=hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest(),
        )
        record_deletion(session, self._parts.key, deletion)


def _hold_plan(session: Session) -> None:
    """One purge at a time, also with several central workers: the chain of records has one end."""
    session.scalar(select(RetentionPlan).where(RetentionPlan.id == 1).with_for_update())
