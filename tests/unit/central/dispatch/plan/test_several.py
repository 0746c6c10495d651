"""Two engines at one junction."""

from central.dispatch.controllers.request import PriorityClass
from central.dispatch.plan.several import agree
from central.dispatch.plan.wishes import Claim, Decision, Reason


def claim(task: str, priority: PriorityClass, stage: int, earliest_s: float, reason: Reason = Reason.DUE) -> Claim:
    return Claim(task, priority, (Decision(0, "J", stage, reason, earliest_s, earliest_s + 5),))


def asked(claims: tuple[Claim, ...]) -> dict[str, int | None]:
    return {found.task: found.decisions[0].stage for found in claims}


def test_the_same_stage_is_one_wish_of_both() -> None:
    agreed = agree([claim("fire", PriorityClass.FIRE, 1, 20), claim("police", PriorityClass.POLICE, 1, 5)])

    assert asked(agreed) == {"fire": 1, "police": 1}


def test_the_class_comes_before_the_arrival() -> None:
    agreed = agree([claim("fire", PriorityClass.FIRE, 1, 20), claim("police", PriorityClass.POLICE, 2, 10)])

    assert asked(agreed) == {"fire": 1, "police": None}
    assert agreed[1].decisions[0].reason is Reason.OTHER_ENGINE_FIRST


def test_of_one_class_the_first_to_arrive_goes_first() -> None:
    agreed = agree([claim("a", PriorityClass.FIRE, 1, 20), claim("b", PriorityClass.FIRE, 2, 10)])

    assert asked(agreed) == {"a": None, "b": 2}


def test_who_is_nearly_there_is_not_turned_back() -> None:
    near = claim("police", PriorityClass.POLICE, 2, 4, Reason.HOLD_UNTIL_PASSED)

    assert asked(agree([claim("fire", PriorityClass.FIRE, 1, 20), near])) == {"fire": None, "police": 2}
