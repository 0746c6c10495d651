"""The two receiving ends that `bench ingest` compares, each a process of its own."""

import resource
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import SecretStr

from benchmarks.publisher import SITE
from benchmarks.servers import BROKER_PASSWORD, BROKER_USER
from central.config import IngestConfig
from central.database import Database
from central.ingest.writer import EventWriter
from central.metrics import Metrics
from yuhang.clock import SystemClock
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession
from yuhang.topics import ALL_EVENTS, ROOT

_EVERY = 500  # messages after which the bare subscriber tells the publisher how far it is
_SAMPLE_S = 0.25


@dataclass(frozen=True, slots=True)
class Usage:
    """What a receiving process has used: processor seconds, and resident memory in MB.

    `start_mb` was taken after the first tenth of the run, when the process was warm.
    """

    cpu_s: float
    start_mb: float
    end_mb: float
    peak_mb: float


def ingest(port: int, url: str, pipe: Connection) -> None:
    """Process: central's ingest as it is, with its database; ends on the next word in the pipe and reports its memory."""
    mqtt = MqttSession(MqttConfig(port=port, username=BROKER_USER, password=SecretStr(BROKER_PASSWORD)), "bench-ingest")
    with Database(url) as database:
        writer = EventWriter(database, mqtt, IngestConfig(), SystemClock(), Metrics())
        writer.start()
        mqtt.start()
        mqtt.wait_connected(10)
        _serve(pipe)
        mqtt.stop()
        writer.stop()


def bare(port: int, pipe: Connection) -> None:
    """Process: paho alone, counting what it receives with QoS 1 and storing nothing."""
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="bench-bare")
    client.username_pw_set(BROKER_USER, BROKER_PASSWORD)
    received = 0
    subscribed = threading.Event()

    def on_message(_client: paho.Client, _data: object, _message: paho.MQTTMessage) -> None:
        nonlocal received
        received += 1
        if received % _EVERY == 0:
            client.publish(f"{ROOT}/{SITE}/node-0/ack", str(received), qos=0)

    client.on_message = on_message
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", port)
    client.subscribe(ALL_EVENTS, qos=1)
    client.loop_start()
    subscribed.wait(10)
    _serve(pipe)
    client.loop_stop()


def _serve(pipe: Connection) -> None:
    """Say `ready`, sample the memory until told to stop, report."""
    cpu_s = _cpu_s()
    pipe.send("ready")
    samples: list[float] = []
    while not pipe.poll(_SAMPLE_S):
        samples.append(_memory("VmRSS"))
    warm = samples[len(samples) // 10] if samples else _memory("VmRSS")
    pipe.send(Usage(_cpu_s() - cpu_s, warm, _memory("VmRSS"), _memory("VmHWM")))


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _memory(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024
