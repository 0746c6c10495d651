"""Whether a new route pays: a crew that is sent to and fro loses more than it wins."""

import math
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What to do, and why."""

    KEEP_SAME = "keep_same"
    KEEP_GAIN_TOO_SMALL = "keep_gain_too_small"
    KEEP_JUST_CHANGED = "keep_just_changed"
    CHANGE_FASTER = "change_faster"
    CHANGE_BLOCKED = "change_blocked"

    @property
    def changes(self) -> bool:
        """Whether the new route is to be taken."""
        return self in (Verdict.CHANGE_FASTER, Verdict.CHANGE_BLOCKED)


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """How much a new route must win: the larger of `least_gain_s` and `least_share` of what is left; and how long one stays."""

    least_gain_s: float = 20.0
    least_share: float = 0.1
    stay_s: float = 30.0


def judge(current_s: float, new_s: float, since_change_s: float, *, same: bool, rules: Hysteresis | None = None) -> Verdict:
    """Compare what is left of the current route (inf: blocked) with the best one now, both in seconds from here."""
    rules = rules or Hysteresis()
    if same:
        return Verdict.KEEP_SAME
    if math.isinf(current_s):
        return Verdict.CHANGE_BLOCKED
    if current_s - new_s < max(rules.least_gain_s, rules.least_share * current_s):
        return Verdict.KEEP_GAIN_TOO_SMALL
    return Verdict.KEEP_JUST_CHANGED if since_change_s < rules.stay_s else Verdict.CHANGE_FASTER
