"""What the plan decides about a stop line, each with the key of its reason for screens and the report."""

from dataclasses import dataclass
from enum import StrEnum

from central.dispatch.controllers.request import PriorityClass


class Reason(StrEnum):
    """Why a junction is asked, or is not."""

    DUE = "due"
    QUEUE_FIRST = "queue_first"
    HOLD_UNTIL_PASSED = "hold_until_passed"
    NOT_YET = "not_yet"
    NO_STAGE = "no_stage"
    REFUSED = "refused"
    LINK_AHEAD_FULL = "link_ahead_full"
    OTHERS_FIRST = "others_first"
    POSITION_LOST = "position_lost"
    OTHER_ENGINE_FIRST = "other_engine_first"
    SAME_JUNCTION_BEFORE = "same_junction_before"


@dataclass(frozen=True, slots=True)
class Decision:
    """About one stop line. `stage` is asked for when it is not None; the window is in seconds from now."""

    number: int
    junction: str
    stage: int | None
    reason: Reason
    earliest_s: float
    latest_s: float

    @property
    def asks(self) -> bool:
        """Whether the junction is to be asked, or kept."""
        return self.stage is not None


@dataclass(frozen=True, slots=True)
class Claim:
    """One engine's decisions, as `several.agree` weighs them."""

    task: str
    priority: PriorityClass
    decisions: tuple[Decision, ...]
