"""A real node, `yuhang edge run`, that watches the planned cameras: its events as they arrive, and what it used."""

import json
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import RootModel, SecretStr

from benchmarks.processes import Usage, usage
from benchmarks.servers import BROKER_PASSWORD, BROKER_USER, embedded_broker
from yuhang.errors import YuhangError
from yuhang.messages import Ack, Health, NodeEvent
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

TOPICS = NodeTopics("bench", "density")


class _Event(RootModel[NodeEvent]):
    """Any event of a node."""


_START_S = 90.0
_LOOK_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Heard:
    """An event and when it arrived."""

    event: NodeEvent
    at: datetime

    @property
    def latency_s(self) -> float:
        """Seconds from the picture that decided to the arrival."""
        return (self.at - self.event.time).total_seconds()


@dataclass(slots=True)
class Listener:
    """What the node says; events are acknowledged as central would."""

    events: dict[str, Heard] = field(default_factory=dict)
    healths: list[Mapping[str, float]] = field(default_factory=list)

    @contextmanager
    def listen(self, port: int) -> Iterator[None]:
        """Until the block ends."""
        session = MqttSession(MqttConfig(port=port, username=BROKER_USER, password=SecretStr(BROKER_PASSWORD)), "bench-listener")

        def event(_topic: str, payload: bytes) -> None:
            heard = Heard(_Event.model_validate_json(payload).root, datetime.now(UTC))
            self.events.setdefault(heard.event.id, heard)
            session.publish(TOPICS.ack, Ack(ids=(heard.event.id,)).model_dump_json().encode())

        session.subscribe(f"{TOPICS.prefix}/event/#", event)
        session.subscribe(TOPICS.telemetry("health"), lambda _topic, payload: self._health(payload))
        session.start()
        try:
            yield
        finally:
            session.stop()

    def _health(self, payload: bytes) -> None:
        self.healths.append(Health.model_validate_json(payload).values)


@dataclass(frozen=True, slots=True)
class Watched:
    """What a run gave: events in order of arrival, mean processors used, most memory, the node's own last figures."""

    events: tuple[Heard, ...]
    cores: float
    peak: Usage
    health: Mapping[str, float]
    capped: int
    """Cameras that were refused a look at some time."""
    samples: tuple[Usage, ...]
    """The use of processors and memory over time."""


def watch(folder: Path, cameras: Sequence[Mapping[str, Any]], seconds: float, extra: Mapping[str, Any] | None = None) -> Watched:
    """Run a node with these cameras (sections of its configuration) until `seconds` after the last of them has begun."""
    listener = Listener()
    with ExitStack() as stack:
        port = stack.enter_context(embedded_broker())
        stack.enter_context(listener.listen(port))
        document = {
            "site": TOPICS.site,
            "node": TOPICS.node,
            "data_dir": str(folder / "node"),
            "mqtt": {"port": port, "username": BROKER_USER, "password": BROKER_PASSWORD},
            "health": {"interval_s": _LOOK_EVERY_S},
            "cameras": list(cameras),
            **(extra or {}),
        }
        config = folder / "node.yaml"
        config.write_text(json.dumps(document), encoding="utf-8")
        process = stack.enter_context(_running(config, folder / "node.log"))
        _wait_for_pictures(process, listener, len(cameras), folder / "node.log")
        before, samples = usage(process.pid), [usage(process.pid)]
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            time.sleep(min(_LOOK_EVERY_S, max(0.1, until_s - time.monotonic())))
            if process.poll() is not None:
                raise YuhangError(f"the node ended by itself:\n{(folder / 'node.log').read_text(errors='replace')[-2000:]}")
            samples.append(usage(process.pid))
    after = samples[-1]
    cores = (after.cpu_s - before.cpu_s) / (after.at_s - before.at_s)
    capped = len({name for health in listener.healths for name in health if name.startswith("capped.")})
    events = sorted(listener.events.values(), key=lambda heard: heard.at)
    return Watched(
        tuple(events), cores, max(samples, key=lambda sample: sample.rss_mb), _summary(listener.healths), capped, tuple(samples)
    )


def _summary(healths: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The last figures, also of cameras that have ended; the stages' times as their median over the run."""
    last: dict[str, float] = {}
    for health in healths:
        last |= health
    for name in last:
        if name.startswith(("ms.", "fps.")):
            last[name] = statistics.median(health[name] for health in healths if name in health)
    return last


@contextmanager
def _running(config: Path, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as out:
        program = [sys.executable, "-m", "yuhang", "edge", "run", "--config", str(config)]
        process = subprocess.Popen(program, stdout=out, stderr=out)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for_pictures(process: "subprocess.Popen[bytes]", listener: Listener, cameras: int, log: Path) -> None:
    """Until every camera's first picture has gone through."""
    pause = threading.Event()
    until_s = time.monotonic() + _START_S
    seen: set[str] = set()
    while len(seen) < cameras:
        seen |= {name for health in listener.healths for name in health if name.startswith("fps.")}
        if process.poll() is not None or time.monotonic() > until_s:
            tail = log.read_text(errors="replace")[-2000:]
            raise YuhangError(f"only {len(seen)} of {cameras} cameras showed a picture:\n{tail}")
        pause.wait(0.5)
