"""Is central well: for load balancers and for Prometheus."""

from datetime import datetime

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from central.api.access import CoreDep
from yuhang.errors import StorageError

router = APIRouter(tags=["health"])


class TimeAnswer(BaseModel):
    """Central's clock."""

    time: datetime


class HealthAnswer(BaseModel):
    """What works."""

    database: bool = Field(description="the database answers")
    broker: bool = Field(description="central is connected to the MQTT broker")


@router.get("/healthz", summary="Is central well")
def get_health(core: CoreDep, response: Response) -> HealthAnswer:
    """200 if everything works, else 503 with what does not."""
    try:
        core.database.ping()
        database = True
    except StorageError:
        database = False
    answer = HealthAnswer(database=database, broker=core.mqtt.connected)
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
