"""The pages of what has come to nothing: officers see them, reviewers clear payments up, refusals speak the reader's language."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from central.api.access import SESSION_COOKIE
from central.app import make_app
from central.core import Core
from central.features import features
from central.payment.tables import Payment
from central.users.roles import Role
from yuhang.clock import ManualClock

STRAY = "BANK-<7>"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 20, 1, 0, tzinfo=UTC))


@pytest.fixture
def site(core: Core, clock: ManualClock) -> Iterator[TestClient]:
    now = clock.now()
    facts = {"number": "余2026-9", "amount": 15050, "late_fee": 0, "source": "bank", "outcome": "unknown"}
    with core.database.session() as session:
        session.add(Payment(reference=STRAY, paid_at=now, reported_at=now, **facts))
    with TestClient(make_app(core, features(core)), raise_server_exceptions=False, follow_redirects=False) as client:
        client.headers["sec-fetch-site"] = "same-origin"
        yield client


def as_(site: TestClient, tokens: dict[Role, str], role: Role, language: str = "en") -> TestClient:
    site.cookies.set(SESSION_COOKIE, tokens[role])
    site.headers["accept-language"] = language
    return site


@pytest.mark.parametrize("page", ["/payments", "/undelivered"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_who_works_on_no_cases_sees_nothing(site: TestClient, tokens: dict[Role, str], page: str, role: Role) -> None:
    assert as_(site, tokens, role).get(page).headers["location"] == "/?denied=1"


def test_officers_look_and_reviewers_clear_up(site: TestClient, tokens: dict[Role, str]) -> None:
    shown = as_(site, tokens, Role.OFFICER).get("/payments").text
    assert "150.50 yuan" in shown
    assert "BANK-&lt;7&gt;" in shown
    assert 'action="/payments"' not in shown
    wish = {"act": "refund", "reference": STRAY, "reason": "transfer 12"}
    assert site.post("/payments", data=wish).headers["location"] == "/?denied=1"
    web = as_(site, tokens, Role.REVIEWER)
    assert web.post("/payments", data=wish).headers["location"] == "/payments?saved=1"
    after = web.get("/payments?saved=1").text
    assert "No payment to clarify" in after
    assert "transfer 12" in after  # who did what stays to be read
    assert web.post("/payments", data=wish).status_code == 409


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "There is no case 余2026-8"), ("zh", "没有编号为 余2026-8 的案件")],
)
def test_refusals_speak_the_readers_language(site: TestClient, tokens: dict[Role, str], language: str, words: str) -> None:
    wish = {"act": "match", "reference": STRAY, "number": "余2026-8", "reason": "looked up"}
    answer = as_(site, tokens, Role.REVIEWER, language).post("/payments", data=wish)
    assert answer.status_code == 404
    assert words in answer.text
    told = site.post("/undelivered", data={"act": "told", "message": "x", "way": "post", "at": "", "proof": ""})
    assert told.status_code == 422
    assert {"en": "Say in which way", "zh": "请写明告知的方式"}[language] in told.text


def test_another_site_sends_nothing(site: TestClient, tokens: dict[Role, str]) -> None:
    web = as_(site, tokens, Role.REVIEWER)
    web.headers["sec-fetch-site"] = "cross-site"
    assert web.post("/payments", data={"act": "refund", "reference": STRAY, "reason": "transfer"}).status_code == 403
