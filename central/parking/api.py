"""Parking over HTTP: the day's figures."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, Field

from central.api.access import AnyUser, CoreDep
from central.api.problems import RESPONSES
from central.cases.calendar import BEIJING
from central.parking.figures import figures

router = APIRouter(prefix="/api/v1/parking", tags=["parking"], responses=RESPONSES)


class FiguresDocument(BaseModel):
    """What became of a day's stops."""

    day: date
    stops: int
    warned: int = Field(description="notices delivered")
    warned_running: int = Field(description="of these, still within the grace period")
    left_in_time: int
    left_share: float | None = Field(description="share of the warned that left in time, 0 to 1; null while there are none")
    awaiting_review: int
    entered: int = Field(description="approved by a person and entered; no decision yet, or one by now")
    decided: int = Field(description="with a decision")
    states: dict[str, int] = Field(description="cases by state")
    void_grounds: dict[str, int] = Field(description="voided cases by ground")


@router.get("/figures", summary="The figures of a day")
def get_figures(core: CoreDep, _user: AnyUser, day: date | None = None) -> FiguresDocument:
    """Counts only, no personal data; without `day`, today in Beijing."""
    with core.database.reader() as session:
        found = figures(session, day or core.clock.now().astimezone(BEIJING).date())
    return FiguresDocument(
        day=found.day,
        stops=found.stops,
        warned=found.warned,
        warned_running=found.warned_running,
        left_in_time=found.left_in_time,
        left_share=found.left_share,
        awaiting_review=found.awaiting_review,
        entered=found.entered,
        decided=found.decided,
        states=found.states,
        void_grounds=found.void_grounds,
    )
