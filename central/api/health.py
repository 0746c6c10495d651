"""Is central well: for load balancers and for Prometheus."""

from datetime import datetime

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from central.api.access import CoreDep
from central.cases.calendar import beijing_day
from central.holidays.service import unknown_years
from yuhang.errors import StorageError

router = APIRouter(tags=["health"])


class TimeAnswer(BaseModel):
    """Central's clock."""

    time: datetime


class HealthAnswer(BaseModel):
    """What works."""

    database: bool = Field(description="the database answers")
    broker: bool = Field(description="central is connected to the MQTT broker")
    unknown_years: list[int] = Field(description="years whose holidays limits already need; enter them under /api/v1/calendar")


@router.get("/healthz", summary="Is central well")
def get_health(core: CoreDep, response: Response) -> HealthAnswer:
    """200 if everything works, else 503 with what does not."""
    years: tuple[int, ...] = ()
    try:
        with core.database.reader() as session:
            years = unknown_years(session, beijing_day(core.clock.now()))
        database = True
    except StorageError:
        database = False
    answer = HealthAnswer(database=database, broker=core.mqtt.connected, unknown_years=list(years))
    if not (answer.database and answer.broker):
        response.status_code = 503
    return answer


@router.get("/api/v1/time", summary="What time is it")
async def get_time(core: CoreDep) -> TimeAnswer:
    """Nodes measure the offset of their clocks against it; it travels with every picture (GA/T 832-2014, 3.2)."""
    return TimeAnswer(time=core.clock.now())


@router.get("/metrics", summary="Counters for Prometheus", response_class=PlainTextResponse)
def get_metrics(core: CoreDep) -> Response:
    """Counters, gauges and histograms of this process, in the text format of Prometheus."""
    return Response(generate_latest(core.metrics.registry), media_type=CONTENT_TYPE_LATEST)
