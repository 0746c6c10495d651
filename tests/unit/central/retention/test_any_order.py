"""Random cases, holds, clock steps, crashes and restarts: never what is held or open, in the end all that is due, with proof."""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event, select

from central.cases.tables import Case, CaseEvidence
from central.database import Database
from central.evidence.store import EvidenceStore
from central.evidence.tables import StoredFile
from central.retention.tables import LegalHold
from central.tables import METADATA
from tests.unit.central.retention.desk import DAY_S, Desk, make_desk
from yuhang.errors import StorageError

ENDS = [("left_in_time", "done"), ("exempt", "done"), ("not_proven", "void"), ("voided", "void"), ("closed", "done")]


class Office(RuleBasedStateMachine):
    """A desk in the hands of chance; `truth` is the latest time that the right clock has shown."""

    @initialize()
    def open_office(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="yuhang-retention-"))
        self.database = Database(f"sqlite:///{self.folder / 'central.db'}")
        event.listen(self.database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        METADATA.create_all(self.database.engine)
        self.desk: Desk = make_desk(self.database, self.folder)
        self.files: list[str] = []
        self.cases: list[str] = []
        self.holds: list[str] = []
        self.truth: datetime = self.desk.clock.now()

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.everything_due_goes()
            self.database.close()
            shutil.rmtree(self.folder)

    @rule(count=st.integers(0, 3), shared=st.booleans())
    def case(self, count: int, shared: bool) -> None:
        files = [self.desk.file() for _ in range(count)]
        self.files += files
        alive = [file for file in self.files if self.desk.store.has(file) and self.desk.stored(file).condemned_at is None]
        if shared and alive:
            files.append(alive[-1])
        self.cases.append(self.desk.case(files))

    @rule()
    def lost_file(self) -> None:
        self.files.append(self.desk.file())

    @precondition(lambda self: self.cases)
    @rule(which=st.integers(0, 50), end=st.sampled_from(ENDS))
    def close(self, which: int, end: tuple[str, str]) -> None:
        case = self.cases[which % len(self.cases)]
        with self.database.reader() as session:
            if session.get_one(Case, case).closed_at is not None:
                return
        self.desk.close(case, *end)

    @precondition(lambda self: self.cases)
    @rule(which=st.integers(0, 50), days=st.none() | st.integers(1, 400))
    def hold(self, which: int, days: int | None) -> None:
        case = self.cases[which % len(self.cases)]
        if not self.desk.is_purged(case):
            until = None if days is None else self.desk.clock.now() + timedelta(days=days)
            placed = self.desk.hold(case, until)
            if placed not in self.holds:  # the same hold twice is one hold
                self.holds.append(placed)

    @precondition(lambda self: self.holds)
    @rule()
    def lift(self) -> None:
        self.desk.lift(self.holds.pop())

    @rule(days=st.floats(0.01, 200))
    def time_passes(self, days: float) -> None:
        self.desk.clock.advance(days * DAY_S)
        self.truth = max(self.truth, self.desk.clock.now())

    @rule(hours=st.floats(0.1, 48))
    def clock_is_set_back(self, hours: float) -> None:
        self.desk.clock.advance(-hours * 3600)

    @rule(days=st.integers(1, 4000))
    def clock_is_wrong_for_a_while(self, days: int) -> None:
        self.desk.clock.advance(days * DAY_S)
        self.desk.run()
        self.desk.clock.advance(-days * DAY_S)
        self.desk.run()

    @rule()
    def run(self) -> None:
        self.desk.run()

    @rule(after=st.integers(0, 3), unlinked=st.booleans())
    def crash(self, after: int, unlinked: bool) -> None:
        remove, left = EvidenceStore.remove, [after]

        def fail(store: EvidenceStore, sha256: str) -> None:
            left[0] -= 1
            if unlinked or left[0] >= 0:
                remove(store, sha256)
            if left[0] < 0:
                raise StorageError("killed")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(EvidenceStore, "remove", fail)
            try:
                self.desk.run()
            except StorageError:
                return

    @invariant()
    def nothing_open_or_held_is_touched(self) -> None:
        if not hasattr(self, "desk"):
            return
        with self.database.reader() as session:
            for case in session.scalars(select(Case)):
                purged = self.desk.is_purged(case.id)
                if case.closed_at is None:
                    assert not purged
                elif purged:
                    assert self.desk.rules.due_at(case.state, case.state_kind, case.closed_at) <= self.truth
                if not purged:
                    names = session.scalars(select(CaseEvidence.sha256).where(CaseEvidence.case_id == case.id)).all()
                    assert all(self.desk.store.has(name) for name in names)
            now = self.desk.clock.now()
            for hold in session.scalars(select(LegalHold).where(LegalHold.lifted_at.is_(None))):
                if hold.until is None or hold.until > max(now, self.truth):
                    assert not self.desk.is_purged(hold.case_id)

    @invariant()
    def every_deletion_has_one_proof(self) -> None:
        if not hasattr(self, "desk"):
            return
        proven = self.desk.proven()
        assert len(proven) == len(set(proven))
        with self.database.reader() as session:
            rows = session.scalars(select(StoredFile)).all()
        assert {row.sha256 for row in rows if row.deleted_at is not None} == set(proven)
        for row in rows:
            here = self.desk.store.has(row.sha256)
            assert here == (row.deleted_at is None) or row.condemned_at is not None, "only what is condemned may be gone unproven"

    def everything_due_goes(self) -> None:
        self.desk.clock.current = max(self.truth, self.desk.clock.now())
        self.desk.wait(4000)
        with self.database.reader() as session:
            held = {
                hold.case_id
                for hold in session.scalars(select(LegalHold).where(LegalHold.lifted_at.is_(None), LegalHold.until.is_(None)))
            }
            stays = {case.id for case in session.scalars(select(Case)) if case.closed_at is None or case.id in held}
            needed = {row.sha256 for row in session.scalars(select(CaseEvidence)) if row.case_id in stays}
        for case in self.cases:
            assert self.desk.is_purged(case) == (case not in stays)
        for file in self.files:
            assert self.desk.store.has(file) == (file in needed)
        self.every_deletion_has_one_proof()


TestOffice = Office.TestCase
TestOffice.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
