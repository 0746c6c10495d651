"""The detectors' benchmark: intervals, work that goes on where it was, and what its JSON line is called."""

from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from benchmarks.commands import app
from benchmarks.detectors.command import SUITES, line, measure
from benchmarks.detectors.plan import Plan
from benchmarks.detectors.table import Origin, Table, bootstrapped_f1, f1_of
from benchmarks.detectors.work import Job, known, results
from benchmarks.kerb.score import Due, Tally, tally

RIGHT, WRONG, MISSED, QUIET = Tally(1, 0, 0), Tally(0, 1, 0), Tally(0, 0, 1), Tally(0, 0, 0)
ORIGIN = Origin(Table.COMPOSITED, "parking", "clips", "unseen")

tallies = st.lists(st.builds(Tally, *[st.integers(0, 3)] * 3), min_size=1, max_size=12)


def test_f1_counts_hits_twice() -> None:
    assert f1_of([RIGHT, RIGHT, WRONG, MISSED, QUIET]) == pytest.approx(4 / 6, abs=1e-4)
    assert f1_of([QUIET]) is None
    assert bootstrapped_f1([QUIET]) is None


def test_an_interval_of_nothing_but_hits_has_no_width() -> None:
    assert bootstrapped_f1([RIGHT] * 10) == (1.0, 1.0)
    low, high = bootstrapped_f1([RIGHT] * 8 + [MISSED] * 2) or (0, 0)
    assert low < f1_of([RIGHT] * 8 + [MISSED] * 2) < high  # type: ignore[operator]


@given(tallies)
def test_an_interval_lies_between_none_and_all(counts: list[Tally]) -> None:
    interval = bootstrapped_f1(counts)
    if interval is not None:
        assert 0 <= interval[0] <= interval[1] <= 1


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 20)), max_size=5), st.lists(st.floats(0, 120), max_size=8))
def test_every_alarm_is_right_or_false_and_every_spell_found_or_missed(
    spells: list[tuple[float, float]], alarms: list[float]
) -> None:
    due = [Due(begins, begins + lasts, begins) for begins, lasts in spells]
    one = tally(due, alarms)
    assert one.hits + one.false == len(alarms)
    assert one.hits + one.missed == len(due)


def test_rows_are_named_by_detector_and_by_table_unless_rendered() -> None:
    share = ORIGIN.share("recall", 9, 10, "stays")
    assert share.key == "parking.composited.recall"
    assert (share.value, share.how) == (0.9, "wilson")
    assert Origin(Table.RENDERED, "parking", "streets", "unseen").f1("f1", [RIGHT]).key == "parking.f1"
    assert line([share])["parking.composited.recall"] == 0.9
    assert ORIGIN.share("recall", 0, 0, "stays").value is None


def count_up(folder: Path) -> int:
    """Leaves a mark each time it is really run."""
    marks = folder / "marks"
    marks.write_text((marks.read_text(encoding="utf-8") if marks.exists() else "") + "x", encoding="utf-8")
    return len(marks.read_text(encoding="utf-8"))


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    job = Job("mark", count_up, (tmp_path,), int, ("benchmarks/shares.py",))
    assert results([job], tmp_path / "cache", 1) == [1]
    assert results([job], tmp_path / "cache", 1) == [1]
    assert known(job, tmp_path / "cache") == 1
    other_code = Job("mark", count_up, (tmp_path,), int, ("benchmarks/media.py",))
    assert other_code.path(tmp_path) != job.path(tmp_path)
    assert results([other_code], tmp_path / "cache", 1) == [2]


def test_without_media_only_rendered_scenes_are_planned() -> None:
    plan = Plan(scenes=2, composited=4, hours=0.5, media=None)
    names = {job.name for suite in SUITES.values() for job in suite.jobs(plan)}
    assert {"parking-rendered-2100", "falling-throws-2101", "falling-quiet-coded-22000", "tipping-rendered-2100"} <= names
    assert not [name for name in names if "composited" in name or "real" in name]
    assert sum("quiet" in name for name in names) == 3


def test_what_is_not_measured_is_null_with_its_reason(tmp_path: Path) -> None:
    rows = measure([SUITES["plates"]], Plan(1, 1, 0, None), tmp_path, 1)
    assert line(rows)["plates.real.read"] is None
    assert all("not measured" in row.how for row in rows)


def test_an_unknown_detector_is_refused_by_name() -> None:
    refused = CliRunner().invoke(app, ["detectors", "--only", "weather"])
    assert isinstance(refused.exception, SystemExit | typer.BadParameter)
    assert "no detector weather" in refused.output
