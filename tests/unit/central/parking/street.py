"""A street without a camera: a test plays node, gateway, clock and officer against the real services on SQLite."""

import atexit
import hashlib
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from central.audit.service import log_look
from central.authority.service import AuthorityService
from central.cases.acts import ActData
from central.cases.carrying_out import CarryingOut
from central.cases.engine import Act, Facts, Refusal, Transition
from central.cases.party import Party
from central.cases.people import People, Wish
from central.cases.playbook import Playbook, Role, shipped_playbook
from central.cases.queries import evidence_of, timeline_of
from central.cases.records import CaseRecords
from central.cases.service import CaseService, Happening
from central.cases.tables import Case
from central.database import Database, insert_missing
from central.deadlines.tables import Deadline
from central.deadlines.worker import DeadlineWorker
from central.devices.service import CameraService
from central.documents.issued import latest_papers, tell
from central.documents.papers import PaperKind
from central.documents.tables import Paper
from central.evidence.measuring import PictureMeasures
from central.evidence.tables import EvidenceRow
from central.metrics import Metrics
from central.nodes.service import add_node
from central.nodes.tables import NodeCommand
from central.notify.channels.building import Channels, Route
from central.notify.channels.channel import Answer, Handover, OutgoingMessage, Receipt
from central.notify.config import NotifyConfig
from central.notify.delivery import Delivery
from central.notify.service import NotifyService
from central.notify.tables import Notification
from central.notify.templates import load_template_sets
from central.notify.worker import NotifyParts, NotifyWorker
from central.parking.facts import EvidenceSources
from central.parking.kind import ParkingKind
from central.parking.parts import KIND, ParkingParts
from central.parking.receipts import ParkingReceipts
from central.parking.sending import NoticeSender
from central.parking.service import ParkingService
from central.parking.tables import ParkingStop
from central.payment.service import PaymentService
from central.registry.document import RegistryDocument
from central.registry.importing import import_registry
from central.registry.service import RegistryService
from central.secrets import SecretKey
from central.tables import METADATA
from central.users.roles import Principal
from central.users.roles import Role as UserRole
from tests.unit.central.devices.papers import enter
from yuhang.clock import ManualClock
from yuhang.messages import (
    Box,
    EvidenceFile,
    EvidenceKind,
    EvidenceRecord,
    FrameClock,
    Observation,
    ParkingLeft,
    ParkingLeftEvent,
    ParkingPresent,
    ParkingPresentEvent,
    ParkingStopped,
    ParkingStoppedEvent,
    ParkingUnobserved,
    ParkingUnobservedEvent,
    PlateRead,
    Reobserve,
    TimeSource,
    UnobservedReason,
    VehicleClass,
)

NINE = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)  # 09:00 in Hangzhou
CLOCK = FrameClock(source=TimeSource.CAMERA, error_s=0.1, offset_s=0.05)
FIRST = Principal("1", "reviewer", "王", "中队", "", UserRole.REVIEWER)
SECOND = Principal("2", "second-reviewer", "李", "中队", "", UserRole.REVIEWER)
STRANGER = Principal("3", "stranger", "赵", "中队", "", UserRole.REVIEWER)  # a reviewer without a certificate, in no profile
OFFICER = Principal("4", "officer", "钱", "中队", "ZF-4", UserRole.OFFICER)
ADMINISTRATOR = Principal("5", "administrator", "孙", "", "", UserRole.ADMINISTRATOR)
PLATE = "浙A12345"
CAR = Box(left=410, top=310, right=690, bottom=480)
MEASURES = PictureMeasures(width=1920, height=1080, bits=24, brightness=120, contrast=50, chroma=20, softness=0.3)
UNREACHABLE = "浙A23456"
FIRE_ENGINE = "浙A11900"
REGISTRY: dict[str, Any] = {
    "vehicles": [
        {"plate": PLATE, "phone": "13800000001"},
        {"plate": "浙A12346", "phone": "13800000002"},
        {"plate": UNREACHABLE, "phone": "13800000003", "reachable": False},
        {"plate": FIRE_ENGINE, "phone": "13800000119"},
    ],
    "exempt": [{"plate": FIRE_ENGINE, "reason": "消防车"}],
    "addresses": [
        {"code": "330110-001", "zh": "文一西路969号", "en": "969 Wenyi W Rd", "latitude": 30.279, "longitude": 120.021}
    ],
    "car_parks": [
        {"code": "p1", "zh": "一号停车场", "en": "P1", "latitude": 30.28, "longitude": 120.0225, "capacity": 9, "free": 3},
        {"code": "p2", "zh": "二号停车场", "en": "P2", "latitude": 30.281, "longitude": 120.022, "capacity": 9, "free": 0},
    ],
}


class Gateway:
    """Takes messages, or is away."""

    def __init__(self) -> None:
        self.answer = Answer.TAKEN
        self.taken: list[OutgoingMessage] = []

    needs_number = True

    def send(self, message: OutgoingMessage) -> Handover:
        if self.answer is Answer.TAKEN:
            self.taken.append(message)
        return Handover(self.answer)


@dataclass
class Street:
    """Everything a test needs to tell a story, in minutes and seconds after nine."""

    folder: Path
    playbook: Playbook
    database: Database
    clock: ManualClock
    authorities: AuthorityService
    cases: CaseService
    records: CaseRecords
    people: People
    party: Party
    payments: PaymentService
    parking: ParkingService
    sender: NoticeSender
    notify: NotifyService
    worker: NotifyWorker
    deadlines: DeadlineWorker
    gateway: Gateway
    files: set[str] = field(default_factory=set)
    verified: bool = True
    uploaded: bool = True
    _counter: int = 0

    def id(self) -> str:
        self._counter += 1
        return f"01JWN{self._counter:021d}"

    def to(self, at: datetime) -> None:
        """Let time pass, firing what falls due and handing over notices on the way."""
        self.work()
        while self.clock.now() < at:
            self.clock.current = min(at, self._next_due() or at)
            self.work()

    def _next_due(self) -> datetime | None:
        """The next moment at which a worker has something to do."""
        now = self.clock.now()
        with self.database.reader() as session:
            open_deadlines = Deadline.fired_at.is_(None), Deadline.cancelled_at.is_(None), Deadline.due_at > now
            queued = Notification.status == "queued", Notification.next_try_at > now
            due = session.scalar(select(func.min(Deadline.due_at)).where(*open_deadlines))
            retry = session.scalar(select(func.min(Notification.next_try_at)).where(*queued))
        return min((moment for moment in (due, retry) if moment is not None), default=None)

    def work(self) -> None:
        while self.worker.run_once() or self.deadlines.run_once():
            pass

    # --- the node ---

    def file(self, kind: EvidenceKind, at: datetime, clock: FrameClock = CLOCK) -> EvidenceFile:
        self._counter += 1
        digest = hashlib.sha256(str(self._counter).encode()).hexdigest()
        record = EvidenceRecord(
            site="yuhang",
            node="n1",
            seq=self._counter,
            previous="0" * 64,
            file_sha256=digest,
            size=1,
            media_type="image/jpeg",
            kind=kind,
            camera="cam-1",
            captured_at=at,
            clock=clock,
            models={},
            config_sha256="0" * 64,
            key_id="k",
            hash=digest,
            signature="s",
        )
        if self.uploaded:
            self.files.add(digest)
        return EvidenceFile(record=record, width=1920, height=1080, subject=CAR)

    def data(self, track: str, now: datetime, kinds: tuple[EvidenceKind, ...], **changes: Any) -> dict[str, Any]:
        plate, colour = changes.pop("plate", PLATE), changes.pop("colour", "blue")
        files = tuple(self.file(kind, changes.pop("picture_at", now)) for kind in kinds)
        data: dict[str, Any] = {
            "track": track,
            "camera": "cam-1",
            "zone": "zone-1",
            "zone_sha256": "a" * 64,
            "vehicle": VehicleClass.CAR,
            "plate": PlateRead(text=plate, colour=colour, confidence=0.95, frames=9, width_px=120),
            "box": CAR,
            "stopped_at": NINE,
            "observation": Observation(since=NINE, until=max(now, NINE), longest_gap_s=0.5, frames=50, min_overlap=0.95),
            "clock": CLOCK,
            "evidence": files,
        }
        return data | changes

    def take(self, event: Any) -> None:
        """Give an event to the handlers as the dispatcher does: evidence first, one transaction."""
        with self.database.session() as session:
            rows = [
                {
                    "hash": file.record.hash,
                    "site": "yuhang",
                    "node": "n1",
                    "seq": file.record.seq,
                    "previous": file.record.previous,
                    "file_sha256": file.record.file_sha256,
                    "event_id": event.id,
                    "kind": file.record.kind.value,
                    "media_type": "image/jpeg",
                    "size": 1,
                    "captured_at": file.record.captured_at,
                    "record": "{}",
                    "details": {},
                    "verified": self.verified,
                    "reason": None,
                }
                for file in event.data.evidence
            ]
            insert_missing(session, EvidenceRow, rows)
            self.parking.handlers()[event.type](session, event)

    def _envelope(self, at: datetime) -> dict[str, Any]:
        return {"id": self.id(), "source": "yuhang/v1/yuhang/n1", "subject": "330110-001", "time": at, "seq": self._counter}

    def stopped(self, track: str, at: datetime, **changes: Any) -> ParkingStoppedEvent:
        data = self.data(track, at, (EvidenceKind.ARRIVAL, EvidenceKind.NOTICE), **changes)
        return ParkingStoppedEvent(**self._envelope(at), data=ParkingStopped(**data, dwell_s=60))

    def present(self, track: str, at: datetime, **changes: Any) -> ParkingPresentEvent:
        data = self.data(track, at, (EvidenceKind.PRESENT,), **changes)
        return ParkingPresentEvent(**self._envelope(at), data=ParkingPresent(**data, dwell_s=60))

    def left(self, track: str, at: datetime, **changes: Any) -> ParkingLeftEvent:
        data = self.data(track, at, (EvidenceKind.LEFT,), **changes)
        return ParkingLeftEvent(**self._envelope(at), data=ParkingLeft(**data, left_at=at, dwell_s=60))

    def unobserved(self, track: str, at: datetime, reason: UnobservedReason = UnobservedReason.GAP) -> ParkingUnobservedEvent:
        data = self.data(track, at, ())
        return ParkingUnobservedEvent(**self._envelope(at), data=ParkingUnobserved(**data, reason=reason, last_seen_at=at))

    # --- the gateway ---

    def notice(self, track: str, template: str = "leave_now") -> Notification:
        """The latest notice of a template."""
        with self.database.reader() as session:
            statement = select(Notification).join(Case, Case.id == Notification.case_id).where(Case.track == track)
            return session.scalars(
                statement.where(Notification.template == template).order_by(Notification.id.desc()).limit(1)
            ).one()

    def receipt(self, track: str, at: datetime, status: Any = "delivered", template: str = "leave_now") -> bool:
        with self.database.session() as session:
            return self.notify.take_receipt(session, Receipt(self.notice(track, template).id, status, at))

    # --- people, and what became of it ---

    def act(
        self, track: str, trigger: str, role: Role = Role.REVIEWER, reason: str = "checked", **checks: bool
    ) -> Transition | Refusal:
        with self.database.session() as session:
            case = self.cases.locked(session, self.case(track).id)
            now, facts = self.clock.now(), Facts(checks={"pictures_seen": True, **checks})
            return self.cases.pull(session, case, Act(trigger, "Li Lei", role, reason), Happening(now, facts))

    def do(self, track: str, trigger: str, user: Principal, reason: str = "looked into", **data: Any) -> Case:
        """What a person does over the interface, with everything an act brings along; who approves has looked at the pictures."""
        if trigger in {"approve", "confirm"}:
            self.look(track, user)
        with self.database.session() as session:
            wish = Wish(self.case(track).id, trigger, reason, ActData.model_validate(data))
            return self.people.act(session, user, wish)

    def issue(self, track: str, kind: PaperKind, user: Principal = OFFICER, fine: int = 150) -> Paper:
        """An informing paper or a decision is issued; only its drawing is left out, which takes longer than most stories."""
        with self.database.session() as session:
            case = self.cases.locked(session, self.case(track).id)
            now, serial = self.clock.now(), self.id()
            paper = Paper(
                id=serial,
                case_id=case.id,
                kind=kind.value,
                authority="余公交",
                year=2026,
                serial=self._counter,
                number=f"余公交{kind.value}〔2026〕第{self._counter}号",
                subject="",
                corrects=None,
                case_version=case.version,
                fine_yuan=fine,
                issued_at=now,
                issued_by=user.name,
                unit=user.unit,
                reason="for the test",
                sha256=hashlib.sha256(serial.encode()).hexdigest(),
                size=1,
                content=b"%",
            )
            session.add(paper)
            session.flush()
            tell(session, self.cases, user, case, paper)
            return paper

    def look(self, track: str, user: Principal, content: str = "original") -> None:
        """The pictures of a case are shown to somebody."""
        with self.database.session() as session:
            for row in evidence_of(session, self.case(track).id):
                log_look(session, user, f"evidence/{row.sha256}", "review", at=self.clock.now(), content=content)

    def case(self, track: str) -> Case:
        with self.database.reader() as session:
            return session.scalars(select(Case).where(Case.track == track)).one()

    def state(self, track: str) -> str:
        return self.case(track).state

    def stop(self, track: str) -> ParkingStop:
        with self.database.reader() as session:
            return session.get_one(ParkingStop, track)

    def history(self, track: str) -> list[tuple[str, str]]:
        """Trigger and resulting state, or trigger and the refusal."""
        with self.database.reader() as session:
            lines = timeline_of(session, self.case(track).id)
        return [(line.trigger, line.refusal or line.target) for line in lines]

    def commands(self) -> list[Reobserve]:
        with self.database.reader() as session:
            rows = session.scalars(select(NodeCommand).order_by(NodeCommand.id)).all()
        return [Reobserve.model_validate_json(row.payload) for row in rows]


def make_street(folder: Path, playbook: Playbook | None = None, url: str | None = None) -> Street:
    """A street with its own database in `folder`, or in the empty database at `url`."""
    clock = ManualClock(NINE)
    if url is None:
        shutil.copytree(_template(), folder, dirs_exist_ok=True)
        database = Database(f"sqlite:///{folder / 'street.db'}")
        event.listen(database.engine, "connect", _no_sync)
    else:
        database = Database(url)
        _prepare(database, folder, clock)
    return _wire(database, clock, folder, playbook or parking_playbook(), Gateway(), set())


def restarted(street: Street) -> Street:
    """The same street after a restart: new services, nothing kept but the database, the files and the gateway."""
    again = _wire(street.database, street.clock, street.folder, street.playbook, street.gateway, street.files)
    again._counter = street._counter
    return again


def _wire(database: Database, clock: ManualClock, folder: Path, playbook: Playbook, gateway: Gateway, files: set[str]) -> Street:
    secret = SecretKey.load(folder / "secret.key")
    listeners: dict[str, Any] = {}
    notify = NotifyService(secret, Delivery(clock, Channels((Route("sms", gateway),)), Metrics(), listeners))
    authorities = AuthorityService(clock, [playbook])
    cases = CaseService(clock, authorities, latest_papers)
    records = CaseRecords(secret)

    def has_file(sha256: str) -> bool:
        return sha256 in files

    carrying_out = CarryingOut(cases, authorities, records, clock, has_file)
    sources = EvidenceSources(has_file, lambda _, names: dict.fromkeys(names, MEASURES), CameraService())
    parts = ParkingParts(clock, authorities, notify, RegistryService(secret), load_template_sets(), sources)
    cases.add_kind(ParkingKind(parts))
    parking = ParkingService(parts, cases)
    listeners[KIND] = ParkingReceipts(clock, cases, carrying_out)
    return Street(
        folder=folder,
        playbook=playbook,
        database=database,
        clock=clock,
        authorities=authorities,
        cases=cases,
        records=records,
        people=People(cases, carrying_out),
        party=Party(cases, carrying_out),
        payments=PaymentService(cases, authorities, clock),
        parking=parking,
        sender=NoticeSender(parts),
        notify=notify,
        worker=NotifyWorker(NotifyParts(database, clock, secret, notify, NotifyConfig())),
        deadlines=DeadlineWorker(database, clock, {KIND: cases.fire}),
        gateway=gateway,
        files=files,
    )


@cache
def parking_playbook() -> Playbook:
    """The shipped playbook, read once."""
    return shipped_playbook("parking")


def _prepare(database: Database, folder: Path, clock: ManualClock) -> None:
    METADATA.create_all(database.engine)
    with database.session() as session:
        add_node(session, clock, "yuhang", "n1")
        import_registry(
            session, RegistryDocument.model_validate(REGISTRY), folder, SecretKey.load(folder / "secret.key"), clock.now()
        )
        enter(session, "yuhang", "n1", "cam-1")


@cache
def _template() -> Path:
    """A folder with a database that is ready to be copied: made once, because it takes longer than most stories."""
    folder = Path(tempfile.mkdtemp(prefix="yuhang-street-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Database(f"sqlite:///{folder / 'street.db'}") as database:
        _prepare(database, folder, ManualClock(NINE))
    return folder


def _no_sync(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """These tests lose no power: waiting for the disk would only make them slow."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
