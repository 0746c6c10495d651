"""Several channels: one after the other, the first delivery stands, and every message is counted once."""

import tempfile
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic import SecretStr
from sqlalchemy.exc import NoResultFound

from central.api.problems import install_problems
from central.app import make_app
from central.core import Core
from central.database import Database
from central.errors import NotFound, Problem
from central.feature import Feature
from central.features import platform
from central.notify.api import notify_router
from central.notify.channels.building import build_channels
from central.notify.channels.channel import Receipt
from central.notify.config import AppPushConfig, HttpSmsConfig, HttpVoiceConfig, NotifyConfig, OwnerConfig
from central.notify.costs import costs
from central.notify.service import RECIPIENT_PURPOSE
from central.notify.tables import NoticeStatus
from central.secrets import SecretKey
from central.tables import METADATA
from central.users.roles import Role
from tests.unit.central.notify.office import NOW, PHONE, PLATE, Office, make_office
from yuhang.clock import ManualClock
from yuhang.config.loader import parse_yaml
from yuhang.errors import ConfigError


@pytest.fixture
def both(database: Database, secret: SecretKey) -> Office:
    return make_office(database, secret, "sms", "voice")


def test_without_a_receipt_in_time_the_owner_is_called(both: Office) -> None:
    notice = both.queue()
    both.to(59)
    assert len(both.carriers["voice"].requests) == 0
    both.to(61)
    (call,) = both.carriers["voice"].bodies
    assert (call["code"], call["to"], call["text"]) == ("TTS_1", PHONE, "余杭综合执法。请驶离。")
    assert call["id"] == both.sending(notice, "voice").id != notice
    assert both.notice(notice).status == NoticeStatus.SENT
    assert both.listener.told == ["sent"]  # told once, whatever follows
    assert both.receipt(call["id"])
    assert both.listener.told == ["sent", "delivered 01:01:01"]
    both.to(300)
    assert len(both.carriers["sms"].requests) == len(both.carriers["voice"].requests) == 1


def test_a_receipt_in_time_saves_the_call(both: Office) -> None:
    notice = both.queue()
    both.to(30)
    assert both.receipt(notice)
    both.to(300)
    assert both.carriers["voice"].requests == []


@pytest.mark.parametrize("how", ["refused", "failed"])
def test_what_the_first_channel_cannot_do_the_next_does_at_once(both: Office, how: str) -> None:
    both.carriers["sms"].answers = [400] if how == "refused" else []
    notice = both.queue()
    both.to(1)
    if how == "failed":
        assert both.receipt(notice, "failed")
    both.to(2)
    assert len(both.carriers["voice"].requests) == 1
    assert both.receipt(both.sending(notice, "voice").id)
    assert both.notice(notice).status == NoticeStatus.DELIVERED
    assert not any(line.startswith("failed") for line in both.listener.told)


def test_a_channel_that_never_answers_is_followed_by_the_next_and_its_late_receipt_still_counts(both: Office) -> None:
    both.carriers["sms"].answers = [503] * 99
    notice = both.queue()
    both.to(59)
    assert both.carriers["voice"].requests == []
    assert len(both.carriers["sms"].requests) > 3
    both.to(61)
    assert len(both.carriers["voice"].requests) == 1
    assert both.sending(notice, "sms").status == NoticeStatus.GIVEN_UP
    tried = len(both.carriers["sms"].requests)
    both.to(120)
    assert len(both.carriers["sms"].requests) == tried
    assert both.receipt(notice, at=NOW + timedelta(seconds=80)), "the gateway had it all the time"
    assert both.listener.told == ["sent", "delivered 01:01:20"]


def test_a_given_up_channel_that_reports_a_failure_changes_nothing_for_the_next(both: Office) -> None:
    both.carriers["sms"].answers = [503] * 99
    notice = both.queue()
    both.to(70)
    assert both.receipt(notice, "failed")
    assert both.notice(notice).status == NoticeStatus.SENT
    assert both.receipt(both.sending(notice, "voice").id)
    assert both.notice(notice).status == NoticeStatus.DELIVERED


def test_the_last_channel_is_tried_until_the_notice_expires(both: Office) -> None:
    both.carriers["sms"].answers, both.carriers["voice"].answers = [400], [503] * 99
    notice = both.queue()
    both.to(599)
    assert both.notice(notice).status == NoticeStatus.QUEUED
    both.to(660)
    assert both.listener.told == ["failed: not handed over in time"]


def test_a_notice_fails_when_every_channel_has(both: Office) -> None:
    both.carriers["sms"].answers, both.carriers["voice"].answers = [400], [404]
    notice = both.queue()
    both.to(5)
    assert both.notice(notice).status == NoticeStatus.FAILED
    assert both.listener.told == ["failed: the gateway refused it: HTTP 404"]


def test_a_late_receipt_of_the_first_channel_still_delivers(both: Office) -> None:
    notice = both.queue()
    both.carriers["voice"].answers = [400]
    both.to(70)
    assert both.notice(notice).status == NoticeStatus.SENT  # the text message may still arrive
    assert both.receipt(notice, at=NOW + timedelta(seconds=65))
    assert both.notice(notice).delivered_at == NOW + timedelta(seconds=65)
    assert both.listener.told == ["sent", "delivered 01:01:05"]


def test_receipts_of_both_channels_in_any_order_leave_the_first(both: Office) -> None:
    notice = both.queue()
    both.to(70)
    assert both.receipt(both.sending(notice, "voice").id, at=NOW + timedelta(seconds=69))
    assert both.receipt(notice, at=NOW + timedelta(seconds=50))
    assert not both.receipt(notice, "failed")
    assert both.notice(notice).delivered_at == NOW + timedelta(seconds=69)
    assert both.listener.told == ["sent", "delivered 01:01:09"]


def test_who_has_left_is_not_called_any_more(both: Office) -> None:
    both.queue()
    both.to(10)
    with both.database.session() as session:
        assert both.service.cancel(session, "case") == 0
    both.to(300)
    assert both.carriers["voice"].requests == []


def test_after_its_time_no_further_channel_is_tried(both: Office) -> None:
    notice = both.queue(expires_at=NOW + timedelta(seconds=30))
    both.to(300)
    assert both.carriers["voice"].requests == []
    assert both.notice(notice).status == NoticeStatus.SENT


def test_law_21_the_authority_sends_itself_and_central_holds_no_number(database: Database, secret: SecretKey) -> None:
    office = make_office(database, secret, "owner")
    assert office.service.without_number
    notice = office.queue(phone=None, masked="浙A****")
    office.to(1)
    (body,) = office.carrier.bodies
    assert body == {
        "id": notice,
        "plate": PLATE,
        "template": "leave_now",
        "code": "SMS_1",
        "signature": "余杭综合执法",
        "variables": {"plate": PLATE, "minutes": "10"},
    }
    assert office.notice(notice).recipient_protected is None
    assert office.receipt(notice)
    assert office.notice(notice).status == NoticeStatus.DELIVERED


def test_a_channel_that_needs_a_number_is_passed_over_without_one(database: Database, secret: SecretKey) -> None:
    office = make_office(database, secret, "sms", "owner")
    office.queue(phone=None, masked="")
    office.to(1)
    assert office.carriers["sms"].requests == []
    assert len(office.carriers["owner"].requests) == 1


def test_without_any_way_to_the_owner_the_notice_fails(office: Office) -> None:
    notice = office.queue(phone=None, masked="")
    office.to(1)
    assert office.notice(notice).detail == "no channel reaches the owner"
    assert office.listener.told == ["failed: no channel reaches the owner"]


def test_a_receipt_counts_only_from_the_channel_that_has_the_message(both: Office) -> None:
    notice = both.queue()
    both.to(1)
    with both.database.session() as session, pytest.raises(NotFound):
        both.service.take_receipt(session, Receipt(notice, "delivered", both.clock.now()), "voice")


# --- times that are cut to the second ---


@pytest.mark.parametrize(("at", "expected"), [(0.0, 1.0), (2.0, 3.0), (9.0, 9.5), (-0.5, 0.5)])
def test_a_time_cut_to_the_second_counts_from_that_seconds_end(office: Office, at: float, expected: float) -> None:
    notice = office.queue()
    office.work()
    office.clock.advance(9.5)
    assert office.receipt(notice, at=NOW + timedelta(seconds=at), resolution_s=1.0)
    assert office.notice(notice).delivered_at == NOW + timedelta(seconds=expected)


# --- costs ---


def test_costs_are_counted_by_day_and_channel(both: Office) -> None:
    for case in ("a", "b"):
        both.queue(case=case)
    both.to(70)
    both.receipt(both.notice(both.queue(case="a")).id)
    with both.database.reader() as session:
        lines = costs(session, date(2026, 6, 1), date(2026, 6, 1))
        assert costs(session, date(2026, 6, 2), date(2026, 7, 1)) == []
    assert [(line.channel, line.messages, line.segments, line.delivered, line.cost_yuan) for line in lines] == [
        ("sms", 2, 2, 1, 0.1),
        ("voice", 2, 2, 0, 0.1),
    ]
    registry = both.service.delivery.metrics.registry
    assert registry.get_sample_value("yuhang_notice_cost_yuan_total", {"channel": "sms"}) == pytest.approx(0.1)


def test_what_was_not_taken_costs_nothing(both: Office) -> None:
    both.carriers["sms"].answers = [400]
    both.carriers["voice"].answers = [503] * 99
    both.queue()
    both.to(100)
    with both.database.reader() as session:
        assert costs(session, date(2026, 6, 1), date(2026, 6, 1)) == []


def test_costs_over_http(core: Core, clock: ManualClock, tokens: dict[Role, str]) -> None:
    clock.current = NOW
    office = make_office(core.database, core.secret, "sms")
    office.queue()
    office.to(1)
    feature = Feature("notify", routers=[notify_router(core.database, office.service, NotifyConfig())])
    with TestClient(make_app(core, [*platform(core), feature])) as web:
        assert web.get("/api/v1/notify/costs").status_code == 401
        headers = {"Authorization": f"Bearer {tokens[Role.VIEWER]}"}
        answer = web.get("/api/v1/notify/costs", headers=headers).json()
        assert answer["total_yuan"] == 0.05
        assert answer["days"] == [
            {"day": "2026-06-01", "channel": "sms", "messages": 1, "segments": 1, "delivered": 0, "cost_yuan": 0.05}
        ]
        backwards = web.get("/api/v1/notify/costs", params={"since": "2026-06-02", "until": "2026-06-01"}, headers=headers)
        assert backwards.status_code == 422


# --- configuration ---


def test_channels_come_from_the_configuration_in_its_order() -> None:
    text = """
channels:
  - {kind: owner, name: own, url: "http://own.test/", price_yuan: 0}
  - {kind: app-push, name: app, url: "http://app.test/", wait_s: 30}
  - {kind: http-sms, name: sms, url: "http://sms.test/", price_yuan: 0.045}
  - {kind: http-voice, name: voice, url: "http://voice.test/", price_yuan: 0.1}
"""
    channels = build_channels(parse_yaml(text, NotifyConfig), ManualClock())
    assert [route.name for route in channels.routes] == ["own", "app", "sms", "voice"]
    assert [route.price_hao for route in channels.routes] == [0, 0, 450, 1000]
    assert [route.channel.needs_number for route in channels.routes] == [False, False, True, True]


@pytest.mark.parametrize(
    ("channel", "finding"),
    [
        ('{kind: http-sms, name: sms, url: "ftp://x"}', ":2: channels[0].url"),
        ('{kind: http-sms, name: S M S, url: "http://x"}', ":2: channels[0].name"),
        ("{kind: pigeon, name: sms}", ":2: channels[0]"),
        ('{kind: http-sms, name: a, url: "http://x"}\n  - {kind: owner, name: a, url: "http://x"}', "two channels are called a"),
    ],
)
def test_a_bad_channel_is_named_with_line_and_key(channel: str, finding: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(f"channels:\n  - {channel}\n", NotifyConfig)
    assert finding in str(caught.value)


def test_no_access_key_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALIBABA_CLOUD_ACCESS_KEY_ID", raising=False)
    with pytest.raises(ConfigError, match="sms: no access key: set ALIBABA_CLOUD_ACCESS_KEY_ID"):
        build_channels(parse_yaml("channels: [{kind: alibaba-sms, name: sms}]", NotifyConfig), ManualClock())


def test_each_secret_opens_its_own_channel_only(both: Office) -> None:
    config = NotifyConfig(
        channels=(
            HttpSmsConfig(name="sms", url="http://a.test", secret=SecretStr("one")),
            HttpVoiceConfig(name="voice", url="http://b.test", secret=SecretStr("two")),
            AppPushConfig(name="app", url="http://c.test"),
            OwnerConfig(name="own", url="http://d.test", secret=SecretStr("four"), secret_header="X-Own"),
        )
    )
    app = FastAPI()
    install_problems(app)
    app.include_router(notify_router(both.database, both.service, config))
    web = TestClient(app)
    notice = both.queue()
    both.to(1)
    body = {"id": notice, "status": "delivered", "at": both.clock.now().isoformat()}

    def status(headers: dict[str, str]) -> int:
        answer: httpx.Response = web.post("/api/v1/notify/receipts", json=body, headers=headers)
        return answer.status_code

    assert status({"X-Gateway-Secret": ""}) == 401
    assert status({"X-Gateway-Secret": "four"}) == 401
    assert status({"X-Gateway-Secret": "two"}) == 404
    assert status({"X-Own": "four"}) == 404
    assert status({"X-Gateway-Secret": "one"}) == 200


# --- whatever happens ---


class AnyChannels(RuleBasedStateMachine):
    """Answers, receipts and time in any order; what must hold is asked after every step."""

    database: Database
    secret: SecretKey
    office: Office
    notice: str

    @initialize()
    def open_office(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{self.folder.name}/office.db")
        tables = [METADATA.tables["notifications"], METADATA.tables["notice_sendings"]]
        METADATA.create_all(self.database.engine, tables=tables)
        self.secret = SecretKey(bytes(32))
        self.office = make_office(self.database, self.secret, "sms", "voice")
        self.notice = self.office.queue()

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()

    @rule(channel=st.sampled_from(["sms", "voice"]), answer=st.sampled_from([202, 400, 503]))
    def answers_next(self, channel: str, answer: int) -> None:
        self.office.carriers[channel].answers = [answer]

    @rule(seconds=st.sampled_from([0.5, 3, 61, 200]))
    def time_passes(self, seconds: float) -> None:
        self.office.clock.advance(seconds)
        while self.office.work():
            pass

    @rule(channel=st.sampled_from(["sms", "voice"]), delivered=st.booleans(), ago=st.sampled_from([0, 5, 90]))
    def receipt(self, channel: str, delivered: bool, ago: float) -> None:
        try:
            sending: Any = self.office.sending(self.notice, channel)
            self.office.receipt(
                sending.id, "delivered" if delivered else "failed", self.office.clock.now() - timedelta(seconds=ago)
            )
        except (Problem, NoResultFound):
            return

    @rule()
    def cancel(self) -> None:
        with self.database.session() as session:
            self.office.service.cancel(session, "case")

    @invariant()
    def told_in_order_and_once(self) -> None:
        if not hasattr(self, "office"):
            return
        told = self.office.listener.told
        ends = [line for line in told if not line.startswith("sent")]
        # What had no answer may have arrived all the same: a receipt counts even after every channel has failed.
        assert len(ends) <= 1 or (ends[0].startswith("failed") and ends[1].startswith("delivered") and len(ends) == 2)
        assert told.count("sent") <= 1
        notice = self.office.notice(self.notice)
        if notice.status == NoticeStatus.DELIVERED:
            assert notice.delivered_at is not None
            assert notice.first_try_at is not None
            assert notice.delivered_at >= notice.first_try_at

    @invariant()
    def every_message_is_known_by_one_id(self) -> None:
        if not hasattr(self, "office"):
            return
        for carrier in self.office.carriers.values():
            assert len({body["id"] for body in carrier.bodies}) <= 1

    @invariant()
    def no_number_in_the_open(self) -> None:
        if hasattr(self, "office"):
            row = self.office.notice(self.notice)
            assert row.recipient_protected is not None
            assert self.secret.decrypt(row.recipient_protected, RECIPIENT_PURPOSE) == PHONE
            assert PHONE not in row.recipient_protected


AnyChannels.TestCase.settings = settings(max_examples=40, stateful_step_count=15)
TestAnyChannels = AnyChannels.TestCase
