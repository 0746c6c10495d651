"""The day's figures of parking: first the share that left after the notice (PROC 66: no ranking by fines)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.cases.calendar import BEIJING
from central.cases.queries import CaseQuery, count_states, count_with
from central.cases.tables import Case
from central.parking.parts import KIND

RUNNING = frozenset({"notifying", "grace", "gone"})
"""States in which a vehicle may still leave in time, or it is not known yet whether it was warned."""
_REVIEW = {"draft", "second_review", "handed_over"}


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What became of the stops of one day in Beijing."""

    day: date
    stops: int
    warned: int
    warned_running: int
    left_in_time: int
    awaiting_review: int
    entered: int
    decided: int
    states: dict[str, int]
    void_grounds: dict[str, int]

    @property
    def left_share(self) -> float | None:
        """Of the warned whose grace period is over or who have left: the share that left in time; None while there are none."""
        over = self.warned - self.warned_running
        return self.left_in_time / over if over > 0 else None


def figures(session: Session, day: date) -> DayFigures:
    """Count the cases that were opened on a day."""
    start = datetime.combine(day, time(), BEIJING)
    query = CaseQuery(kind=KIND, opened_from=start, opened_to=start + timedelta(days=1))
    states = Counter(count_states(session, query))
    warned = count_with(session, query, "notice_delivered_at")
    return DayFigures(
        day=day,
        stops=states.total(),
        warned=warned.total(),
        warned_running=sum(warned[state] for state in RUNNING),
        left_in_time=warned["left_in_time"],
        awaiting_review=sum(states[state] for state in _REVIEW),
        entered=count_with(session, query, "entered_at").total(),
        decided=count_with(session, query, "decided_at").total(),
        states=dict(states),
        void_grounds=_void_grounds(session, query),
    )


def _void_grounds(session: Session, query: CaseQuery) -> dict[str, int]:
    statement = select(Case.void_ground, func.count()).where(*query.conditions(), Case.void_ground.is_not(None))
    return {str(ground): count for ground, count in session.execute(statement.group_by(Case.void_ground))}
