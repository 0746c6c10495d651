"""Messages of the procedure: which step sends which, what its receipt is the proof of, and what happens where none arrives."""

from datetime import timedelta
from typing import Any

import pytest

from central.cases.acts import Service, ServiceWay
from central.cases.queries import timeline_of
from central.errors import Conflict, Unprocessable
from central.notify.channels.channel import Answer
from central.notify.tables import Notification
from central.notify.undelivered import told_otherwise, undelivered
from central.parking.messages import PROCEDURE
from tests.unit.central.parking.street import Street
from tests.unit.central.procedure.office import TRACK, Office, drafted

STEPS = [
    ("law 08: entered", "1 first approve", "violation_recorded", "该记录已录入（编号余2026-000001，查询码"),
    ("law 09: informing paper", "1 first approve; 2 officer issue kind=informing fine=100", "penalty_informed", "拟罚款100元"),
    (
        "law 11: decision",
        "1 first approve; 2 first decide statement=heard; 2 officer issue kind=decision",
        "decision_issued",
        "自收到决定书之日起15日内",
    ),
    # served on 3 June: 18 June is the last day of fifteen
    (
        "law 13: reminder five days before the payment is late",
        "1 first approve; 2 first decide statement=heard; 2 officer serve served=now; 13 time passes",
        "payment_due",
        "罚款150元，请在2026年6月18日（含当日）前缴纳，逾期每日按罚款数额的百分之3加处罚款",
    ),
    ("law 10: dismissed", "1 first approve; 2 party object; 3 first dismiss", "objection_answered", "结果：不成立，记录维持"),
    (
        "law 10: upheld",
        "1 first approve; 2 party object; 3 first uphold ground=unclear",
        "objection_answered",
        "结果：成立，记录将予消除",
    ),
    (
        "law 10: removed after the owner was told",
        "1 first approve; 1 officer notify served=now; 3 first void ground=unclear; 4 officer remove",
        "record_removed",
        "记录（编号余2026-000001）已于2026年6月5日消除，不予处罚",
    ),
]


def play(street: Street, story: str) -> Office:
    drafted(street)
    office = Office(street)
    for line in story.split("; "):
        assert not office.play(line).startswith("refused"), line
    return office


def sent(street: Street) -> list[str]:
    return [message.notice.template for message in street.gateway.taken]


@pytest.mark.parametrize(("name", "story", "template", "words"), STEPS, ids=[step[0] for step in STEPS])
def test_law_08_to_13_each_step_sends_its_message(street: Street, name: str, story: str, template: str, words: str) -> None:
    play(street, story)
    assert sent(street)[-1] == template
    text = street.gateway.taken[-1].notice.text
    assert words in text
    assert text.startswith("【余杭交警】车主您好")


def test_law_10_who_was_never_told_is_not_told_of_the_removal(street: Street) -> None:
    street.gateway.answer = Answer.TAKEN
    office = play(street, "1 first approve; 3 first void ground=unclear; 4 officer remove")
    assert "record_removed" not in sent(street)
    assert street.state(TRACK) == "voided"
    assert office.running() == set()


def test_law_10_two_objections_have_two_answers(street: Street) -> None:
    play(street, "1 first approve; 2 party object; 3 first dismiss; 4 party object; 5 first dismiss")
    assert sent(street).count("objection_answered") == 2


def test_law_13_who_has_paid_is_not_reminded(street: Street) -> None:
    play(
        street,
        "1 first approve; 2 first decide statement=heard; 2 officer serve served=now; 5 bank pays fen=15000; 20 time passes",
    )
    assert "payment_due" not in sent(street)


def test_law_08_the_receipt_tells_the_owner_of_the_entry(street: Street) -> None:
    office = play(street, "1 first approve")
    delivered = street.clock.now() + timedelta(seconds=5)
    street.to(delivered)
    street.receipt(TRACK, delivered, template="violation_recorded")
    assert street.case(TRACK).moment_times()["owner_notified_at"] == delivered
    assert "notify" not in office.running()
    line = last_line(street, "notify")
    assert line["service"] == {
        "way": "electronic",
        "at": line["service"]["at"],
        "proof": street.notice(TRACK, "violation_recorded").id,
    }


def test_law_11_a_delivered_message_serves_nothing_without_agreement(street: Street) -> None:
    play(street, "1 first approve; 2 officer issue kind=informing")
    street.receipt(TRACK, street.clock.now(), template="penalty_informed")
    assert street.state(TRACK) == "entered"
    assert street.history(TRACK)[-1] == ("inform", "checks_failed")
    assert Office(street).play("3 officer inform served=now way=electronic").startswith("refused: service_agreed")


def test_law_11_with_agreement_the_receipts_inform_and_serve(street: Street) -> None:
    office = play(
        street, "1 first approve; 1 officer agree_electronic reason=confirmation-17; 2 officer issue kind=informing fine=100"
    )
    street.receipt(TRACK, street.clock.now(), template="penalty_informed")
    assert (street.state(TRACK), street.case(TRACK).amount) == ("informed", 100)
    assert last_line(street, "inform")["paper"].startswith("余公交informing")
    office.play("3 party waive")
    office.play("3 first decide")
    office.play("3 first issue kind=decision")
    street.receipt(TRACK, street.clock.now(), template="decision_issued")
    assert street.state(TRACK) == "served"
    assert len(last_line(street, "serve")["paper_sha256"]) == 64


def test_law_12_once_another_driver_is_confirmed_the_owner_hears_no_more(street: Street) -> None:
    office = play(street, "1 first approve; 2 party name_driver; 3 officer confirm_driver")
    before = sent(street)
    assert office.play("4 officer inform paper=none served=now").startswith("refused: not now: informing_paper")
    office.play("4 officer issue kind=informing")
    assert sent(street) == before
    assert "penalty_informed" in waiting(street)  # the driver is told by letter
    assert office.play("4 officer inform paper=none served=now") == "informed"


PAPERS = [
    (
        "law 09: no informing without its paper",
        "1 first approve",
        "2 officer inform paper=none served=now",
        "not now: informing_paper",
    ),
    (
        "law 09: the amount is that of the paper",
        "1 first approve; 2 officer issue kind=informing fine=100",
        "2 officer inform paper=none amount=150 served=now",
        "amount_as_informed",
    ),
    (
        "law 09: no decision in one appointment either",
        "1 first approve",
        "2 first decide paper=none statement=heard",
        "not now: informing_paper",
    ),
    (
        "law 09: nor one above the paper",
        "1 first approve; 2 officer issue kind=informing fine=100",
        "2 first decide paper=none statement=heard amount=150",
        "amount_within_informed",
    ),
    (
        "law 13: nothing is served that was not issued",
        "1 first approve; 2 first decide statement=heard",
        "3 officer serve paper=none served=now",
        "not now: decision_paper",
    ),
    (
        "law 00: another authority informs with a paper of its own",
        (
            "1 first approve; 2 officer inform served=now; 3 first hand_over target=urban_management; "
            "4 first approve; 4 second confirm"
        ),
        "5 officer inform paper=none served=now",
        "not now: informing_paper",
    ),
]


@pytest.mark.parametrize(("name", "story", "line", "why"), PAPERS, ids=[paper[0] for paper in PAPERS])
def test_law_09_13_acts_rest_on_the_issued_paper(street: Street, name: str, story: str, line: str, why: str) -> None:
    office = play(street, story)
    assert office.play(line).startswith(f"refused: {why}")


# --- what does not arrive ---


@pytest.mark.parametrize("how", ["refused", "failed", "silent"])
def test_law_11_what_does_not_arrive_waits_for_a_person(street: Street, how: str) -> None:
    drafted(street)
    street.gateway.answer = Answer.REFUSED if how == "refused" else Answer.TAKEN
    office = Office(street)
    office.play("1 first approve")
    if how == "failed":
        street.receipt(TRACK, street.clock.now(), "failed", "violation_recorded")
    if how == "silent":
        assert waiting(street) == []
        office.play("4 time passes")
    assert waiting(street) == ["violation_recorded"]
    assert (("message_failed", "entered") in street.history(TRACK)) is (how != "silent")
    told(street, Service(way=ServiceWay.POST, at=street.clock.now(), proof="EMS-9"))
    assert waiting(street) == []
    with pytest.raises(Conflict, match="has told the person already"):
        told(street, Service(way=ServiceWay.POST, at=street.clock.now(), proof="EMS-9"))


def test_nobody_is_told_tomorrow_nor_of_what_has_arrived(street: Street) -> None:
    play(street, "1 first approve")
    now = street.clock.now()
    with pytest.raises(Conflict, match="still under way"):
        told(street, Service(way=ServiceWay.POST, at=now, proof="EMS-9"))
    street.receipt(TRACK, now, "failed", "violation_recorded")
    with pytest.raises(Unprocessable, match="nor in the future"):
        told(street, Service(way=ServiceWay.POST, at=now + timedelta(days=1), proof="EMS-9"))


def test_a_receipt_that_comes_after_all_counts(street: Street) -> None:
    office = play(street, "1 first approve; 4 time passes")
    street.receipt(TRACK, street.clock.now(), template="violation_recorded")
    assert waiting(street) == []
    assert "notify" not in office.running()


def waiting(street: Street) -> list[str]:
    with street.database.reader() as session:
        return [notice.template for notice in undelivered(session, PROCEDURE, street.clock.now())]


def told(street: Street, service: Service) -> Notification:
    with street.database.session() as session:
        return told_otherwise(session, street.notice(TRACK, "violation_recorded").id, service, "officer", street.clock.now())


def last_line(street: Street, trigger: str) -> dict[str, Any]:
    with street.database.reader() as session:
        lines = timeline_of(session, street.case(TRACK).id)
    return [line.data for line in lines if line.trigger == trigger][-1]
