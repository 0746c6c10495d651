"""Every row of the tables of voiding, played against the real procedure."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.page import book, rows
from tests.unit.central.parking.street import Street, make_street
from tests.unit.central.procedure.office import TRACK, Office, drafted, profile

ACTS = {
    "reviewer": "first void ground=other",
    "uphold": "first uphold ground=other",
    "officer": "officer remove",
    "nobody": "time passes",
}
REFUSED = {
    "other_role": "your role",
    "no_ground": "ground_given",
    "unknown_ground": "the grounds are",
    "no_reason": "reason",
    "ended": "the case has ended",
}


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    made = make_street(tmp_path)
    with made.database:
        yield made


def told(street: Street, story: str, step: str) -> tuple[Office, str]:
    """The case at the step, and the day on which it stands there."""
    lines = [line for line in story.split("; ") if line]
    city = lines[:1] == ["city"]
    drafted(street, profile("urban_management" if city else "traffic_police"))
    office, day = Office(street), "1"
    for line in lines[1:] if city else lines:
        assert not office.play(line).startswith("refused"), line
        day = line.split()[0]
    assert street.state(TRACK) == step
    return office, day


def test_law_10_there_are_eight_grounds() -> None:
    assert [(ground, basis) for ground, basis, _ in rows("void_grounds")] == [
        (name, ground.basis) for name, ground in book().void_grounds.items()
    ]


@pytest.mark.parametrize(("ground", "basis", "result"), rows("void_grounds"))
def test_law_10_each_ground_voids(street: Street, ground: str, basis: str, result: str) -> None:
    """Each of the eight grounds ends a case that awaits review."""
    office, _ = told(street, "", "draft")
    assert office.play(f"1 first void ground={ground}") == result
    assert book().void_grounds[ground].basis == basis
    assert office.running() == set()


@pytest.mark.parametrize(("step", "story", "by", "result", "running", "red"), rows("void_steps"))
def test_law_10_until_which_step_a_case_can_be_voided(
    street: Street, step: str, story: str, by: str, result: str, running: list[str], red: bool
) -> None:
    """At every open step, by a reviewer; after the entry the record is removed within three working days."""
    office, day = told(street, story, step)
    assert office.play(f"{day} {ACTS[by]}") == result
    assert office.running() == set(running)
    assert (street.case(TRACK).red_light_at is not None) is red


@pytest.mark.parametrize(("step", "why", "story", "act"), rows("void_refused"))
def test_law_10_what_is_no_voiding(street: Street, step: str, why: str, story: str, act: str) -> None:
    """By who is no reviewer, without ground or reason, or after the end: nothing changes."""
    office, _ = told(street, story, step)
    answer = office.play(act)
    assert answer.startswith("refused"), answer
    assert REFUSED[why] in answer
    assert street.state(TRACK) == step
