"""Switching off until it is read back."""

from datetime import timedelta

from gateway.sockets.cutting import CONFIRM_S, STUCK_AFTER_S, Cutter
from gateway.sockets.rules import Danger
from yuhang.clock import ManualClock
from yuhang.messages import CutReason


class Relays:
    """What sockets were told."""

    def __init__(self, *, reachable: bool = True) -> None:
        self.reachable = reachable
        self.told: list[str] = []

    def off(self, socket: str) -> bool:
        self.told.append(socket)
        return self.reachable


def test_a_socket_that_obeys_is_told_once() -> None:
    clock, relays = ManualClock(), Relays()
    cutter = Cutter(relays.off)
    danger = Danger(CutReason.SMOKE, clock.now())
    cutter.begin("a", danger, clock.now())
    at = clock.advance(0.05)
    confirmed = cutter.read_off("a", at)
    assert confirmed is not None
    assert (confirmed.danger, confirmed.commands, confirmed.at) == (danger, 1, at)
    assert cutter.step(clock.advance(60)) == []
    assert relays.told == ["a"]


def test_a_command_that_got_lost_is_repeated_within_the_second() -> None:
    clock, relays = ManualClock(), Relays()
    cutter = Cutter(relays.off)
    cutter.begin("a", Danger(CutReason.SMOKE, clock.now()), clock.now())
    for _ in range(10):
        cutter.step(clock.advance(0.1))
    assert len(relays.told) >= int(1 / (CONFIRM_S + 0.1))


def test_one_that_does_not_obey_is_said_to_be_stuck_once_and_told_on() -> None:
    clock, relays = ManualClock(), Relays()
    cutter = Cutter(relays.off)
    cutter.begin("a", Danger(CutReason.OVERCURRENT, clock.now()), clock.now())
    stuck = [one for _ in range(600) for one in cutter.step(clock.advance(0.1))]
    assert [one.socket for one in stuck] == ["a"]
    told_then = len(relays.told)
    cutter.step(clock.advance(STUCK_AFTER_S))
    assert len(relays.told) == told_then + 1
    confirmed = cutter.read_off("a", clock.now())
    assert confirmed is not None
    assert confirmed.commands == len(relays.told)


def test_a_clock_that_is_set_back_delays_nothing() -> None:
    clock, relays = ManualClock(), Relays()
    cutter = Cutter(relays.off)
    cutter.begin("a", Danger(CutReason.SMOKE, clock.now()), clock.now())
    cutter.step(clock.advance(-timedelta(hours=1).total_seconds()))
    assert len(relays.told) == 2


def test_what_could_not_be_sent_is_not_counted_as_told() -> None:
    clock, relays = ManualClock(), Relays(reachable=False)
    cutter = Cutter(relays.off)
    cutter.begin("a", Danger(CutReason.SMOKE, clock.now()), clock.now())
    relays.reachable = True
    cutter.step(clock.advance(CONFIRM_S))
    confirmed = cutter.read_off("a", clock.now())
    assert confirmed is not None
    assert confirmed.commands == 1


def test_a_socket_that_somebody_switches_off_by_hand_is_no_cut() -> None:
    assert Cutter(Relays().off).read_off("a", ManualClock().now()) is None
