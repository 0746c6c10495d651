"""A restart budget: hiccups are forgiven, a process that keeps dying has failed."""

from hypothesis import given
from hypothesis import strategies as st

from edge.sources.state import RestartBudget


def test_the_sixth_death_within_ten_minutes_is_a_failure() -> None:
    budget = RestartBudget()
    assert [budget.died(minute * 60.0) for minute in range(6)] == [False] * 5 + [True]
    assert budget.died(5000.0) is False, "it lived for long enough since"


@given(st.lists(st.floats(0, 2000), min_size=1, max_size=60))
def test_it_has_failed_exactly_when_more_deaths_than_allowed_lie_in_the_window(times: list[float]) -> None:
    budget, times = RestartBudget(most=3, within_s=100.0), sorted(times)
    for number, now_s in enumerate(times):
        within = sum(now_s - 100.0 <= one <= now_s for one in times[: number + 1])
        assert budget.died(now_s) is (within > 3)
