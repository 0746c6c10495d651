"""Goods and people who stay, added up to spells. Times are seconds from the first look."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from edge.boxes import Rect
from edge.detectors.trading.config import TradingConfig
from edge.detectors.trading.rules import Look, Over, Reported, StayingPeople, TradingRules, attended_goods
from yuhang.messages import TradingEnd

FIRST = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
CONFIG = TradingConfig(kind="trading")
TRADER, TABLE = Rect(100, 100, 130, 180), Rect(90, 150, 150, 190)
FAR = Rect(400, 100, 430, 180)


def at(seconds: float) -> datetime:
    return FIRST + timedelta(seconds=seconds)


def look(seconds: float, *, goods: bool = True, trader: bool = True, counts: bool = True) -> Look:
    return Look(at(seconds), (TABLE,) if goods else (), (TRADER,) if trader else (), counts)


def played(rules: TradingRules, looks: list[Look]) -> list[tuple[float, Reported | Over]]:
    return [((one.at - FIRST).total_seconds(), found) for one in looks for found in rules.step(one)]


def test_a_spell_is_reported_after_five_minutes_and_ends_with_its_minutes() -> None:
    rules = TradingRules(CONFIG)
    found = played(rules, [look(s) for s in range(0, 601, 4)] + [look(s, goods=False) for s in range(604, 800, 4)])
    assert [(when, type(one)) for when, one in found] == [(300, Reported), (724, Over)]
    over = found[1][1]
    assert isinstance(over, Over)
    assert over.reason is TradingEnd.CLEARED
    assert over.spell.seconds == 600
    assert over.spell.share == 1.0


def test_before_a_shop_it_takes_ten_minutes() -> None:
    rules = TradingRules(TradingConfig(kind="trading", form="out_of_store"))
    assert [when for when, _ in played(rules, [look(s) for s in range(0, 700, 4)])] == [600]


def test_goods_alone_and_people_alone_are_nothing() -> None:
    assert played(TradingRules(CONFIG), [look(s, trader=False) for s in range(0, 900, 4)]) == []
    assert played(TradingRules(CONFIG), [look(s, goods=False) for s in range(0, 900, 4)]) == []


def test_somebody_far_from_the_goods_does_not_attend_them() -> None:
    assert attended_goods([TABLE], [FAR], CONFIG.goods_share) == ((), 0)
    assert attended_goods([TABLE], [TRADER, FAR], CONFIG.goods_share) == ((TABLE,), 1)


def test_a_bag_beside_somebody_is_too_small() -> None:
    assert attended_goods([Rect(131, 165, 145, 180)], [TRADER], CONFIG.goods_share) == ((), 0)


def test_a_short_break_is_part_of_the_spell_and_much_absence_delays_the_report() -> None:
    looks = [look(s, trader=not 100 <= s < 200) for s in range(0, 400, 4)]
    assert [when for when, _ in played(TradingRules(CONFIG), looks)] == [300]
    seldom = [look(s, trader=s % 60 < 20) for s in range(0, 900, 4)]
    assert played(TradingRules(CONFIG), seldom) == []


def test_permitted_hours_end_a_spell_and_begin_none() -> None:
    rules = TradingRules(CONFIG)
    looks = [look(s) for s in range(0, 401, 4)] + [look(s, counts=False) for s in range(404, 1200, 4)]
    found = played(rules, looks)
    assert [(when, type(one)) for when, one in found] == [(300, Reported), (404, Over)]
    assert isinstance(found[1][1], Over)
    assert found[1][1].reason is TradingEnd.PERMITTED


def test_people_stay_who_are_seen_in_one_place_and_pass_who_are_not() -> None:
    people = StayingPeople(10.0)
    assert people.look(at(0), [TRADER]) == ()
    assert people.look(at(4), [TRADER]) == ()
    assert people.look(at(8), []) == ()  # hidden for a moment
    assert people.look(at(12), [TRADER]) == (TRADER,)
    assert people.look(at(40), []) == ()
    for second in range(60, 100, 4):
        passing = Rect(100 + 40 * second, 100, 130 + 40 * second, 180)
        assert people.look(at(second), [passing]) == ()


@given(st.lists(st.tuples(st.floats(0.5, 200), st.booleans(), st.booleans(), st.booleans()), max_size=150))
def test_each_reported_spell_is_long_enough_and_over_once(looks: list[tuple[float, bool, bool, bool]]) -> None:
    rules, now, found = TradingRules(CONFIG), 0.0, []
    for wait, goods, trader, counts in looks:
        now += wait
        found += rules.step(look(now, goods=goods, trader=trader, counts=counts))
    found += rules.end()
    kinds = [type(one) for one in found]
    assert kinds == [Reported, Over] * (len(kinds) // 2)
    for one in found:
        assert one.spell.seconds >= CONFIG.reported_after_s
        assert 0 < one.spell.share <= 1
