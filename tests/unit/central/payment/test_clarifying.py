"""Payments that settled nothing: matched to the case they were meant for, or put down as paid back, each once and with a name."""

import pytest

from central.errors import Conflict, NotFound, Unprocessable
from central.payment.clarifying import Clarifying
from central.payment.service import PaymentReport
from tests.unit.central.parking.street import FIRST, Street
from tests.unit.central.procedure.conftest import street
from tests.unit.central.procedure.office import TRACK, Office, drafted

__all__ = ["street"]

DECIDED = ("1 first approve", "2 first decide statement=heard", "2 officer serve served=now")


def clarifying(street: Street) -> Clarifying:
    return Clarifying(street.payments, street.cases, street.clock)


def decided(street: Street) -> Office:
    drafted(street)
    office = Office(street)
    for line in DECIDED:
        assert not office.play(line).startswith("refused")
    return office


def stray(street: Street, reference: str = "S-1", fen: int = 15000) -> None:
    """A payment with a number that nobody has."""
    with street.database.session() as session:
        report = PaymentReport(reference, "余2026-999999", fen, street.clock.now(), "bank")
        assert street.payments.report(session, report).payment.outcome == "unknown"


def match(street: Street, reference: str = "S-1", number: str = "", reason: str = "two digits swapped") -> str:
    number = number or street.case(TRACK).number
    with street.database.session() as session:
        return clarifying(street).match(session, FIRST, reference, number, reason).outcome


def refund(street: Street, reference: str = "S-1", reason: str = "transfer 77") -> None:
    with street.database.session() as session:
        clarifying(street).refunded(session, FIRST, reference, reason)


def waiting(street: Street) -> list[str]:
    with street.database.reader() as session:
        return [row.reference for row in street.payments.unsettled(session)]


def test_a_payment_under_a_wrong_number_is_matched_and_pays_the_case(street: Street) -> None:
    decided(street)
    stray(street)
    assert match(street, number=f" {street.case(TRACK).number} ") == "settled"
    assert street.state(TRACK) == "paid"
    assert waiting(street) == []
    with street.database.reader() as session:
        (act,) = clarifying(street).acts(session)
    assert (act.act, act.by, act.unit, act.reason) == ("match", "reviewer", "中队", "two digits swapped")
    assert (act.outcome_before, act.outcome_after, act.case_before, act.case_after) == (
        "unknown",
        "settled",
        None,
        street.case(TRACK).id,
    )
    with pytest.raises(Conflict, match="does not wait for anybody"):
        match(street)
    with street.database.session() as session:  # the bank sends its file again: nothing is counted twice
        report = PaymentReport("S-1", "余2026-999999", 15000, street.clock.now(), "bank")
        assert not street.payments.report(session, report).new


def test_matched_it_may_still_wait(street: Street) -> None:
    """A part of what is owed waits for the rest, and both are settled together."""
    decided(street)
    stray(street, fen=5000)
    assert match(street) == "short"
    assert (street.state(TRACK), waiting(street)) == ("served", ["S-1"])
    with pytest.raises(Conflict, match="already"):
        match(street)
    stray(street, "S-2", 10000)
    assert match(street, "S-2") == "settled"
    assert (street.state(TRACK), waiting(street)) == ("paid", [])


def test_what_was_paid_back_counts_for_nothing(street: Street) -> None:
    office = decided(street)
    assert office.pay(5000, "A") == "short"
    refund(street, "A")
    assert waiting(street) == []
    assert office.pay(10000, "B") == "short"
    assert street.state(TRACK) == "served"
    with pytest.raises(Conflict, match="does not wait for anybody"):
        refund(street, "A")


def test_a_voided_case_takes_no_money(street: Street) -> None:
    office = decided(street)
    office.play("3 first void ground=unclear")
    stray(street)
    assert match(street) == "not_owed"
    refund(street)
    assert waiting(street) == []


def test_what_cannot_be_is_refused_and_changes_nothing(street: Street) -> None:
    decided(street)
    stray(street)
    with pytest.raises(NotFound, match="no case '余2026-888888'"):
        match(street, number="余2026-888888")
    with pytest.raises(NotFound, match="no payment 'S-9'"):
        match(street, "S-9")
    for act in (match, refund):
        with pytest.raises(Unprocessable, match="reason: say why"):
            act(street, reason=" ")
    assert waiting(street) == ["S-1"]
    with street.database.reader() as session:
        assert clarifying(street).acts(session) == []
