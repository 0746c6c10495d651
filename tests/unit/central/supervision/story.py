"""Nine days in June whose figures are known beforehand: what happened, where and when, told to the real services."""

from datetime import datetime, timedelta
from typing import Any

from central.documents.papers import PaperKind
from central.payment.service import PaymentReport
from tests.unit.central.parking.street import FIRST, NINE, OFFICER, PLATE, Street
from yuhang.messages import Observation

OTHER = "浙A12346"


def tell(street: Street) -> None:
    """Five stops.

    | track | day, Beijing | zone | what became of it |
    |---|---|---|---|
    | A | Monday 1 June, 09:01 | zone-1 | left in time |
    | B | Monday 1 June, 14:01 | zone-2 | stayed, voided by a reviewer: unclear picture |
    | C | Tuesday 2 June, 09:01 | zone-1 | stayed, entered, informed, objected, upheld: wrong plate |
    | D | Monday 8 June, 09:01 | zone-1 | the gateway could not deliver, and no officer came |
    | E | Tuesday 9 June, 23:31 | zone-2 | plate unread: waits for an officer on foot |
    """
    first, afternoon = NINE, NINE + timedelta(hours=5)
    _stop(street, "A", first, "zone-1", PLATE)
    _deliver(street, "A", first)
    _move(street, first, 6)
    street.take(street.left(track("A"), first + timedelta(minutes=6), **_where("zone-1", first, first + timedelta(minutes=6))))
    _stays(street, "B", afternoon, "zone-2", OTHER)
    street.do(track("B"), "void", FIRST, ground="unclear")
    tuesday = NINE + timedelta(days=1)
    _stays(street, "C", tuesday, "zone-1", PLATE)
    street.do(track("C"), "approve", FIRST)
    street.issue(track("C"), PaperKind.INFORMING)
    street.do(track("C"), "inform", OFFICER, service={"way": "post", "at": street.clock.now(), "proof": "EMS-1"})
    with street.database.session() as session:
        street.party.object(session, street.case(track("C")).id, "that is not my car")
    street.do(track("C"), "uphold", FIRST, ground="wrong_plate")
    monday = NINE + timedelta(days=7)
    _stop(street, "D", monday, "zone-1", OTHER)
    _move(street, monday, 2)
    street.receipt(track("D"), street.clock.now(), "failed")
    late = NINE + timedelta(days=8, hours=14, minutes=30)
    _stop(street, "E", late, "zone-2", None)
    number = street.case(track("C")).number
    with street.database.session() as session:
        street.payments.report(session, PaymentReport("R-1", number, 15000, street.clock.now(), "bank"))
        street.payments.report(session, PaymentReport("R-2", "no such number", 15000, street.clock.now(), "bank"))


def track(letter: str) -> str:
    """The track of a stop of the story."""
    return f"01JWN000000000000000000T{letter}K"


def _stays(street: Street, letter: str, at: datetime, zone: str, plate: str) -> None:
    _stop(street, letter, at, zone, plate)
    _deliver(street, letter, at)
    _move(street, at, 12)
    now = at + timedelta(minutes=12)
    street.take(street.present(track(letter), now, **_where(zone, at, now), plate=plate))
    assert street.state(track(letter)) == "draft"


def _stop(street: Street, letter: str, at: datetime, zone: str, plate: str | None) -> None:
    _move(street, at, 1)
    now = at + timedelta(minutes=1)
    street.take(street.stopped(track(letter), now, **({"plate": plate} | _where(zone, at, now))))


def _deliver(street: Street, letter: str, at: datetime) -> None:
    _move(street, at, 1.5)
    street.receipt(track(letter), street.clock.now())


def _move(street: Street, at: datetime, minutes: float) -> None:
    street.to(at + timedelta(minutes=minutes))


def _where(zone: str, since: datetime, until: datetime) -> dict[str, Any]:
    observation = Observation(since=since, until=until, longest_gap_s=0.5, frames=50, min_overlap=0.95)
    return {"zone": zone, "stopped_at": since, "observation": observation}
