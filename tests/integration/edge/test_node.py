"""A whole node as a process: the parked cars of a real recording, a broker, a small central; stops, kills, outages."""

import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.brokers import RunningBroker
from tests.integration.edge.node_world import TOKEN, TOPICS, NodeProcess, SmallCentral, small_central, until
from yuhang.evidence import verify_folder
from yuhang.ids import new_ulid
from yuhang.messages import Reobserve, UnobservedReason

pytestmark = pytest.mark.integration


@pytest.fixture
def central(embedded_broker: RunningBroker) -> Iterator[SmallCentral]:
    with small_central(embedded_broker) as central:
        yield central


@pytest.fixture
def node(tmp_path: Path, shared_dir: Path, central: SmallCentral) -> Iterator[NodeProcess]:
    """A node that watches the corner in which cars are parked; not started."""
    mqtt = central.broker.config()
    zone = {
        "zone": "corner",
        "address": "330110-001-0969",
        "polygon": [[0.6, 0.0], [1.0, 0.0], [1.0, 0.35], [0.6, 0.35]],
        "detector": {"kind": "parking", "warning_dwell_s": 4, "present_every_s": 600},
    }
    document = {
        "site": "site",
        "node": "node",
        "data_dir": str(tmp_path / "node"),
        "mqtt": {"port": mqtt.port, "username": "site.node", "password": "node-pass", "keepalive_s": 5},
        "central": {"url": central.url, "token": TOKEN},
        "health": {"interval_s": 1},
        "uploads": {"retry_min_s": 0.2, "retry_max_s": 0.5, "grace_s": 1},
        "cameras": [
            {
                "camera": "street",
                "source": {"kind": "file", "path": str(shared_dir / "media/video/vtest.avi"), "loop": True},
                "zones": [zone],
            }
        ],
    }
    config = tmp_path / "node.yaml"
    config.write_text(json.dumps(document))
    node = NodeProcess(config)
    yield node
    if node.process is not None:
        node.end(signal.SIGKILL)


def tracks(central: SmallCentral, kind: str) -> set[str]:
    return {event.data.track for event in central.of(kind)}


def test_from_birth_to_a_clean_end(node: NodeProcess, central: SmallCentral, tmp_path: Path) -> None:
    node.start()
    until(lambda: len(central.of("stopped")) >= 2)
    stopped = central.of("stopped")[0]

    assert central.states[0].status == "online"
    assert central.described[-1]["cameras"][0]["width"] == 768
    assert "token" not in json.dumps(central.described)
    kinds = {item.record.kind for item in stopped.data.evidence}
    assert {"arrival", "notice", "clip"} <= kinds
    until(lambda: all(item.record.file_sha256 in central.files for item in stopped.data.evidence))
    assert stopped.data.files_pending == (), "the files were there before the event"

    now = datetime.now(UTC)
    command = Reobserve(id=new_ulid(now), expires_at=now + timedelta(minutes=1), track=stopped.data.track, due_at=now)
    central.send(TOPICS.command("reobserve"), command.model_dump_json())
    until(lambda: any(reply.id == command.id for reply in central.replies))
    assert central.replies[-1].status == "accepted"
    until(lambda: any(event.data.reobserve == command.id for event in central.of("present")))
    until(lambda: {"health", "live"} <= set(central.telemetry) and "street" in central.pictures)

    status, took_s = node.end(signal.SIGTERM)
    assert (status, took_s < 5) == (0, True)
    until(lambda: central.states[-1].status == "stopped")
    assert central.states[-1].session == central.states[0].session
    assert verify_folder(tmp_path / "node" / "evidence").ok
    assert "node-pass" not in node.log
    assert TOKEN not in node.log


def test_kill_9_at_random_times_loses_and_doubles_nothing(node: NodeProcess, central: SmallCentral, tmp_path: Path) -> None:
    rng = random.Random(11)
    for number in range(4):
        node.start()
        reported = len(central.of("stopped"))
        if number % 2:
            until(lambda reported=reported: len(central.of("stopped")) > reported)
            time.sleep(rng.random())
        else:
            until(lambda sessions=number: len({state.session for state in central.states}) > sessions)
            time.sleep(2 + rng.random() * 5)
        node.end(signal.SIGKILL)
    node.start()
    until(lambda: len({state.session for state in central.states}) > 4)  # before it runs, a signal may be lost in an import
    until(
        lambda: {event.data.track for event in central.of("stopped")} - {e.data.track for e in central.of("unobserved")} != set()
    )
    node.end(signal.SIGINT)
    node.start()  # what the clean end left open is reported now
    until(lambda: tracks(central, "stopped") <= tracks(central, "unobserved"))
    node.end(signal.SIGTERM)

    endings = [event.data.track for event in central.of("unobserved")]
    assert len(endings) == len(set(endings)), "each stop ends once"
    assert {event.data.reason for event in central.of("unobserved")} == {UnobservedReason.NODE_RESTARTED}
    numbers = [event.seq for event in central.events.values()]
    assert numbers == list(range(1, len(numbers) + 1)), "no event is missing and none came out of order"
    assert verify_folder(tmp_path / "node" / "evidence").ok
    named = {item.record.file_sha256 for event in central.events.values() for item in getattr(event.data, "evidence", ())}
    assert named <= set(central.files) | {path.name for path in (tmp_path / "node" / "evidence" / "files").iterdir()}


def test_central_and_broker_away_and_back(node: NodeProcess, central: SmallCentral) -> None:
    central.takes_files = False
    central.acknowledging = False
    node.start()
    until(lambda: bool(central.states))
    time.sleep(9)  # the cars are reported meanwhile, without their files, to nobody who would keep it
    central.broker.kill()
    time.sleep(1)
    central.broker.start()
    central.acknowledging = True
    until(lambda: len(central.of("stopped")) >= 2)
    late = central.of("stopped")[0]
    assert late.data.files_pending == tuple(item.record.file_sha256 for item in late.data.evidence)
    central.takes_files = True
    until(lambda: set(late.data.files_pending) <= set(central.files))
    assert node.end(signal.SIGTERM)[0] == 0


def test_a_decoder_process_that_dies_once_is_a_short_gap_and_one_that_keeps_dying_voids(
    node: NodeProcess, central: SmallCentral
) -> None:
    node.start()
    until(lambda: len(central.of("stopped")) >= 2)
    for child in node.children():
        os.kill(child, signal.SIGKILL)
    time.sleep(8)
    assert central.of("unobserved") == []
    end_s = time.monotonic() + 14
    while time.monotonic() < end_s:
        for child in node.children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        time.sleep(0.2)
    until(lambda: len(central.of("unobserved")) >= 2)
    assert {event.data.reason for event in central.of("unobserved")} == {UnobservedReason.CAMERA_LOST}
    until(lambda: len(central.of("stopped")) >= 4, 90)
    assert node.end(signal.SIGTERM)[0] == 0


def test_a_disk_that_takes_no_pictures_costs_the_evidence_not_the_event(node: NodeProcess, central: SmallCentral) -> None:
    """No file may grow beyond 30 kB: too little for pictures, enough for the databases' first pages."""
    node.start()
    until(lambda: "live" in central.telemetry)
    assert node.process is not None
    resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY))
    time.sleep(8)
    assert node.process.poll() is None, node.log[-2000:]
    resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    until(lambda: len(central.of("stopped")) >= 2)
    for event in central.of("stopped"):
        assert "notice" not in {item.record.kind for item in event.data.evidence}, "what could not be kept is not named"
    assert "evidence could not be kept" in node.log

    now = datetime.now(UTC)
    track = central.of("stopped")[0].data.track
    command = Reobserve(id=new_ulid(now), expires_at=now + timedelta(minutes=1), track=track, due_at=now)
    central.send(TOPICS.command("reobserve"), command.model_dump_json())
    until(lambda: len(central.of("present")) > 0)
    assert [item.record.kind for item in central.of("present")[0].data.evidence] == ["present"]
    assert node.end(signal.SIGTERM)[0] == 0
    assert verify_folder(node.config.parent / "node" / "evidence").ok


def edge_run(config: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yuhang", "edge", "run", "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_second_node_on_the_same_folder_is_refused(node: NodeProcess, central: SmallCentral) -> None:
    node.start()
    until(lambda: bool(central.states))
    second = edge_run(node.config)
    assert second.returncode == 2
    assert "held by another process" in second.stderr
    assert "Traceback" not in second.stderr
    assert node.end(signal.SIGTERM)[0] == 0


def test_a_configuration_that_is_wrong_names_file_line_and_key(tmp_path: Path) -> None:
    config = tmp_path / "node.yaml"
    config.write_text(
        "site: s\nnode: n\ncameras:\n  - camera: c\n    source: {kind: rtsp, url: 'rtsp://u:geheim@h/x', transprt: tcp}\n"
    )
    result = edge_run(config)
    assert result.returncode == 2
    assert "node.yaml:5" in result.stderr
    assert "transprt" in result.stderr
    assert "geheim" not in result.stderr + result.stdout


def test_check_opens_each_camera(tmp_path: Path, shared_dir: Path) -> None:
    config = tmp_path / "node.yaml"
    good = {"camera": "good", "source": {"kind": "file", "path": str(shared_dir / "media/video/vtest.avi")}}
    bad = {"camera": "bad", "source": {"kind": "rtsp", "url": "rtsp://u:geheim@127.0.0.1:9/x"}}
    config.write_text(json.dumps({"site": "s", "node": "n", "cameras": [good, bad]}))
    command = [sys.executable, "-m", "yuhang", "edge", "check", "--config", str(config)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert "768 x 576" in result.stdout
    assert "bad: rtsp://127.0.0.1:9/x: cannot open" in result.stdout
    assert "geheim" not in result.stdout + result.stderr


def test_zones_sent_by_central_run_without_losing_a_stop_and_after_a_restart(node: NodeProcess, central: SmallCentral) -> None:
    node.start()
    until(lambda: len(central.of("stopped")) >= 2)
    stopped = central.of("stopped")[0]
    central.want(1, [[0.58, 0.0], [1.0, 0.0], [1.0, 0.37], [0.58, 0.37]])
    until(lambda: central.described[-1]["config_version"] == 1)
    assert central.described[-1]["config_sha256"] != central.described[0]["config_sha256"]

    now = datetime.now(UTC)
    command = Reobserve(id=new_ulid(now), expires_at=now + timedelta(minutes=1), track=stopped.data.track, due_at=now)
    central.send(TOPICS.command("reobserve"), command.model_dump_json())
    until(lambda: any(event.data.reobserve == command.id for event in central.of("present")))
    present = next(event for event in central.of("present") if event.data.reobserve == command.id)
    assert (present.data.stopped_at, present.data.config_version) == (stopped.data.stopped_at, 1)
    assert present.data.evidence[0].record.config_sha256 == central.described[-1]["config_sha256"]
    assert present.data.zone_sha256 != stopped.data.zone_sha256

    central.want(2, [[0.6, 0.0], [1.0, 0.35], [1.0, 0.0], [0.6, 0.35]])
    until(lambda: central.described[-1]["config_refused"] is not None)
    assert "crosses itself" in central.described[-1]["config_refused"]["problems"][0]

    node.end(signal.SIGKILL)
    told = len(central.described)
    node.start()  # the refused version comes again from the broker, and is refused again
    until(lambda: len(central.described) > told and central.described[-1]["config_refused"] is not None)
    assert central.described[-1]["config_version"] == 1
