"""Whatever the traffic, the lamps and the engine do: what the plan never does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from central.dispatch.controllers.request import PriorityClass, RequestState
from central.dispatch.plan.picture import Engine, Junction, Picture, Traffic
from central.dispatch.plan.settings import Settings
from central.dispatch.plan.several import agree
from central.dispatch.plan.wave import NOBODY, replan
from central.dispatch.plan.wishes import Claim
from tests.unit.central.dispatch.plan.street import showing, street

PLACES = (200.0, 500.0, 520.0, 1400.0)
TRAFFIC = st.builds(Traffic, st.floats(0, 60), st.floats(0, 60), st.one_of(st.none(), st.floats(0, 300)))
JUNCTION = st.one_of(
    st.just(Junction()),
    st.builds(showing, st.sampled_from([1, 2]), st.floats(0, 100)),
    st.builds(lambda answer: Junction(None, answer), st.sampled_from(list(RequestState))),
)
SECOND = st.tuples(st.floats(0, 40), st.floats(0, 30), st.floats(0, 20), st.tuples(*[TRAFFIC] * 4), st.tuples(*[JUNCTION] * 4))


@settings(max_examples=60)
@given(st.lists(SECOND, min_size=1, max_size=30))
def test_it_asks_only_ahead_only_for_what_is_there_and_never_for_ever(seconds: list[tuple[float, ...]]) -> None:
    way, limits = street(*PLACES), Settings()
    memory, at_m, green_s = NOBODY, 0.0, dict.fromkeys(range(4), 0.0)
    for now, (step_m, speed_mps, age_s, traffic, junctions) in enumerate(seconds):
        at_m += step_m
        named = {f"J{number}": junction for number, junction in enumerate(junctions)}
        plan = replan(way, Picture(float(now), Engine(at_m, speed_mps, age_s), traffic, named), memory, limits)
        memory = plan.memory
        for decision in plan.decisions:
            assert way.stop_lines[decision.number].at_m >= at_m
            assert 0 <= decision.earliest_s <= decision.latest_s
            if decision.asks:
                assert decision.stage in way.models[decision.junction].stages
                assert age_s <= limits.lost_position_s
                assert named[decision.junction].answer is not RequestState.REJECTED
        for number in green_s:
            hold = memory.holds.get(number)
            shown_s = 0.0 if hold is None or hold.green_s is None else now - hold.green_s
            close = any(d.number == number and max(d.earliest_s, 0) <= limits.close_s for d in plan.decisions)
            assert shown_s <= limits.longest_green_s + 1 or close or traffic[number].vehicles * 2 <= limits.close_s


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.floats(0, 1400), st.sampled_from(list(PriorityClass)), st.tuples(*[TRAFFIC] * 4)), min_size=2, max_size=4
    )
)
def test_engines_never_ask_one_junction_for_two_stages_and_somebody_always_may_go(
    engines: list[tuple[float, PriorityClass, tuple[Traffic, ...]]],
) -> None:
    way = street(*PLACES)
    claims = []
    for number, (at_m, priority, traffic) in enumerate(engines):
        named = {name: showing(1 + number % 2) for name in way.models}
        plan = replan(way, Picture(0.0, Engine(at_m, 10.0), traffic, named))
        turned = [
            d if d.stage is None or number % 2 == 0 else type(d)(d.number, d.junction, 2, d.reason, d.earliest_s, d.latest_s)
            for d in plan.decisions
        ]
        claims.append(Claim(f"task-{number}", priority, tuple(turned)))

    agreed = agree(claims)

    for name in way.models:
        before = {d.stage for claim in claims for d in claim.decisions if d.junction == name and d.asks}
        after = {d.stage for claim in agreed for d in claim.decisions if d.junction == name and d.asks}
        assert len(after) == min(1, len(before))
