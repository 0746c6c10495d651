"""Three of five looks, alive on the average, one second try."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.detectors.face_entry.config import FaceEntryConfig
from edge.detectors.face_entry.rules import Likeness, Verdict, Verification
from yuhang.messages import FaceDecision, FaceProblem

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
CONFIG = FaceEntryConfig(kind="face_entry", gate="east", threshold=0.65, min_alive=0.75, longest_s=20)
SAME, OTHER, PICTURE = Likeness(0.8, 0.9), Likeness(0.5, 0.9), Likeness(0.8, 0.2)
Seen = Likeness | FaceProblem


def run(*looks: Seen, config: FaceEntryConfig = CONFIG) -> list[tuple[str, str | None]]:
    verification = Verification(config, NOW)
    found = [verdict for seen in looks if (verdict := verification.look(seen)) is not None]
    return [(one.decision.value, one.problem.value if one.problem else None) for one in found]


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ([SAME, SAME], []),
        ([SAME, SAME, SAME], [("pass", None)]),
        ([SAME, OTHER, SAME, OTHER, SAME], [("pass", None)]),
        ([OTHER, OTHER, OTHER], [("no_pass", "another")]),
        ([OTHER, SAME, OTHER, SAME, OTHER], [("no_pass", "another")]),
        ([SAME, FaceProblem.TURNED, SAME, FaceProblem.SMALL, SAME], [("pass", None)]),
        ([PICTURE] * 3, [("retry", "not_alive")]),
        ([PICTURE] * 6, [("retry", "not_alive"), ("no_pass", "not_alive")]),
        ([*[PICTURE] * 3, *[SAME] * 3], [("retry", "not_alive"), ("pass", None)]),
        ([SAME, SAME, Likeness(0.8, 0.5)], [("pass", None)]),  # 0.77 on the average
        ([SAME, SAME, SAME, SAME], [("pass", None)]),  # once
    ],
)
def test_looks_and_what_comes_of_them(looks: list[Seen], told: list[tuple[str, str | None]]) -> None:
    assert run(*looks) == told


def test_time_is_over_and_the_commonest_reason_is_told() -> None:
    verification = Verification(CONFIG, NOW)
    for problem in (FaceProblem.SMALL, FaceProblem.TURNED, FaceProblem.TURNED):
        verification.look(problem)
    verification.look(SAME)
    assert verification.time_up(NOW + timedelta(seconds=19.9)) is None
    assert verification.time_up(NOW + timedelta(seconds=20)) == Verdict(FaceDecision.CANNOT_JUDGE, FaceProblem.TURNED, 1, 1)
    assert verification.time_up(NOW + timedelta(seconds=30)) is None
    assert verification.look(SAME) is None


looks = st.one_of(
    st.builds(Likeness, st.floats(-1, 1), st.floats(0, 1)),
    st.sampled_from([FaceProblem.NO_FACE, FaceProblem.TURNED, FaceProblem.CAMERA]),
)


@given(st.lists(looks, max_size=40), st.integers(1, 5), st.integers(0, 3), st.integers(0, 3))
def test_nobody_passes_on_fewer_looks_or_less_alive_than_asked(seen: list[Seen], least: int, more: int, retries: int) -> None:
    config = CONFIG.model_copy(update={"looks": least, "of_looks": least + more, "retries": retries})
    verification = Verification(config, NOW)
    judged: list[Likeness] = []
    verdicts: list[Verdict] = []
    for one in seen:
        if isinstance(one, Likeness) and not verification.ended:
            judged.append(one)
        verdict = verification.look(one)
        if verdict is None:
            continue
        verdicts.append(verdict)
        if verdict.decision is FaceDecision.PASS:
            alike = [look for look in judged[-config.of_looks :] if look.value >= config.threshold]
            assert len(alike) >= config.looks == verdict.looks
            assert sum(look.alive for look in alike[-config.looks :]) / config.looks >= config.min_alive
        if verdict.decision is FaceDecision.RETRY:
            judged.clear()
    final = [one for one in verdicts if one.decision is not FaceDecision.RETRY]
    assert len(final) <= 1
    assert len(verdicts) - len(final) <= retries
