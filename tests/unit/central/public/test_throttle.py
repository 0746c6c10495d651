"""Guessing is slowed down; the owner is never locked out by somebody else's guesses."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from central.core import Core
from central.public.config import PublicConfig
from central.public.tables import PublicTries
from central.public.throttle import CAREFUL, Throttle, allowed, network_of
from yuhang.clock import ManualClock

CONFIG = PublicConfig(tries_per_address=5, tries_per_plate=8, window_minutes=15)
PLATE = "浙A12345"


@pytest.fixture
def throttle(core: Core, clock: ManualClock) -> Throttle:
    return Throttle(core.secret, clock, CONFIG)


def guess(core: Core, throttle: Throttle, address: str, plate: str = PLATE, *, right: bool = False) -> bool:
    """Whether the look-up was let through."""
    with core.database.session() as session:
        attempt = throttle.attempt(session, address, plate)
        if isinstance(attempt, datetime):
            return False
        if right:
            attempt.was_right()
        return True


def test_an_address_has_so_many_wrong_look_ups_and_is_let_in_again_later(
    core: Core, throttle: Throttle, clock: ManualClock
) -> None:
    plates = [f"浙A1000{number}" for number in range(7)]
    assert [guess(core, throttle, "192.0.2.1", plate) for plate in plates] == [True] * 5 + [False] * 2
    assert guess(core, throttle, "192.0.2.2", plates[0])
    clock.current += timedelta(minutes=15)
    assert guess(core, throttle, "192.0.2.1", plates[0])


def test_right_look_ups_are_never_counted(core: Core, throttle: Throttle) -> None:
    assert all(guess(core, throttle, "192.0.2.1", right=True) for _ in range(30))
    assert guess(core, throttle, "192.0.2.1")


def test_a_flood_on_one_plate_leaves_every_other_address_its_tries(core: Core, throttle: Throttle) -> None:
    for number in range(40):
        guess(core, throttle, f"198.51.100.{number}")
    assert [guess(core, throttle, "192.0.2.7") for _ in range(5)] == [True] * CAREFUL + [False] * 2
    assert guess(core, throttle, "192.0.2.8", right=True)  # the owner, in the middle of the flood


def test_one_connection_cannot_pass_as_many(core: Core, throttle: Throttle) -> None:
    addresses = [f"2001:db8:1:2::{number:x}" for number in range(1, 8)]
    assert [guess(core, throttle, address) for address in addresses] == [True] * 5 + [False] * 2


def test_a_flood_leaves_no_heap_behind_and_names_nobody(core: Core, throttle: Throttle, clock: ManualClock) -> None:
    for number in range(60):
        guess(core, throttle, f"2001:db8:0:{number:x}::1", f"浙A{10000 + number}")
    with core.database.reader() as session:
        keys = "".join(session.scalars(select(PublicTries.key)))
    assert "2001" not in keys
    assert "浙" not in keys
    clock.current += timedelta(minutes=16)
    guess(core, throttle, "192.0.2.1")
    with core.database.reader() as session:
        assert session.scalar(select(func.count()).select_from(PublicTries)) == 2


@given(st.integers(0, 100), st.integers(0, 1000))
@settings(max_examples=100)
def test_whatever_others_do_a_fresh_address_may_try(of_address: int, of_plate: int) -> None:
    assert allowed(0, of_plate, CONFIG)
    assert not allowed(max(of_address, CONFIG.tries_per_address), of_plate, CONFIG)


@given(st.text(max_size=60))
@settings(max_examples=100)
def test_any_text_is_an_address(text: str) -> None:
    assert network_of(text)


def test_addresses_are_counted_as_networks() -> None:
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64"
    assert network_of("testclient") == "unknown"
