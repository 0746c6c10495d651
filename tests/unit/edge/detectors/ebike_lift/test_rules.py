"""When a thing in the cabin is reported, and when its door is held. Times are seconds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.detectors.ebike_lift.asking import Asking
from edge.detectors.ebike_lift.config import DoorConfig, EbikeLiftConfig
from edge.detectors.ebike_lift.rules import CabinRules, why_not_hold
from yuhang.ids import new_ulid
from yuhang.messages import LiftAction, LiftRequest, LiftState, Reply

FIRST = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
CONFIG = EbikeLiftConfig(kind="ebike_lift", lift="east", door=DoorConfig(hold=True))


def at(seconds: float) -> datetime:
    return FIRST + timedelta(seconds=seconds)


def news(seconds: float, *, fire: bool = False, door_open: bool = True, door_blocked: bool = False) -> LiftState:
    return LiftState(lift="east", time=at(seconds), fire=fire, door_open=door_open, door_blocked=door_blocked)


class Lifts:
    """A lift that answers every request and keeps them."""

    def __init__(self) -> None:
        self.news: LiftState | None = None
        self.asked: list[LiftRequest] = []

    def state(self, lift: str) -> LiftState | None:
        assert lift == "east"
        return self.news

    def ask(self, request: LiftRequest) -> None:
        self.asked.append(request)

    def answer(self, request_id: str) -> Reply | None:
        return Reply(id=request_id, status="done", time=FIRST) if request_id == self.asked[0].id else None


def test_three_of_five_looks_report_once_until_it_has_left() -> None:
    rules = CabinRules(CONFIG)
    hits = [True, False, True, False, True, True, True]
    assert [rules.step(at(second), hit=hit) for second, hit in enumerate(hits)] == [False] * 4 + [True] + [False] * 2
    assert rules.gone(at(8)) is None
    left = rules.gone(at(10))
    assert left is not None
    assert (left.entered_at, left.seen_at, left.looks, left.of_looks) == (at(0), at(6), 3, 5)
    assert [rules.step(at(20 + second), hit=True) for second in range(3)] == [False, False, True]


def test_two_looks_in_a_row_are_not_enough() -> None:
    rules = CabinRules(CONFIG)
    assert not any(rules.step(at(second), hit=second % 5 < 2) for second in range(60))


@pytest.mark.parametrize(
    ("state", "held_s", "reason"),
    [
        (news(0), 0, ""),
        (None, 0, "no news from the lift"),
        (news(-6), 0, "no news from the lift"),
        (news(0, fire=True), 0, "fire"),
        (news(0, door_blocked=True), 0, "something is in the way of the door"),
        (news(0, door_open=False), 0, "the door is closed"),
        (news(0), 60, "held for as long as allowed"),
    ],
)
def test_the_door_is_held_only_where_all_is_well(state: LiftState | None, held_s: float, reason: str) -> None:
    assert why_not_hold(CONFIG.door, state, at(0), held_s) == reason


def test_by_default_no_door_is_held() -> None:
    assert why_not_hold(DoorConfig(), news(0), at(0), 0) == "holding is switched off"


def test_a_fire_lets_the_door_go_at_once() -> None:
    lifts = Lifts()
    asking = Asking(CONFIG, lifts, new_ulid)
    lifts.news = news(0)
    assert asking.begin(at(0)) == ""
    lifts.news = news(2, fire=True)
    assert asking.go_on(at(2)) == "fire"
    assert asking.go_on(at(3)) == "fire"
    assert [request.action for request in lifts.asked] == [LiftAction.SAY, LiftAction.HOLD_DOOR, LiftAction.RELEASE_DOOR]
    assert [result.status for result in asking.results()] == ["done", "unanswered", "unanswered"]


@given(st.lists(st.tuples(st.floats(0.2, 8), st.booleans(), st.booleans(), st.booleans()), max_size=80))
def test_whatever_comes_the_door_is_never_held_longer_than_allowed_nor_in_a_fire(
    looks: list[tuple[float, bool, bool, bool]],
) -> None:
    lifts, now = Lifts(), 0.0
    asking = Asking(CONFIG, lifts, new_ulid)
    for wait, fire, blocked, fresh in looks:
        now += wait
        if fresh:
            lifts.news = news(now, fire=fire, door_blocked=blocked)
        before = len(lifts.asked)
        asking.go_on(at(now))
        for request in lifts.asked[before:]:
            if request.action is LiftAction.HOLD_DOOR:
                assert lifts.news is not None
                assert not lifts.news.fire
                assert not lifts.news.door_blocked
                assert request.hold_s <= CONFIG.door.each_s
                assert request.expires_at <= at(now + 5)
    holds = [request for request in lifts.asked if request.action is LiftAction.HOLD_DOOR]
    if holds:
        first = holds[0].expires_at
        assert all((hold.expires_at - first).total_seconds() + hold.hold_s <= CONFIG.door.longest_s + 1e-6 for hold in holds)
