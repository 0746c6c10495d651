"""What the person concerned sees and may do, as a table: one line for each state in which a case can stand."""

from datetime import UTC, datetime

import pytest

from central.cases.composition import compose, load_chapter
from central.cases.playbook import StateKind, shipped_playbook
from central.public.pages import public_catalogues
from central.public.rules import (
    BEFORE_REVIEW,
    DECIDED,
    FORMS,
    LIMITS,
    STEPS,
    Phase,
    Stand,
    forms,
    phase_of,
    shows_account,
    shows_amount,
    shows_pictures,
    shows_remedies,
)

NINE = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
PLAYBOOK = compose(shipped_playbook("parking"), (load_chapter("common"), load_chapter("simple")))
TABLE = """
state              phase         pictures amount account remedies
new                watched       -        -      -       -
watching           watched       -        -      -       -
notifying          watched       -        -      -       -
grace              watched       -        -      -       -
proving            watched       -        -      -       -
gone               watched       -        -      -       -
on_foot            on_foot       -        -      -       -
draft              review        -        -      -       -
second_review      review        -        -      -       -
handed_over        review        -        -      -       -
entered            entered       yes      -      -       -
informed           informed      yes      yes    -       -
objected           objected      yes      yes    -       -
driver_named       driver_named  yes      yes    -       -
ready              ready         yes      yes    -       -
decided            decided       yes      yes    yes     yes
served             served        yes      yes    yes     yes
overdue            overdue       yes      yes    yes     yes
contested          contested     yes      yes    yes     yes
reconsidered       reconsidered  yes      yes    yes     yes
paid               paid          yes      yes    -       yes
closed             closed        yes      yes    -       yes
removing           removing      yes      -      -       -
voided             voided        yes      -      -       -
revoked            revoked       yes      -      -       -
time_barred        time_barred   yes      -      -       -
left_in_time       left          yes      -      -       -
left_before_proof  left          yes      -      -       -
left_unwarned      left          yes      -      -       -
exempt             exempt        yes      -      -       -
repeated           repeated      yes      -      -       -
posted             posted        yes      -      -       -
handled_on_foot    handled       yes      -      -       -
not_delivered      unproven      yes      -      -       -
unobserved         unproven      yes      -      -       -
not_proven         unproven      yes      -      -       -
not_reached        unproven      yes      -      -       -
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_is_seen_where_a_case_stands(row: list[str]) -> None:
    state, phase, *shown = row
    found = phase_of(state, PLAYBOOK.states[state].kind)
    assert found == Phase(phase)
    moments = {"decided_at": NINE} if found in DECIDED else {}
    if found in {Phase.PAID, Phase.CLOSED}:
        moments["paid_at"] = NINE
    stand = Stand(found, moments, amount=150)
    rules = (shows_pictures, shows_amount, shows_account, shows_remedies)
    assert [rule(stand) for rule in rules] == [word == "yes" for word in shown]


def test_a_state_that_a_site_has_added_counts_by_its_kind() -> None:
    assert phase_of("brand_new", StateKind.OPEN) in BEFORE_REVIEW
    assert phase_of("brand_new", StateKind.VOID) is Phase.VOIDED


def test_law_10_pictures_that_show_another_vehicle_are_not_shown_to_this_ones_owner() -> None:
    assert shows_pictures(Stand(Phase.VOIDED, {}, "unclear"))
    assert not shows_pictures(Stand(Phase.VOIDED, {}, "wrong_plate"))
    assert not shows_pictures(Stand(Phase.REMOVING, {}, "wrong_plate"))


@pytest.mark.parametrize(
    ("offers", "phase", "expected"),
    [
        (("state", "object", "name_driver"), Phase.ENTERED, ("state", "name_driver")),
        (("state", "object", "name_driver", "waive"), Phase.INFORMED, ("state", "name_driver", "waive")),
        (("state", "agree_electronic"), Phase.ENTERED, ("state", "agree_electronic")),
        (("object",), Phase.SERVED, ("object",)),
        (("state", "object"), Phase.CONTESTED, ("object",)),
        ((), Phase.CLOSED, ()),
    ],
)
def test_law_09_a_statement_before_the_decision_an_objection_after_it(
    offers: tuple[str, ...], phase: Phase, expected: tuple[str, ...]
) -> None:
    assert forms(offers, Stand(phase, {})) == expected


def test_all_steps_limits_and_forms_are_those_of_the_playbook() -> None:
    assert set(PLAYBOOK.triggers) >= STEPS
    assert set(PLAYBOOK.deadlines) >= {name for names in LIMITS.values() for name in names}
    assert set(PLAYBOOK.triggers) >= set(FORMS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_phase_step_and_limit_has_its_words(language: str) -> None:
    texts = public_catalogues().translators[language].texts  # type: ignore[index]
    wanted = [f"public.phase.{phase.value}.{part}" for phase in Phase for part in ("title", "means", "next")]
    wanted += [f"public.step.{step}" for step in STEPS]
    wanted += [f"public.limit.{name}" for names in LIMITS.values() for name in names]
    assert [key for key in wanted if key not in texts] == []


@pytest.mark.parametrize("phase", sorted(set(Phase) - DECIDED - {Phase.REVOKED}))
def test_law_06_before_the_decision_nothing_is_called_one(phase: Phase) -> None:
    for catalogue in public_catalogues().translators.values():
        words = " ".join(catalogue.texts[f"public.phase.{phase.value}.{part}"] for part in ("title", "means", "next")).lower()
        assert not any(word in words for word in ("罚单", "处罚决定", "ticket", "penalty was decided", "违法行为人"))
