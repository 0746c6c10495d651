"""Looks of the detector, shared out."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from edge.budget import BURST_S, LookBudget

LOOK_S = 0.03


def run(share: float | None, wishes: dict[str, float], seconds: float, needed: frozenset[str] = frozenset()) -> Counter[str]:
    """How often each camera was looked at; `wishes` are looks a second, wished for at even times."""
    now = [0.0]
    budget = LookBudget(share, lambda: now[0])
    looks: Counter[str] = Counter()
    moments = sorted((number / rate, camera) for camera, rate in wishes.items() for number in range(int(seconds * rate)))
    for at_s, camera in moments:
        now[0] = at_s
        if budget.allows(camera, needed=camera in needed):
            budget.took(camera, LOOK_S)
            looks[camera] += 1
    return looks


rates = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.floats(0.2, 10.0), min_size=1, max_size=12)


@given(rates, st.floats(0.05, 1.0))
def test_what_is_spent_stays_within_the_budget(wishes: dict[str, float], share: float) -> None:
    spent_s = sum(run(share, wishes, 60).values()) * LOOK_S
    assert spent_s <= 60 * share + BURST_S + LOOK_S


@given(rates)
def test_without_a_budget_nothing_is_refused(wishes: dict[str, float]) -> None:
    assert run(None, wishes, 20) == Counter({camera: int(20 * rate) for camera, rate in wishes.items() if int(20 * rate)})


def test_who_asks_seldom_is_served_although_others_ask_for_everything() -> None:
    wishes = {"quiet-1": 0.5, "quiet-2": 0.5} | {f"busy-{number}": 10.0 for number in range(5)}
    looks = run(0.4, wishes, 120)
    assert looks["quiet-1"] >= 0.9 * 60
    assert looks["quiet-2"] >= 0.9 * 60
    busy = [looks[f"busy-{number}"] for number in range(5)]
    assert max(busy) <= 1.25 * min(busy)


def test_what_a_rule_waits_for_is_never_refused_and_the_others_pay() -> None:
    wishes = {"stop": 5.0, "busy-1": 10.0, "busy-2": 10.0}
    looks = run(0.3, wishes, 60, needed=frozenset({"stop"}))
    assert looks["stop"] == 300
    assert sum(looks.values()) * LOOK_S <= 60 * 0.3 + 2 * BURST_S


def test_a_refusal_is_told_once() -> None:
    budget = LookBudget(0.1, lambda: 0.0)
    assert budget.capped() == frozenset()
    budget.took("a", 3.0)
    assert not budget.allows("a", needed=False)
    assert budget.capped() == {"a"}
    assert budget.capped() == frozenset()
