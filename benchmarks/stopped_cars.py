"""Cars that no camera saw: `parking.stopped` events published at given moments, as a node would have sent them."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr
from ulid import ULID

from benchmarks.events import make_event, make_record
from benchmarks.servers import BROKER_PASSWORD, BROKER_USER
from yuhang.errors import YuhangError
from yuhang.evidence.keys import NodeKey
from yuhang.messages import Observation, ParkingStoppedEvent, PlateRead
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

PUBLISHERS = NodeTopics("bench", "publishers")
_CONNECT_S = 10.0


@dataclass(frozen=True, slots=True)
class Crossing:
    """A car has stood for the warning time at `at`."""

    at: datetime
    address: str
    plate: str


@contextmanager
def play(crossings: Sequence[Crossing], port: int, key: NodeKey) -> Iterator[None]:
    """Publish each crossing in its moment, in a thread, until the block ends."""
    config = MqttConfig(port=port, username=BROKER_USER, password=SecretStr(BROKER_PASSWORD))
    session, ended = MqttSession(config, "bench-cars"), threading.Event()
    session.start()
    if not session.wait_connected(_CONNECT_S):
        raise YuhangError("the publishers have no connection to the broker")
    thread = threading.Thread(target=_publish, args=(session, sorted(crossings, key=lambda one: one.at), key, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        session.stop()


def _publish(session: MqttSession, crossings: Sequence[Crossing], key: NodeKey, ended: threading.Event) -> None:
    for seq, crossing in enumerate(crossings, start=1):
        if ended.wait(max(0.0, (crossing.at - datetime.now(UTC)).total_seconds())):
            return
        event = _event(crossing, seq, key)
        session.publish(PUBLISHERS.event(event.type), event.model_dump_json().encode(), qos=1)


def _event(crossing: Crossing, seq: int, key: NodeKey) -> ParkingStoppedEvent:
    """The event, its time the present moment: encoding and signing count, as they do on a node."""
    now = datetime.now(UTC)
    began = now - timedelta(seconds=60)
    record = make_record(PUBLISHERS, seq, hashlib.sha256(crossing.plate.encode()).digest(), key)
    event = make_event(PUBLISHERS, seq, record)
    data = event.data.model_copy(
        update={
            "track": str(ULID()),
            "plate": PlateRead(text=crossing.plate, colour="blue", confidence=0.97, frames=11, width_px=118),
            "stopped_at": began,
            "observation": Observation(since=began, until=now, longest_gap_s=0.6, frames=298, min_overlap=0.91),
        }
    )
    return event.model_copy(update={"time": now, "subject": crossing.address, "data": data})
