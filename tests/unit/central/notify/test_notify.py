"""Notices: handed over until the gateway has them, with one id each, and receipts counted once."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy.orm import Session

from central.api.problems import install_problems
from central.database import Base, Database
from central.errors import NotFound, Unprocessable
from central.notify.api import notify_router
from central.notify.config import NotifyConfig
from central.notify.gateway import Answer, HttpGateway, OutgoingMessage
from central.notify.service import NewNotice, NotifyService, Receipt, thread, threads
from central.notify.tables import NoticeStatus, Notification
from central.notify.templates import NoticeError, Template, load_templates
from central.notify.worker import NotifyParts, NotifyWorker
from central.secrets import SecretKey
from yuhang.clock import ManualClock
from yuhang.errors import ConfigError

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
PHONE = "13800000001"
CONFIG = NotifyConfig(gateway_url="http://gateway.test/messages", secret=SecretStr("shared"))


@dataclass
class Listener:
    """Notes what it is told."""

    told: list[str] = field(default_factory=list)

    def notice_sent(self, session: Session, notice: Notification) -> None:
        self.told.append("sent")

    def notice_delivered(self, session: Session, notice: Notification) -> None:
        self.told.append(f"delivered {notice.delivered_at:%H:%M:%S}")

    def notice_failed(self, session: Session, notice: Notification) -> None:
        self.told.append(f"failed: {notice.detail}")


@dataclass
class Office:
    """The parts under test and a gateway that answers as told."""

    database: Database
    clock: ManualClock
    secret: SecretKey
    listener: Listener
    service: NotifyService
    answers: list[int | BaseException] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def gateway(self) -> HttpGateway:
        return HttpGateway(CONFIG.gateway_url, 1.0, httpx.Client(transport=httpx.MockTransport(self._answer)))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else 202
        if isinstance(answer, BaseException):
            raise answer
        return httpx.Response(answer)

    def worker(self) -> NotifyWorker:
        return NotifyWorker(NotifyParts(self.database, self.clock, self.secret, self.gateway(), self.service, CONFIG))

    def queue(self, case: str = "case", **changes: Any) -> str:
        facts: dict[str, Any] = {
            "kind": "parking",
            "case_id": case,
            "template": "leave_now",
            "phone": PHONE,
            "masked": "138****0001",
            "text": "please leave",
            "variables": {"plate": "浙A12345"},
            "expires_at": NOW + timedelta(minutes=10),
        }
        with self.database.session() as session:
            return self.service.queue(session, NewNotice(**(facts | changes))).id

    def notice(self, notice_id: str) -> Notification:
        with self.database.reader() as session:
            return session.get_one(Notification, notice_id)

    def receipt(self, notice_id: str, status: Any = "delivered", at: datetime | None = None) -> bool:
        with self.database.session() as session:
            return self.service.take_receipt(session, Receipt(notice_id, status, at or self.clock.now()))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = ManualClock(NOW)
    secret = SecretKey.load(tmp_path / "secret.key")
    listener = Listener()
    with Database(f"sqlite:///{tmp_path / 'test.db'}") as database:
        Base.metadata.create_all(database.engine, tables=[Base.metadata.tables[Notification.__tablename__]])
        yield Office(database, clock, secret, listener, NotifyService(secret, clock, {"parking": listener}))


def test_a_notice_is_handed_over_once(office: Office) -> None:
    notice = office.queue()
    assert office.worker().run_once() == 1
    assert office.worker().run_once() == 0
    (request,) = office.requests
    assert request.headers["Idempotency-Key"] == notice
    assert json.loads(request.content) == {
        "id": notice,
        "to": PHONE,
        "template": "leave_now",
        "text": "please leave",
        "variables": {"plate": "浙A12345"},
    }
    assert office.notice(notice).status == NoticeStatus.SENT
    assert office.listener.told == ["sent"]


def test_the_same_notice_is_queued_once(office: Office) -> None:
    assert office.queue() == office.queue()
    assert office.queue(template="other") != office.queue()


def test_law_21_no_plain_number_in_the_database_or_in_logs(office: Office, tmp_path: Path) -> None:
    notice = office.notice(office.queue())
    assert PHONE.encode() not in (tmp_path / "test.db").read_bytes() + (tmp_path / "test.db-wal").read_bytes()
    assert PHONE not in repr(OutgoingMessage("1", PHONE, "t", "text", {}))
    assert notice.recipient_masked == "138****0001"


@pytest.mark.parametrize("trouble", [503, 429, 500, httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
def test_a_gateway_that_is_away_is_asked_again_later_and_with_the_same_id(office: Office, trouble: int | Exception) -> None:
    notice = office.queue()
    office.answers = [trouble, trouble]
    worker = office.worker()
    assert worker.run_once() == 1
    assert worker.run_once() == 0  # not at once
    office.clock.advance(2)
    assert worker.run_once() == 1
    office.clock.advance(2)
    assert worker.run_once() == 0  # the second wait is longer
    office.clock.advance(2)
    assert worker.run_once() == 1
    assert {request.headers["Idempotency-Key"] for request in office.requests} == {notice}
    assert office.notice(notice).status == NoticeStatus.SENT
    assert office.notice(notice).attempts == 3


def test_a_gateway_that_refuses_is_not_asked_again(office: Office) -> None:
    notice = office.queue()
    office.answers = [400]
    office.worker().run_once()
    office.clock.advance(300)
    assert office.worker().run_once() == 0
    assert office.notice(notice).status == NoticeStatus.FAILED
    assert office.listener.told == ["failed: the gateway refused it"]


def test_what_could_not_be_handed_over_in_time_expires(office: Office) -> None:
    notice = office.queue()
    office.answers = [503] * 100
    worker = office.worker()
    for _ in range(100):
        office.clock.advance(10)
        worker.run_once()
    assert office.notice(notice).status == NoticeStatus.EXPIRED
    assert office.listener.told == ["failed: not handed over in time"]


def test_a_crash_between_handing_over_and_noting_it_hands_over_again_with_the_same_id(office: Office) -> None:
    notice = office.queue()
    office.answers = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        office.worker().run_once()
    assert office.worker().run_once() == 0  # the lease of the attempt has to run out
    office.clock.advance(CONFIG.timeout_s * 20 + 2)
    assert office.worker().run_once() == 1
    assert [request.headers["Idempotency-Key"] for request in office.requests] == [notice, notice]


def test_a_receipt_may_be_faster_than_the_answer(office: Office) -> None:
    notice = office.queue()
    gateway = office.gateway()
    send: Callable[[OutgoingMessage], Answer] = gateway.send

    def send_and_report(message: OutgoingMessage) -> Answer:
        answer = send(message)
        office.receipt(message.id)
        return answer

    gateway.send = send_and_report  # type: ignore[method-assign]
    NotifyWorker(NotifyParts(office.database, office.clock, office.secret, gateway, office.service, CONFIG)).run_once()
    assert office.notice(notice).status == NoticeStatus.DELIVERED
    assert office.listener.told == ["delivered 01:00:00"]


def test_the_first_receipt_stands(office: Office) -> None:
    notice = office.queue()
    office.worker().run_once()
    office.clock.advance(100)
    assert office.receipt(notice, at=NOW + timedelta(seconds=30))
    assert not office.receipt(notice, at=NOW + timedelta(seconds=60))
    assert not office.receipt(notice, "failed")
    assert office.notice(notice).delivered_at == NOW + timedelta(seconds=30)
    assert office.listener.told == ["sent", "delivered 01:00:30"]


@pytest.mark.parametrize(("seconds", "allowed"), [(-1, False), (0, True), (60, True), (61, False)])
def test_the_time_of_a_receipt_must_be_possible(office: Office, seconds: float, allowed: bool) -> None:
    notice = office.queue()
    office.worker().run_once()
    if allowed:
        assert office.receipt(notice, at=NOW + timedelta(seconds=seconds))
    else:
        with pytest.raises(Unprocessable):
            office.receipt(notice, at=NOW + timedelta(seconds=seconds))


def test_a_receipt_for_what_was_never_handed_over_is_refused(office: Office) -> None:
    with pytest.raises(NotFound):
        office.receipt("nothing")
    with pytest.raises(Unprocessable):
        office.receipt(office.queue())


def test_a_notice_can_be_held_back_until_it_is_handed_over(office: Office) -> None:
    first, second = office.queue(case="a"), office.queue(case="b")
    with office.database.session() as session:
        assert office.service.cancel(session, "a") == 1
    office.worker().run_once()
    with office.database.session() as session:
        assert office.service.cancel(session, "b") == 0
    assert office.notice(first).status == NoticeStatus.CANCELLED
    assert office.notice(second).status == NoticeStatus.SENT


def test_messages_are_grouped_by_a_reference_and_not_by_number(office: Office) -> None:
    notice = office.queue(case="a")
    office.queue(case="b")
    office.queue(case="c", phone="13900000009")
    assert office.worker().run_once() == 3
    reference = office.notice(notice).recipient_reference
    with office.database.reader() as session:
        assert [row.case_id for row in thread(session, reference)] == ["a", "b"]
        assert [row.case_id for row in threads(session)] == ["c", "b", "a"]


# --- receipts over HTTP ---


def client(office: Office, config: NotifyConfig = CONFIG) -> TestClient:
    app = FastAPI()
    install_problems(app)
    app.include_router(notify_router(office.database, office.service, config))
    return TestClient(app)


def test_the_receipts_endpoint_needs_the_secret(office: Office) -> None:
    notice = office.queue()
    office.worker().run_once()
    body = {"id": notice, "status": "delivered", "at": NOW.isoformat()}
    web = client(office)
    assert web.post("/api/v1/notify/receipts", json=body).status_code == 401
    assert web.post("/api/v1/notify/receipts", json=body, headers={"X-Gateway-Secret": "guess"}).status_code == 401
    answer = web.post("/api/v1/notify/receipts", json=body, headers={"X-Gateway-Secret": "shared"})
    assert (answer.status_code, answer.json()) == (200, {"recorded": True})
    assert web.post("/api/v1/notify/receipts", json=body, headers={"X-Gateway-Secret": "shared"}).json() == {"recorded": False}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": "unknown", "status": "delivered", "at": NOW.isoformat()}, 404),
        ({"id": "x", "status": "read", "at": NOW.isoformat()}, 422),
        ({"id": "x", "status": "delivered", "at": "2026-06-01T01:00:00"}, 422),  # a time without a zone
        ({"id": "x" * 65, "status": "delivered", "at": NOW.isoformat()}, 422),
        ([], 422),
    ],
)
def test_a_receipt_that_makes_no_sense_is_refused(office: Office, body: Any, status: int) -> None:
    answer = client(office).post("/api/v1/notify/receipts", json=body, headers={"X-Gateway-Secret": "shared"})
    assert answer.status_code == status


def test_without_a_configured_secret_nobody_may_report(office: Office) -> None:
    web = client(office, NotifyConfig())
    body = {"id": "x", "status": "delivered", "at": NOW.isoformat()}
    assert web.post("/api/v1/notify/receipts", json=body, headers={"X-Gateway-Secret": ""}).status_code == 401


def test_the_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    assert NotifyConfig(secret_file=tmp_path / "secret").shared_secret() == "from the file"
    with pytest.raises(ConfigError, match=r"notify\.secret_file"):
        NotifyConfig(secret_file=tmp_path / "nothing").shared_secret()


# --- texts ---


def test_a_text_never_grows_too_long_and_misses_no_word() -> None:
    template = Template(text="{plate}: {text}", max_chars=11)
    assert template.render({"plate": "浙A12345", "text": "go"}) == "浙A12345: go"
    with pytest.raises(NoticeError, match="has 12 characters, 11 are allowed"):
        template.render({"plate": "浙A12345", "text": "go!"})
    with pytest.raises(NoticeError, match="needs the word 'text'"):
        template.render({"plate": "浙A12345"})


def test_the_shipped_texts_load() -> None:
    assert "{leave_by}" in load_templates()["leave_now"].text
