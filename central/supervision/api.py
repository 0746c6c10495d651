"""The supervisor's figures over HTTP, as a document and as a table."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from central.api.access import CoreDep, Supervisor
from central.api.problems import RESPONSES
from central.cases.calendar import beijing_day
from central.supervision.figures import LeftShare, PeriodFigures, period_figures
from central.supervision.period import CameraPlace, Period, Scope

router = APIRouter(prefix="/api/v1/supervision", tags=["supervision"], responses=RESPONSES)


class ShareDocument(BaseModel):
    """The share that left after the notice."""

    key: str = Field(description="camera and zone, hour of the day in Beijing, or the Monday of a week")
    warned: int
    left: int
    percent: float | None = Field(description="null while nobody was warned")


class StepDocument(BaseModel):
    """Cases at an open step now."""

    state: str
    cases: int
    red_lights: int


class FiguresOfPeriod(BaseModel):
    """Counts of cases by place and time. Nothing here is counted by person, and nothing adds up money (PROC 66)."""

    since: date
    until: date
    counts: dict[str, int]
    places: list[ShareDocument] = Field(description="by name of the place, never by number")
    hours: list[ShareDocument]
    weeks: list[ShareDocument]
    void_grounds: dict[str, int]
    ended_without_result: dict[str, int]
    open_steps: list[StepDocument]
    unsettled_payments: dict[str, int]


def asked_scope(
    core: CoreDep,
    since: Annotated[date | None, Query(description="first day in Beijing; without it, 28 days")] = None,
    until: Annotated[date | None, Query(description="last day in Beijing; without it, today")] = None,
    zone: Annotated[str, Query(max_length=63)] = "",
    camera: Annotated[str, Query(max_length=200, description="site/node/camera")] = "",
) -> Scope:
    """The scope of a request."""
    last = until or beijing_day(core.clock.now())
    period = Period(since, last) if since is not None else Period.ending(last)
    return Scope(period, zone, CameraPlace.parse(camera))


Asked = Annotated[Scope, Depends(asked_scope)]


@router.get("/figures", summary="Figures of a period")
def get_figures(core: CoreDep, _user: Supervisor, scope: Asked) -> FiguresOfPeriod:
    """Cases opened in the period; open steps and payments as they stand now. No personal data."""
    with core.database.reader() as session:
        return _document(period_figures(session, scope))


@router.get("/figures.csv", summary="The same as a table", response_class=Response)
def get_table(core: CoreDep, _user: Supervisor, scope: Asked) -> Response:
    """Lines of `group, key, count, of`; `of` is what a share is a share of."""
    with core.database.reader() as session:
        found = period_figures(session, scope)
    output = io.StringIO()
    output.write("\ufeff")  # so that office programs read it as UTF-8
    writer = csv.writer(output)
    writer.writerow(("group", "key", "count", "of"))
    writer.writerows(_lines(found))
    name = f"supervision-{scope.period.first}-{scope.period.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(output.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _document(found: PeriodFigures) -> FiguresOfPeriod:
    return FiguresOfPeriod(
        since=found.scope.period.first,
        until=found.scope.period.last,
        counts={counted.value: count for counted, count in found.counts.items()},
        places=[_share(f"{place.camera}/{place.zone}", place.share) for place in found.places],
        hours=[_share(str(hour), share) for hour, share in found.hours.items()],
        weeks=[_share(week.isoformat(), share) for week, share in found.weeks.items()],
        void_grounds=dict(found.grounds),
        ended_without_result=dict(found.ended),
        open_steps=[StepDocument(state=step.state, cases=step.cases, red_lights=step.red_lights) for step in found.steps],
        unsettled_payments={outcome.value: count for outcome, count in found.payments.items()},
    )


def _share(key: str, share: LeftShare) -> ShareDocument:
    return ShareDocument(key=key, warned=share.warned, left=share.left, percent=share.percent)


def _lines(found: PeriodFigures) -> Iterator[tuple[str, str, int, int | str]]:
    for counted, count in found.counts.items():
        yield "total", counted.value, count, ""
    for place in found.places:
        key = f"{place.camera}/{place.zone}"
        yield "left_by_place", key, place.share.left, place.share.warned
        for counted, count in place.counts.items():
            yield f"{counted.value}_by_place", key, count, ""
    for hour, share in found.hours.items():
        yield "left_by_hour", str(hour), share.left, share.warned
    for week, share in found.weeks.items():
        yield "left_by_week", week.isoformat(), share.left, share.warned
    for group, counts in (("void_ground", found.grounds), ("ended_without_result", found.ended)):
        for name, count in counts.items():
            yield group, name, count, ""
    for step in found.steps:
        yield "open_step", step.state, step.cases, ""
        yield "open_step_red_lights", step.state, step.red_lights, step.cases
