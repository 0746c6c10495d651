"""A gateway as a process, sockets on the community's own broker, and an uplink that is there or not."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.servers import free_port
from simulators.community.sockets import SimulatedSocket, SocketShed
from simulators.community.trucks import Terminal
from tests.integration import brokers
from tests.integration.brokers import RunningBroker
from yuhang.messages import Ack, NodeEvent, SocketCutEvent, SocketStuckEvent, TruckReport, parse_event
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

TOPICS = NodeTopics("site", "node")
PATIENCE_S = 30.0


def until(what: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not what():
        if time.monotonic() > deadline:
            pytest.fail("it did not happen in time")
        time.sleep(0.02)


@contextmanager
def running(session: MqttSession) -> Iterator[MqttSession]:
    session.start()
    assert session.wait_connected(PATIENCE_S)
    yield session
    session.stop()


@contextmanager
def gateway(folder: Path, local: RunningBroker, uplink_port: int, sockets: list[str], **more: object) -> Iterator[None]:
    config = {
        "site": "site",
        "node": "node",
        "data_dir": str(folder / "data"),
        "mqtt": {"port": uplink_port, "username": "site.node", "password": "node-pass", "keepalive_s": 5},
        "devices_mqtt": {"port": local.port, "username": "site.other", "password": "other-pass"},
        "sockets": [{"socket": name, "address": "330110-1", "device": name, "firmware": "tasmota"} for name in sockets],
    } | more
    path = folder / "gateway.yaml"
    path.write_text(json.dumps(config), encoding="utf-8")
    with (folder / "gateway.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "yuhang", "gateway", "run", "--config", str(path)], stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(PATIENCE_S) == 0, (folder / "gateway.log").read_text()


def test_sockets_are_cut_with_the_uplink_cut_and_central_hears_of_each_once_when_it_is_back(
    tmp_path: Path, embedded_broker: RunningBroker
) -> None:
    uplink = _uplink(tmp_path)  # not running yet
    shed_names = ["s-hot", "s-lost", "s-welded", "s-well"]
    with ExitStack() as stack:
        devices = stack.enter_context(running(MqttSession(embedded_broker.config("central"), "shed")))
        shed = SocketShed(devices, [SimulatedSocket(name) for name in shed_names])
        stack.enter_context(gateway(tmp_path, embedded_broker, uplink.port, shed_names))
        shed.sockets["s-lost"].deaf_for = 2
        shed.sockets["s-welded"].welded = True

        def say(name: str) -> bool:
            shed.tell_relay(name)
            shed.publish(name)
            return bool(shed.sockets[name].told)

        for name, celsius in (("s-hot", 80.0), ("s-lost", 80.0), ("s-welded", 80.0), ("s-well", 30.0)):
            shed.sockets[name].celsius = celsius
        for name in ("s-hot", "s-lost", "s-welded"):
            until(lambda name=name: say(name))  # type: ignore[misc]  # until the gateway listens
        say("s-well")
        until(lambda: not shed.sockets["s-hot"].on and not shed.sockets["s-lost"].on)
        assert len(shed.sockets["s-lost"].told) >= 3
        until(lambda: len(shed.sockets["s-welded"].told) >= 8)  # it is told on and on, and said to be stuck
        assert shed.sockets["s-well"].told == []

        uplink.start()
        stack.callback(uplink.stop)
        heard: dict[str, NodeEvent] = {}
        central = MqttSession(uplink.config("central"), "central")

        def take(_topic: str, payload: bytes) -> None:
            event = parse_event(payload)
            heard[event.id] = event
            central.publish(TOPICS.ack, Ack(ids=(event.id,)).model_dump_json().encode(), 1)

        central.subscribe(TOPICS.event("#"), take)
        stack.enter_context(running(central))
        until(lambda: len(heard) >= 3, 60)
        cut = {one.data.socket: one for one in heard.values() if isinstance(one, SocketCutEvent)}
        stuck = [one.data.socket for one in heard.values() if isinstance(one, SocketStuckEvent)]
        assert (sorted(cut), stuck) == (["s-hot", "s-lost"], ["s-welded"])
        assert cut["s-hot"].data.measured == 80.0
        assert cut["s-lost"].data.commands >= 3
        assert sorted(one.seq for one in heard.values()) == [1, 2, 3]


def test_a_truck_on_the_gateways_port_is_heard_by_the_site(tmp_path: Path, embedded_broker: RunningBroker) -> None:
    port = free_port()
    jt808 = {"host": "127.0.0.1", "port": port, "trucks": [{"phone": "13900001234", "plate": "浙A12345"}]}
    heard: list[TruckReport] = []
    listener = MqttSession(embedded_broker.config("central"), "listener")
    listener.subscribe(
        TOPICS.telemetry_of_site("truck"), lambda _t, payload: heard.append(TruckReport.model_validate_json(payload))
    )
    terminal = Terminal("13900001234", "浙A12345", 2019)

    def tell() -> bool:
        try:
            terminal.connect(port)
            assert (terminal.register(), terminal.authenticate()) == (0, 0)
            terminal.tell(datetime(2026, 6, 1, 4, 0, tzinfo=UTC), 30.27, 120.12)
        except ConnectionRefusedError:
            return False
        return bool(heard)

    with running(listener), gateway(tmp_path, embedded_broker, embedded_broker.port, [], jt808=jt808):
        until(tell)
    assert (heard[0].plate, heard[0].latitude) == ("浙A12345", 30.27)


def test_a_smoke_detector_that_sounds_is_one_event_however_often_it_says_so(
    tmp_path: Path, embedded_broker: RunningBroker
) -> None:
    detector = {"sensor": "smoke-1", "place": "B1", "address": "330110-1", "device": "smoke-1", "firmware": "esphome"}
    heard: list[NodeEvent] = []
    listener = MqttSession(embedded_broker.config("central"), "listener")

    def take(_topic: str, payload: bytes) -> None:
        heard.append(parse_event(payload))
        listener.publish(TOPICS.ack, Ack(ids=(heard[-1].id,)).model_dump_json().encode(), 1)

    listener.subscribe(TOPICS.event("#"), take)

    def sound() -> bool:
        listener.publish("smoke-1/binary_sensor/smoke/state", b"ON", 1)
        return bool(heard)

    with running(listener), gateway(tmp_path, embedded_broker, embedded_broker.port, [], smoke=[detector]):
        until(sound)
        sound()
        listener.publish("smoke-1/binary_sensor/smoke/state", b"OFF", 1)
        sound()
        until(lambda: len({one.id for one in heard}) >= 2)
    assert {one.type for one in heard} == {"smoke.alarm.v1"}
    assert len({one.id for one in heard}) == 2


def _uplink(tmp_path: Path) -> RunningBroker:

    folder = tmp_path / "uplink"
    folder.mkdir()
    return brokers.embedded(folder, free_port())
