"""The state machine of a source, table by table."""

import pytest

from edge.frames import SourceState as S
from edge.sources.errors import SourceError
from edge.sources.state import STABLE_S, Backoff, SourceMachine

ALLOWED = {
    (S.CONNECTING, S.LIVE),
    (S.CONNECTING, S.LOST),
    (S.CONNECTING, S.ENDED),
    (S.CONNECTING, S.CLOSED),
    (S.LIVE, S.LOST),
    (S.LIVE, S.ENDED),
    (S.LIVE, S.CLOSED),
    (S.LOST, S.CONNECTING),
    (S.LOST, S.CLOSED),
}


def machine_in(state: S) -> SourceMachine:
    machine = SourceMachine(Backoff(1.0, 8.0))
    machine.state = state
    return machine


@pytest.mark.parametrize("start", list(S))
@pytest.mark.parametrize("goal", list(S))
def test_transitions(start: S, goal: S) -> None:
    machine = machine_in(start)
    if (start, goal) in ALLOWED:
        machine.move(goal, 0.0)
        assert machine.state is goal
    else:
        with pytest.raises(SourceError, match="cannot become"):
            machine.move(goal, 0.0)
        assert machine.state is start


@pytest.mark.parametrize(
    ("state", "final"), [(S.CONNECTING, False), (S.LIVE, False), (S.LOST, False), (S.ENDED, True), (S.CLOSED, True)]
)
def test_final_states(state: S, final: bool) -> None:
    assert machine_in(state).is_final is final


def test_waits_double_up_to_the_longest() -> None:
    machine = SourceMachine(Backoff(1.0, 5.0))
    waits = []
    for _ in range(5):
        machine.move(S.LOST, 100.0)
        waits.append(machine.retry_at_s - 100.0)
        machine.move(S.CONNECTING, 100.0)
    assert waits == [1.0, 2.0, 4.0, 5.0, 5.0]


def test_a_source_that_drops_at_once_is_not_hammered() -> None:
    machine = SourceMachine(Backoff(1.0, 60.0))
    now_s = 0.0
    for expected in (1.0, 2.0, 4.0):
        machine.move(S.LIVE, now_s)
        now_s += 0.5
        machine.move(S.LOST, now_s)
        assert machine.retry_at_s - now_s == expected
        machine.move(S.CONNECTING, now_s)


def test_a_long_life_forgives() -> None:
    machine = SourceMachine(Backoff(1.0, 60.0))
    for _ in range(4):
        machine.move(S.LOST, 0.0)
        machine.move(S.CONNECTING, 0.0)
    machine.move(S.LIVE, 10.0)
    machine.move(S.LOST, 10.0 + STABLE_S)
    assert machine.retry_at_s == pytest.approx(10.0 + STABLE_S + 1.0)


def test_many_failures_do_not_overflow() -> None:
    backoff = Backoff(0.5, 30.0)
    assert [backoff.failed(0.0) for _ in range(5000)][-1] == 30.0
