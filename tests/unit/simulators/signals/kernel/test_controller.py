from collections.abc import Callable

import pytest

from simulators.signals.junction import Junction
from simulators.signals.kernel.authority import Answer, Authority, Regime, Wish
from simulators.signals.kernel.calls import CallState
from simulators.signals.kernel.controller import Controller, Observation
from simulators.signals.kernel.display import Display
from simulators.signals.kernel.lamps import Lamp
from simulators.signals.kernel.monitor import FaultKind
from simulators.signals.kernel.stages import StagePhase
from tests.unit.simulators.signals.conftest import START


def until(
    controller: Controller, seen: Callable[[Observation], bool], limit_s: float = 400, *, centre_alive: bool = False
) -> float:
    """Advance until something is seen; the seconds it took."""
    for tenths in range(round(limit_s * 10)):
        if seen(controller.observe()):
            return tenths / 10
        if centre_alive:
            controller.hear_centre()
        controller.advance()
    raise AssertionError(f"not seen within {limit_s} s: {controller.observe()}")


def running(stage: int) -> Callable[[Observation], bool]:
    return lambda seen: seen.stage == stage and seen.phase is StagePhase.RUNNING


def lamps_of(controller: Controller, group: int, seconds: float) -> list[tuple[Lamp, float]]:
    """What a group shows from now on, with how long each lamp lasts."""
    shown: list[tuple[Lamp, float]] = []
    for _ in range(round(seconds * 10)):
        controller.advance()
        lamp = controller.observe().lamps[group]
        if shown and shown[-1][0] is lamp:
            shown[-1] = (lamp, round(shown[-1][1] + 0.1, 1))
        else:
            shown.append((lamp, 0.1))
    return shown


def test_power_on_flashes_ten_seconds_then_shows_red_for_five(junction: Junction) -> None:
    controller = Controller(junction, START)

    shown = lamps_of(controller, 1, 20)

    assert [lamp for lamp, _ in shown[:3]] == [Lamp.YELLOW_FLASH, Lamp.RED, Lamp.GREEN]
    assert shown[0][1] == pytest.approx(9.9, abs=0.2)
    assert shown[1][1] >= 5.0


def test_a_stage_ends_with_flashing_green_yellow_and_red_before_the_next_begins(controller: Controller) -> None:
    until(controller, running(1))
    controller.choose_stage(3)
    until(controller, lambda seen: seen.lamps[1] is Lamp.GREEN_FLASH)

    shown = lamps_of(controller, 1, 8.5)
    assert shown[0][0] is Lamp.GREEN_FLASH
    assert shown[0][1] == pytest.approx(2.9, abs=0.11)
    assert shown[1] == (Lamp.YELLOW, 3.0)
    assert controller.observe().lamps[5] is Lamp.RED, "eight seconds of pedestrian clearance are over"

    waited = until(controller, running(3))
    assert waited <= 2.1


def test_pedestrians_keep_their_whole_clearance_before_an_emergency(controller: Controller) -> None:
    until(controller, running(1))
    controller.call(2, asked=True)
    until(controller, lambda seen: seen.lamps[5] is Lamp.GREEN_FLASH)

    cleared = until(controller, lambda seen: seen.lamps[5] is Lamp.RED)
    green = until(controller, running(3))

    assert cleared == pytest.approx(8.0, abs=0.1)
    assert green == pytest.approx(2.0, abs=0.2), "red clearance of the crossing"


def test_a_forbidden_change_goes_by_way_of_another_stage(controller: Controller) -> None:
    until(controller, running(2))
    controller.choose_stage(1)

    until(controller, lambda seen: seen.stage != 2)
    assert controller.observe().stage == 3
    until(controller, running(1))


class TestPriorities:
    def test_an_emergency_call_overrules_the_centre_and_gives_back_to_it(self, controller: Controller) -> None:
        assert controller.choose_stage(2) is Answer.ACCEPTED
        controller.call(1, asked=True)
        until(controller, running(1), centre_alive=True)
        controller.advance()
        assert controller.observe().authority is Authority.EMERGENCY
        assert controller.observe().calls[1] is CallState.DWELLING

        controller.call(1, asked=False)
        until(controller, running(2), centre_alive=True)
        assert controller.observe().authority is Authority.CENTRE

    def test_the_key_overrules_everybody_and_the_centre_is_told(self, controller: Controller) -> None:
        controller.turn_key(Wish(Regime.STAGES, 4))
        controller.advance()

        assert controller.choose_stage(1) is Answer.OVERRULED
        assert controller.call(1, asked=True) is Answer.OVERRULED
        assert controller.command(Regime.FLASH) is Answer.OVERRULED
        until(controller, running(4))

    def test_a_more_urgent_call_takes_over_and_the_other_waits(self, controller: Controller) -> None:
        controller.call(2, asked=True)
        until(controller, running(3))
        controller.call(1, asked=True)
        controller.advance(20)

        assert controller.observe().calls[1] is CallState.ENTERING
        assert controller.observe().calls[2] is CallState.WAITING
        until(controller, running(1))

    def test_what_the_junction_does_not_have_is_unknown(self, controller: Controller) -> None:
        assert controller.choose_stage(9) is Answer.UNKNOWN
        assert controller.call(9, asked=True) is Answer.UNKNOWN
        assert controller.choose_programme(9) is Answer.UNKNOWN


class TestLeases:
    def test_a_silent_centre_loses_its_stage_after_the_backup_time(self, controller: Controller) -> None:
        controller.choose_stage(1)
        controller.advance(199)
        assert controller.observe().authority is Authority.CENTRE

        controller.advance(2)
        assert controller.observe().authority is Authority.PROGRAMME
        assert controller.observe().is_backup

        controller.hear_centre()
        assert not controller.observe().is_backup

    def test_a_call_that_stays_too_long_is_ignored_until_it_is_taken_back(self, controller: Controller) -> None:
        controller.call(1, asked=True)
        for _ in range(125):
            controller.advance(10)
            controller.call(1, asked=True)
        assert controller.observe().calls[1] is CallState.OVERSTAYED
        assert controller.observe().authority is Authority.PROGRAMME

        controller.call(1, asked=False)
        controller.advance(2)
        controller.call(1, asked=True)
        controller.advance(5)
        assert controller.observe().authority is Authority.EMERGENCY

    def test_a_call_waits_its_delay_and_lasts_its_shortest_duration(self, controller: Controller) -> None:
        until(controller, running(1))
        controller.call(3, asked=True)
        controller.advance(20)
        assert controller.observe().calls[3] is CallState.WAITING
        controller.advance(2)
        assert controller.observe().calls[3] is CallState.ENTERING

        controller.call(3, asked=False)
        controller.advance(90)
        assert controller.observe().authority is Authority.EMERGENCY
        controller.advance(12)
        assert controller.observe().authority is Authority.PROGRAMME


class TestProgramme:
    def test_it_runs_in_step_with_its_clock(self, controller: Controller) -> None:
        controller.advance(4000)
        assert abs(controller.observe().offset_error_s) < 0.5

        until(controller, lambda seen: seen.stage == 2 and seen.phase is StagePhase.CHANGING)
        cycle_second = (controller.clock.timestamp() - 12) % 104
        assert cycle_second == pytest.approx(34, abs=0.5)

    @pytest.mark.parametrize("held_s", [17, 40, 70, 95])
    def test_after_an_emergency_it_returns_the_shorter_way_within_three_cycles(self, controller: Controller, held_s: int) -> None:
        controller.advance(4000)
        controller.call(1, asked=True)
        for _ in range(held_s):
            controller.advance(10)
            controller.hear_centre()
        controller.call(1, asked=False)
        controller.advance(2)
        error = controller.observe().offset_error_s
        assert abs(error) <= 52

        seconds = 0
        while abs(error) >= 1:
            controller.advance(10)
            before, error, seconds = error, controller.observe().offset_error_s, seconds + 1
            change = abs(error - before)
            assert min(change, 104 - change) <= 1.1, "nobody jumps back at once: at most it waits"
        assert seconds <= 3 * 104

    def test_the_longest_waiting_stage_is_served_first(self, controller: Controller) -> None:
        controller.advance(3000)
        until(controller, running(3))
        controller.call(1, asked=True)
        until(controller, running(1))
        controller.advance(100)
        controller.call(1, asked=False)
        controller.advance(3)

        assert controller.observe().authority is Authority.PROGRAMME
        until(controller, lambda seen: seen.stage != 1)
        assert controller.observe().stage == 4, "2 and 3 ran after it"

    def test_a_clock_that_is_set_does_not_shorten_anything(self, controller: Controller) -> None:
        until(controller, running(1))
        controller.clock = controller.clock.replace(hour=13)
        greens = [lasted for lamp, lasted in lamps_of(controller, 1, 300) if lamp is Lamp.GREEN]
        assert min(greens[1:-1]) >= 8


class TestFlashing:
    def test_the_commanded_flash_comes_after_red_and_ends_with_red(self, controller: Controller) -> None:
        until(controller, running(1))
        controller.command(Regime.FLASH)
        until(controller, lambda seen: seen.display is Display.FLASHING)
        lamps = controller.observe().lamps
        assert lamps[1] is Lamp.YELLOW_FLASH
        assert lamps[5] is Lamp.OFF

        controller.command(None)
        controller.advance(2)
        assert set(controller.observe().lamps.values()) == {Lamp.RED}
        assert until(controller, lambda seen: Lamp.GREEN in seen.lamps.values()) >= 5 - 0.2

    def test_a_stuck_green_makes_the_monitor_flash_until_reset(self, controller: Controller) -> None:
        until(controller, running(1))
        controller.stick(1, Lamp.GREEN)
        until(controller, lambda seen: seen.fault is not None)
        seen = controller.observe()
        assert seen.fault is not None
        assert seen.fault.kind is FaultKind.GREEN_CONFLICT
        assert seen.lamps[1] is Lamp.YELLOW_FLASH
        assert controller.choose_stage(1) is Answer.OVERRULED

        controller.cut_power()
        controller.advance(300)
        assert controller.observe().display is Display.FLASHING, "a finding survives a power cut"

        controller.stick(1, None)
        controller.reset_monitor()
        until(controller, running(2))
        assert controller.observe().fault is None

    def test_a_green_that_goes_red_at_once_is_a_short_yellow(self, controller: Controller) -> None:
        until(controller, running(1))
        controller.stick(1, Lamp.RED)
        controller.advance(2)
        fault = controller.observe().fault
        assert fault is not None
        assert fault.kind is FaultKind.SHORT_YELLOW
