"""The list by limits: what is over first stands first, and stepping through it never loses its place."""

from datetime import UTC, datetime, timedelta

import pytest

from central.cases.queries import CaseQuery, find_cases, like_cases, neighbours
from central.cases.tables import Case
from central.database import Database
from central.deadlines.service import NewDeadline, start_deadline
from yuhang.clock import ManualClock

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


def put(database: Database, number: int, due_h: float | None, *, red: bool = False, **changes: str) -> str:
    """A draft that was opened `number` minutes after nine, with a limit in `due_h` hours."""
    values = {"state": "draft", "zone": "z", "camera": "c", "plate": f"浙A{number:05d}", "profile": "traffic_police"} | changes
    case = Case(
        id=f"{number:026d}", number=f"N{number}", public_code=f"{number:010d}", kind="parking", playbook_version=1,
        profile_version=1, state_kind="open", site="s", node="n", address="a", opened_at=NOW + timedelta(minutes=number),
        changed_at=NOW, red_light_at=NOW if red else None, red_lights=["review_over"] if red else [], moments={}, **values,
    )  # fmt: skip
    with database.session() as session:
        session.add(case)
        session.flush()
        if due_h is not None:
            clock = ManualClock(NOW)
            start_deadline(session, clock, NewDeadline("parking", case.id, "review", "review_over", NOW + timedelta(hours=due_h)))
    return f"{number:026d}"


@pytest.fixture
def four(database: Database) -> list[str]:
    """In the order in which they press: a red light, then by limit, then without one."""
    late = put(database, 4, None, red=True)
    soon = put(database, 3, 1)
    later = put(database, 1, 5)
    never = put(database, 2, None, state="on_foot")
    return [late, soon, later, never]


QUERY = CaseQuery(kind="parking", by_limit=True)


def test_red_lights_first_then_the_limit_that_is_over_soonest(database: Database, four: list[str]) -> None:
    with database.reader() as session:
        assert [case.id for case in find_cases(session, QUERY).cases] == four


def test_stepping_follows_the_list(database: Database, four: list[str]) -> None:
    with database.reader() as session:
        cases = {case.id: case for case in find_cases(session, QUERY).cases}
        assert neighbours(session, QUERY, cases[four[1]]) == (four[0], four[2])
        assert neighbours(session, QUERY, cases[four[0]]) == (None, four[1])
        assert neighbours(session, QUERY, cases[four[3]]) == (four[2], None)


def test_after_a_case_was_dealt_with_the_most_pressing_one_comes_next(database: Database, four: list[str]) -> None:
    drafts = CaseQuery(kind="parking", states=("draft",), by_limit=True)
    with database.reader() as session:
        gone = session.get_one(Case, four[3])  # it is not in the list of drafts
        assert neighbours(session, drafts, gone) == (None, four[0])


def test_authority_camera_and_single_cases_narrow_the_list(database: Database, four: list[str]) -> None:
    other = put(database, 9, 2, profile="urban_management", camera="d")
    with database.reader() as session:
        for query in (CaseQuery(profiles=("urban_management",)), CaseQuery(camera="d"), CaseQuery(ids=(other,))):
            assert [case.id for case in find_cases(session, query).cases] == [other]
        assert find_cases(session, CaseQuery(ids=())).total == 0


def test_like_cases_wait_for_the_same_at_the_same_place_or_for_the_same_vehicle(database: Database, four: list[str]) -> None:
    elsewhere = put(database, 7, 2, camera="d", plate="浙A00003")
    put(database, 8, 2, camera="d")
    with database.reader() as session:
        found = like_cases(session, session.get_one(Case, four[1]), 10)
    assert [case.id for case in found] == [four[2], four[0], elsewhere]
