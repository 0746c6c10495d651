"""Notices: handed over until a channel has them, with one id each, and receipts counted once."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from central.api.problems import install_problems
from central.errors import NotFound, Unprocessable
from central.notify.api import notify_router
from central.notify.channels.building import Channels, Route
from central.notify.channels.channel import OutgoingMessage
from central.notify.channels.http_sms import HttpSms
from central.notify.config import HttpSmsConfig, NotifyConfig
from central.notify.service import thread, threads
from central.notify.tables import NoticeStatus
from tests.unit.central.notify.office import NOW, PHONE, PLATE, WRITTEN, Office
from yuhang.errors import ConfigError

CONFIG = NotifyConfig(channels=(HttpSmsConfig(name="sms", url="http://carrier.test/messages", secret=SecretStr("shared")),))


def test_a_notice_is_handed_over_once(office: Office) -> None:
    notice = office.queue()
    assert office.work() == 1
    assert office.work() == 0
    (request,) = office.carrier.requests
    assert request.headers["Idempotency-Key"] == notice
    assert json.loads(request.content) == {
        "id": notice,
        "to": PHONE,
        "template": "leave_now",
        "code": "SMS_1",
        "signature": "余杭综合执法",
        "text": "【余杭综合执法】请驶离。",
        "variables": {"plate": PLATE, "minutes": "10"},
    }
    assert office.notice(notice).status == NoticeStatus.SENT
    assert office.listener.told == ["sent"]


def test_the_same_notice_is_queued_once(office: Office) -> None:
    assert office.queue() == office.queue()
    assert office.queue(written=replace(WRITTEN, template="other")) != office.queue()


def test_law_21_no_plain_number_in_the_database_or_in_logs(office: Office, tmp_path: Path) -> None:
    notice = office.notice(office.queue())
    assert PHONE.encode() not in (tmp_path / "central.db").read_bytes() + (tmp_path / "central.db-wal").read_bytes()
    assert PHONE not in repr(OutgoingMessage("1", PHONE, PLATE, WRITTEN))
    assert notice.recipient_masked == "138****0001"


@pytest.mark.parametrize("trouble", [503, 429, 500, httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
def test_a_gateway_that_is_away_is_asked_again_later_and_with_the_same_id(office: Office, trouble: int | Exception) -> None:
    notice = office.queue()
    office.carrier.answers = [trouble, trouble]
    assert office.work() == 1
    assert office.work() == 0  # not at once
    office.clock.advance(2)
    assert office.work() == 1
    office.clock.advance(2)
    assert office.work() == 0  # the second wait is longer
    office.clock.advance(2)
    assert office.work() == 1
    assert {request.headers["Idempotency-Key"] for request in office.carrier.requests} == {notice}
    assert office.notice(notice).status == NoticeStatus.SENT
    assert office.notice(notice).attempts == 3


def test_a_gateway_that_refuses_is_not_asked_again(office: Office) -> None:
    notice = office.queue()
    office.carrier.answers = [400]
    office.work()
    office.clock.advance(300)
    assert office.work() == 0
    assert office.notice(notice).status == NoticeStatus.FAILED
    assert office.listener.told == ["failed: the gateway refused it: HTTP 400"]


def test_what_could_not_be_handed_over_in_time_expires(office: Office) -> None:
    notice = office.queue()
    office.carrier.answers = [503] * 100
    for _ in range(100):
        office.clock.advance(10)
        office.work()
    assert office.notice(notice).status == NoticeStatus.EXPIRED
    assert office.listener.told == ["failed: not handed over in time"]


def test_a_crash_between_handing_over_and_noting_it_hands_over_again_with_the_same_id(office: Office) -> None:
    notice = office.queue()
    office.carrier.answers = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        office.work()
    assert office.work() == 0  # the lease of the attempt has to run out
    office.clock.advance(5.0 * 20 + 2)
    assert office.work() == 1
    assert [request.headers["Idempotency-Key"] for request in office.carrier.requests] == [notice, notice]


def test_a_receipt_may_be_faster_than_the_answer(office: Office) -> None:
    notice = office.queue()
    answer = office.carrier.answer

    def report_and_answer(request: httpx.Request) -> httpx.Response:
        office.receipt(notice)
        return answer(request)

    office.carrier.answer = report_and_answer  # type: ignore[method-assign]
    channel = HttpSms(office.carrier.post())
    office.service.delivery = replace(office.service.delivery, channels=Channels((Route("sms", channel, price_hao=450),)))
    office.work()
    assert office.notice(notice).status == NoticeStatus.DELIVERED
    assert office.listener.told == ["delivered 01:00:00"]
    assert office.sending(notice, "sms").cost_hao == 450  # once, though both the receipt and the answer say that it was taken


def test_the_first_receipt_stands(office: Office) -> None:
    notice = office.queue()
    office.work()
    office.clock.advance(100)
    assert office.receipt(notice, at=NOW + timedelta(seconds=30))
    assert not office.receipt(notice, at=NOW + timedelta(seconds=60))
    assert not office.receipt(notice, "failed")
    assert office.notice(notice).delivered_at == NOW + timedelta(seconds=30)
    assert office.listener.told == ["sent", "delivered 01:00:30"]


@pytest.mark.parametrize(("seconds", "allowed"), [(-1, False), (0, True), (60, True), (61, False)])
def test_the_time_of_a_receipt_must_be_possible(office: Office, seconds: float, allowed: bool) -> None:
    notice = office.queue()
    office.work()
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
    office.work()
    with office.database.session() as session:
        assert office.service.cancel(session, "b") == 0
    assert office.notice(first).status == NoticeStatus.CANCELLED
    assert office.notice(second).status == NoticeStatus.SENT


def test_messages_are_grouped_by_a_reference_and_not_by_number(office: Office) -> None:
    notice = office.queue(case="a")
    office.queue(case="b")
    office.queue(case="c", phone="13900000009")
    assert office.work() == 3
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
    office.work()
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
    web = client(office, NotifyConfig(channels=(HttpSmsConfig(name="sms", url="http://carrier.test/"),)))
    body = {"id": "x", "status": "delivered", "at": NOW.isoformat()}
    assert web.post("/api/v1/notify/receipts", json=body, headers={"X-Gateway-Secret": ""}).status_code == 401


def test_the_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    channel = HttpSmsConfig(name="sms", url="http://carrier.test/", secret_file=tmp_path / "secret")
    assert channel.shared_secret() == "from the file"
    with pytest.raises(ConfigError, match="secret_file: nothing can be read"):
        channel.model_copy(update={"secret_file": tmp_path / "nothing"}).shared_secret()
