"""When several looks at a plate agree, and when they do not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.plates.config import ConsensusRules
from edge.plates.consensus import agree, is_clear
from edge.plates.types import PlateCandidate, PlateReading
from yuhang.plates import is_plate

RULES = ConsensusRules(votes=3, share=0.6, min_char_confidence=0.7, min_province_margin=0.4)


def reading(text: str, weakest: float = 0.95, margin: float = 0.9) -> PlateReading:
    return PlateReading(text, (0.99,) * max(0, len(text) - 1) + (weakest,) * bool(text), margin)


def test_three_clear_equal_readings_are_a_plate() -> None:
    verdict = agree([reading("京EMC139")] * 3, is_plate, RULES)
    assert (verdict.text, verdict.reason, verdict.votes, verdict.clear, verdict.seen) == ("京EMC139", "agreed", 3, 3, 3)


def test_two_are_too_few_however_sure() -> None:
    verdict = agree([reading("京EMC139", 1.0, 1.0)] * 2, is_plate, RULES)
    assert (verdict.text, verdict.reason) == (None, "too_few_clear")


@pytest.mark.parametrize("dim", [reading("皖EMC139", weakest=0.69), reading("皖EMC139", margin=0.39), reading("")])
def test_unclear_readings_do_not_vote(dim: PlateReading) -> None:
    assert not is_clear(dim, RULES)
    verdict = agree([dim] * 9 + [reading("京EMC139")] * 3, is_plate, RULES)
    assert (verdict.text, verdict.clear, verdict.seen) == ("京EMC139", 3, 12)


def test_a_close_vote_is_disagreement() -> None:
    split = [reading("京EMC139")] * 4 + [reading("沪EMC139")] * 3
    assert agree(split, is_plate, RULES).reason == "disagreement"
    assert agree([*split, *[reading("京EMC139")] * 1], is_plate, RULES).text == "京EMC139"


def test_one_character_apart_is_not_the_same_text() -> None:
    readings = [reading("京EMC139"), reading("京EMC138"), reading("京EMC13B")]
    assert agree(readings, is_plate, RULES).reason == "disagreement"


def test_what_is_no_plate_by_its_grammar_stays_unread() -> None:
    verdict = agree([reading("皖AC139")] * 5, is_plate, RULES)
    assert (verdict.text, verdict.reason, verdict.votes) == (None, "not_a_plate", 5)


def test_the_best_look_is_of_the_agreed_text() -> None:
    blurred_rival = reading("沪EMC139", weakest=0.999)
    best = reading("京EMC139", weakest=0.98)
    verdict = agree([reading("京EMC139"), best, blurred_rival, reading("京EMC139")], is_plate, RULES)
    assert verdict.best == best
    assert agree([], is_plate, RULES).best is None


@given(st.lists(st.sampled_from(["京EMC139", "沪EMC139", "皖AC139", ""]).map(reading), max_size=12))
def test_a_text_always_has_its_votes_and_share(readings: list[PlateReading]) -> None:
    verdict = agree(readings, is_plate, RULES)
    if verdict.text is None:
        assert verdict.reason != "agreed"
    else:
        assert is_plate(verdict.text)
        assert verdict.votes == sum(r.text == verdict.text for r in readings) >= 3
        assert verdict.votes >= 0.6 * sum(is_clear(r, RULES) for r in readings)


def test_a_plate_too_narrow_to_be_trusted_has_no_vote() -> None:
    narrow = replace(reading("京CKR023"), candidate=PlateCandidate(corners(width=47), score=0.9))
    assert not is_clear(narrow, RULES)
    wide = replace(narrow, candidate=PlateCandidate(corners(width=51), score=0.9))
    assert is_clear(wide, RULES)


def corners(width: float) -> np.ndarray:
    return np.array([[0, 0], [width, 0], [width, 16], [0, 16]], np.float32)
