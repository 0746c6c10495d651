"""What `yuhang bench notice` measures with: cars that no camera saw, and a gateway that notes when a message came."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from benchmarks.notice import GatewayStub
from benchmarks.servers import BROKER_PASSWORD, BROKER_USER, embedded_broker
from benchmarks.stopped_cars import PUBLISHERS, Crossing, play
from yuhang.evidence.keys import NodeKey
from yuhang.messages import ParkingStoppedEvent
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession

pytestmark = pytest.mark.integration


def test_each_car_is_published_in_its_moment(tmp_path: Path) -> None:
    came: list[tuple[datetime, ParkingStoppedEvent]] = []
    both = threading.Event()

    def take(_topic: str, payload: bytes) -> None:
        came.append((datetime.now(UTC), ParkingStoppedEvent.model_validate_json(payload)))
        if len(came) == 2:
            both.set()

    with embedded_broker() as port:
        config = MqttConfig(port=port, username=BROKER_USER, password=SecretStr(BROKER_PASSWORD))
        session = MqttSession(config, "watch")
        session.subscribe(f"{PUBLISHERS.prefix}/event/#", take)
        session.start()
        assert session.wait_connected(10)
        now = datetime.now(UTC)
        later = Crossing(now + timedelta(seconds=1.0), "b", "浙B00001")
        sooner = Crossing(now + timedelta(seconds=0.5), "a", "浙B00000")
        with play([later, sooner], port, NodeKey.open(tmp_path / "key.pem")):
            assert both.wait(10)
        session.stop()
    assert [event.data.plate.text for _, event in came] == ["浙B00000", "浙B00001"]
    for (at, event), crossing in zip(came, (sooner, later), strict=True):
        assert crossing.at <= event.time <= at
        assert event.subject == crossing.address
        assert event.time - event.data.stopped_at == timedelta(seconds=60)


def test_the_gateway_notes_the_first_time_only() -> None:
    gateway = GatewayStub()
    with gateway.serve() as url:
        began = datetime.now(UTC)
        assert httpx.post(url, json={"id": "m"}).status_code == 202
        first = gateway.came["m"]
        assert httpx.post(url, json={"id": "m"}).status_code == 202
    assert began <= first == gateway.came["m"]
