"""Commands and their answers; live view, description and health."""

import json
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta

import cv2
import numpy as np
import pytest

from edge.frames import Frame, SourceState
from edge.image import BgrImage
from edge.node.commands import Commands
from edge.node.config import PreviewConfig
from edge.node.health import Health, resident_mb
from edge.node.live import LiveView
from edge.node.metrics import serve_metrics
from edge.results import FrameResult
from edge.sources.group import CameraHealth
from edge.watch import ReobserveAnswer
from tests.unit.edge.node.conftest import START
from yuhang.clock import ManualClock
from yuhang.messages import CameraCondition, Command, FrameClock, Reobserve, Reply, TimeSource, Verdict
from yuhang.messages import LiveView as LiveViewMessage
from yuhang.topics import NodeTopics

TOPICS = NodeTopics("site", "node")
IDS = ["01J000000000000000000000A1", "01J000000000000000000000A2", "01J000000000000000000000A3"]


@dataclass
class FakeSession:
    connected: bool = True
    sent: list[tuple[str, bytes]] = field(default_factory=list)

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool:
        self.sent.append((topic, payload))
        return True

    def replies(self) -> list[Reply]:
        return [Reply.model_validate_json(payload) for topic, payload in self.sent if "/reply/" in topic]


@dataclass
class FakeErrands:
    taken: list[Command] = field(default_factory=list)
    problem: str = ""

    def take(self, command: Command) -> str:
        self.taken.append(command)
        return self.problem


class Desk:
    """Commands with a watcher that knows one track."""

    def __init__(self) -> None:
        self.session, self.clock, self.asked = FakeSession(), ManualClock(START), []
        self.errands = FakeErrands()
        self.commands = Commands(TOPICS, self.session, self.clock, self.reobserve, self.errands, verdict=self.verdict)

    def reobserve(self, command: Reobserve) -> ReobserveAnswer:
        self.asked.append(command)
        return ReobserveAnswer.ACCEPTED if command.track == IDS[0] else ReobserveAnswer.UNKNOWN_TRACK

    def verdict(self, command: Verdict) -> bool:
        self.asked.append(command)
        return command.track == IDS[0]

    def send(self, name: str = "reobserve", **more: object) -> None:
        document = {"id": IDS[1], "expires_at": (START + timedelta(minutes=5)).isoformat(), "track": IDS[0]}
        document |= {"due_at": START.isoformat(), **more}
        payload = json.dumps({key: value for key, value in document.items() if value is not None})
        self.commands.receive(TOPICS.command(name), payload.encode())


def test_a_command_is_answered_under_its_id() -> None:
    desk = Desk()
    desk.send()
    assert desk.session.sent[0][0] == TOPICS.reply(IDS[1])
    assert desk.session.replies()[0].status == "accepted"
    assert desk.asked[0].due_at == START


def test_a_verdict_is_learned_or_refused() -> None:
    desk = Desk()
    desk.send("verdict", due_at=None, confirmed=True)
    desk.send("verdict", due_at=None, confirmed=False, id=IDS[2], track=IDS[1])
    assert [(reply.status, reply.detail) for reply in desk.session.replies()] == [
        ("accepted", ""),
        ("refused", "no suspicion of this track waits for an answer"),
    ]


def test_a_repeat_is_answered_as_before_and_not_done_again() -> None:
    desk = Desk()
    desk.send()
    desk.send()
    assert len(desk.asked) == 1
    first, second = desk.session.replies()
    assert first == second


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"expires_at": START.isoformat()}, "expired"),
        ({"expires_at": (START - timedelta(hours=1)).isoformat()}, "expired"),
        ({"track": IDS[2]}, "refused"),
    ],
)
def test_too_late_or_unknown(more: dict[str, str], status: str) -> None:
    desk = Desk()
    desk.send(**more)
    assert desk.session.replies()[0].status == status
    assert len(desk.asked) == (status == "refused")


def test_an_unknown_command_is_refused() -> None:
    desk = Desk()
    desk.send("self-destruct", track=None, due_at=None, fuse=3)
    assert desk.session.replies()[0].status == "refused"
    assert desk.asked == []


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b'{"id": "x"}', b"\xff\xfe", b"{" * 5000])
def test_rubbish_is_counted(payload: bytes) -> None:
    desk = Desk()
    desk.commands.receive(TOPICS.command("reobserve"), payload)
    desk.commands.receive(TOPICS.command("other"), payload)
    assert desk.commands.bad == 2
    assert desk.session.sent == []


# --- live view and health ---------------------------------------------------------------------------------------------


def seen(second: float = 0.0, width: int = 1280, height: int = 720) -> tuple[Frame, FrameResult]:
    at = START + timedelta(seconds=second)
    image = np.full((height, width, 3), 90, np.uint8)
    frame = Frame("cam", 0, at, FrameClock(source=TimeSource.ARRIVAL, error_s=0.0), BgrImage(image))
    return frame, FrameResult("cam", at, width, height, CameraCondition.OK, timings_ms={"detect": 10.0, "motion": 1.0})


@dataclass
class FakeScreens:
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    takes: bool = True

    def put_live(self, camera: str, jpeg: bytes) -> bool:
        self.pictures.append((camera, jpeg))
        return self.takes


def show(live: LiveView, screens: FakeScreens, wanted: int) -> None:
    live.start()
    end_s = time.monotonic() + 5
    while len(screens.pictures) < wanted:
        live.show(*seen())
        assert time.monotonic() < end_s
        time.sleep(0.01)
    live.stop()


def test_small_pictures_and_boxes_at_their_pace() -> None:
    session, screens = FakeSession(), FakeScreens()
    live = LiveView(TOPICS, session, screens, PreviewConfig(interval_s=0.2, boxes_interval_s=0.1))
    begun_s = time.monotonic()
    show(live, screens, 3)
    took_s = time.monotonic() - begun_s
    assert took_s >= 0.4
    assert len(session.sent) <= took_s / 0.1 + 1
    camera, jpeg = screens.pictures[0]
    assert camera == "cam"
    assert cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).shape == (360, 640, 3)
    topic, payload = session.sent[0]
    assert topic == TOPICS.telemetry("live")
    assert LiveViewMessage.model_validate_json(payload).width == 1280


def test_screens_that_are_away_are_counted_and_nothing_waits() -> None:
    screens = FakeScreens(takes=False)
    live = LiveView(TOPICS, FakeSession(connected=False), screens, PreviewConfig(interval_s=0.2))
    show(live, screens, 1)
    assert live.failed == 1


def test_a_node_whose_preview_is_off_shows_nothing() -> None:
    session, screens = FakeSession(), FakeScreens()
    live = LiveView(TOPICS, session, screens, PreviewConfig(enabled=False))
    live.start()
    live.show(*seen())
    live.stop()
    assert (session.sent, screens.pictures) == ([], [])


def test_law_20_the_picture_of_a_face_camera_is_not_shown() -> None:
    session, screens = FakeSession(), FakeScreens()
    live = LiveView(TOPICS, session, screens, PreviewConfig(), lambda: {"cam"})
    live.start()
    live.show(*seen())
    live.stop()
    assert (session.sent, screens.pictures) == ([], [])


def test_health_tells_what_happened_since_the_last_message() -> None:
    clock = ManualClock(START + timedelta(seconds=3))
    health = Health(clock, lambda: {"outbox": 7.0})
    health.saw(*seen(2.5))
    health.saw(*seen(2.75))
    values = health.roll()
    assert values["delay_s.cam"] == 0.25
    assert (values["ms.detect"], values["p95_ms.detect"], values["outbox"]) == (10.0, 10.0, 7.0)
    assert (health.pace("cam").detected, health.pace("other").analysed) == (0.0, 0.0)
    assert values["fps.cam"] > 0
    assert "fps.cam" not in health.roll()
    assert resident_mb() > 10


def test_prometheus_serves_the_last_figures(free_port: int) -> None:
    health = Health(ManualClock(START), lambda: {"outbox": 7.0})
    health.roll()
    states = {"cam": CameraHealth(SourceState.LOST, failed=True)}
    end = serve_metrics(health, lambda: states, free_port)
    text = urllib.request.urlopen(f"http://127.0.0.1:{free_port}/metrics").read().decode()
    end()
    assert 'yuhang_node{name="outbox"} 7.0' in text
    assert 'yuhang_camera_state{camera="cam",state="failed"} 1.0' in text
