"""The table of the law is current, and every clause of the parking path has a test."""

import pytest

from tests.law.table import TARGET, clauses, numbers_in, render


def test_the_page_is_that_of_the_tests() -> None:
    assert TARGET.read_text(encoding="utf-8") == render(), "run `python -m tests.law`"


def test_clauses_0_to_17_are_shown_or_belong_elsewhere_for_a_reason() -> None:
    assert [clause.number for clause in clauses()] == list(range(27))
    assert all(bool(clause.shown) != bool(clause.elsewhere) for clause in clauses())
    assert not any(clause.elsewhere for clause in clauses() if clause.number <= 17)


@pytest.mark.parametrize(
    ("text", "numbers"), [("03_", (3,)), ("06_to_09_", (6, 7, 8, 9)), ("08_10_13_", (8, 10, 13)), ("01_and_05_", (1, 5))]
)
def test_names_carry_their_clauses(text: str, numbers: tuple[int, ...]) -> None:
    assert numbers_in(text) == numbers
