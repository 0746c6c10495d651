"""How a proof is judged; what proves and what does not is a table for officers (tests/rules/tables/proof.yaml)."""

from dataclasses import replace

import pytest

from central.parking.rules import CheckName, Proof, overlap_of, prove
from tests.unit.central.parking.proofs import FACTS, PLAYBOOK, TERMS, at, present, proof, watched
from yuhang.messages import Box


def test_the_whole_story_is_a_proof() -> None:
    judged = prove(FACTS, TERMS)
    assert judged.failed == ()
    assert judged.passed
    assert [check.name for check in judged.checks] == list(CheckName)


def test_law_02_two_panorama_pictures_lie_ten_seconds_apart() -> None:
    short = replace(TERMS, grace_s=5.0)
    facts = replace(proof(pictures=present(at(1, 9.9)), observation=watched(at(0), at(1, 9.9))), delivered_at=at(1, 1))
    assert prove(facts, short).failed == (CheckName.PICTURE_QUALITY,)


def test_without_a_second_sighting_nothing_about_it_holds() -> None:
    judged = prove(replace(FACTS, proof=None), TERMS)
    holding = {check.name for check in judged.checks if check.passed}
    assert holding == {
        CheckName.PICTURE_BEFORE_NOTICE,
        CheckName.NOTICE_DELIVERED,
        CheckName.OWNER_REACHABLE,
        CheckName.NOT_EXEMPT,
    }


def test_every_check_has_its_texts_in_the_playbook_and_they_can_be_filled() -> None:
    for facts in [FACTS, replace(FACTS, proof=None)]:
        for check in prove(facts, TERMS).checks:
            texts = PLAYBOOK.checks[check.name.value]
            chosen = texts.passed if check.passed else texts.failed
            assert "{" not in chosen.zh.format(**check.measured)
            assert "{" not in chosen.en.format(**check.measured)


def test_an_empty_list_of_checks_would_not_be_asked() -> None:
    assert len(prove(FACTS, TERMS).checks) == 13
    assert Proof(prove(FACTS, TERMS).checks[:1]).failed == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Box(left=0, top=0, right=10, bottom=10), Box(left=0, top=0, right=10, bottom=10), 1.0),
        (Box(left=0, top=0, right=10, bottom=10), Box(left=5, top=0, right=15, bottom=10), 1 / 3),
        (Box(left=0, top=0, right=10, bottom=10), Box(left=10, top=0, right=20, bottom=10), 0.0),
        (Box(left=0, top=0, right=0, bottom=0), Box(left=0, top=0, right=0, bottom=0), 0.0),
    ],
)
def test_overlap(one: Box, other: Box, expected: float) -> None:
    assert overlap_of(one, other) == pytest.approx(expected)
