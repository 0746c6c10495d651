"""Alibaba Cloud SMS and voice against a cloud of our own that follows the public specification."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from central.api.problems import install_problems
from central.database import Database
from central.notify.api import notify_router
from central.notify.channels.alibaba_call import AlibabaClient, may_go_later
from central.notify.channels.alibaba_signature import AccessKey, Call, signed_headers
from central.notify.channels.alibaba_sms import AlibabaSms
from central.notify.channels.alibaba_voice import AlibabaVoice
from central.notify.channels.building import Channels, Route
from central.notify.channels.channel import Answer, OutgoingMessage
from central.notify.config import AlibabaSmsConfig, AlibabaVoiceConfig, NotifyConfig
from central.notify.tables import NoticeStatus
from central.secrets import SecretKey
from tests.unit.central.notify.cloud import KEY_ID, KEY_SECRET, Cloud
from tests.unit.central.notify.office import NOW, PHONE, PLATE, WRITTEN, Office, make_office
from yuhang.clock import ManualClock
from yuhang.logs import configure_logging

HOST = "dysmsapi.aliyuncs.com"
CONFIG = NotifyConfig(
    channels=(
        AlibabaSmsConfig(name="sms", secret=SecretStr("push-sms")),
        AlibabaVoiceConfig(name="voice", secret=SecretStr("push-voice")),
    )
)


@pytest.fixture
def cloud() -> Cloud:
    return Cloud(NOW)


@pytest.fixture
def office(database: Database, secret: SecretKey, cloud: Cloud) -> Office:
    """Text messages, and calls after a minute, both through the cloud, with one clock for all."""
    made = make_office(database, secret)
    client = AlibabaClient(HOST, AccessKey(KEY_ID, KEY_SECRET), made.clock, cloud.client())
    routes = (
        Route("sms", AlibabaSms(client, made.clock), wait_s=600.0, price_hao=450, ask_after_s=90.0),
        Route("voice", AlibabaVoice(client, "057188888888"), wait_s=60.0, price_hao=1000),
    )
    made.service.delivery = replace(made.service.delivery, channels=Channels(routes))
    return made


def advance(office: Office, cloud: Cloud, seconds: float) -> None:
    office.clock.advance(seconds)
    cloud.now = office.clock.now()


def test_the_signature_is_that_of_the_documentations_example() -> None:
    call = Call(
        "ecs.cn-shanghai.aliyuncs.com",
        "RunInstances",
        "2014-05-26",
        "2023-10-26T10:22:32Z",
        "3156853299f313e23d1673dc12e1703d",
        {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"},
    )
    headers = signed_headers(call, AccessKey("YourAccessKeyId", "YourAccessKeySecret"))
    assert headers["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_a_message_is_sent_with_its_registered_template(office: Office, cloud: Cloud) -> None:
    notice = office.queue()
    assert office.work() == 1
    (message,) = cloud.sent
    assert json.loads(message.pop("TemplateParam")) == {"plate": PLATE, "minutes": "10"}
    assert message == {"PhoneNumbers": PHONE, "SignName": "余杭综合执法", "TemplateCode": "SMS_1", "OutId": notice}
    assert office.notice(notice).status == NoticeStatus.SENT
    assert office.sending(notice, "sms").reference == "biz-1"


def test_a_wrong_key_is_refused_by_the_cloud(cloud: Cloud) -> None:
    client = AlibabaClient(HOST, AccessKey(KEY_ID, "another"), ManualClock(NOW), cloud.client())
    answer = AlibabaSms(client, ManualClock(NOW)).send(OutgoingMessage("1", PHONE, PLATE, WRITTEN))
    assert (answer.answer, answer.detail) == (Answer.REFUSED, "SignatureDoesNotMatch")
    assert cloud.sent == []


@pytest.mark.parametrize(
    ("code", "later"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", True),
        ("isv.AMOUNT_NOT_ENOUGH", True),
        ("isv.OUT_OF_SERVICE", True),
        ("isp.SYSTEM_ERROR", True),
        ("Throttling.User", True),
        ("ServiceUnavailable", True),
        ("", True),
        ("isp.RAM_PERMISSION_DENY", False),
        ("isv.MOBILE_NUMBER_ILLEGAL", False),
        ("isv.SMS_TEMPLATE_ILLEGAL", False),
        ("isv.SMS_SIGNATURE_ILLEGAL", False),
        ("isv.PARAM_LENGTH_LIMIT", False),
        ("isv.PARAM_NOT_SUPPORT_URL", False),
        ("isv.BLACK_KEY_CONTROL_LIMIT", False),
        ("InvalidAccessKeyId.NotFound", False),
    ],
)
def test_which_errors_are_worth_another_try(code: str, later: bool) -> None:
    assert may_go_later(code) is later


def test_a_limit_is_waited_for_and_nothing_is_sent_twice(office: Office, cloud: Cloud) -> None:
    cloud.codes = ["isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR"]
    notice = office.queue()
    office.work()
    assert office.sending(notice, "sms").detail == "isv.BUSINESS_LIMIT_CONTROL"
    for _ in range(8):
        advance(office, cloud, 1)
        office.work()
    assert [message["OutId"] for message in cloud.sent] == [notice]
    assert office.notice(notice).attempts == 3


def test_an_answer_that_was_lost_is_asked_for_before_sending_again(office: Office, cloud: Cloud) -> None:
    cloud.codes = ["lost", "query-away"]
    notice = office.queue()
    office.work()
    advance(office, cloud, 2)
    office.work()  # the cloud does not say: sending twice would be worse than waiting
    assert (len(cloud.sent), cloud.queries) == (1, 1)
    advance(office, cloud, 4)
    office.work()
    assert [message["OutId"] for message in cloud.sent] == [notice]
    assert office.notice(notice).status == NoticeStatus.SENT


def test_a_message_that_never_arrived_is_sent_again(office: Office, cloud: Cloud) -> None:
    cloud.codes = ["away"]
    notice = office.queue()
    office.work()
    advance(office, cloud, 2)
    office.work()
    assert cloud.queries == 1
    assert [message["OutId"] for message in cloud.sent] == [notice]


def test_a_refused_number_is_called_at_once_with_the_spoken_template(office: Office, cloud: Cloud) -> None:
    cloud.codes = ["isv.MOBILE_NUMBER_ILLEGAL"]
    notice = office.queue()
    office.work()
    office.work()
    (call,) = cloud.calls
    assert json.loads(call.pop("TtsParam")) == WRITTEN.variables
    assert call == {
        "CalledNumber": PHONE,
        "TtsCode": "TTS_1",
        "PlayTimes": "2",
        "OutId": office.sending(notice, "voice").id,
        "CalledShowNumber": "057188888888",
    }


def test_without_a_spoken_template_no_call_is_placed(office: Office, cloud: Cloud) -> None:
    cloud.codes = ["isv.MOBILE_NUMBER_ILLEGAL"]
    notice = office.queue(written=replace(WRITTEN, voice_code=None))
    office.work()
    office.work()
    assert cloud.calls == []
    assert office.notice(notice).detail == "the gateway refused it: leave_now has no voice_code in its template set"


def test_a_variable_that_is_too_long_for_the_cloud_is_not_sent(office: Office, cloud: Cloud) -> None:
    notice = office.queue(written=replace(WRITTEN, voice_code=None, variables={"car_parks": "长" * 36}))
    office.work()
    assert cloud.sent == []
    assert "more than 35 characters" in office.sending(notice, "sms").detail


def test_missing_receipts_are_asked_for(office: Office, cloud: Cloud) -> None:
    notice = office.queue()
    office.work()
    assert office.ask() == 0
    advance(office, cloud, 91)
    assert office.ask() == 1  # still under way
    assert office.notice(notice).status == NoticeStatus.SENT
    cloud.details[notice] = {"SendStatus": 3, "ReceiveDate": "2026-06-01 09:00:20", "ErrCode": "DELIVERED"}
    assert office.ask() == 0  # not at once again
    advance(office, cloud, 91)
    assert office.ask() == 1
    assert office.notice(notice).delivered_at == NOW + timedelta(seconds=21)  # the end of the second that the cloud names
    advance(office, cloud, 500)
    assert office.ask() == 0


def web(office: Office) -> TestClient:
    app = FastAPI()
    install_problems(app)
    app.include_router(notify_router(office.database, office.service, CONFIG))
    return TestClient(app)


def report(out_id: str, **changes: Any) -> dict[str, Any]:
    body = {"phone_number": PHONE, "send_time": "2026-06-01 09:00:01", "report_time": "2026-06-01 09:00:05", "success": True}
    return (
        body
        | {"err_code": "DELIVERED", "err_msg": "用户接收成功", "sms_size": "1", "biz_id": "biz-1", "out_id": out_id}
        | changes
    )


def test_pushed_receipts_in_any_order_and_number(office: Office, cloud: Cloud) -> None:
    one, two = office.queue(case="a"), office.queue(case="b")
    office.work()
    advance(office, cloud, 30)
    batch = [
        report("unknown"),
        report(two, success=False, err_code="MOBILE_NOT_ON_SERVICE"),
        report(one),
        report(one),
        report(one, success=False),
        report(one, report_time="not a time"),
        report(two, report_time="2026-06-01 23:00:00"),
    ]
    client = web(office)
    for _ in range(2):
        answer = client.post("/api/v1/notify/alibaba/sms/push-sms", json=batch)
        assert (answer.status_code, answer.json()["code"]) == (200, 0)
    assert office.notice(one).delivered_at == NOW + timedelta(seconds=6)
    assert office.sending(two, "sms").status == NoticeStatus.FAILED
    assert "MOBILE_NOT_ON_SERVICE" in office.sending(two, "sms").detail
    metrics = office.service.delivery.metrics.registry
    assert metrics.get_sample_value("yuhang_receipts_refused_total") == 6  # unknown, no time, from the future; twice each


def test_a_push_without_its_secret_is_refused(office: Office) -> None:
    client = web(office)
    assert client.post("/api/v1/notify/alibaba/sms/guess", json=[]).status_code == 401
    assert client.post("/api/v1/notify/alibaba/sms/push-voice", json=[]).status_code == 401
    assert client.post("/api/v1/notify/alibaba/sms/push-sms", json={"no": "list"}).status_code == 422


@pytest.mark.parametrize(
    ("status_code", "duration", "status"), [("200000", "12", "delivered"), ("200000", "0", "failed"), ("200003", "0", "failed")]
)
def test_a_call_has_delivered_when_somebody_picked_up(
    office: Office, cloud: Cloud, status_code: str, duration: str, status: str
) -> None:
    cloud.codes = ["isv.MOBILE_NUMBER_ILLEGAL"]
    notice = office.queue()
    office.work()
    office.work()
    advance(office, cloud, 60)
    body = {"status_code": status_code, "duration": duration, "end_time": "2026-06-01 09:00:40", "callee": PHONE}
    call = body | {"out_id": office.sending(notice, "voice").id, "originate_time": "2026-06-01 09:00:20"}
    assert web(office).post("/api/v1/notify/alibaba/voice/push-voice", json=[call]).status_code == 200
    assert office.notice(notice).status == status


def test_law_21_neither_number_nor_secret_is_ever_logged(
    office: Office, cloud: Cloud, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    configure_logging("debug", json=True)
    caplog.set_level(logging.DEBUG)
    cloud.codes = ["isv.BUSINESS_LIMIT_CONTROL", "away", "isv.MOBILE_NUMBER_ILLEGAL"]
    office.queue()
    for _ in range(10):
        office.work()
        advance(office, cloud, 2)
    assert len(cloud.calls) == 1
    logged = capsys.readouterr().err + caplog.text
    assert "alibaba_refused" in logged
    assert PHONE not in logged
    assert KEY_SECRET not in logged
    assert KEY_SECRET not in repr(AccessKey(KEY_ID, KEY_SECRET))


def test_an_answer_that_is_no_json_is_no_crash(cloud: Cloud) -> None:
    for status, answer in ((502, Answer.AWAY), (404, Answer.REFUSED)):
        transport = httpx.MockTransport(lambda _request, status=status: httpx.Response(status, text="<html>"))
        client = AlibabaClient(HOST, AccessKey(KEY_ID, KEY_SECRET), ManualClock(NOW), httpx.Client(transport=transport))
        assert AlibabaSms(client, ManualClock(NOW)).send(OutgoingMessage("1", PHONE, PLATE, WRITTEN)).answer is answer
