"""What central makes of news and receipts that come late, twice or in another order."""

from datetime import datetime

import pytest

from central.errors import Unprocessable
from central.notify.channels.channel import Answer
from central.notify.tables import NoticeStatus
from tests.unit.central.parking.stories import OTHER, TRACK, at, warn
from tests.unit.central.parking.street import Street


def test_a_stop_reported_twice_is_one_case_and_one_notice(street: Street) -> None:
    street.to(at(1))
    event = street.stopped(TRACK, at(1))
    street.take(event)
    street.take(event)
    street.take(street.stopped(TRACK, at(1)))
    street.to(at(2))
    assert len(street.gateway.taken) == 1
    assert street.case(TRACK).number == "余2026-000001"


def test_left_before_the_receipt_waits_for_it(street: Street) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    street.to(at(5))
    street.take(street.left(TRACK, at(4)))
    assert street.state(TRACK) == "gone"
    street.receipt(TRACK, at(1, 5))
    assert street.state(TRACK) == "left_in_time"


def test_left_before_the_notice_arrived_was_never_warned(street: Street) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    street.to(at(5))
    street.take(street.left(TRACK, at(1, 3)))
    street.receipt(TRACK, at(1, 5))
    assert street.state(TRACK) == "left_unwarned"


def test_left_while_the_gateway_is_away_takes_the_notice_back(street: Street) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    street.take(street.left(TRACK, at(1, 3)))
    assert street.state(TRACK) == "left_unwarned"
    assert street.notice(TRACK).status == NoticeStatus.CANCELLED
    street.to(at(5))
    assert street.gateway.taken == []


def test_left_and_no_receipt_ever(street: Street) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    street.to(at(5))
    street.take(street.left(TRACK, at(4)))
    street.to(at(40))
    assert street.state(TRACK) == "left_unwarned"


def test_left_overtakes_stopped(street: Street) -> None:
    street.to(at(2))
    street.take(street.left(TRACK, at(1, 30)))
    street.take(street.stopped(TRACK, at(1)))
    assert street.state(TRACK) == "left_unwarned"
    street.to(at(5))
    assert street.gateway.taken == []


def test_unobserved_overtakes_stopped(street: Street) -> None:
    street.to(at(2))
    street.take(street.unobserved(TRACK, at(1, 30)))
    street.take(street.stopped(TRACK, at(1)))
    assert street.state(TRACK) == "unobserved"


def test_present_overtakes_stopped(street: Street) -> None:
    street.to(at(2))
    street.take(street.present(TRACK, at(2)))
    street.take(street.stopped(TRACK, at(1)))
    assert street.state(TRACK) == "notifying"


def test_a_receipt_given_twice_counts_once(street: Street) -> None:
    warn(street)
    street.to(at(3))
    assert street.receipt(TRACK, at(2)) is False
    assert street.case(TRACK).moment_times()["notice_delivered_at"] == at(1, 5)


def test_failed_after_delivered_changes_nothing(street: Street) -> None:
    warn(street)
    street.to(at(3))
    assert street.receipt(TRACK, at(2), "failed") is False
    assert street.state(TRACK) == "grace"


@pytest.mark.parametrize("wrong", [at(0, 59), at(3, 1)])
def test_a_receipt_from_before_sending_or_from_the_future_is_refused(street: Street, wrong: datetime) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    street.to(at(2))
    with pytest.raises(Unprocessable, match="check the gateway's clock"):
        street.receipt(TRACK, wrong)
    assert street.state(TRACK) == "notifying"


def test_news_that_contradicts_the_proof_takes_the_draft_back(street: Street) -> None:
    warn(street)
    street.to(at(11, 6))
    street.take(street.present(TRACK, at(11, 6)))
    assert street.state(TRACK) == "draft"
    street.take(street.unobserved(TRACK, at(6)))
    assert street.state(TRACK) == "not_proven"


def test_leaving_after_the_proof_does_not_undo_it(street: Street) -> None:
    warn(street)
    street.to(at(11, 6))
    street.take(street.present(TRACK, at(11, 6)))
    street.to(at(13))
    street.take(street.left(TRACK, at(13)))
    assert street.state(TRACK) == "draft"


def test_two_vehicles_in_one_zone_are_two_cases(street: Street) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    street.take(street.stopped(OTHER, at(1), plate="浙A12346"))
    street.to(at(2))
    street.receipt(TRACK, at(1, 40))
    street.take(street.left(OTHER, at(2)))
    assert street.state(TRACK) == "grace"
    assert street.state(OTHER) == "gone"
    assert {message.to for message in street.gateway.taken} == {"13800000001", "13800000002"}


def test_a_gateway_that_comes_back_gets_the_notice(street: Street) -> None:
    street.gateway.answer = Answer.AWAY
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    street.to(at(5))
    assert street.gateway.taken == []
    street.gateway.answer = Answer.TAKEN
    street.to(at(7))
    (message,) = street.gateway.taken
    assert message.id == street.notice(TRACK).id
