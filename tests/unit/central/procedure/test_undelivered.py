"""A message that did not arrive is sent again or told in another way: once, with a name, and the case goes on by it."""

from pathlib import Path

import pytest

from central.cases.acts import Service, ServiceWay
from central.errors import Conflict, NotFound, Unprocessable
from central.foot.errands import FootErrands
from central.foot.service import FootService
from central.notify.channels.channel import Answer
from central.notify.tables import Notification
from central.parking.undelivered import UndeliveredMessages
from central.registry.tables import Vehicle
from central.users.roles import Principal
from tests.unit.central.parking.street import FIRST, OFFICER, PLATE, STRANGER, Street
from tests.unit.central.procedure.office import TRACK, Office, drafted
from yuhang.evidence import NodeKey

RECORDED = "violation_recorded"


def messages(street: Street) -> UndeliveredMessages:
    return UndeliveredMessages(street.sender, street.cases, street.people, street.clock)


@pytest.fixture
def failed(street: Street) -> Street:
    """Entered on Tuesday, and the message of the entry could not be delivered."""
    drafted(street)
    Office(street).play("1 first approve")
    street.receipt(TRACK, street.clock.now(), "failed", RECORDED)
    return street


def waiting(street: Street) -> list[str]:
    with street.database.reader() as session:
        return [notice.template for notice in messages(street).waiting(session)]


def again(street: Street, notice: Notification) -> Notification:
    with street.database.session() as session:
        return messages(street).again(session, OFFICER, notice.id)


def told(street: Street, notice: Notification, way: ServiceWay = ServiceWay.IN_PERSON) -> Notification:
    with street.database.session() as session:
        service = Service(way=way, at=street.clock.now(), proof="signed at the door")
        return messages(street).told(session, OFFICER, notice.id, service, "an officer went there")


def test_law_11_sent_again_and_delivered_it_tells_the_owner(failed: Street) -> None:
    old = failed.notice(TRACK, RECORDED)
    assert waiting(failed) == [RECORDED]
    new = again(failed, old)
    failed.work()
    assert waiting(failed) == []
    assert failed.gateway.taken[-1].id == new.id != old.id
    failed.receipt(TRACK, failed.clock.now(), template=RECORDED)
    assert "owner_notified_at" in failed.case(TRACK).moments
    with pytest.raises(Conflict, match="officer has told the person already"):
        again(failed, old)


def test_sent_again_it_may_fail_again_and_waits_again(failed: Street) -> None:
    failed.gateway.answer = Answer.REFUSED
    again(failed, failed.notice(TRACK, RECORDED))
    failed.work()
    assert waiting(failed) == [RECORDED]


def test_who_has_no_number_cannot_be_sent_anything(failed: Street) -> None:
    with failed.database.session() as session:
        session.get_one(Vehicle, PLATE).reachable = False
    with pytest.raises(Unprocessable, match="it cannot be sent"):
        again(failed, failed.notice(TRACK, RECORDED))
    assert waiting(failed) == [RECORDED], "nothing was lost by the attempt"


def test_law_08_11_an_officer_tells_at_the_door_and_the_case_goes_on(failed: Street) -> None:
    """The limit for telling the owner ends with the act; way, day and proof stand in the history."""
    assert "notify" in Office(failed).running()
    told(failed, failed.notice(TRACK, RECORDED))
    assert waiting(failed) == []
    assert "notify" not in Office(failed).running()
    assert failed.history(TRACK)[-1] == ("notify", "entered")
    with pytest.raises(Conflict, match="has told the person already"):
        told(failed, failed.notice(TRACK, RECORDED))


def test_after_the_end_nothing_more_is_sent(failed: Street) -> None:
    office = Office(failed)
    office.play("1 first void ground=other")
    office.play("1 officer remove")
    with pytest.raises(Conflict, match="the case has ended"):
        again(failed, failed.notice(TRACK, RECORDED))


def test_what_nobody_wrote_cannot_be_sent(failed: Street) -> None:
    with failed.database.session() as session, pytest.raises(NotFound):
        messages(failed).again(session, OFFICER, "0" * 26)


# --- an officer is asked to go ---


@pytest.fixture
def errands(failed: Street, tmp_path: Path) -> FootErrands:
    foot = FootService(failed.cases, failed.authorities, failed.people, failed.clock, NodeKey.open(tmp_path / "photos.key"))
    return FootErrands(foot, messages(failed), failed.clock)


def ask(street: Street, errands: FootErrands) -> str:
    with street.database.session() as session:
        return errands.ask(session, OFFICER, street.notice(TRACK, RECORDED).id, "no number works").notice.id


def open_for(street: Street, errands: FootErrands, user: Principal) -> list[str]:
    with street.database.reader() as session:
        return [errand.notice.id for errand in errands.open_ones(session, user)]


def test_law_08_11_an_officer_is_sent_and_the_case_goes_on_when_the_person_is_told(failed: Street, errands: FootErrands) -> None:
    """The errand stands among the tasks on foot, one officer goes, and way, day and proof end the limit for telling."""
    notice = ask(failed, errands)
    assert ask(failed, errands) == notice, "asked twice it is one errand"
    assert [line for line in failed.history(TRACK) if line[0] == "send_officer"] == [("send_officer", "entered")]
    assert open_for(failed, errands, FIRST) == [notice]
    assert open_for(failed, errands, STRANGER) == [], "errands of other authorities are theirs"
    with failed.database.session() as session:
        errands.take(session, OFFICER, notice)
        with pytest.raises(Conflict, match="officer has taken this errand"):
            errands.take(session, FIRST, notice)
        with pytest.raises(Unprocessable, match="give a reason"):
            errands.give_back(session, OFFICER, notice, " ")
        errands.give_back(session, OFFICER, notice, "nobody was at home")
        assert errands.take(session, FIRST, notice).holding.by == "reviewer"
        service = Service(way=ServiceWay.IN_PERSON, at=failed.clock.now(), proof="signed at the door")
        assert errands.told(session, FIRST, notice, service, "told at the door").notice.otherwise is not None
    assert open_for(failed, errands, FIRST) == waiting(failed) == []
    assert "notify" not in Office(failed).running()
    with failed.database.session() as session, pytest.raises(Conflict, match="has told the person already"):
        errands.take(session, OFFICER, notice)


def test_sent_again_the_errand_is_over(failed: Street, errands: FootErrands) -> None:
    notice = ask(failed, errands)
    again(failed, failed.notice(TRACK, RECORDED))
    assert open_for(failed, errands, OFFICER) == []
    with failed.database.session() as session, pytest.raises(NotFound):
        errands.take(session, OFFICER, "0" * 26)
    assert failed.notice(TRACK, RECORDED).id != notice


def test_an_errand_can_be_asked_for_after_the_case_has_ended_too(failed: Street, errands: FootErrands) -> None:
    """The removal of a record is told although the case is closed."""
    office = Office(failed)
    office.play("1 first void ground=other")
    office.play("1 officer remove")
    assert ask(failed, errands) in open_for(failed, errands, OFFICER)
