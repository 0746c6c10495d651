import math

import pytest

from central.dispatch.route.replan import Verdict, judge


@pytest.mark.parametrize(
    ("current_s", "new_s", "since_s", "same", "verdict"),
    [
        (300, 200, 100, False, Verdict.CHANGE_FASTER),
        (300, 285, 100, False, Verdict.KEEP_GAIN_TOO_SMALL),
        (600, 570, 100, False, Verdict.KEEP_GAIN_TOO_SMALL),  # 30 s of ten minutes is less than a tenth
        (300, 200, 10, False, Verdict.KEEP_JUST_CHANGED),
        (math.inf, 900, 1, False, Verdict.CHANGE_BLOCKED),
        (300, 300, 100, True, Verdict.KEEP_SAME),
    ],
)
def test_a_new_route_is_taken_where_it_pays(current_s: float, new_s: float, since_s: float, same: bool, verdict: Verdict) -> None:
    assert judge(current_s, new_s, since_s, same=same) is verdict
    assert verdict.changes == str(verdict).startswith("change")
