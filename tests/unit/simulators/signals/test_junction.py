from pathlib import Path

import pytest

from simulators.signals.junction import Junction, load_junction
from tests.unit.simulators.signals.conftest import CROSSROADS
from yuhang.errors import ConfigError


def changed(tmp_path: Path, before: str, after: str) -> Path:
    path = tmp_path / "junction.yaml"
    text = CROSSROADS.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return path


def test_groups_that_no_stage_shows_together_conflict(junction: Junction) -> None:
    assert frozenset({1, 3}) in junction.conflicting()
    assert frozenset({1, 5}) not in junction.conflicting()


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ("stages:\n", "conflicts: [[1, 5]]\nstages:\n", "groups 1 and 5 together, which conflict"),
        ("groups: [4]}", "groups: [44]}", "stages: there is no number 44"),
        ("{stage: 4, seconds: 20}]\n    offset", "{stage: 4, seconds: 9}]\n    offset", "its minimum green take"),
        ("forbidden_changes: [[2, 1]", "forbidden_changes: [[1, 2]", "which is forbidden"),
        ("{number: 2, name: north-south left, groups", "{number: 1, name: north-south left, groups", "number 1 is given twice"),
        ('min_green_s: 6, entrance: "1"', 'yellow_s: 2, entrance: "1"', "at least 3"),
    ],
)
def test_a_junction_that_cannot_be_run_safely_is_refused(tmp_path: Path, before: str, after: str, finding: str) -> None:
    path = changed(tmp_path, before, after)
    with pytest.raises(ConfigError, match=finding):
        load_junction(path)
