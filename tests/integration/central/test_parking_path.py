"""From the stop to the decision, through ingest's tables, real evidence, a gateway on HTTP and the REST interface."""

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from pydantic import SecretStr

from central.app import make_app
from central.audit.service import looks
from central.bootstrap import build, deadline_handlers, event_handlers
from central.config import CentralConfig, DatabaseConfig
from central.core import Core
from central.deadlines.worker import DeadlineWorker
from central.documents.erasing import erase_papers
from central.erasure import EndedCase
from central.events.dispatch import EventDispatcher
from central.events.tables import StoredEvent
from central.features import platform
from central.matters import build_matters
from central.nodes.service import add_node
from central.nodes.tables import NodeCommand
from central.notify.config import HttpSmsConfig, NotifyConfig
from central.registry.document import RegistryDocument
from central.registry.importing import import_registry
from central.schema import migrate
from central.users.roles import Role
from central.workers import Worker
from tests.unit.central.devices.papers import enter
from tests.unit.central.parking.street import CAR, NINE, PLATE, REGISTRY
from yuhang.clock import ManualClock
from yuhang.evidence import FindingKind
from yuhang.evidence.archive_report import Verdict
from yuhang.evidence.archive_verify import verify_archive
from yuhang.evidence.chain import CaptureFacts, EvidenceChain
from yuhang.evidence.keys import NodeKey
from yuhang.messages import (
    EvidenceFile,
    EvidenceKind,
    FrameClock,
    Observation,
    ParkingLeft,
    ParkingLeftEvent,
    ParkingPresent,
    ParkingPresentEvent,
    ParkingStopped,
    ParkingStoppedEvent,
    PlateRead,
    TimeSource,
    VehicleClass,
)
from yuhang.mqtt.config import MqttConfig

pytestmark = pytest.mark.integration

SECRET = "between gateway and central"
PASSWORD = "a long enough password"
CLOCK = FrameClock(source=TimeSource.CAMERA, error_s=0.2, offset_s=-0.1)
TRACK = "01JWN0000000000000000000TA"
WHY = {"reason": "test of the whole path"}


class Gateway:
    """A message gateway on loopback that takes everything and remembers it."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        taken = self.messages

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/messages"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@dataclass
class City:
    """Central with a clock in the test's hand, and a node that makes real evidence."""

    core: Core
    web: TestClient
    workers: list[Worker]
    gateway: Gateway
    chain: EvidenceChain
    credential: str
    clock: ManualClock
    tokens: dict[str, str] = field(default_factory=dict)
    seq: int = 0

    def work(self) -> None:
        while sum(worker.run_once() for worker in self.workers):
            pass

    def to(self, minutes: float, seconds: float = 0.0) -> datetime:
        target = NINE + timedelta(minutes=minutes, seconds=seconds)
        while self.clock.now() < target:
            self.clock.current = min(target, self.clock.now() + timedelta(seconds=60))
            self.work()
        return target

    def picture(self, kind: EvidenceKind, at: datetime, *, upload: bool = True) -> EvidenceFile:
        self.seq += 1
        buffer = io.BytesIO()
        image = Image.effect_mandelbrot((1280, 720), (-2, -1, 1, 1), 40).convert("RGB")
        image.paste((self.seq % 256, 90, 120), (0, 0, 640, 720))
        image.save(buffer, "JPEG")
        facts = CaptureFacts(kind, "image/jpeg", "cam-1", at, CLOCK, {}, "0" * 64)
        record = self.chain.append(buffer.getvalue(), facts)
        if upload:
            headers = {"Authorization": f"Bearer {self.credential}"}
            answer = self.web.put(f"/api/v1/evidence/{record.file_sha256}", content=buffer.getvalue(), headers=headers)
            assert answer.status_code == 201, answer.text
        return EvidenceFile(record=record, width=1280, height=720, subject=CAR)

    def envelope(self, at: datetime) -> dict[str, Any]:
        self.seq += 1
        return {
            "id": f"01JWN{self.seq:021d}",
            "source": "yuhang/v1/yuhang/n1",
            "subject": "330110-001",
            "time": at,
            "seq": self.seq,
        }

    def data(self, at: datetime, *kinds: EvidenceKind, plate: str = PLATE) -> dict[str, Any]:
        return {
            "track": TRACK,
            "camera": "cam-1",
            "zone": "zone-1",
            "zone_sha256": "a" * 64,
            "vehicle": VehicleClass.CAR,
            "plate": PlateRead(text=plate, colour="blue", confidence=0.95, frames=9, width_px=120),
            "box": CAR,
            "stopped_at": NINE,
            "observation": Observation(since=NINE, until=at, longest_gap_s=0.5, frames=50, min_overlap=0.95),
            "clock": CLOCK,
            "evidence": tuple(self.picture(kind, at) for kind in kinds),
        }

    def send(self, event: Any) -> None:
        """Put an event where ingest puts it."""
        with self.core.database.session() as session:
            session.add(
                StoredEvent(
                    id=event.id,
                    site="yuhang",
                    node="n1",
                    seq=event.seq,
                    type=event.type,
                    time=event.time,
                    received_at=self.clock.now() - timedelta(seconds=10),
                    payload=event.model_dump_json(),
                )
            )
        self.work()

    def stopped(self, **changes: Any) -> None:
        at = self.to(1)
        kinds = (EvidenceKind.ARRIVAL, EvidenceKind.NOTICE)
        data = self.data(at, *kinds, **changes)
        self.send(ParkingStoppedEvent(**self.envelope(at), data=ParkingStopped(**data, dwell_s=60)))

    def present(self, at: datetime) -> None:
        data = self.data(at, EvidenceKind.PRESENT)
        self.send(ParkingPresentEvent(**self.envelope(at), data=ParkingPresent(**data, dwell_s=60)))

    def left(self, at: datetime) -> None:
        data = self.data(at, EvidenceKind.LEFT)
        self.send(ParkingLeftEvent(**self.envelope(at), data=ParkingLeft(**data, left_at=at, dwell_s=60)))

    def deliver(self, at: datetime) -> None:
        body = {"id": self.gateway.messages[-1]["id"], "status": "delivered", "at": at.isoformat()}
        answer = self.web.post("/api/v1/notify/receipts", json=body, headers={"X-Gateway-Secret": SECRET})
        assert answer.status_code == 200, answer.text
        self.work()

    def as_(self, name: str) -> dict[str, str]:
        if name not in self.tokens:
            answer = self.web.post("/api/v1/login", json={"name": name, "password": PASSWORD})
            self.tokens[name] = answer.json()["token"]
            self.web.cookies.clear()
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    def cases(self, **query: Any) -> list[dict[str, Any]]:
        answer = self.web.get("/api/v1/cases", params={**WHY, **query}, headers=self.as_("officer"))
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["cases"]
        return found

    def look(self, name: str, case: dict[str, Any]) -> None:
        """Somebody is shown every picture of a case."""
        detail = self.web.get(f"/api/v1/cases/{case['id']}", params=WHY, headers=self.as_(name)).json()
        for file in detail["evidence"]:
            answer = self.web.get(f"/api/v1/evidence/{file['sha256']}", params=WHY, headers=self.as_(name))
            assert answer.status_code == 200, answer.text

    def act(self, name: str, case: dict[str, Any], **body: Any) -> Any:
        return self.web.post(f"/api/v1/cases/{case['id']}/acts", json=body, headers=self.as_(name))


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[City]:
    gateway = Gateway()
    config = CentralConfig(
        data_dir=tmp_path / "data",
        database=DatabaseConfig(url=database_url),
        mqtt=MqttConfig(),
        notify=NotifyConfig(channels=(HttpSmsConfig(name="sms", url=gateway.url, secret=SecretStr(SECRET)),)),
    )
    clock = ManualClock(NINE)
    core = replace(build(config).core, clock=clock)
    migrate(core.database)
    parts = (*platform(core), *build_matters(core).features)
    key = NodeKey.open(tmp_path / "node.pem")
    with core.database.session() as session:
        credential = add_node(session, clock, "yuhang", "n1", public_key=key.public_key)
        import_registry(session, RegistryDocument.model_validate(REGISTRY), tmp_path, core.secret, clock.now())
        enter(session, "yuhang", "n1", "cam-1")
    for name, role in (
        ("officer", Role.OFFICER),
        ("reviewer", Role.REVIEWER),
        ("viewer", Role.VIEWER),
        ("admin", Role.ADMINISTRATOR),
    ):
        core.users.add(name, PASSWORD, role, certificate=f"HZ-{name}")
    dispatcher = EventDispatcher(core.database, clock, event_handlers(parts), core.metrics)
    deadlines = DeadlineWorker(core.database, clock, deadline_handlers(parts))
    notify = next(worker for part in parts for worker in part.workers if worker.name == "notify")
    arrivals = next(worker for part in parts for worker in part.workers if worker.name == "arrivals")
    chain = EvidenceChain(tmp_path / "chain", "yuhang", "n1", key)
    with TestClient(make_app(core, parts)) as web:
        yield City(core, web, [dispatcher, arrivals, notify, deadlines], gateway, chain, credential, clock)
    chain.close()
    core.database.close()
    gateway.server.shutdown()
    gateway.server.server_close()


def draft(city: City) -> dict[str, Any]:
    city.stopped()
    city.deliver(city.to(1, 5))
    city.present(city.to(11, 6))
    (case,) = city.cases(timeline=True)
    return case


def test_from_the_stop_to_the_entry(city: City) -> None:
    case = draft(city)
    assert (case["state"], case["state_title"]["zh"]) == ("draft", "待审核")
    assert [line["target"] for line in case["timeline"]] == ["notifying", "notifying", "grace", "proving", "draft"]
    (message,) = city.gateway.messages
    assert message["to"] == "13800000001"
    assert "一号停车场" in message["text"]
    assert "二号停车场" not in message["text"]  # it is full
    with city.core.database.reader() as session:
        (command,) = session.query(NodeCommand).all()
        assert json.loads(command.payload)["due_at"] == "2026-06-01T01:11:05Z"
    detail = city.web.get(f"/api/v1/cases/{case['id']}", params=WHY, headers=city.as_("reviewer")).json()
    assert len(detail["checks"]) == 13
    assert all(check["passed"] and "{" not in check["detail"]["zh"] for check in detail["checks"])
    assert [file["kind"] for file in detail["evidence"]] == ["arrival", "notice", "present"]
    assert set(detail["offers"]) == {"approve", "void", "hand_over"}
    unseen = city.act("reviewer", case, trigger="approve", reason="all checks seen", version=case["version"])
    assert (unseen.status_code, "pictures_seen" in unseen.text) == (409, True)
    city.look("reviewer", case)
    answer = city.act("reviewer", case, trigger="approve", reason="all checks seen", version=case["version"])
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["reviewed_by"]) == ("entered", "reviewer")
    assert {"approved_at", "entered_at"} <= set(answer.json()["moments"])
    again = city.act("reviewer", case, trigger="approve", reason="once more")
    assert again.status_code == 409


def test_who_leaves_in_time_is_in_the_days_figures(city: City) -> None:
    city.stopped()
    city.deliver(city.to(1, 5))
    city.left(city.to(8))
    assert [case["state"] for case in city.cases()] == ["left_in_time"]
    figures = city.web.get("/api/v1/parking/figures", headers=city.as_("viewer")).json()
    assert (figures["day"], figures["stops"], figures["warned"], figures["left_in_time"]) == ("2026-06-01", 1, 1, 1)
    assert figures["left_share"] == 1.0


def test_law_06_only_reviewers_decide(city: City) -> None:
    case = draft(city)
    assert city.act("officer", case, trigger="approve", reason="because").status_code == 403
    assert city.act("viewer", case, trigger="approve", reason="because").status_code == 403
    assert city.web.post(f"/api/v1/cases/{case['id']}/acts", json={"trigger": "approve", "reason": "x"}).status_code == 401


def test_law_10_voiding_names_a_ground_and_a_reason(city: City) -> None:
    case = draft(city)
    assert city.act("reviewer", case, trigger="void", reason="no").status_code == 422
    assert city.act("reviewer", case, trigger="void", reason="no", ground="weather").status_code == 422
    assert city.act("reviewer", case, trigger="void", reason="", ground="unclear").status_code == 422
    answer = city.act("reviewer", case, trigger="void", reason="plate is blurred", ground="unclear")
    assert (answer.json()["state"], answer.json()["void_ground"]) == ("voided", "unclear")
    figures = city.web.get("/api/v1/parking/figures", headers=city.as_("viewer")).json()
    assert figures["void_grounds"] == {"unclear": 1}


def test_who_acts_on_an_old_view_is_told_so(city: City) -> None:
    case = draft(city)
    stale = city.act("reviewer", case, trigger="approve", reason="because", version=case["version"] - 1)
    assert stale.status_code == 409
    assert "has changed meanwhile" in stale.json()["detail"]


def test_law_16_every_look_is_logged(city: City) -> None:
    case = draft(city)
    assert city.web.get(f"/api/v1/cases/{case['id']}", headers=city.as_("officer")).status_code == 422  # no reason
    assert city.web.get("/api/v1/cases", headers=city.as_("officer")).status_code == 422
    assert city.web.get("/api/v1/cases", params=WHY, headers=city.as_("viewer")).status_code == 403
    city.web.get(f"/api/v1/cases/{case['id']}", params=WHY, headers=city.as_("officer"))
    with city.core.database.reader() as session:
        assert (looks(session)[0].subject, looks(session)[0].user_name) == (f"case/{case['id']}", "officer")


def test_a_cases_evidence_is_taken_along_and_checked_without_central(city: City, tmp_path: Path) -> None:
    case = draft(city)
    url = f"/api/v1/cases/{case['id']}/export"
    assert city.web.get(url, params=WHY, headers=city.as_("viewer")).status_code == 403
    answer = city.web.get(url, params=WHY, headers=city.as_("reviewer"))
    assert answer.status_code == 200, answer.text
    (tmp_path / "case.zip").write_bytes(answer.content)
    keys = city.web.get("/api/v1/keys").json()
    report = verify_archive(tmp_path / "case.zip", keys)
    assert (report.verdict, report.evidence.records, report.evidence.files) == (Verdict.HOLDS, 3, 3), report.text()
    assert verify_archive(tmp_path / "case.zip").verdict is Verdict.ORIGIN_UNPROVEN
    with city.core.database.reader() as session:
        assert {look.action for look in looks(session)[:4]} == {"export"}


def test_law_05_the_photos_of_a_posted_notice_are_taken_along_and_checked(city: City, tmp_path: Path) -> None:
    """The key of the officers' photos is among the public ones, and a changed photo is found without central."""
    city.stopped(plate="浙A23456")  # the owner cannot be reached
    (case,) = city.cases()
    url, officer = f"/api/v1/foot/tasks/{case['id']}", city.as_("officer")
    assert city.web.post(f"{url}/take", headers=officer).status_code == 200
    for key, kind, colour in (("photo-01", "sheet", "white"), ("photo-02", "panorama", "green")):
        buffer = io.BytesIO()
        Image.new("RGB", (64, 48), colour).save(buffer, "JPEG")
        sent = city.web.put(f"{url}/photos/{key}", params={"kind": kind}, content=buffer.getvalue(), headers=officer)
        assert sent.status_code == 200, sent.text
    report = {"key": "report-01", "outcome": "posted", "reason": "posted", "sheet": "A-17", "photos": ["photo-01", "photo-02"]}
    assert city.web.post(f"{url}/report", json=report, headers=officer).json()["state"] == "posted"
    answer = city.web.get(f"/api/v1/cases/{case['id']}/export", params=WHY, headers=officer)
    (tmp_path / "case.zip").write_bytes(answer.content)
    keys = city.web.get("/api/v1/keys").json()
    checked = verify_archive(tmp_path / "case.zip", keys)
    assert (checked.verdict, checked.photos) == (Verdict.HOLDS, 2), checked.text()
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        archive.extractall(tmp_path / "case")
    photo = next(path for path in (tmp_path / "case" / "brought").iterdir() if path.suffix != ".jsonl")
    photo.write_bytes(photo.read_bytes()[:-1] + b"x")
    found = {finding.kind for finding in verify_archive(tmp_path / "case", keys).all_findings}
    assert found == {FindingKind.ENTRY_CHANGED, FindingKind.PHOTO_CHANGED}


def test_a_changed_record_proves_nothing(city: City) -> None:
    city.stopped()
    city.deliver(city.to(1, 5))
    at = city.to(11, 6)
    data = city.data(at, EvidenceKind.PRESENT)
    (file,) = data["evidence"]
    forged = file.record.model_copy(update={"captured_at": at + timedelta(seconds=1)})
    data["evidence"] = (file.model_copy(update={"record": forged}),)
    city.send(ParkingPresentEvent(**city.envelope(at), data=ParkingPresent(**data, dwell_s=60)))
    city.to(20)
    assert [case["state"] for case in city.cases()] == ["not_proven"]


NARROWED: list[tuple[dict[str, Any], int]] = [
    ({"state": ["draft", "grace"]}, 1),
    ({"state": "decided"}, 0),
    ({"plate": PLATE}, 1),
    ({"plate": "浙A00000"}, 0),
    ({"search": "a123"}, 1),
    ({"search": "2026-000001"}, 1),
    ({"search": "%"}, 0),
    ({"zone": "zone-1", "track": TRACK}, 1),
    ({"red_light": True}, 0),
    ({"opened_from": datetime(2026, 6, 2, tzinfo=UTC).isoformat()}, 0),
    ({"page": 2}, 0),
]


def test_the_list_can_be_narrowed(city: City) -> None:
    draft(city)
    assert [(query, len(city.cases(**query))) for query, _ in NARROWED] == NARROWED


def test_law_after_a_restart_everything_goes_on(city: City) -> None:
    """New services on the same database, as after a kill: the deadline still fires, the receipt still counts."""
    city.stopped()
    city.deliver(city.to(1, 5))
    parts = (*platform(city.core), *build_matters(city.core).features)
    city.workers[2] = DeadlineWorker(city.core.database, city.clock, deadline_handlers(parts))
    city.clock.advance(3600)
    city.work()
    (case,) = city.cases(timeline=True)
    assert case["state"] == "unobserved"
    assert [line["trigger"] for line in case["timeline"]][-2:] == ["grace_over", "proof_over"]


def test_free_spaces_are_reported_and_used(city: City) -> None:
    def report(name: str, code: str, free: int) -> int:
        url = f"/api/v1/car-parks/{code}/free"
        return city.web.put(url, json={"free": free}, headers=city.as_(name)).status_code

    assert [report("admin", "p1", 0), report("admin", "p2", 4)] == [200, 200]
    assert [report("officer", "p1", 1), report("admin", "p9", 1), report("admin", "p1", 10)] == [403, 404, 422]
    city.stopped()
    city.to(2)
    (message,) = city.gateway.messages
    assert "二号停车场" in message["text"]
    assert "一号停车场" not in message["text"]
    parks = city.web.get("/api/v1/car-parks", headers=city.as_("viewer")).json()
    assert [(park["code"], park["free"]) for park in parks] == [("p1", 0), ("p2", 4)]


def issue(city: City, name: str, case: dict[str, Any], kind: str, **body: Any) -> Any:
    party = {} if kind in {"notice_sheet", "case_file"} else {"party": {"name": "王小明"}}
    wish = {"kind": kind, "reason": "the case needs it", **party, **body}
    return city.web.post(f"/api/v1/cases/{case['id']}/papers", json=wish, headers=city.as_(name))


def record(city: City, case: dict[str, Any]) -> None:
    city.look("reviewer", case)
    assert city.act("reviewer", case, trigger="approve", reason="all checks seen").json()["state"] == "entered"


def served(city: City) -> dict[str, str]:
    return {"way": "post", "at": city.clock.now().isoformat(), "proof": "EMS-1"}


def test_law_09_no_decision_paper_without_informing_before_and_never_a_higher_fine(city: City) -> None:
    case = draft(city)
    assert issue(city, "officer", case, "informing").status_code == 409  # nobody has reviewed it
    record(city, case)
    assert issue(city, "officer", case, "informing", party=None).status_code == 422  # nobody named
    assert issue(city, "officer", case, "informing", fine_yuan=180).status_code == 422  # above the authority's
    informing = issue(city, "officer", case, "informing", fine_yuan=100)
    assert informing.status_code == 200, informing.text
    assert issue(city, "reviewer", case, "decision").status_code == 409  # not decided
    dearer = city.act("officer", case, trigger="inform", amount=150, service=served(city))
    assert (dearer.status_code, "amount_as_informed" in dearer.json()["detail"]) == (422, True)  # the paper says 100
    told = city.act("officer", case, trigger="inform", service=served(city))
    assert told.json()["state"] == "informed", told.text
    heard = {"statement": "I was unloading", "second_officer": ""}
    assert city.act("reviewer", case, trigger="decide", reason="heard", **heard).json()["state"] == "decided"
    assert issue(city, "officer", case, "decision").status_code == 403
    unserved = city.act("officer", case, trigger="serve", service=served(city))
    assert (unserved.status_code, "decision_paper" in unserved.json()["detail"]) == (409, True)
    decision = issue(city, "reviewer", case, "decision")
    assert "罚款100元" in extracted(download(city, case, decision.json()["id"]))
    assert city.act("officer", case, trigger="serve", service=served(city)).json()["state"] == "served"
    assert issue(city, "officer", case, "informing", corrects=informing.json()["id"]).status_code == 409  # too late


def test_law_09_the_decision_names_what_was_decided_and_who_decided(city: City) -> None:
    case = draft(city)
    record(city, case)
    assert issue(city, "officer", case, "informing").status_code == 200
    city.act("officer", case, trigger="inform", service=served(city))
    city.act("reviewer", case, trigger="decide", reason="heard", statement="I was unloading", amount=120)
    decision = issue(city, "reviewer", case, "decision")
    assert decision.status_code == 200, decision.text
    text = extracted(download(city, case, decision.json()["id"]))
    assert "罚款120元" in text
    assert "EXAMPLE-0001" in text  # the certificate of who decided, out of the authority's profile
    receipt = issue(city, "officer", case, "service_receipt", serves=decision.json()["id"], way="直接送达")
    assert decision.json()["number"] in extracted(download(city, case, receipt.json()["id"]))
    other = issue(city, "reviewer", case, "decision", corrects=decision.json()["id"]).json()
    assert (other["corrects"], other["number"][-4:-1]) == (decision.json()["id"], "002")
    assert decision.json()["number"] in extracted(download(city, case, other["id"]))
    assert issue(city, "reviewer", case, "decision", corrects=decision.json()["id"]).status_code == 409  # corrected already


def test_a_paper_issued_again_is_the_same_and_each_download_is_logged(city: City) -> None:
    case = draft(city)
    assert issue(city, "viewer", case, "notice_sheet").status_code == 403
    first, again = issue(city, "officer", case, "notice_sheet").json(), issue(city, "reviewer", case, "notice_sheet").json()
    assert first == again
    assert first["number"] == "余公交停告字〔2026〕第000001号"
    url = f"/api/v1/cases/{case['id']}/papers/{first['id']}"
    assert city.web.get(url, headers=city.as_("officer")).status_code == 422  # no reason
    one, two = (download(city, case, first["id"]) for _ in range(2))
    assert one == two
    assert hashlib.sha256(one).hexdigest() == first["sha256"]
    with city.core.database.reader() as session:
        assert (looks(session)[0].subject, looks(session)[0].action) == (f"paper/{first['id']}", "paper")
    listed = city.web.get(f"/api/v1/cases/{case['id']}/papers", headers=city.as_("officer")).json()
    assert listed == [first]


def test_numbers_have_no_gap_where_a_paper_could_not_be_issued(city: City) -> None:
    case = draft(city)
    assert issue(city, "officer", case, "notice_sheet", corrects="0" * 26).status_code == 409
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("central.documents.service.draw", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            issue(city, "officer", case, "notice_sheet")
    assert issue(city, "officer", case, "notice_sheet").json()["number"][-4:-1] == "001"
    numbers = [issue(city, "officer", case, "case_file", language=language).json()["number"] for language in ("zh", "en", "zh")]
    assert [number[-4:-1] for number in numbers] == ["001", "002", "001"]


def test_the_archive_holds_the_papers(city: City, tmp_path: Path) -> None:
    case = draft(city)
    paper = issue(city, "officer", case, "notice_sheet").json()
    answer = city.web.get(f"/api/v1/cases/{case['id']}/export", params=WHY, headers=city.as_("officer"))
    (tmp_path / "case.zip").write_bytes(answer.content)
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        content = archive.read("papers/notice_sheet-2026-000001.pdf")
        assert {"README.md", "case.json", "playbook.json", "authority.json", "brought.json"} <= set(archive.namelist())
    assert hashlib.sha256(content).hexdigest() == paper["sha256"]
    assert verify_archive(tmp_path / "case.zip", city.web.get("/api/v1/keys").json()).verdict is Verdict.HOLDS


def test_a_paper_whose_time_is_over_keeps_its_number_and_loses_its_content(city: City) -> None:
    case = draft(city)
    paper = issue(city, "officer", case, "notice_sheet").json()
    ended = EndedCase(case["id"], "yuhang", "n1", None, PLATE, "", NINE, NINE)
    with city.core.database.session() as session:
        erase_papers(session, ended)
    url = f"/api/v1/cases/{case['id']}/papers/{paper['id']}"
    assert city.web.get(url, params=WHY, headers=city.as_("officer")).status_code == 404
    assert city.web.get(f"/api/v1/cases/{case['id']}/papers", headers=city.as_("officer")).json()[0]["sha256"] == paper["sha256"]
    export = city.web.get(f"/api/v1/cases/{case['id']}/export", params=WHY, headers=city.as_("officer"))
    assert not any(name.startswith("papers/") for name in zipfile.ZipFile(io.BytesIO(export.content)).namelist())


def download(city: City, case: dict[str, Any], paper_id: str) -> bytes:
    answer = city.web.get(f"/api/v1/cases/{case['id']}/papers/{paper_id}", params=WHY, headers=city.as_("officer"))
    assert answer.status_code == 200, answer.text
    return answer.content


def extracted(pdf: bytes) -> str:
    with pdfium.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "")
