"""A message that did not arrive is sent again or told in another way: once, with a name, and the case goes on by it."""

import pytest

from central.cases.acts import Service, ServiceWay
from central.errors import Conflict, NotFound, Unprocessable
from central.notify.channels.channel import Answer
from central.notify.tables import Notification
from central.parking.undelivered import UndeliveredMessages
from central.registry.tables import Vehicle
from tests.unit.central.parking.street import OFFICER, PLATE, Street
from tests.unit.central.procedure.office import TRACK, Office, drafted

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
