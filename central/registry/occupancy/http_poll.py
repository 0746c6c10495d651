"""Counts that are asked for over HTTP."""

from datetime import datetime, timedelta

import httpx
import structlog

from central.database import Database
from central.notify.config import from_file
from central.registry.occupancy.config import HttpSource
from central.registry.occupancy.mapping import OccupancyError, readings_of
from central.registry.occupancy.recording import record_all
from yuhang.clock import Clock

log = structlog.get_logger(__name__)


class HttpCounter:
    """Worker that asks one address every so often. While it is away the counts grow old by themselves."""

    name = "car-parks-http"

    def __init__(self, database: Database, clock: Clock, source: HttpSource, client: httpx.Client | None = None) -> None:
        token = from_file(source.token_file, "car_parks.sources: token_file")
        self._database = database
        self._clock = clock
        self._source = source
        self._client = client or httpx.Client(timeout=source.timeout_s)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._next_at: datetime | None = None

    def run_once(self) -> int:
        now = self._clock.now()
        if self._next_at is not None and now < self._next_at <= now + timedelta(seconds=self._source.every_s):
            return 0
        self._next_at = now + timedelta(seconds=self._source.every_s)
        try:
            answer = self._client.get(self._source.url, headers=self._headers).raise_for_status()
            document = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("car_parks_away", error=type(error).__name__)
            return 0
        try:
            readings, findings = readings_of(document, self._source.mapping, now)
        except OccupancyError as error:
            log.warning("car_parks_refused", reason=str(error))
            return 0
        for finding in findings:
            log.warning("car_park_refused", reason=finding)
        return record_all(self._database, self._clock, readings)
