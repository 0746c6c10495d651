"""Events become alarms once, in whatever order they come; people answer them; nodes hear the answers."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import permutations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from central.alarms.service import AlarmQuery, AlarmService, Verdict
from central.alarms.tables import Alarm, AlarmPart
from central.api.access import SESSION_COOKIE
from central.app import make_app
from central.core import Core
from central.errors import NotFound, Unprocessable
from central.features import features
from central.nodes.tables import NodeCommand
from central.retention.rules import load_rules
from central.retention.selection import due_alarms
from central.users.roles import Principal, Role
from tests.unit.central.alarms.events import (
    BEGAN,
    charging_ended,
    charging_suspected,
    ebike_seen,
    falling,
    new_track,
    socket_cut,
    socket_stuck,
    trading_ended,
    trading_seen,
)
from tests.unit.central.conftest import KnownNode
from yuhang.clock import ManualClock
from yuhang.messages import NodeEvent
from yuhang.messages import Verdict as VerdictCommand

OFFICER = Principal("1", "li", "李雷", "City management", "", Role.OFFICER)


@pytest.fixture
def alarms(core: Core, clock: ManualClock) -> AlarmService:
    clock.current = BEGAN + timedelta(minutes=30)
    return AlarmService(core.clock)


def tell(core: Core, alarms: AlarmService, *events: NodeEvent) -> None:
    for event in events:
        with core.database.session() as session:
            alarms.record(session, event)


def the_alarm(core: Core) -> Alarm:
    with core.database.reader() as session:
        return session.scalars(select(Alarm)).one()


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_one_alarm_whatever_comes_first_and_however_often(core: Core, alarms: AlarmService, order: tuple[int, ...]) -> None:
    track = new_track()
    seen, ended = trading_seen(track), trading_ended(track)
    events = (seen, ended, seen, ended)
    tell(core, alarms, *(events[number] for number in order))
    alarm = the_alarm(core)
    assert (alarm.kind, alarm.began_at, alarm.ended_at) == ("trading", BEGAN, BEGAN + timedelta(minutes=25))
    assert alarm.facts == {"form": "street", "minutes": 25.0, "people": 2}
    with core.database.reader() as session:
        assert len(session.scalars(select(AlarmPart)).all()) == 2


@pytest.mark.parametrize("late", [False, True])
def test_a_socket_that_did_not_obey_and_then_did_is_one_alarm(core: Core, alarms: AlarmService, *, late: bool) -> None:
    track = new_track()
    stuck, cut = socket_stuck(track), socket_cut(track)
    tell(core, alarms, *((cut, stuck) if late else (stuck, cut)))
    alarm = the_alarm(core)
    assert (alarm.kind, alarm.camera, alarm.zone) == ("socket", "", "shed-3-07")
    assert alarm.ended_at == BEGAN + timedelta(seconds=8)
    assert alarm.facts == {
        "socket": "3 号车棚 07",
        "reason": "temperature",
        "measured": 80.0,
        "limit": 65.0,
        "told": 9,
        "outcome": "is_off",
        "took_s": 8.0,
    }


def test_a_socket_that_does_not_obey_goes_on(core: Core, alarms: AlarmService) -> None:
    tell(core, alarms, socket_stuck(new_track()))
    alarm = the_alarm(core)
    assert (alarm.ended_at, alarm.facts["outcome"]) == (None, "stuck")


def test_a_falling_object_is_over_when_it_is_told(core: Core, alarms: AlarmService) -> None:
    tell(core, alarms, falling(new_track()))
    alarm = the_alarm(core)
    assert alarm.ended_at == BEGAN + timedelta(seconds=2)
    assert alarm.facts == {"lowest_floor": 7, "highest_floor": 9, "height_m": 22.4, "size_px": 4.2}


def test_what_stands_where_it_may_not_charge(core: Core, alarms: AlarmService) -> None:
    track = new_track()
    tell(core, alarms, charging_suspected(track), charging_ended(track))
    alarm = the_alarm(core)
    assert (alarm.kind, alarm.began_at, alarm.ended_at) == ("charging", BEGAN, BEGAN)
    assert alarm.facts == {"basis": "socket", "minutes": 42.0, "socket": "s-1", "watts": 180}


def test_another_node_adds_nothing_to_an_alarm(core: Core, alarms: AlarmService) -> None:
    track = new_track()
    tell(core, alarms, trading_seen(track))
    with pytest.raises(Unprocessable, match="another node"):
        tell(core, alarms, trading_ended(track, "yuhang/v1/yuhang/other"))
    assert the_alarm(core).ended_at is None


def test_the_list_shows_what_waits(core: Core, alarms: AlarmService) -> None:
    one, two = new_track(), new_track()
    tell(core, alarms, falling(one), trading_seen(two))
    with core.database.session() as session:
        assert alarms.count_open(session) == 2
        alarms.answer(session, one, OFFICER, Verdict.REJECTED, "a bird")
    with core.database.reader() as session:
        assert [row.track for row in alarms.list(session, AlarmQuery(open_only=True))] == [two]
        assert alarms.count_open(session) == 1


@pytest.mark.parametrize("seen", [ebike_seen, charging_suspected])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_node_hears_the_answers_that_it_can_learn_from(
    core: Core, alarms: AlarmService, node: KnownNode, seen: Callable[[str], NodeEvent], verdict: Verdict
) -> None:
    track = new_track()
    tell(core, alarms, seen(track), falling(new_track()))
    with core.database.session() as session:
        alarms.answer(session, track, OFFICER, verdict, "plain to see")
    with core.database.reader() as session:
        commands = session.scalars(select(NodeCommand)).all()
    if verdict is Verdict.UNCLEAR:
        assert commands == []
        return
    (command,) = commands
    assert (command.site, command.node, command.name) == (node.topics.site, node.topics.node, "verdict")
    said = VerdictCommand.model_validate_json(command.payload)
    assert (said.track, said.confirmed) == (track, verdict is Verdict.CONFIRMED)


def test_an_answer_needs_a_reason_and_can_be_corrected(core: Core, alarms: AlarmService) -> None:
    track = new_track()
    tell(core, alarms, falling(track))
    with core.database.session() as session:
        with pytest.raises(Unprocessable):
            alarms.answer(session, track, OFFICER, Verdict.CONFIRMED, " ")
        with pytest.raises(NotFound):
            alarms.answer(session, new_track(), OFFICER, Verdict.CONFIRMED, "a bottle")
        alarms.answer(session, track, OFFICER, Verdict.CONFIRMED, "a bottle")
        alarms.answer(session, track, OFFICER, Verdict.REJECTED, "a leaf after all")
    with core.database.reader() as session:
        assert [row.verdict for row in alarms.answers(session, track)] == ["confirmed", "rejected"]
    assert the_alarm(core).verdict == "rejected"


def test_law_15_alarms_are_kept_as_long_as_they_are_needed(core: Core, alarms: AlarmService) -> None:
    one, two, rules = new_track(), new_track(), load_rules()
    tell(core, alarms, falling(one), falling(two))
    with core.database.session() as session:
        alarms.answer(session, one, OFFICER, Verdict.CONFIRMED, "a bottle")
    for days, expected in ((29, set()), (31, {two}), (181, {one, two})):
        with core.database.reader() as session:
            due = session.scalars(due_alarms(rules, BEGAN + timedelta(days=days))).all()
        assert {row.track for row in due} == expected


@pytest.fixture
def site(core: Core, alarms: AlarmService) -> Iterator[TestClient]:
    tell(core, alarms, falling(new_track()))
    with TestClient(make_app(core, features(core)), raise_server_exceptions=False, follow_redirects=False) as client:
        client.headers.update({"sec-fetch-site": "same-origin", "accept-language": "en"})
        yield client


def test_an_officer_answers_on_the_page(site: TestClient, core: Core, tokens: dict[Role, str]) -> None:
    track = the_alarm(core).track
    site.cookies.set(SESSION_COOKIE, tokens[Role.OFFICER])
    assert "Falling object" in site.get("/alarms").text
    assert site.get(f"/alarms/{track}").headers["location"].startswith("/reason")
    site.cookies.set("yuhang_reason", "duty")
    shown = site.get(f"/alarms/{track}")
    assert shown.status_code == 200
    assert "Highest floor possible" in shown.text
    assert site.post(f"/alarms/{track}?verdict=confirmed", data={"reason": "x"}).status_code == 422
    assert site.post(f"/alarms/{track}?verdict=confirmed", data={"reason": "a bottle"}).status_code == 303
    assert "Not looked at yet" not in site.get(f"/alarms/{track}").text
    assert "No alarms like this" in site.get("/alarms").text
    assert site.get(f"/alarms/{new_track()}").status_code == 404
    whole = site.get(f"/api/v1/alarms/{track}").json()
    assert (whole["verdict"], whole["answers"][0]["reason"]) == ("confirmed", "a bottle")


def test_who_works_on_no_cases_answers_nothing(site: TestClient, core: Core, tokens: dict[Role, str]) -> None:
    track = the_alarm(core).track
    site.cookies.set(SESSION_COOKIE, tokens[Role.SUPERVISOR])
    site.cookies.set("yuhang_reason", "duty")
    assert "form" not in site.get(f"/alarms/{track}").text.partition("<main")[2]
    assert site.post(f"/alarms/{track}?verdict=confirmed", data={"reason": "a bottle"}).headers["location"] == "/?denied=1"
    site.cookies.set(SESSION_COOKIE, tokens[Role.DISPATCHER])
    assert site.get("/alarms").headers["location"] == "/?denied=1"
