"""What central asks of a node: done once, answered twice, refused in words, and nothing that holds up a frame."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from edge.faces.consent import Withdrawal
from edge.frames import Clip
from edge.node.commands import Commands
from edge.node.errands import ErrandBoy, Helpers
from edge.sources.errors import SourceError
from edge.watch import ReobserveAnswer
from tests.unit.edge.node.conftest import START
from tests.unit.edge.node.test_commands_and_views import IDS, TOPICS, FakeSession, seen
from yuhang.clock import ManualClock
from yuhang.errors import ConfigError
from yuhang.messages import (
    Command,
    CutClip,
    Finding,
    Reload,
    Reply,
    RestartCamera,
    SelfTest,
    TakeSnapshot,
    WithdrawFace,
)

LATER = START + timedelta(minutes=2)


@dataclass
class FakeCameras:
    held: bool = True
    restarted: list[str] = field(default_factory=list)

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip | None:
        return Clip(b"packets", "video/mp4", start, end) if self.held else None

    def restart(self, camera: str, why: str) -> None:
        if camera == "dead":
            raise SourceError("it cannot be started")
        self.restarted.append(camera)


@dataclass
class FakeResults:
    takes: bool = True
    brought: dict[str, bytes] = field(default_factory=dict)

    def put_result(self, command: str, content: bytes, media_type: str) -> bool:
        if self.takes:
            self.brought[command] = content
        return self.takes


@dataclass
class Node:
    """Commands and errands of a node with the cameras `cam` and `dead`."""

    cameras: FakeCameras = field(default_factory=FakeCameras)
    results: FakeResults = field(default_factory=FakeResults)
    session: FakeSession = field(default_factory=FakeSession)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    problem: str = ""

    def __post_init__(self) -> None:
        self.helpers = Helpers(
            frozenset({"cam", "dead"}),
            self.cameras,
            self.results,
            self.clock,
            self.reload,
            lambda: (Finding(part="disk", ok=True, detail="9 MiB free"),),
        )
        self.errands = ErrandBoy(self.helpers)
        unknown = ReobserveAnswer.UNKNOWN_TRACK
        self.commands = Commands(TOPICS, self.session, self.clock, lambda _: unknown, self.errands, verdict=lambda _: False)
        self.errands.on_done(self.commands.finish)

    def reload(self) -> str:
        if self.problem:
            raise ConfigError(self.problem)
        return "nothing has changed"

    def send(self, name: str, command: Command) -> None:
        self.commands.receive(TOPICS.command(name), command.model_dump_json().encode())

    def replies(self, wanted: int) -> list[Reply]:
        end_s = time.monotonic() + 20
        while len(self.session.replies()) < wanted:
            assert time.monotonic() < end_s
            time.sleep(0.01)
        return self.session.replies()


@pytest.fixture
def node() -> Iterator[Node]:
    node = Node()
    node.errands.start()
    yield node
    node.errands.stop()


def snapshot(camera: str = "cam") -> TakeSnapshot:
    return TakeSnapshot(id=IDS[0], expires_at=LATER, camera=camera)


def test_a_snapshot_is_the_next_picture_of_its_camera(node: Node) -> None:
    node.send("snapshot", snapshot())
    node.errands.step()
    node.errands.saw(*seen(1.5))
    accepted, done = node.replies(2)
    assert (accepted.status, accepted.file, done.status) == ("accepted", None, "done")
    assert done.file is not None
    assert done.file.captured_at == START + timedelta(seconds=1.5)
    assert len(node.results.brought[IDS[0]]) == done.file.size
    node.errands.saw(*seen(2))
    assert len(node.results.brought) == 1


def test_a_clip_holds_the_last_seconds(node: Node) -> None:
    node.send("clip", CutClip(id=IDS[0], expires_at=LATER, camera="cam", seconds=30))
    node.errands.step()
    _, done = node.replies(2)
    assert done.file is not None
    assert (done.file.media_type, done.file.captured_at) == ("video/mp4", START - timedelta(seconds=30))


def test_a_repeat_is_answered_with_what_came_of_it_and_not_done_again(node: Node) -> None:
    command = RestartCamera(id=IDS[0], expires_at=LATER, camera="cam")
    node.send("restart-camera", command)
    node.errands.step()
    node.send("restart-camera", command)
    node.errands.step()
    assert [reply.status for reply in node.replies(3)] == ["accepted", "done", "done"]
    assert node.cameras.restarted == ["cam"]


def test_self_test_and_reload_answer_in_words(node: Node) -> None:
    node.send("self-test", SelfTest(id=IDS[0], expires_at=LATER))
    node.send("reload", Reload(id=IDS[1], expires_at=LATER))
    node.errands.step()
    tested, reloaded = node.replies(4)[2:]
    assert tested.findings[0].part == "disk"
    assert reloaded.detail == "nothing has changed"
    node.problem = "node.yaml:3: cameras: must be given"
    node.send("reload", Reload(id=IDS[2], expires_at=LATER))
    node.errands.step()
    refused = node.replies(6)[5]
    assert (refused.status, refused.detail) == ("refused", node.problem)


@pytest.mark.parametrize(
    ("name", "command", "said"),
    [
        ("snapshot", snapshot("attic"), "this node has no camera attic; it has cam, dead"),
        ("clip", CutClip(id=IDS[0], expires_at=LATER, camera="cam", seconds=5), "nothing is held of camera cam"),
        ("restart-camera", RestartCamera(id=IDS[0], expires_at=LATER, camera="dead"), "it cannot be started"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(node: Node, name: str, command: Command, said: str) -> None:
    node.cameras.held = False
    node.send(name, command)
    node.errands.step()
    end_s = time.monotonic() + 5
    while (last := node.session.replies()[-1]).status != "refused":
        assert time.monotonic() < end_s
        time.sleep(0.01)
    assert said in last.detail


def test_what_the_node_comes_to_too_late_is_not_done(node: Node) -> None:
    node.send("restart-camera", RestartCamera(id=IDS[0], expires_at=LATER, camera="cam"))
    node.clock.current = LATER
    node.errands.step()
    assert node.replies(2)[1].status == "expired"
    assert node.cameras.restarted == []


def test_a_node_without_central_brings_nothing() -> None:
    node = Node()
    helpers = Helpers(frozenset({"cam"}), node.cameras, None, node.clock, node.reload, tuple)
    assert "central.url" in ErrandBoy(helpers).take(snapshot())


def test_more_commands_than_fit_are_refused_and_none_is_lost() -> None:
    node = Node()
    answers = [node.errands.take(SelfTest(id=IDS[0], expires_at=LATER)) for _ in range(40)]
    assert (answers.count(""), answers[-1]) == (32, "too many commands wait; ask again later")


def test_pictures_of_faces_stay_on_the_node(node: Node) -> None:
    helpers = replace(node.helpers, private=lambda: {"cam"})
    errands = ErrandBoy(helpers)
    assert "stay on the node" in errands.take(snapshot())
    assert "stay on the node" in errands.take(CutClip(id=IDS[0], expires_at=LATER, camera="cam", seconds=5))
    assert errands.take(snapshot("dead")) == ""


def test_law_19_a_gate_acknowledges_a_withdrawal_with_its_proof(node: Node) -> None:
    proof = Withdrawal(
        enrolment=IDS[1], template_sha256="a" * 64, withdrawn_at=START, files_left=0, key_id="k", signature="signed"
    )
    node.errands._helpers = replace(node.helpers, withdraw=lambda enrolment: proof if enrolment == IDS[1] else None)
    node.send("withdraw-face", WithdrawFace(id=IDS[0], expires_at=LATER, enrolment=IDS[1]))
    node.send("withdraw-face", WithdrawFace(id=IDS[2], expires_at=LATER, enrolment=IDS[2]))
    node.errands.step()
    *_, known, unknown = node.replies(4)
    assert (known.status, known.detail) == ("done", f"deleted {'a' * 64}, signed signed")
    assert (unknown.status, unknown.detail) == ("done", "there is no such enrolment here")
