"""Tells each node which configuration is wanted: retained, so that one that was away hears of it when it comes back."""

from datetime import datetime, timedelta

import structlog

from central.configuration.service import message_of, wanted_of_all
from central.database import Database
from yuhang.clock import Clock
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

log = structlog.get_logger(__name__)

_LOOK_EVERY = timedelta(seconds=1)


class ConfigPublisher:
    """Worker that keeps the retained message of every node at its latest version; the session repeats it on every connect."""

    name = "configurations"

    def __init__(self, database: Database, mqtt: MqttSession, clock: Clock) -> None:
        self._database = database
        self._mqtt = mqtt
        self._clock = clock
        self._retained: dict[tuple[str, str], int] = {}
        self._looked_at: datetime | None = None

    def run_once(self) -> int:
        now = self._clock.now()
        if self._looked_at is not None and abs(now - self._looked_at) < _LOOK_EVERY * self._clock.speed:
            return 0
        self._looked_at = now
        with self._database.reader() as session:
            wanted = wanted_of_all(session)
            messages = {(row.site, row.node): message_of(row) for row in wanted}
        fresh = {place: message for place, message in messages.items() if self._retained.get(place) != message.version}
        for (site, node), message in fresh.items():
            self._mqtt.retain(NodeTopics(site, node).config, message.model_dump_json().encode())
            self._retained[site, node] = message.version
            log.info("config_published", site=site, node=node, version=message.version)
        return len(fresh)
