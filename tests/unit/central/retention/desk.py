"""A small office with cases, files and a purge, for the tests of retention."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from central.cases.erasing import erase_case
from central.cases.tables import Case, CaseEvidence
from central.database import Database
from central.evidence.arrivals import note_arrival
from central.evidence.store import EvidenceStore
from central.evidence.tables import StoredFile
from central.ids import new_id
from central.live.store import LiveStore
from central.retention.holds import NewHold, lift_hold, place_hold
from central.retention.purge import PurgeParts
from central.retention.rules import RuleBook, load_rules
from central.retention.tables import DeletionRow, PurgedCase
from central.retention.worker import RetentionWorker
from central.secrets import SecretKey
from central.users.roles import Principal, Role
from yuhang.clock import ManualClock
from yuhang.evidence.deletions import DeletedThing, DeletionRecord, broken_links, deletion_holds
from yuhang.evidence.keys import NodeKey

START = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
REVIEWER = Principal("u", "han", "Han", "City management", "HZ-1", Role.REVIEWER)
DAY_S = 86400.0


@dataclass
class Desk:
    """Cases are closed and held here; `run` lets the worker do all it would do now."""

    database: Database
    store: EvidenceStore
    secret: SecretKey
    key: NodeKey
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    rules: RuleBook = field(default_factory=load_rules)
    live: LiveStore = field(default_factory=LiveStore)
    _count: int = 0

    @property
    def parts(self) -> PurgeParts:
        return PurgeParts(self.database, self.clock, self.rules, self.store, self.secret, self.key, (erase_case,))

    def worker(self) -> RetentionWorker:
        return RetentionWorker(self.parts, self.live)

    def run(self) -> int:
        """What a worker that was started just now does before it rests."""
        worker, done = self.worker(), 0
        while step := worker.run_once():
            done += step
        return done

    def wait(self, days: float) -> int:
        """Let the notice pass after `days`: announce then, and delete a day later."""
        self.clock.advance(days * DAY_S)
        done = self.run()
        self.clock.advance(self.rules.notice.total_seconds() + 1)
        return done + self.run()

    def file(self, content: bytes | None = None) -> str:
        """A file that has arrived."""
        self._count += 1
        sha256 = self.store.put(content or f"file {self._count}".encode())
        with self.database.session() as session:
            note_arrival(session, self.store, sha256, 1_000_000, self.clock.now())
        return sha256

    def case(self, files: Sequence[str] = (), *, plate: str = "浙A12345") -> str:
        """An open case with these files."""
        self._count += 1
        now, case_id = self.clock.now(), new_id(self.clock)
        with self.database.session() as session:
            session.add(
                Case(
                    id=case_id,
                    number=f"余2026-{self._count:06d}",
                    public_code=f"C{self._count}",
                    kind="parking",
                    playbook_version=1,
                    profile="p",
                    profile_version=1,
                    state="grace",
                    state_kind="open",
                    site="yuhang",
                    node="n1",
                    camera="cam-1",
                    zone="z",
                    address="a",
                    track=None,
                    plate=plate,
                    opened_at=now,
                    changed_at=now,
                    moments={},
                )
            )
            session.flush()
            for sha256 in dict.fromkeys(files):
                session.add(
                    CaseEvidence(
                        case_id=case_id,
                        sha256=sha256,
                        kind="notice",
                        event_id="e",
                        record_hash=hashlib.sha256(sha256.encode()).hexdigest(),
                        captured_at=now,
                        media_type="image/jpeg",
                        size=1,
                        blur=[],
                    )
                )
        return case_id

    def close(self, case_id: str, state: str = "left_in_time", kind: str = "done") -> None:
        with self.database.session() as session:
            case = session.get_one(Case, case_id)
            case.state, case.state_kind, case.closed_at = state, kind, self.clock.now()

    def hold(self, case_id: str, until: datetime | None = None) -> str:
        with self.database.session() as session:
            return place_hold(session, self.clock, REVIEWER, NewHold(case_id, "complaint 7", until)).id

    def lift(self, hold_id: str) -> None:
        with self.database.session() as session:
            lift_hold(session, self.clock, REVIEWER, hold_id, "complaint settled")

    def is_purged(self, case_id: str) -> bool:
        with self.database.reader() as session:
            return session.get(PurgedCase, case_id) is not None

    def proofs(self) -> list[DeletionRecord]:
        """The whole chain, checked."""
        with self.database.reader() as session:
            rows = session.scalars(select(DeletionRow).order_by(DeletionRow.seq)).all()
            records = [DeletionRecord.model_validate_json(row.record) for row in rows]
        assert all(deletion_holds(record, self.key.public_key) for record in records)
        assert broken_links(records) == []
        return records

    def proven(self, thing: DeletedThing = DeletedThing.FILE) -> list[str]:
        """What the records say was deleted."""
        return [record.subject for record in self.proofs() if record.thing is thing]

    def stored(self, sha256: str) -> StoredFile:
        with self.database.reader() as session:
            return session.get_one(StoredFile, sha256)


def make_desk(database: Database, folder: Path) -> Desk:
    """A desk in a folder of its own."""
    store = EvidenceStore(folder / "evidence", 1_000_000)
    return Desk(database, store, SecretKey.load(folder / "secret.key"), NodeKey.open(folder / "deletions.key"))
