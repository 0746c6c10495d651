"""What surrounds a node in its tests: the node as a process, and a small central that takes files and acknowledges events."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.integration.brokers import RunningBroker
from yuhang.messages import Ack, DesiredConfig, NodeState, Reply, parse_event
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

TOPICS = NodeTopics("site", "node")
TOKEN = "token-of-the-node"


@dataclass(slots=True)
class SmallCentral:
    """Remembers everything that a node sends; acknowledges events while `acknowledging`, takes files while `takes_files`."""

    broker: RunningBroker
    acknowledging: bool = True
    takes_files: bool = True
    events: dict[str, object] = field(default_factory=dict)  # by id, first come first
    copies: int = 0
    states: list[NodeState] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    described: list[dict[str, object]] = field(default_factory=list)
    telemetry: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    url: str = ""
    session: MqttSession | None = None

    def take(self, topic: str, payload: bytes) -> None:
        """Whatever comes over MQTT."""
        rest = topic.removeprefix(TOPICS.prefix + "/")
        if rest.startswith("event/"):
            event = parse_event(payload)
            self.copies += event.id in self.events
            if self.acknowledging:
                self.events.setdefault(event.id, event)
                self.send(TOPICS.ack, Ack(ids=(event.id,)).model_dump_json())
        elif rest == "state":
            self.states.append(NodeState.model_validate_json(payload))
        elif rest.startswith("reply/"):
            self.replies.append(Reply.model_validate_json(payload))
        elif rest == "describe":
            self.described.append(json.loads(payload))
        elif rest.startswith("telemetry/"):
            self.telemetry.append(rest.removeprefix("telemetry/"))

    def send(self, topic: str, text: str) -> None:
        assert self.session is not None
        self.session.publish(topic, text.encode())

    def want(self, version: int, polygon: list[list[float]]) -> None:
        """Want another outline of the node's zone."""
        zone = {"zone": "corner", "address": "330110-001-0969", "polygon": polygon}
        settings = {"kind": "parking", "warning_dwell_s": 4, "present_every_s": 600}
        document = json.dumps({"cameras": [{"camera": "street", "zones": [{**zone, "detector": settings}]}]})
        sha256 = hashlib.sha256(document.encode()).hexdigest()
        assert self.session is not None
        message = DesiredConfig(version=version, sha256=sha256, document=document)
        self.session.retain(TOPICS.config, message.model_dump_json().encode())

    def of(self, kind: str) -> list[object]:
        """Events of one kind in the order in which they came."""
        return [event for event in self.events.values() if event.type == f"parking.{kind}.v1"]


@contextmanager
def small_central(broker: RunningBroker) -> Iterator[SmallCentral]:
    central = SmallCentral(broker)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            body = self._body()
            authorized = self.headers["Authorization"] == f"Bearer {TOKEN}"
            kind, name = self.path.split("/")[3:5]
            if not central.takes_files or not authorized:
                self._answer(503 if authorized else 401)
            elif kind == "live":
                central.pictures.append(name)
                self._answer(204)
            elif hashlib.sha256(body).hexdigest() == name:
                central.files[name] = body
                self._answer(201)
            else:
                self._answer(422)

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers["Content-Length"]))
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    central.url = f"http://127.0.0.1:{server.server_port}"
    central.session = MqttSession(broker.config("central"), "central")
    central.session.subscribe(f"{TOPICS.prefix}/#", central.take)
    central.session.start()
    assert central.session.wait_connected(10)
    yield central
    central.session.stop()
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass(slots=True)
class NodeProcess:
    """`yuhang edge run` as a process."""

    config: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = self.config.with_suffix(".log").open("ab")
        command = [sys.executable, "-m", "yuhang", "edge", "run", "--config", str(self.config)]
        self.process = subprocess.Popen(command, stdout=log, stderr=log)
        log.close()

    def children(self) -> list[int]:
        assert self.process is not None
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in text.split()]

    def end(self, number: signal.Signals) -> tuple[int, float]:
        """Status and real seconds that it took; its children must be gone as well."""
        assert self.process is not None
        children, begun_s = self.children(), time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(20)
        took_s = time.monotonic() - begun_s
        until(lambda: not any(is_alive(child) for child in children), 5)
        self.process = None
        return status, took_s

    @property
    def log(self) -> str:
        return self.config.with_suffix(".log").read_text()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def until(true: Callable[[], bool], timeout_s: float = 40.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end_s, "did not come true in time"
        time.sleep(0.05)
