"""The stories of the street, one a test: what central makes of them when everything comes in order."""

from pathlib import Path

import pytest

from central.cases.engine import Transition
from central.cases.playbook import Playbook, Role, shipped_playbook
from central.notify.channels.channel import Answer
from central.parking.rules import CheckName
from tests.unit.central.parking.stories import TRACK, at, warn
from tests.unit.central.parking.street import NINE, Street, make_street
from yuhang.messages import EvidenceKind, FrameClock, Observation, TimeSource, UnobservedReason


def test_who_stays_is_put_before_a_person_and_only_a_person_approves(street: Street) -> None:
    warn(street)
    assert street.state(TRACK) == "grace"
    (command,) = street.commands()
    assert (command.track, command.due_at) == (TRACK, at(11, 5))
    street.to(at(11, 6))
    assert street.state(TRACK) == "proving"
    street.take(street.present(TRACK, at(11, 6)))
    assert street.state(TRACK) == "draft"
    assert isinstance(street.act(TRACK, "approve"), Transition)
    case = street.case(TRACK)
    assert (case.state, case.state_kind) == ("entered", "open")
    assert case.number == "余2026-000001"
    assert street.history(TRACK) == [
        ("stopped", "notifying"),
        ("notice_sent", "notifying"),
        ("notice_delivered", "grace"),
        ("grace_over", "proving"),
        ("present", "draft"),
        ("approve", "entered"),
    ]
    assert all(check["passed"] for check in street.stop(TRACK).checks)


def test_the_driver_gets_place_time_and_car_parks(street: Street) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    street.to(at(1, 1))
    (message,) = street.gateway.taken
    assert message.to == "13800000001"
    assert message.notice.text == (
        "【余杭交警】车主您好，您的车辆浙A12345于06月01日09:00停在文一西路969号的禁停区域，请在收到本短信后10分钟内（09:11前）驶离，"
        "及时驶离不予处罚。附近停车场：一号停车场步行约237米余3位。"
    )


def test_law_07_who_leaves_in_time_goes_free(street: Street) -> None:
    warn(street)
    street.to(at(9))
    street.take(street.left(TRACK, at(9)))
    assert street.state(TRACK) == "left_in_time"
    street.to(at(60))
    assert street.history(TRACK)[-1] == ("left", "left_in_time")


def test_a_picture_before_the_end_of_the_grace_period_proves_nothing(street: Street) -> None:
    warn(street)
    for minute in range(2, 11):
        street.to(at(minute))
        street.take(street.present(TRACK, at(minute)))
        assert street.state(TRACK) == "grace"
    assert len(street.history(TRACK)) == 3


def test_a_receipt_three_minutes_late_moves_the_end_by_three_minutes(street: Street) -> None:
    warn(street, delivered=at(4, 5))
    street.to(at(11, 6))
    street.take(street.present(TRACK, at(11, 6)))
    assert street.state(TRACK) == "grace"
    street.to(at(14, 6))
    street.take(street.present(TRACK, at(14, 6)))
    assert street.state(TRACK) == "draft"
    assert street.case(TRACK).moment_times()["notice_delivered_at"] == at(4, 5)


def test_a_receipt_that_comes_after_the_picture_counts_by_its_own_time(tmp_path: Path) -> None:
    patient = shipped_playbook("parking").model_dump(by_alias=True)
    patient["parameters"]["delivery_limit"]["value"] = 1800
    street = make_street(tmp_path, Playbook.model_validate(patient))
    with street.database:
        street.to(at(1))
        street.take(street.stopped(TRACK, at(1)))
        street.to(at(12))
        street.take(street.present(TRACK, at(11, 30)))
        assert street.state(TRACK) == "notifying"
        street.receipt(TRACK, at(1, 5))
        assert street.state(TRACK) == "draft"


def test_no_receipt_no_ticket(street: Street) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    for minute in range(2, 40):
        street.to(at(minute))
        street.take(street.present(TRACK, at(minute)))
    assert street.state(TRACK) == "not_delivered"
    street.receipt(TRACK, at(1, 5))
    assert street.state(TRACK) == "not_delivered"
    assert street.history(TRACK)[-1] == ("notice_delivered", "closed")


def test_law_07_a_notice_that_the_gateway_cannot_deliver_sends_an_officer_there(street: Street) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    street.to(at(1, 10))
    street.receipt(TRACK, at(1, 5), "failed")
    assert street.state(TRACK) == "on_foot"
    assert not street.stop(TRACK).owner_reachable
    street.to(at(1 + 121))
    assert street.state(TRACK) == "not_reached"


@pytest.mark.parametrize("answer", [Answer.TAKEN, Answer.REFUSED])
def test_law_07_the_channel_that_goes_by_the_plate_says_whether_the_owner_is_known(street: Street, answer: Answer) -> None:
    """Central holds no number; 404 from the authority's own sender means that nobody is bound to the plate."""
    street.gateway.needs_number, street.gateway.answer = False, answer
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1), plate="浙A99999"))
    street.to(at(1, 1))
    assert street.state(TRACK) == {Answer.TAKEN: "notifying", Answer.REFUSED: "on_foot"}[answer]
    assert street.stop(TRACK).owner_reachable is (answer is Answer.TAKEN)
    assert all(message.to is None for message in street.gateway.taken)


@pytest.mark.parametrize("plate", ["浙A23456", "浙A99999", None])
def test_who_cannot_be_told_is_left_to_an_officer_on_foot(street: Street, plate: str | None) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1), plate=plate))
    street.to(at(30))
    street.take(street.present(TRACK, at(30), plate=plate))
    assert street.state(TRACK) == "on_foot"
    assert street.gateway.taken == []
    outcome = street.act(TRACK, "handle", Role.OFFICER, "driver spoken to")
    assert isinstance(outcome, Transition)
    assert street.state(TRACK) == "handled_on_foot"


def test_nobody_comes(street: Street) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1), plate=None))
    street.to(at(1 + 121))
    assert street.state(TRACK) == "not_reached"


def test_law_26_a_fire_engine_is_exempt(street: Street) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1), plate="浙A11900"))
    assert street.state(TRACK) == "exempt"
    street.to(at(20))
    assert street.gateway.taken == []


@pytest.mark.parametrize("reason", list(UnobservedReason))
def test_what_nobody_saw_proves_nothing(street: Street, reason: UnobservedReason) -> None:
    warn(street)
    street.to(at(5))
    street.take(street.unobserved(TRACK, at(5), reason))
    assert street.state(TRACK) == "unobserved"
    street.to(at(11, 6))
    street.take(street.present(TRACK, at(11, 6)))
    assert street.state(TRACK) == "unobserved"


def test_no_second_picture_means_unobserved(street: Street) -> None:
    warn(street)
    street.to(at(20))
    assert street.state(TRACK) == "unobserved"
    assert street.history(TRACK)[-2:] == [("grace_over", "proving"), ("proof_over", "unobserved")]


def test_a_second_picture_that_proves_nothing_means_not_proven(street: Street) -> None:
    warn(street)
    street.to(at(11, 6))
    gap = Observation(since=NINE, until=at(11, 6), longest_gap_s=10.4, frames=50, min_overlap=0.95)
    street.take(street.present(TRACK, at(11, 6), observation=gap))
    assert street.state(TRACK) == "proving"
    street.to(at(20))
    assert street.state(TRACK) == "not_proven"
    failed = [check["name"] for check in street.stop(TRACK).checks if not check["passed"]]
    assert failed == [CheckName.CONTINUOUS.value]


def test_law_01_a_clock_nobody_measured_proves_nothing(street: Street) -> None:
    warn(street)
    street.to(at(11, 6))
    event = street.present(TRACK, at(11, 6))
    unknown = FrameClock(source=TimeSource.CAMERA, error_s=0.1, offset_s=None)
    file = street.file(EvidenceKind.PRESENT, at(11, 6), unknown)
    street.take(event.model_copy(update={"data": event.data.model_copy(update={"evidence": (file,)})}))
    street.to(at(20))
    assert street.state(TRACK) == "not_proven"


def test_who_leaves_after_the_grace_period_but_before_the_picture_goes_free(street: Street) -> None:
    warn(street)
    street.to(at(11, 20))
    street.take(street.left(TRACK, at(11, 10)))
    assert street.state(TRACK) == "left_before_proof"


def test_files_that_come_late_complete_the_proof(street: Street) -> None:
    warn(street)
    street.to(at(11, 6))
    street.uploaded = False
    event = street.present(TRACK, at(11, 6))
    street.take(event)
    assert street.state(TRACK) == "proving"
    street.files.add(event.data.evidence[0].record.file_sha256)
    street.to(at(12))
    street.take(street.present(TRACK, at(12)))
    assert street.state(TRACK) == "draft"
    assert street.case(TRACK).moment_times()["proof_at"] == at(11, 6)


def test_files_that_come_late_count_without_another_picture_too(street: Street) -> None:
    warn(street)
    street.to(at(11, 6))
    street.uploaded = False
    event = street.present(TRACK, at(11, 6))
    street.take(event)
    street.files.add(event.data.evidence[0].record.file_sha256)
    street.to(at(20))
    assert street.state(TRACK) == "draft"


def test_evidence_that_does_not_verify_proves_nothing(street: Street) -> None:
    warn(street)
    street.to(at(11, 6))
    street.verified = False
    street.take(street.present(TRACK, at(11, 6)))
    street.to(at(20))
    assert street.state(TRACK) == "not_proven"
