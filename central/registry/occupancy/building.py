"""The workers of a configuration's sources."""

from central.database import Database
from central.registry.occupancy.config import AnySource, CarParksConfig, CsvSource, HttpSource, MqttSource
from central.registry.occupancy.csv_file import CsvCounter
from central.registry.occupancy.http_poll import HttpCounter
from central.registry.occupancy.mqtt_listener import MqttCounter
from central.workers import Worker
from yuhang.clock import Clock
from yuhang.mqtt.session import MqttSession


def build_counters(config: CarParksConfig, database: Database, clock: Clock, mqtt: MqttSession) -> list[Worker]:
    """One worker a source."""
    return [_counter(source, database, clock, mqtt) for source in config.sources]


def _counter(source: AnySource, database: Database, clock: Clock, mqtt: MqttSession) -> Worker:
    match source:
        case CsvSource():
            return CsvCounter(database, clock, source.path)
        case HttpSource():
            return HttpCounter(database, clock, source)
        case MqttSource():
            return MqttCounter(database, clock, mqtt, source)
