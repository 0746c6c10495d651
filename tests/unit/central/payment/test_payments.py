"""Payments come late, twice, early, for nothing, for nobody: each is on record once and says what it means."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from central.app import make_app
from central.core import Core
from central.errors import Conflict, Unprocessable
from central.feature import Feature
from central.features import platform
from central.payment.api import payment_router
from central.payment.config import PaymentConfig
from central.payment.csv_file import read_payments
from central.payment.service import PaymentReport
from central.users.roles import Role
from tests.unit.central.parking.street import Street
from tests.unit.central.payment.test_clarifying import clarifying
from tests.unit.central.procedure.conftest import street
from tests.unit.central.procedure.office import TRACK, Office, drafted, on
from yuhang.errors import ConfigError

__all__ = ["street"]

DECIDED = ("1 first approve", "2 first decide statement=heard", "2 officer serve served=now")


def test_a_payment_counts_once(street: Street) -> None:
    drafted(street)
    office = Office(street)
    for line in DECIDED:
        office.play(line)
    assert office.pay(15000, "A") == "settled"
    assert street.state(TRACK) == "paid"
    assert office.pay(15000, "A") == "settled"  # a repeat of the same report
    assert office.pay(15000, "B") == "double"
    with street.database.reader() as session:
        rows = street.payments.payments(session, street.case(TRACK).id)
        assert [(row.reference, row.outcome) for row in rows] == [("A", "settled"), ("B", "double")]
        assert [row.reference for row in street.payments.unsettled(session)] == ["B"]
    with pytest.raises(Conflict, match="was reported before for another case or amount"):
        office.pay(1, "A")
    assert [line for line in street.history(TRACK) if line[0] == "pay"] == [("pay", "paid")]


def test_payments_that_nobody_owes(street: Street) -> None:
    drafted(street)
    office = Office(street)
    assert office.pay(15000, "A") == "early"
    office.play("1 first approve")
    office.play("2 first decide statement=heard")
    office.play("3 first void ground=unclear")
    assert office.pay(15000, "B") == "not_owed"
    office.play("3 officer remove")
    assert office.pay(15000, "C") == "not_owed"
    with street.database.session() as session:
        report = PaymentReport("D", "余2026-999999", 100, street.clock.now(), "bank")
        assert street.payments.report(session, report).payment.outcome == "unknown"
        with pytest.raises(Unprocessable, match="lies in the future"):
            street.payments.report(session, PaymentReport("E", "x", 1, street.clock.now() + timedelta(seconds=1), "bank"))
    assert street.state(TRACK) == "voided"


def test_law_13_the_fee_counts_from_the_day_of_payment_not_of_the_report(street: Street) -> None:
    drafted(street)
    office = Office(street)
    for line in DECIDED:
        office.play(line)
    street.to(on(30))
    with street.database.session() as session:
        report = PaymentReport("A", street.case(TRACK).number, 15000, on(17), "bank")
        recorded = street.payments.report(session, report)
        assert (recorded.payment.outcome, recorded.payment.late_fee) == ("settled", 0)
    assert street.case(TRACK).moment_times()["paid_at"] == on(17)


GOOD = "reference,number,amount_yuan,paid_at\n"


def test_a_file_is_read_line_by_line() -> None:
    text = (
        "\ufeff"
        + GOOD
        + "A,余2026-000001,150.00,2026-06-10T10:00:00+08:00\nB,x,1.005,2026-06-10T10:00:00+08:00\nC,x,5,yesterday\n"
    )
    first, second, third = read_payments(text, "bank")
    assert first.report is not None
    assert (first.line, first.report.amount, first.report.number) == (2, 15000, "余2026-000001")
    assert (second.report, "amount_yuan" in second.error) == (None, True)
    assert (third.report, "paid_at" in third.error, third.line) == (None, True, 4)
    with pytest.raises(Unprocessable, match="the first line must read reference,number,amount_yuan,paid_at"):
        list(read_payments("a,b\n1,2\n", "bank"))


def test_over_the_interface(core: Core, tokens: dict[Role, str], street: Street) -> None:
    config = PaymentConfig(secret=SecretStr("shared"))
    feature = Feature("payments", routers=[payment_router(street.payments, clarifying(street), config)])
    body = {"reference": "A", "number": "none", "amount_fen": 100, "paid_at": "1999-01-01T00:00:00Z"}
    with TestClient(make_app(core, (*platform(core), feature))) as web:
        assert web.post("/api/v1/payments", json=body).status_code == 401
        assert web.post("/api/v1/payments", json=body, headers={"X-Payment-Secret": "wrong"}).status_code == 401
        answer = web.post("/api/v1/payments", json=body, headers={"X-Payment-Secret": "shared"}).json()
        assert (answer["outcome"], answer["new"]) == ("unknown", True)
        assert not web.post("/api/v1/payments", json=body, headers={"X-Payment-Secret": "shared"}).json()["new"]
        administrator = {"Authorization": f"Bearer {tokens[Role.ADMINISTRATOR]}"}
        file = {"name": "june.csv", "text": GOOD + "A,none,1,1999-01-01T00:00:00Z\nA,none,2,1999-01-01T00:00:00Z\nB,none,x,now\n"}
        assert web.post("/api/v1/payments/file", json=file).status_code == 401
        lines = web.post("/api/v1/payments/file", json=file, headers=administrator).json()
        assert [(line["line"], line["outcome"], line["new"], bool(line["error"])) for line in lines] == [
            (2, "unknown", False, False),
            (3, None, False, True),
            (4, None, False, True),
        ]
        (waiting,) = web.get("/api/v1/payments/unsettled", headers=administrator).json()
        assert (waiting["reference"], waiting["source"]) == ("A", "callback")


def test_without_a_secret_no_report_is_believed(core: Core, street: Street, tmp_path: object) -> None:
    feature = Feature("payments", routers=[payment_router(street.payments, clarifying(street), PaymentConfig())])
    body = {"reference": "A", "number": "none", "amount_fen": 100, "paid_at": "1999-01-01T00:00:00Z"}
    with TestClient(make_app(core, (*platform(core), feature))) as web:
        assert web.post("/api/v1/payments", json=body, headers={"X-Payment-Secret": ""}).status_code == 401
    with pytest.raises(ConfigError, match=r"payment\.secret_file"):
        PaymentConfig(secret_file=f"{tmp_path}/none").shared_secret()  # type: ignore[arg-type]
