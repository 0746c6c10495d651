"""What an authority chooses about warning: notices, commercial vehicles, one case a day, the officer on foot."""

from datetime import timedelta
from typing import Any

import pytest

from central.authority.profile import NoticeRule, Switches
from central.authority.service import Place
from central.errors import Unprocessable
from central.parking.switches import Before, is_commercial_plate, switch_checks
from central.registry.tables import Vehicle
from tests.unit.central.parking.street import ADMINISTRATOR, FIRST, NINE, OFFICER, UNREACHABLE, Street
from tests.unit.central.procedure.office import profile
from yuhang.messages import PlateRead

TRACK = "01JWN0000000000000000000TA"
OTHER = "01JWN0000000000000000000TB"
PHOTO = "f" * 64

TABLE = [
    # notice rule, warned this month, case here today, one a day, commercial, watched longer -> notice, watch, repeated
    ("always", True, False, True, False, False, (True, False, False)),
    ("first_in_month", False, False, True, False, False, (True, False, False)),
    ("first_in_month", True, False, True, False, False, (False, False, False)),
    ("always", False, True, True, False, False, (True, False, True)),
    ("always", False, True, False, False, False, (True, False, False)),
    ("always", False, False, True, True, True, (True, True, False)),
    ("always", False, False, True, True, False, (True, False, False)),
    ("always", False, False, True, False, True, (True, False, False)),
]


@pytest.mark.parametrize(("rule", "warned", "today", "one", "commercial", "longer", "expected"), TABLE)
def test_law_07_switches_as_a_table(
    rule: str, warned: bool, today: bool, one: bool, commercial: bool, longer: bool, expected: tuple[bool, bool, bool]
) -> None:
    switches = Switches(notice=NoticeRule(rule), one_case_a_day=one, commercial_observation=longer)
    checks = switch_checks(switches, Before(warned, today), commercial=commercial)
    assert (checks["notice_allowed"], checks["commercial_vehicle"], checks["case_today"]) == expected


def test_yellow_plates_are_commercial() -> None:
    assert [is_commercial_plate(colour) for colour in ("yellow", "blue", "green", None)] == [True, False, False, False]


def switch(street: Street, **switches: Any) -> None:
    """The traffic police with these switches enforce everywhere."""
    with street.database.session() as session:
        key = street.authorities.latest(session, "traffic_police")
        changed = profile("traffic_police", switches=switches)
        street.authorities.write(session, ADMINISTRATOR, changed, "for the test", after=key.version)
        street.authorities.assign(session, ADMINISTRATOR, Place(), "traffic_police", "for the test")


def stop(street: Street, track: str, minute: float, **changes: Any) -> str:
    at = NINE + timedelta(minutes=minute)
    street.to(at)
    street.take(street.stopped(track, at, stopped_at=at - timedelta(minutes=1), **changes))
    street.work()
    return street.state(track)


def warned_and_gone(street: Street, minute: float = 1) -> None:
    assert stop(street, TRACK, minute) == "notifying"
    street.receipt(TRACK, street.clock.now())
    street.take(street.left(TRACK, street.clock.now() + timedelta(minutes=2)))
    street.to(street.clock.now() + timedelta(minutes=2))
    assert street.state(TRACK) == "left_in_time"


def test_law_07_the_second_time_in_a_month_an_officer_goes_there(street: Street) -> None:
    switch(street, notice="first_in_month")
    warned_and_gone(street)
    assert stop(street, OTHER, 20) == "on_foot"
    assert len(street.gateway.taken) == 1


def test_law_07_the_next_calendar_month_begins_anew(street: Street) -> None:
    switch(street, notice="first_in_month")
    warned_and_gone(street)
    assert stop(street, OTHER, 30 * 24 * 60) == "notifying"  # 1 July


def test_law_07_with_notices_always_everybody_is_warned_each_time(street: Street) -> None:
    warned_and_gone(street)
    assert stop(street, OTHER, 20) == "notifying"


def drafted(street: Street) -> None:
    stop(street, TRACK, 1)
    street.to(NINE + timedelta(minutes=1, seconds=5))
    street.receipt(TRACK, street.clock.now())
    street.to(NINE + timedelta(minutes=11, seconds=6))
    street.take(street.present(TRACK, street.clock.now()))
    assert street.state(TRACK) == "draft"


@pytest.mark.parametrize(
    ("one_a_day", "minute", "zone", "expected"),
    [
        (True, 60, "zone-1", "repeated"),
        (True, 60, "zone-2", "notifying"),  # another place
        (True, 24 * 60, "zone-1", "notifying"),  # another day
        (False, 60, "zone-1", "notifying"),  # the authority has chosen so
    ],
)
def test_no_second_case_the_same_day_at_the_same_place(
    street: Street, one_a_day: bool, minute: float, zone: str, expected: str
) -> None:
    switch(street, one_case_a_day=one_a_day)
    drafted(street)
    assert stop(street, OTHER, minute, zone=zone) == expected


def test_what_was_voided_does_not_stand_in_the_way(street: Street) -> None:
    drafted(street)
    street.do(TRACK, "void", FIRST, ground="unclear")
    assert stop(street, OTHER, 60) == "notifying"


def _yellow(street: Street, minute: float) -> str:
    at = NINE + timedelta(minutes=minute)
    street.to(at)
    event = street.stopped(TRACK, at)
    yellow = PlateRead(text="浙A12345", colour="yellow", confidence=0.95, frames=9, width_px=120)
    street.take(event.model_copy(update={"data": event.data.model_copy(update={"plate": yellow})}))
    street.work()
    return street.state(TRACK)


def test_a_lorry_is_watched_longer_before_the_notice(street: Street) -> None:
    switch(street, commercial_observation=True)
    assert _yellow(street, 1) == "watching"
    street.to(NINE + timedelta(seconds=299))
    assert street.state(TRACK) == "watching"
    assert street.gateway.taken == []
    street.to(NINE + timedelta(seconds=301))
    assert street.state(TRACK) == "notifying"
    assert len(street.gateway.taken) == 1


@pytest.mark.parametrize("what", ["left", "unobserved"])
def test_a_lorry_that_leaves_while_it_is_watched(street: Street, what: str) -> None:
    switch(street, commercial_observation=True)
    _yellow(street, 1)
    street.take(getattr(street, what)(TRACK, NINE + timedelta(minutes=2)))
    assert street.state(TRACK) == {"left": "left_unwarned", "unobserved": "unobserved"}[what]
    street.to(NINE + timedelta(minutes=30))
    assert street.gateway.taken == []


def test_a_vehicle_registered_for_commercial_use_is_watched_too(street: Street) -> None:
    switch(street, commercial_observation=True)
    with street.database.session() as session:
        session.get_one(Vehicle, "浙A12345").commercial = True
    assert stop(street, TRACK, 1) == "watching"


def test_law_07_an_officer_posts_the_sheet_and_it_is_no_decision(street: Street) -> None:
    assert stop(street, TRACK, 1, plate=UNREACHABLE) == "on_foot"
    with pytest.raises(Unprocessable, match="photos_given"):
        street.do(TRACK, "post", OFFICER)
    with pytest.raises(Unprocessable, match="has not been uploaded"):
        street.do(TRACK, "post", OFFICER, files=(PHOTO,))
    street.files.add(PHOTO)
    with pytest.raises(Unprocessable, match="sheet_given"):
        street.do(TRACK, "post", OFFICER, files=(PHOTO,))
    case = street.do(TRACK, "post", OFFICER, files=(PHOTO,), sheet="A-0017")
    assert (case.state, case.state_kind, case.moment_times()["posted_at"]) == ("posted", "done", street.clock.now())
    with street.database.reader() as session:
        (file,) = street.records.files(session, case.id)
    assert (file.sha256, file.trigger, file.actor) == (PHOTO, "post", "officer")
