"""When a socket is switched off: stories with the truth known beforehand, and what may never happen whatever comes in."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.readings import Quantity, Reading
from gateway.sockets.config import SocketLimits
from gateway.sockets.rules import Danger, SocketGuard
from yuhang.hours import Hours
from yuhang.messages import CutReason

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)  # 12:00 in Beijing
LIMITS = SocketLimits()


def reading(quantity: Quantity, value: float, after_s: float = 0.0) -> Reading:
    return Reading("socket-1", quantity, value, NOON + timedelta(seconds=after_s))


def switched_on(limits: SocketLimits = LIMITS) -> SocketGuard:
    guard = SocketGuard(limits)
    assert guard.take(reading(Quantity.SWITCH, 1)) is None
    return guard


@pytest.mark.parametrize(
    ("quantity", "value", "reason"),
    [
        (Quantity.CURRENT, 6.0, None),
        (Quantity.CURRENT, 6.01, CutReason.OVERCURRENT),
        (Quantity.TEMPERATURE, 65.0, None),
        (Quantity.TEMPERATURE, 65.1, CutReason.TEMPERATURE),
        (Quantity.SMOKE, 0.0, None),
        (Quantity.SMOKE, 1.0, CutReason.SMOKE),
        (Quantity.POWER, 700.0, None),
        (Quantity.VOLTAGE, 260.0, None),
    ],
)
def test_one_value_decides_at_once(quantity: Quantity, value: float, reason: CutReason | None) -> None:
    danger = switched_on().take(reading(quantity, value, 1))
    assert (danger.reason if danger else None) is reason


def test_a_socket_that_has_not_said_whether_it_is_on_counts_as_on() -> None:
    assert SocketGuard(LIMITS).take(reading(Quantity.CURRENT, 9)) is not None


def test_a_socket_that_is_off_is_left_alone() -> None:
    guard = switched_on()
    guard.take(reading(Quantity.SWITCH, 0, 1))
    assert guard.take(reading(Quantity.TEMPERATURE, 90, 2)) is None
    assert guard.take(reading(Quantity.SMOKE, 1, 3)) is None
    assert guard.tick(NOON + timedelta(days=2)) is None


def test_a_temperature_that_climbs_fast_is_cut_long_before_the_limit() -> None:
    guard = switched_on()
    found = [guard.take(reading(Quantity.TEMPERATURE, 25 + 0.1 * second, second)) for second in range(0, 60, 5)]
    first = next(one for one in found if one is not None)
    assert first.reason is CutReason.TEMPERATURE_RISE
    assert first.measured == pytest.approx(6.0)
    assert first.at - NOON == timedelta(seconds=15)


def test_a_warm_afternoon_is_no_fire() -> None:
    guard = switched_on()
    assert not any(guard.take(reading(Quantity.TEMPERATURE, 25 + minute * 0.5, minute * 60)) for minute in range(60))


def test_a_full_battery_is_switched_off_after_half_an_hour() -> None:
    guard = switched_on()
    assert guard.take(reading(Quantity.POWER, 180, 10)) is None
    assert guard.take(reading(Quantity.POWER, 8, 7200)) is None
    assert guard.tick(NOON + timedelta(seconds=7200 + 1799)) is None
    danger = guard.tick(NOON + timedelta(seconds=7200 + 1800))
    assert danger is not None
    assert danger.reason is CutReason.FULL


def test_a_battery_that_draws_again_is_not_full() -> None:
    guard = switched_on()
    for second, watts in ((10, 180), (100, 8), (1000, 150), (1100, 9)):
        assert guard.take(reading(Quantity.POWER, watts, second)) is None
    assert guard.tick(NOON + timedelta(seconds=2899)) is None
    assert guard.tick(NOON + timedelta(seconds=2900)) is not None


def test_a_small_load_that_never_charges_is_a_phantom() -> None:
    guard = switched_on()
    assert guard.take(reading(Quantity.POWER, 12, 0)) is None
    assert guard.tick(NOON + timedelta(seconds=3599)) is None
    danger = guard.tick(NOON + timedelta(seconds=3600))
    assert danger is not None
    assert danger.reason is CutReason.PHANTOM_LOAD


def test_an_empty_socket_may_stay_on_for_ever() -> None:
    guard = switched_on()
    assert guard.take(reading(Quantity.POWER, 0.4)) is None
    assert guard.tick(NOON + timedelta(days=30)) is None


def test_hours_end_while_it_charges() -> None:
    limits = SocketLimits(hours=(Hours(begins=time(6, 0), ends=time(22, 0)),))
    guard = switched_on(limits)
    guard.take(reading(Quantity.POWER, 200, 1))
    assert guard.tick(datetime(2026, 6, 1, 13, 59, 59, tzinfo=UTC)) is None
    danger = guard.tick(datetime(2026, 6, 1, 14, 0, tzinfo=UTC))  # 22:00 in Beijing
    assert danger is not None
    assert danger.reason is CutReason.FORBIDDEN_HOURS


def test_what_was_dangerous_may_not_be_switched_on_again_at_once() -> None:
    guard = switched_on()
    danger = guard.take(reading(Quantity.SMOKE, 1, 1))
    assert danger is not None
    guard.take(reading(Quantity.SWITCH, 0, 2))
    guard.cut(danger)
    again = guard.take(reading(Quantity.SWITCH, 1, 30))
    assert again is not None
    assert again.reason is CutReason.SWITCHED_ON_AGAIN
    guard.take(reading(Quantity.SWITCH, 0, 31))
    assert guard.take(reading(Quantity.SWITCH, 1, 602)) is None


def test_a_full_battery_bars_nothing() -> None:
    guard = switched_on()
    guard.take(reading(Quantity.SWITCH, 0, 2))
    guard.cut(Danger(CutReason.FULL, NOON))
    assert guard.take(reading(Quantity.SWITCH, 1, 3)) is None


READINGS = st.lists(
    st.builds(
        reading,
        st.sampled_from(list(Quantity)),
        st.floats(min_value=-50, max_value=200, allow_nan=False),
        st.floats(min_value=-7200, max_value=7200, allow_nan=False),
    ),
    max_size=40,
)


@given(READINGS)
def test_whatever_came_before_a_socket_that_is_on_is_cut_by_a_bad_value_and_one_that_is_off_never(
    before: list[Reading],
) -> None:
    guard = SocketGuard(LIMITS)
    for one in before:
        danger = guard.take(one)
        if danger is not None:
            assert not guard.is_off
        guard.tick(one.at)
    on = not guard.is_off
    assert (guard.take(reading(Quantity.CURRENT, 6.5, 9000)) is not None) == on
    assert (guard.take(reading(Quantity.SMOKE, 1, 9001)) is not None) == on
    assert (guard.take(reading(Quantity.TEMPERATURE, 80, 9002)) is not None) == on
