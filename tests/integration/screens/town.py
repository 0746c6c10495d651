"""A small town behind the screens: real services on SQLite, forty minutes of stories up to this moment, generated pictures."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.alarms.service import AlarmService
from central.authority.profile import NoticeRule, Officer, shipped_profiles
from central.authority.service import Place
from central.cases.tables import Case
from central.config import CentralConfig
from central.core import Core
from central.database import Database
from central.deadlines.worker import DeadlineWorker
from central.evidence.arrivals import note_arrival
from central.evidence.records import record_evidence
from central.evidence.store import EvidenceStore
from central.ids import new_id
from central.live.store import LiveStore
from central.matters import Matters, build_matters
from central.metrics import Metrics
from central.nodes.service import add_node, find_node, record_description, record_health, record_state
from central.nodes.tables import Node
from central.notify.channels.building import Channels, Route
from central.notify.channels.channel import Answer, Handover, OutgoingMessage, Receipt
from central.notify.tables import Notification
from central.notify.worker import NotifyParts, NotifyWorker
from central.registry.document import RegistryDocument
from central.registry.importing import import_registry
from central.schema import migrate
from central.secrets import SecretKey
from central.users.roles import Principal, Role
from central.users.service import UserService
from tests.integration.screens.pictures import CAR, HEIGHT, WIDTH, ZONE, street_picture
from tests.unit.central.devices.papers import enter
from yuhang.clock import ManualClock, SystemClock
from yuhang.evidence.chain import CaptureFacts, EvidenceChain
from yuhang.evidence.keys import NodeKey
from yuhang.messages import (
    CameraDescription,
    CameraReport,
    EvidenceFile,
    EvidenceKind,
    FrameClock,
    Health,
    NodeDescription,
    NodeEvent,
    NodeState,
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
    TimeSource,
    TradingForm,
    TradingSeen,
    TradingSeenEvent,
    UnobservedReason,
    VehicleClass,
    ZoneDescription,
)
from yuhang.mqtt.session import MqttSession

SITE, NODE, CAMERA, ZONE_NAME = "yuhang", "n1", "cam-1", "east-pavement"
ADDRESS = "330110-001"
PASSWORD = "a good password"
PEOPLE = {
    "wang": ("王晓明", Role.REVIEWER),
    "zhao": ("赵敏", Role.REVIEWER),
    "chen": ("陈静", Role.REVIEWER),
    "li": ("李雷", Role.OFFICER),
    "admin": ("管理员甲", Role.ADMINISTRATOR),
    "zhou": ("周督导", Role.SUPERVISOR),
    "guest": ("来宾", Role.VIEWER),
}
CERTIFIED = {"wang": "ZF-0001", "zhao": "ZF-0002"}  # chen has no certificate
CLOCK = FrameClock(source=TimeSource.CAMERA, error_s=0.1, offset_s=0.05)
STEP = timedelta(seconds=20)
NOTHING = "0" * 64
ALWAYS = {"notice": NoticeRule.ALWAYS}
CLERK = Principal("0", "clerk", "clerk", "", "", Role.ADMINISTRATOR)


class _Gateway:
    needs_number = True

    def send(self, message: OutgoingMessage) -> Handover:
        return Handover(Answer.TAKEN)


@dataclass
class Town:
    """The services as a test uses them, with a clock of their own that ends at the present."""

    core: Core
    matters: Matters
    clock: ManualClock
    chain: EvidenceChain
    notify: NotifyWorker
    deadlines: DeadlineWorker
    seq: int = 0
    tracks: dict[str, str] = field(default_factory=dict)

    def run_until(self, at: datetime) -> None:
        """Let time pass in small steps, with notices and deadlines on the way."""
        while True:
            while self.notify.run_once() or self.deadlines.run_once():
                pass
            if self.clock.current >= at:
                return
            self.clock.current = min(at, self.clock.current + STEP)

    def take(self, event: NodeEvent) -> None:
        """What the dispatcher does with an event, in one transaction."""
        handlers = [
            handler for part in self.matters.features for kind, handler in part.event_handlers.items() if kind == event.type
        ]
        with self.core.database.session() as session:
            for handler in (record_evidence, *handlers):
                handler(session, event)

    def file(self, kind: EvidenceKind, at: datetime, caption: str, *, car: bool = True) -> EvidenceFile:
        content = street_picture(f"{caption} {at:%H:%M:%S}Z", car=car)
        facts = CaptureFacts(kind, "image/jpeg", CAMERA, at, CLOCK, {"detector": NOTHING}, NOTHING)
        record = self.chain.append(content, facts)
        sha256 = self.core.evidence.put(content)
        with self.core.database.session() as session:
            note_arrival(session, self.core.evidence, sha256, self.core.config.evidence.max_pixels, self.clock.now())
        return EvidenceFile(record=record, width=WIDTH, height=HEIGHT, subject=CAR)

    def _data(self, plate: str | None, stopped_at: datetime, now: datetime, evidence: tuple[EvidenceFile, ...]) -> dict[str, Any]:
        track = self.tracks.setdefault(f"{plate} {stopped_at}", new_id(self.clock))
        return {
            "track": track,
            "camera": CAMERA,
            "zone": ZONE_NAME,
            "zone_sha256": NOTHING,
            "vehicle": VehicleClass.CAR,
            "plate": PlateRead(text=plate, colour="blue" if plate else None, confidence=0.96, frames=12, width_px=140),
            "box": CAR,
            "stopped_at": stopped_at,
            "observation": Observation(since=stopped_at, until=now, longest_gap_s=0.4, frames=90, min_overlap=0.94),
            "clock": CLOCK,
            "evidence": evidence,
        }

    def _envelope(self, at: datetime) -> dict[str, Any]:
        self.seq += 1
        return {"id": new_id(self.clock), "source": f"yuhang/v1/{SITE}/{NODE}", "subject": ADDRESS, "time": at, "seq": self.seq}

    def stopped(self, plate: str | None, stopped_at: datetime) -> None:
        at = stopped_at + timedelta(seconds=60)
        files = (self.file(EvidenceKind.ARRIVAL, stopped_at, "arrival"), self.file(EvidenceKind.NOTICE, at, "notice"))
        data = ParkingStopped(**self._data(plate, stopped_at, at, files), dwell_s=60)
        self.take(ParkingStoppedEvent(**self._envelope(at), data=data))

    def present(self, plate: str, stopped_at: datetime, at: datetime) -> None:
        files = (self.file(EvidenceKind.PRESENT, at, "present"),)
        dwell_s = (at - stopped_at).total_seconds()
        data = ParkingPresent(**self._data(plate, stopped_at, at, files), dwell_s=dwell_s)
        self.take(ParkingPresentEvent(**self._envelope(at), data=data))

    def left(self, plate: str, stopped_at: datetime, at: datetime) -> None:
        files = (self.file(EvidenceKind.LEFT, at, "left", car=False),)
        dwell_s = (at - stopped_at).total_seconds()
        data = ParkingLeft(**self._data(plate, stopped_at, at, files), left_at=at, dwell_s=dwell_s)
        self.take(ParkingLeftEvent(**self._envelope(at), data=data))

    def unobserved(self, plate: str, stopped_at: datetime, at: datetime) -> None:
        data = ParkingUnobserved(**self._data(plate, stopped_at, at, ()), reason=UnobservedReason.GAP, last_seen_at=at)
        self.take(ParkingUnobservedEvent(**self._envelope(at), data=data))

    def trade(self, began_at: datetime) -> None:
        """A stall on the pavement, seen for five minutes: an alarm that nobody has looked at."""
        at = began_at + timedelta(minutes=5)
        files = (self.file(EvidenceKind.BEFORE, began_at, "before", car=False), self.file(EvidenceKind.DURING, at, "stall"))
        data = TradingSeen(
            track=new_id(self.clock),
            camera=CAMERA,
            zone=ZONE_NAME,
            zone_sha256=NOTHING,
            clock=CLOCK,
            evidence=files,
            form=TradingForm.STREET,
            began_at=began_at,
            until=at,
            minutes=5.0,
            attended_share=0.95,
            people=2,
            goods=(CAR,),
        )
        event = TradingSeenEvent(**self._envelope(at), data=data)
        with self.core.database.session() as session:
            for handler in (record_evidence, AlarmService(self.clock).record):
                handler(session, event)

    def delivered(self, plate: str, at: datetime) -> None:
        with self.core.database.session() as session:
            notice = session.scalars(
                select(Notification).join(Case, Case.id == Notification.case_id).where(Case.plate == plate)
            ).one()
            self.matters.notify.take_receipt(session, Receipt(notice.id, "delivered", at))

    def close(self) -> None:
        """Let go of the database and the chain; what was written stays."""
        self.chain.close()
        self.core.database.close()


Step = tuple[datetime, Callable[[], None]]
REGISTRY: dict[str, Any] = {
    "vehicles": [{"plate": f"浙A100{number:02d}", "phone": f"138000000{number:02d}"} for number in range(20)],
    "exempt": [{"plate": "浙A10007", "reason": "消防车"}],
    "addresses": [
        {"code": ADDRESS, "zh": "文一西路969号", "en": "969 Wenyi West Road", "latitude": 30.279, "longitude": 120.021}
    ],
    "car_parks": [
        {
            "code": f"p{n}",
            "zh": f"第{n}停车场",
            "en": f"P{n}",
            "latitude": 30.28,
            "longitude": 120.02 + n / 1000,
            "capacity": 9,
            "free": n,
        }
        for n in (1, 2, 3)
    ],
}


def make_town(config: CentralConfig, now: datetime) -> Town:
    """The database of `config` with people, a node, a registry and forty minutes of stories that end `now`."""
    config.data_dir.mkdir(parents=True, exist_ok=True)
    clock = ManualClock(now - timedelta(minutes=42))
    database = Database(config.database_url)
    migrate(database)
    core = Core(
        config=config,
        clock=clock,
        database=database,
        secret=SecretKey.load(config.key_path),
        users=UserService(database, config.users, SystemClock()),
        evidence=EvidenceStore(config.data_dir / "evidence", config.evidence.max_file_mb * 1024 * 1024),
        live=LiveStore(),
        mqtt=MqttSession(config.mqtt, "town"),
        metrics=Metrics(),
    )
    key = NodeKey.open(config.data_dir / "node.key")
    _register(core, key)
    matters = build_matters(core)
    chain = EvidenceChain(config.data_dir / "node", SITE, NODE, key)
    matters.notify.delivery = replace(matters.notify.delivery, channels=Channels((Route("sms", _Gateway()),)))
    notify = NotifyWorker(NotifyParts(database, clock, core.secret, matters.notify, config.notify))
    town = Town(core, matters, clock, chain, notify, DeadlineWorker(database, clock, {"parking": matters.cases.fire}))
    _authorities(town)
    for at, act in sorted(_stories(town, now), key=lambda step: step[0]):
        town.run_until(at)
        act()
    town.run_until(now)
    return town


def _register(core: Core, key: NodeKey) -> None:
    for name, (display_name, role) in PEOPLE.items():
        core.users.add(name, PASSWORD, role, display_name=display_name, unit="城管三中队")
    zone = ZoneDescription(
        zone=ZONE_NAME,
        name="东门人行道",
        name_en="East gate pavement",
        kind="parking",
        address=ADDRESS,
        polygon=ZONE,
        sha256=NOTHING,
    )
    cameras = (
        CameraDescription(camera=CAMERA, name="东门", width=WIDTH, height=HEIGHT, zones=(zone,)),
        CameraDescription(camera="cam-2", name="西门", width=WIDTH, height=HEIGHT),
    )
    description = NodeDescription(
        cameras=cameras,
        models={"detector": NOTHING},
        config_sha256=NOTHING,
        config_version=0,
        software="0.1.0",
        clock_offset_s=0.012,
        public_key=key.public_key,
        key_id=key.key_id,
    )
    with core.database.session() as session:
        add_node(session, core.clock, SITE, NODE)
        node = find_node(session, SITE, NODE)
        record_description(node, description, core.clock)
        record_state(node, NodeState(status="online", session=new_id(core.clock), since=core.clock.now()))
        _figures(session, node, core.clock.now())
        import_registry(session, RegistryDocument.model_validate(REGISTRY), core.config.data_dir, core.secret, core.clock.now())
        enter(session, SITE, NODE, CAMERA)


def _figures(session: Session, node: Node, now: datetime) -> None:
    """What the node has told of itself for half an hour: one camera runs, the other has failed."""
    cameras = (
        CameraReport(
            camera=CAMERA, state="live", since=now, fps_in=25, fps_decoded=5, fps_analysed=5, fps_detected=1.2, delay_s=0.3
        ),
        CameraReport(camera="cam-2", state="failed", detail="its decoder process ended with status 139", since=now, restarts=6),
    )
    for minute in range(30):
        values = {
            "outbox": float(minute % 7),
            "memory_mb": 240.0 + minute,
            "fps.cam-1": 5.0,
            "delay_s.cam-1": 0.3,
            "ms.detect": 21.5,
        }
        told = Health(time=now - timedelta(minutes=29 - minute), values=values | {"disk_free_mb": 8192.0}, cameras=cameras)
        record_health(session, node, told)


def _authorities(town: Town) -> None:
    """Both authorities name the two people with certificates; in the second one two people review."""
    officers = tuple(Officer(user=user, certificate=certificate) for user, certificate in CERTIFIED.items())
    with town.core.database.session() as session:
        for shipped in shipped_profiles().values():
            changed = shipped.model_copy(update={"officers": officers, "switches": shipped.switches.model_copy(update=ALWAYS)})
            town.matters.authorities.write(session, CLERK, changed, "the town's own people", after=1)


def _competent(town: Town, profile: str) -> None:
    with town.core.database.session() as session:
        town.matters.authorities.assign(session, CLERK, Place(SITE, NODE, ZONE_NAME), profile, "for the town")


def _stories(town: Town, now: datetime) -> list[Step]:
    def ago(minutes: float) -> datetime:
        return now - timedelta(minutes=minutes)

    def story(plate: str | None, began: float, delivered: float | None, *rest: Step) -> list[Step]:
        stopped_at = ago(began)
        steps: list[Step] = [(ago(began - 1), lambda: town.stopped(plate, stopped_at)), *rest]
        if plate is not None and delivered is not None:
            steps.append((ago(delivered), lambda: town.delivered(plate, ago(delivered))))
        return steps

    def stays(plate: str, began: float) -> list[Step]:
        """Warned two minutes after the stop, pictured again when the grace period is over: a draft."""
        again = ago(began - 12.2)
        return story(plate, began, began - 2, (again, lambda: town.present(plate, ago(began), again)))

    return [
        *(step for number, began in enumerate((36.0, 35.8, 35.6), 11) for step in stays(f"浙A100{number}", began)),
        (ago(32.6), lambda: _competent(town, "urban_management")),
        *(step for number, began in enumerate((33.5, 33.3, 33.1), 14) for step in stays(f"浙A100{number}", began)),
        (ago(32.0), lambda: _competent(town, "traffic_police")),
        *story("浙A10001", 40, 38, (ago(33), lambda: town.left("浙A10001", ago(40), ago(33)))),
        *story("浙A10002", 35, 33, (ago(22.8), lambda: town.present("浙A10002", ago(35), ago(22.8)))),
        *story("浙A10003", 34, 32, (ago(21.8), lambda: town.present("浙A10003", ago(34), ago(21.8)))),
        *story("浙A10004", 30, 28, (ago(25), lambda: town.unobserved("浙A10004", ago(30), ago(25)))),
        *story("浙A10007", 26, None),
        (ago(14), lambda: town.trade(ago(20))),
        *story("浙B99999", 20, None),
        *story("浙B99998", 19.5, None),
        *story(None, 15, None),
        *story(None, 14.5, None),
        *story("浙A10005", 13, None),
        *story("浙A10006", 6, 4),
    ]
