"""No order of wishes from outside makes a junction unsafe: two conflicting greens, a shortened yellow or minimum green."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from simulators.signals.junction import load_junction
from simulators.signals.kernel.authority import Regime, Wish
from simulators.signals.kernel.controller import Controller
from tests.unit.simulators.signals.conftest import CROSSROADS, START
from tests.unit.simulators.signals.street_watch import StreetWatch

stages = st.integers(0, 6)
regimes = st.sampled_from([None, Regime.FLASH, Regime.ALL_RED, Regime.DARK])


class Junction(RuleBasedStateMachine):
    """Centre, emergency calls, key and power pull at one controller in any order."""

    @initialize()
    def build(self) -> None:
        self.controller = Controller(load_junction(CROSSROADS), START)
        self.watch = StreetWatch(self.controller.junction)
        self.pass_time(160)

    @rule(tenths=st.one_of(st.integers(1, 12), st.integers(1, 300)))
    def pass_time(self, tenths: int) -> None:
        for _ in range(tenths):
            self.controller.advance()
            seen = self.controller.observe()
            self.watch.see(seen.lamps, seen.display)

    @rule(stage=st.one_of(st.none(), stages))
    def centre_chooses(self, stage: int | None) -> None:
        self.controller.choose_stage(stage)

    @rule(number=st.integers(1, 4), asked=st.booleans())
    def engine_calls(self, number: int, asked: bool) -> None:
        self.controller.call(number, asked=asked)

    @rule(number=st.integers(1, 3))
    def centre_changes_programme(self, number: int) -> None:
        self.controller.choose_programme(number)

    @rule(regime=regimes)
    def centre_commands(self, regime: Regime | None) -> None:
        self.controller.command(regime)

    @rule()
    def centre_restarts(self) -> None:
        self.controller.restart()

    @rule(regime=st.sampled_from([None, *Regime]), stage=st.integers(1, 5))
    def officer_turns_key(self, regime: Regime | None, stage: int) -> None:
        self.controller.turn_key(None if regime is None else Wish(regime, stage))

    @rule()
    @precondition(lambda self: self.controller.observe().fault is None)
    def power_fails(self) -> None:
        self.controller.cut_power()
        self.watch.see({}, self.controller.observe().display)

    @invariant()
    def the_street_is_safe(self) -> None:
        if hasattr(self, "watch"):
            assert self.watch.complaints == []
            assert self.controller.observe().fault is None


Junction.TestCase.settings = settings(max_examples=25, stateful_step_count=30, suppress_health_check=[HealthCheck.too_slow])
TestAnyOrderOfWishes = Junction.TestCase
