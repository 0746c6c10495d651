"""The ratchet for stops: a rendered street with a stay that is too long and one that is not, seen by the shipped detector."""

import json
from pathlib import Path

import pytest

from benchmarks.parking.rendered import run_street

SCORES = json.loads(Path(__file__).with_name("scores.json").read_text(encoding="utf-8"))
SEED = 105  # a visit of a few seconds, and one that is too long

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_who_stays_too_long_is_reported_once_and_who_leaves_is_not() -> None:
    outcome = run_street(SEED)
    assert outcome.tally.missed == 0
    assert outcome.tally.hits == 1
    assert outcome.tally.false <= SCORES["parking_false_stops_rendered"]
    assert len(outcome.dwell_errors_s) == 1
    assert outcome.dwell_errors_s[0] <= SCORES["parking_dwell_error_s_rendered"]
