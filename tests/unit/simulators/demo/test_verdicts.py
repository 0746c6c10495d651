"""The comparison with the truth: it must see every kind of difference, and forgive a killed edge only what it may forgive."""

from datetime import UTC, datetime, timedelta

import pytest

from simulators.demo.client import CaseSeen
from simulators.demo.scenario import Delivery, Expectation, Owner, Scenario, Story
from simulators.demo.verdicts import DISTURBED_TOLERANCE_S, Street, judge, judge_interrupted, strangers
from simulators.street.truth import Truth, VehicleTruth

BEGAN = datetime(2026, 6, 1, tzinfo=UTC)


def at(second: float) -> datetime:
    return BEGAN + timedelta(seconds=second)


def vehicle(plate: str, stops_s: float, starts_s: float | None) -> VehicleTruth:
    return VehicleTruth(
        name="car",
        kind="sedan",
        paint="white",
        plate=plate,
        plate_colour="blue",
        zone="kerb",
        appears_s=stops_s - 5,
        stops_s=stops_s,
        starts_s=starts_s,
        gone_s=None if starts_s is None else starts_s + 5,
        hidden=(),
    )


def case(state: str, plate: str = "浙A66P38", **moments: float) -> CaseSeen:
    times = {name: at(second) for name, second in ({"stopped_at": 20.0} | moments).items()}
    return CaseSeen(id="1", number="余2026-000001", state=state, camera="square", plate=plate, moments=times, version=1)


PROVEN = {"notice_sent_at": 81.0, "notice_delivered_at": 84.5, "proof_at": 684.5}
LEFT = {"notice_sent_at": 81.0, "notice_delivered_at": 84.5, "left_at": 321.0}


@pytest.fixture
def street() -> Street:
    stays = Story(
        plate="浙A66P38", camera="square", title="stays", owner=Owner(phone="13800000102"), expect=Expectation(state="draft")
    )
    leaves = Story(
        plate="浙A2N906",
        camera="square",
        title="leaves",
        owner=Owner(phone="13800000101"),
        expect=Expectation(state="left_in_time"),
    )
    brief = Story(plate="浙B3M772", camera="square", title="brief", expect=Expectation(cases=0))
    vehicles = (vehicle("浙A66P38", 20, None), vehicle("浙A2N906", 20, 320), vehicle("浙B3M772", 70, 90))
    truth = Truth(
        scene="square",
        title="",
        video="square.mp4",
        width=1920,
        height=1080,
        fps=2,
        duration_s=1020,
        zones=(),
        outages=(),
        vehicles=vehicles,
        stretches=(),
    )
    return Street(Scenario(stories=(stays, leaves, brief)), {"square": truth}, BEGAN)


def problems(street: Street, *cases: CaseSeen) -> str:
    return "; ".join(problem for verdict in judge(street, cases) for problem in verdict.problems)


def test_the_truth_passes(street: Street) -> None:
    cases = [case("draft", **PROVEN), case("left_in_time", "浙A2N906", **LEFT)]
    assert problems(street, *cases) == ""
    assert strangers(street, cases) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "0 cases instead of 1"),
        ([case("draft", **PROVEN), case("draft", **PROVEN)], "2 cases instead of 1"),
        ([case("unobserved")], "unobserved instead of draft"),
        ([case("draft", **PROVEN | {"proof_at": 684.4})], "second picture 599.9 s after delivery"),
        ([case("draft", notice_sent_at=81.0)], "draft without delivery or second picture"),
        ([case("draft", **PROVEN | {"stopped_at": 22.5})], "stopped_at is off by +2.5 s"),
        ([case("draft", **PROVEN | {"notice_delivered_at": 82.0})], "receipt 1.0 s after sending"),
    ],
)
def test_each_difference_is_said(street: Street, found: list[CaseSeen], said: str) -> None:
    assert said in problems(street, *found, case("left_in_time", "浙A2N906", **LEFT))


def test_a_late_departure_and_a_case_that_must_not_be_are_differences(street: Street) -> None:
    assert "left_at is off by +11.0 s" in problems(street, case("left_in_time", "浙A2N906", **LEFT | {"left_at": 331.0}))
    assert "instead of no case" in problems(street, case("on_foot", "浙B3M772", stopped_at=70.0))
    assert strangers(street, [case("on_foot", "苏E00000")]) == ["case 余2026-000001 for 苏E00000 (on_foot) at square"]


def test_while_processes_are_killed_a_stop_may_be_seen_later(street: Street) -> None:
    late = [case("draft", **PROVEN | {"stopped_at": 29.0}), case("left_in_time", "浙A2N906", **LEFT)]
    assert not any(verdict.problems for verdict in judge(street, late, DISTURBED_TOLERANCE_S))


def test_a_killed_edge_may_lose_a_ticket_but_never_make_one(street: Street) -> None:
    def interrupted(*cases: CaseSeen) -> list[str]:
        return [problem for verdict in judge_interrupted(street, cases) for problem in verdict.problems]

    again = case("draft", stopped_at=150.0, notice_sent_at=211.0, notice_delivered_at=215.0, proof_at=815.0)
    assert interrupted(case("unobserved"), again) == []
    assert interrupted(case("draft", "浙A2N906", **PROVEN)) == ["draft instead of left_in_time"]
    assert interrupted(case("draft", "浙B3M772", **PROVEN)) == ["draft instead of no case"]
    assert interrupted(case("draft", **PROVEN | {"proof_at": 600.0})) != []


def test_deliveries_are_by_number(street: Street) -> None:
    assert street.scenario.deliveries() == {"13800000102": Delivery(), "13800000101": Delivery()}
