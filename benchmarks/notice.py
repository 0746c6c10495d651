"""`yuhang bench notice`: from the picture in which a car has stood for the warning time to the message at the gateway.

It runs in real time: rendered cameras (HTTP, H.264, two pictures a second), one node that watches them, an MQTT broker,
central with SQLite and its notify worker, and a gateway that only notes when a message came. Every camera sees the same two
cars, a little later than the camera before it. The clock starts at the picture's own time, which is when the node received
it, so the camera's own delay is not in it. A message that never came, because the plate was not read in
time, counts as `missing` and misses the target.

A small machine cannot look through twenty cameras at once: cameras beyond `--real` are publishers that send the same events
at the same times over the same broker, without looking at pictures. The result says how many were which, and gives the real
ones apart.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.progress import Progress
from sqlalchemy import select

from benchmarks.processes import usage
from benchmarks.servers import BROKER_PASSWORD, BROKER_USER, embedded_broker, free_port
from benchmarks.stopped_cars import PUBLISHERS, Crossing, play
from central.cases.tables import Case
from central.database import Database
from central.events.tables import StoredEvent
from central.nodes.service import add_node
from central.notify.tables import Notification
from central.registry.document import RegistryDocument
from central.registry.importing import import_registry
from central.schema import migrate
from central.secrets import SecretKey
from simulators.street.render import render
from simulators.street.scene import load_scene
from simulators.street.server import CameraServer
from simulators.street.truth import Truth
from yuhang.clock import SystemClock
from yuhang.errors import YuhangError
from yuhang.evidence import NodeKey

SCENE = Path(__file__).parent / "scenes" / "notice.yaml"
SITE, NODE = PUBLISHERS.site, "street"
WARNING_S = 60.0  # the default of a zone
LEAD_S = 25.0  # from the node's start to the first camera's first picture
START_S = 60.0
PATIENCE_S = 20.0  # after the last car has stood long enough
STAGGER_S = 2.5  # from one camera's scene to the next one's
MOST_P95_S = 2.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One message: seconds from the picture to central's commit of the event, to the queued notice, to the gateway."""

    is_real: bool

    stored_s: float
    queued_s: float
    handed_s: float


@dataclass(frozen=True, slots=True)
class Places:
    """Ports of broker and central on loopback, and the gateway's address."""

    broker: int
    central: int
    gateway: str


@dataclass(slots=True)
class GatewayStub:
    """Takes every message and notes when it came."""

    came: dict[str, datetime] = field(default_factory=dict)

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Listen on loopback; yields the address."""
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                now = datetime.now(UTC)
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stub.came.setdefault(body["id"], now)
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/messages"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave; `edge_cores` is the node's mean use of processors while cars came."""

    samples: tuple[Sample, ...]
    edge_cores: float


def command(
    cameras: Annotated[int, typer.Option(min=1, max=64, help="cameras in real time")] = 20,
    real: Annotated[int, typer.Option(min=1, max=64, help="of these, cameras whose pictures a node looks at")] = 4,
) -> None:
    """Seconds from the frame that crosses the warning threshold to the message handed to the gateway."""
    real = min(real, cameras)
    with tempfile.TemporaryDirectory(prefix="yuhang-bench-") as folder:
        outcome = measure(Path(folder), cameras, real)
    missing = 2 * cameras - len(outcome.samples)
    handed = [sample.handed_s for sample in outcome.samples]
    seen = [sample.handed_s for sample in outcome.samples if sample.is_real]
    result = {
        "p50_s": _quantile(handed, 0.5),
        "p95_s": _quantile(handed, 0.95),
        "max_s": _quantile(handed, 1.0),
        "cameras": cameras,
        "messages": len(handed),
        "missing": missing,
        "real_cameras": real,
        "real_p50_s": _quantile(seen, 0.5),
        "real_p95_s": _quantile(seen, 0.95),
        "stored_p50_s": _quantile([sample.stored_s for sample in outcome.samples], 0.5),
        "queued_p50_s": _quantile([sample.queued_s for sample in outcome.samples], 0.5),
        "edge": f"{real} real cameras (rendered, 1920x1080, 2/s, one node) + {cameras - real} event publishers",
        "edge_cores": round(outcome.edge_cores, 2),
        "central": "one process, SQLite, embedded broker",
        "within_target": not missing and max(_quantile(handed, 0.95), _quantile(seen, 0.95)) <= MOST_P95_S,
    }
    typer.echo(json.dumps(result))


def measure(folder: Path, cameras: int, real: int) -> Outcome:
    """Run everything once; two messages a camera."""
    truth = render(SCENE, folder / "scenes")
    gateway = GatewayStub()
    with ExitStack() as stack:
        gateway_url = stack.enter_context(gateway.serve())
        places = Places(stack.enter_context(embedded_broker()), free_port(), gateway_url)
        central = _central_document(folder, places)
        key = NodeKey.open(folder / "publishers.pem")
        credential = _prepare(folder, central, cameras, key)
        stack.enter_context(_process(folder, "central", central))
        _wait_until_well(places.central)
        first = datetime.now(UTC) + timedelta(seconds=LEAD_S)
        starts = [first + timedelta(seconds=STAGGER_S * number) for number in range(cameras)]
        urls = [stack.enter_context(_camera(folder, start)) for start in starts[:real]]
        node = stack.enter_context(_process(folder, "edge", _node_document(folder, places, credential, truth, urls)))
        stack.enter_context(play(list(_plan(starts, real)), places.broker, key))
        edge_cores = _wait(first, starts[-1] + timedelta(seconds=_crossings()[-1] + PATIENCE_S), gateway, 2 * cameras, node)
    samples = _samples(folder, gateway)
    if not any(sample.is_real for sample in samples):
        raise YuhangError("no message of a real camera came; look at the logs of `yuhang edge run`")
    return Outcome(samples, edge_cores)


def _crossings() -> list[float]:
    """Scene seconds at which a car has stood for the warning time."""
    return sorted(actor.stands_from_s + WARNING_S for actor in load_scene(SCENE).actors)


def _plan(starts: Sequence[datetime], real: int) -> Iterator[Crossing]:
    """What the publishers are to send: the cars of the cameras that no node looks at."""
    for number, start in enumerate(starts):
        if number >= real:
            for car, second in enumerate(_crossings()):
                yield Crossing(start + timedelta(seconds=second), f"bench-{number}", _plate(number, car))


def _plate(camera: int, car: int) -> str:
    return f"浙B{camera:02d}{car:03d}"


def _samples(folder: Path, gateway: GatewayStub) -> tuple[Sample, ...]:
    with Database(f"sqlite:///{folder / 'central' / 'central.db'}") as database, database.reader() as session:
        stopped = session.scalars(select(StoredEvent).where(StoredEvent.type == "parking.stopped.v1")).all()
        by_track = {json.loads(event.payload)["data"]["track"]: event for event in stopped}
        rows = session.execute(select(Notification, Case.track).join(Case, Case.id == Notification.case_id)).all()
    samples = []
    for notice, track in rows:
        event, came = by_track[track], gateway.came.get(notice.id)
        if came is not None:
            moments = event.received_at, notice.queued_at, came
            samples.append(Sample(event.node == NODE, *((moment - event.time).total_seconds() for moment in moments)))
    return tuple(samples)


def _central_document(folder: Path, places: Places) -> dict[str, Any]:
    return {
        "data_dir": str(folder / "central"),
        "mqtt": {"port": places.broker, "username": BROKER_USER, "password": BROKER_PASSWORD},
        "http": {"port": places.central},
        "notify": {"channels": [{"kind": "http-sms", "name": "sms", "url": places.gateway}]},
    }


def _prepare(folder: Path, central: dict[str, Any], cameras: int, key: NodeKey) -> str:
    """Tables, node and registry; returns the node's credential."""
    data = Path(central["data_dir"])
    data.mkdir()
    plates = [actor.plate for actor in load_scene(SCENE).actors]
    plates += [_plate(camera, car) for camera in range(cameras) for car in range(len(_crossings()))]
    document = RegistryDocument.model_validate(
        {
            "vehicles": [{"plate": plate, "phone": f"138{number:08d}"} for number, plate in enumerate(plates)],
            "addresses": [
                {
                    "code": f"bench-{number}",
                    "zh": f"{number}号街",
                    "en": f"Street {number}",
                    "latitude": 30.279,
                    "longitude": 120.021,
                }
                for number in range(cameras)
            ],
            "car_parks": [
                {"code": "p1", "zh": "一号停车场", "en": "P1", "latitude": 30.28, "longitude": 120.022, "capacity": 9, "free": 5}
            ],
        }
    )
    with Database(f"sqlite:///{data / 'central.db'}") as database:
        migrate(database)
        with database.session() as session:
            credential = add_node(session, SystemClock(), SITE, NODE)
            add_node(session, SystemClock(), SITE, PUBLISHERS.node, public_key=key.public_key)
            import_registry(session, document, folder, SecretKey.load(data / "secret.key"), SystemClock().now())
    return credential


def _node_document(folder: Path, places: Places, credential: str, truth: Truth, urls: Sequence[str]) -> dict[str, Any]:
    zone = truth.zones[0]
    corners = [[_share(x, truth.width), _share(y, truth.height)] for x, y in zone.polygon]
    return {
        "site": SITE,
        "node": NODE,
        "data_dir": str(folder / "edge"),
        "mqtt": {"port": places.broker, "username": BROKER_USER, "password": BROKER_PASSWORD},
        "central": {"url": f"http://127.0.0.1:{places.central}", "token": credential},
        "cameras_a_process": 10,
        "cameras": [
            {
                "camera": f"cam-{number}",
                "source": {"kind": "http", "url": url, "format": "mpegts", "connect_timeout_s": 120, "read_timeout_s": 120},
                "analysis_fps": 2,
                "zones": [
                    {
                        "zone": f"{zone.name}-{number}",
                        "address": f"bench-{number}",
                        "polygon": corners,
                        "detector": {"kind": "parking", "warning_dwell_s": WARNING_S},
                    }
                ],
            }
            for number, url in enumerate(urls)
        ],
    }


def _share(pixels: float, size: int) -> float:
    return round(min(max(pixels / size, 0.0), 1.0), 4)


@contextmanager
def _camera(folder: Path, start: datetime) -> Iterator[str]:
    server = CameraServer(folder / "scenes", 0, SystemClock(), start)
    server.start()
    try:
        yield server.urls[0]
    finally:
        server.stop()


@contextmanager
def _process(folder: Path, room: str, document: dict[str, Any]) -> Iterator[int]:
    """`yuhang ROOM run` with this configuration, until the block ends; yields its process id."""
    config, log = folder / f"{room}.yaml", folder / f"{room}.log"
    config.write_text(json.dumps(document), encoding="utf-8")
    with log.open("wb") as out:
        program = [sys.executable, "-m", "yuhang", room, "run", "--config", str(config)]
        process = subprocess.Popen(program, stdout=out, stderr=out)
    try:
        yield process.pid
        if process.poll() is not None:
            raise YuhangError(f"`yuhang {room} run` ended by itself:\n{log.read_text(errors='replace')[-2000:]}")
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_well(port: int) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise YuhangError("central does not answer")


def _wait(first: datetime, end: datetime, gateway: GatewayStub, messages: int, node: int) -> float:
    """Until all messages have come or the end is reached; returns the processors that the node used from `first` on."""
    time.sleep(max(0.0, (first - datetime.now(UTC)).total_seconds()))
    before = usage(node)
    with Progress(transient=True) as progress:
        task = progress.add_task("messages at the gateway", total=messages)
        while datetime.now(UTC) < end and len(gateway.came) < messages:
            progress.update(task, completed=len(gateway.came))
            time.sleep(0.5)
    after = usage(node)
    time.sleep(1.0)  # for central to write down that the last one was taken
    return (after.cpu_s - before.cpu_s) / (after.at_s - before.at_s)


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3)
