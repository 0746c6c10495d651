"""Compares what central made of the street with what really happened there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulators.demo.client import CaseSeen
from simulators.demo.scenario import Scenario, Story
from simulators.street.truth import Truth, VehicleTruth

STOP_TOLERANCE_S = 2.0
"""A stop is timed by the frames; at two frames a second it is right to well within this."""
DISTURBED_TOLERANCE_S = 10.0
"""The same while processes are killed and start again: on a small machine that costs frames, and a stop is seen later."""
LEFT_TOLERANCE_S = 10.0
"""A vehicle counts as gone when its place is clearly empty, a few frames after it moved off."""
GRACE_S = 600.0
UNOBSERVED = ("unobserved", "not_proven")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One story: what was expected, what was found, and every difference in words."""

    story: Story
    found: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Street:
    """What really happened: stories, truth by camera, and the moment at which the scenes began."""

    scenario: Scenario
    truths: dict[str, Truth]
    began: datetime

    def vehicle(self, story: Story) -> VehicleTruth:
        """The truth of a story's vehicle."""
        return next(vehicle for vehicle in self.truths[story.camera].vehicles if vehicle.plate == story.plate)


def judge(street: Street, cases: Sequence[CaseSeen], stop_tolerance_s: float = STOP_TOLERANCE_S) -> list[Verdict]:
    """Exact truth: every story has the cases it must have, in the right state at the right times, and there are no others."""
    return [_judge_story(street, story, _cases_of(story, cases), stop_tolerance_s) for story in street.scenario.stories]


def judge_interrupted(street: Street, cases: Sequence[CaseSeen]) -> list[Verdict]:
    """Truth for a run in which the edge was killed: a ticket may become "unobserved" (and be proven anew), never the reverse."""
    verdicts = []
    for story in street.scenario.stories:
        own = _cases_of(story, cases)
        problems: list[str] = []
        for case in own:
            problems += _judge_interrupted_case(story, case)
        verdicts.append(Verdict(story, _found(own), tuple(problems)))
    return verdicts


def strangers(street: Street, cases: Sequence[CaseSeen]) -> list[str]:
    """Cases of plates that no story knows: misread plates and things that never happened."""
    known = {story.plate for story in street.scenario.stories}
    return [
        f"case {case.number} for {case.plate or 'no plate'} ({case.state}) at {case.camera}"
        for case in cases
        if case.plate not in known
    ]


def _cases_of(story: Story, cases: Sequence[CaseSeen]) -> list[CaseSeen]:
    return [case for case in cases if case.plate == story.plate]


def _found(cases: Sequence[CaseSeen]) -> str:
    return ", ".join(case.state for case in cases) or "no case"


def _judge_story(street: Street, story: Story, cases: list[CaseSeen], stop_tolerance_s: float) -> Verdict:
    problems: list[str] = []
    if len(cases) != story.expect.cases:
        problems.append(f"{len(cases)} cases instead of {story.expect.cases}")
    for case in cases:
        if case.state != story.expect.state:
            problems.append(f"{case.state} instead of {story.expect.state or 'no case'}")
        problems += _judge_times(street, story, case, stop_tolerance_s)
    return Verdict(story, _found(cases), tuple(problems))


def _judge_interrupted_case(story: Story, case: CaseSeen) -> list[str]:
    if case.state == "draft":
        problems = [] if story.expect.state == "draft" else [f"draft instead of {story.expect.state or 'no case'}"]
        return problems + _judge_proof(story, case)
    if case.state == story.expect.state or case.state in (*UNOBSERVED, "left_in_time", "left_unwarned", "left_before_proof"):
        return []
    open_states = ("notifying", "grace", "proving", "gone", "on_foot")  # a stop seen anew after the kill, not at its end yet
    return [] if case.state in (*open_states, "not_delivered") else [f"unexpected state {case.state}"]


def _judge_times(street: Street, story: Story, case: CaseSeen, stop_tolerance_s: float) -> list[str]:
    truth = street.vehicle(story)
    problems = _compare(street, "stopped_at", case, truth.stops_s, stop_tolerance_s)
    if case.state.startswith("left") and truth.starts_s is not None:
        problems += _compare(street, "left_at", case, truth.starts_s, LEFT_TOLERANCE_S)
    return problems + _judge_proof(story, case)


def _compare(street: Street, moment: str, case: CaseSeen, true_s: float, tolerance_s: float) -> list[str]:
    at = case.moments.get(moment)
    if at is None:
        return [f"{moment} is not known"]
    error_s = (at - street.began).total_seconds() - true_s
    return [] if abs(error_s) <= tolerance_s else [f"{moment} is off by {error_s:+.1f} s"]


def _judge_proof(story: Story, case: CaseSeen) -> list[str]:
    delivered, sent = case.moments.get("notice_delivered_at"), case.moments.get("notice_sent_at")
    problems = []
    if case.state in ("draft", "entered"):
        proof = case.moments.get("proof_at")
        if delivered is None or proof is None:
            return [f"{case.state} without delivery or second picture"]
        if proof - delivered < timedelta(seconds=GRACE_S):
            problems.append(f"second picture {(proof - delivered).total_seconds():.1f} s after delivery")
    least_s = story.owner.delivery.delay_s - 1
    if delivered is not None and sent is not None and (took_s := (delivered - sent).total_seconds()) < least_s:
        problems.append(f"receipt {took_s:.1f} s after sending, the gateway took {story.owner.delivery.delay_s:g} s")
    return problems
