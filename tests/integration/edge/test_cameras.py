"""Decoder processes against real streams: HTTP and RTSP, stalls, kills, wrong passwords; and nothing is left behind."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from itertools import pairwise
from multiprocessing import Pipe
from pathlib import Path

import av
import pytest

from benchmarks.streams import HttpCamera, render_clip, scene, serve, to_jpegs
from edge.frames import Frame, Moments, SourceChange, SourceState
from edge.sources import group as group_module
from edge.sources.group import CameraGroup
from edge.sources.protocol import CameraPlan, Changed, Picture
from edge.sources.state import RestartBudget
from yuhang.clock import ManualClock, ScaledClock, SystemClock
from yuhang.errors import YuhangError
from yuhang.messages import FrameClock, TimeSource

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[3]
SYSTEM_PYTHON = Path("/usr/bin/python3")
QUICK = {"reconnect_min_s": 0.2, "reconnect_max_s": 0.5, "read_timeout_s": 2, "connect_timeout_s": 5}

Item = Frame | SourceChange | Moments


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", width=320, height=180, seconds=4.0, gop_s=1.0)


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render_clip(tmp_path_factory.mktemp("clips") / "long.mp4", width=320, height=180, seconds=30.0, gop_s=1.0)


@pytest.fixture(scope="module")
def hevc_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render_clip(
        tmp_path_factory.mktemp("clips") / "hevc.mp4", codec="libx265", width=320, height=180, seconds=30.0, gop_s=1.0
    )


def names(folder: str) -> set[str]:
    return {path.name for path in Path(folder).iterdir()}


def mapped_pictures() -> int:
    """Maps of the memory that pictures come through; it has no name, so it lives as long as somebody maps it."""
    return Path("/proc/self/maps").read_text(encoding="utf-8").count("yuhang-pictures")


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """No child process, no zombie, no descriptor and no memory of pictures outlives a test."""
    descriptors, maps = names("/proc/self/fd"), mapped_pictures()
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert len(names("/proc/self/fd")) <= len(descriptors)
    assert mapped_pictures() <= maps


def plan(camera: str, fps: float = 5, **source: object) -> CameraPlan:
    return CameraPlan.model_validate({"camera": camera, "source": {**QUICK, **source}, "analysis_fps": fps})


def until(group: CameraGroup, enough: Callable[[list[Item]], bool], timeout_s: float = 25.0) -> list[Item]:
    """Read until `enough` is true of everything read."""
    items: list[Item] = []
    end_s = time.monotonic() + timeout_s
    while not enough(items):
        assert time.monotonic() < end_s, [item.camera if isinstance(item, Frame) else item for item in items][-30:]
        item = group.read(0.2)
        if item is not None:
            items.append(item)
    return items


def frames(items: list[Item], camera: str | None = None) -> list[Frame]:
    return [item for item in items if isinstance(item, Frame) and camera in {None, item.camera}]


def states(items: list[Item], camera: str | None = None) -> list[SourceState]:
    return [item.state for item in items if isinstance(item, SourceChange) and camera in {None, item.camera}]


def in_order(items: list[Frame]) -> bool:
    times = [frame.time for frame in items]
    return times == sorted(set(times))


# --- HTTP -------------------------------------------------------------------------------------------------------------


def test_mpegts_over_http(clip: Path) -> None:
    with (
        serve(HttpCamera(clip)) as address,
        closing(CameraGroup([plan("cam", kind="http", url=f"{address}/stream.ts")], SystemClock())) as group,
    ):
        items = until(group, lambda items: len(frames(items)) >= 30)
        seen = frames(items)
        cut = group.clip("cam", seen[20].time, seen[25].time)
        age_s = (SystemClock().now() - seen[-1].time).total_seconds()
    assert states(items) == [SourceState.CONNECTING, SourceState.LIVE]
    assert in_order(seen)
    assert seen[0].image.shape == (180, 320)
    assert (seen[-1].time - seen[-11].time).total_seconds() == pytest.approx(2.0, abs=0.15)
    assert seen[-1].clock.source is TimeSource.ARRIVAL
    assert seen[-1].clock.error_s < 0.5
    assert -0.01 < age_s < 2.0
    assert cut is not None
    assert cut.start <= seen[20].time
    with av.open(io.BytesIO(cut.content)) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 25


def test_motion_jpeg_over_http(clip: Path) -> None:
    """It carries no time stamps at all; times and rate come from the arrivals."""
    camera = HttpCamera(clip, jpegs=to_jpegs(scene(160, 96, 20, moving=True)), fps=10.0)
    with (
        serve(camera) as address,
        closing(
            CameraGroup([plan("cam", 5, kind="http", url=f"{address}/stream.mjpg", format="mpjpeg")], SystemClock())
        ) as group,
    ):
        seen = frames(until(group, lambda items: len(frames(items)) >= 20))
        cut = group.clip("cam", seen[10].time, seen[15].time)
    assert in_order(seen)
    assert (seen[-1].time - seen[-11].time).total_seconds() == pytest.approx(2.0, abs=0.4)
    assert cut is not None
    with av.open(io.BytesIO(cut.content)) as container:
        assert container.streams.video[0].codec_context.name == "mjpeg"


def test_scene_time_that_runs_faster(clip: Path) -> None:
    """The demo: both the camera's time stamps and the node's clock run eight times as fast."""
    clock = ScaledClock.starting_now(8.0)
    with (
        serve(HttpCamera(clip, speed=8.0)) as address,
        closing(CameraGroup([plan("cam", 5, kind="http", url=f"{address}/stream.ts")], clock)) as group,
    ):
        begun_s = time.monotonic()
        seen = frames(until(group, lambda items: len(frames(items)) >= 120))
        took_s = time.monotonic() - begun_s
    assert in_order(seen)
    assert (seen[-1].time - seen[20].time).total_seconds() == pytest.approx(99 / 5, abs=1.0)
    assert took_s < 15
    assert abs((clock.now() - seen[-1].time).total_seconds()) < 8


def test_a_camera_that_stalls_is_lost_and_comes_back(clip: Path) -> None:
    camera = HttpCamera(clip)
    with (
        serve(camera) as address,
        closing(CameraGroup([plan("cam", kind="http", url=f"{address}/stream.ts")], SystemClock())) as group,
    ):
        items = until(group, lambda items: len(frames(items)) >= 5)
        camera.stalled.set()
        begun_s = time.monotonic()
        items += until(group, lambda items: SourceState.LOST in states(items))
        assert 1.0 < time.monotonic() - begun_s < 8.0
        camera.stalled.clear()
        items += until(group, lambda items: len(frames(items)) >= 5)
    assert in_order(frames(items))


def test_a_camera_that_is_switched_off_and_on(clip: Path, free_port: int) -> None:
    with closing(CameraGroup([plan("cam", kind="http", url=f"http://127.0.0.1:{free_port}/stream.ts")], SystemClock())) as group:
        items = until(group, lambda items: states(items).count(SourceState.LOST) >= 2)
        for _ in range(2):
            with serve(HttpCamera(clip), free_port):
                items += until(group, lambda items: len(frames(items)) >= 5)
            items += until(group, lambda items: SourceState.LOST in states(items))
    assert in_order(frames(items))


def test_a_camera_that_restarts_its_time_stamps(clip: Path) -> None:
    camera = HttpCamera(clip, jump_s=5000.0)
    with (
        serve(camera) as address,
        closing(CameraGroup([plan("cam", kind="http", url=f"{address}/stream.ts")], SystemClock())) as group,
    ):
        items = until(group, lambda items: len(frames(items)) >= 10)
        camera.jump_s = 0.0
        items += until(group, lambda items: len(frames(items)) >= 10)
    details = [item.detail for item in items if isinstance(item, SourceChange)]
    seen = frames(items)
    assert any("time stamps" in detail for detail in details)
    assert in_order(seen)
    assert (seen[-1].time - seen[0].time).total_seconds() < 12


@pytest.mark.parametrize("right", [True, False])
def test_a_password(clip: Path, right: bool) -> None:
    camera = HttpCamera(clip, authorization="Basic YWRtaW46Z2VoZWlt")
    word = "geheim" if right else "falsch"
    with (
        serve(camera) as address,
        closing(
            CameraGroup([plan("cam", kind="http", url=f"{address}/stream.ts", username="admin", password=word)], SystemClock())
        ) as group,
    ):
        if right:
            until(group, lambda items: len(frames(items)) >= 3)
            return
        items = until(group, lambda items: states(items).count(SourceState.LOST) >= 2)
        shown = str([item for item in items if isinstance(item, SourceChange)])
    assert "unauthorized" in shown
    assert "falsch" not in shown


# --- processes --------------------------------------------------------------------------------------------------------


def test_a_killed_decoder_process_is_started_again_and_the_others_go_on(clip: Path) -> None:
    cameras = [plan(name, kind="file", path=clip, loop=True) for name in ("a", "b", "c")]
    with closing(CameraGroup(cameras, SystemClock(), cameras_a_process=2)) as group:
        until(group, lambda items: all(len(frames(items, name)) >= 3 for name in "abc"))
        victim = next(worker for worker in group._workers if "a" in worker.states)
        other = next(worker for worker in group._workers if "c" in worker.states)
        begun_s = time.monotonic()
        os.kill(victim.process.pid, signal.SIGKILL)
        items = until(group, lambda items: SourceState.LOST in states(items, "a") and SourceState.LOST in states(items, "b"))
        assert time.monotonic() - begun_s < 1.0, "a death is noticed at once"
        items += until(group, lambda items: all(len(frames(items, name)) >= 3 for name in "abc"))
        assert other.process.poll() is None
        assert states(items, "c") == []
        assert group.restarts == 1
        for name in "abc":
            assert in_order(frames(items, name))


def test_cameras_whose_process_dies_twice_are_kept_apart(clip: Path) -> None:
    cameras = [plan(name, kind="file", path=clip, loop=True) for name in ("a", "b")]
    with closing(CameraGroup(cameras, SystemClock())) as group:
        for _ in range(2):
            until(group, lambda items: all(len(frames(items, name)) >= 1 for name in "ab"))
            group._workers[0].process.kill()
            until(group, lambda items: SourceState.LOST in states(items, "a"))
        until(group, lambda items: all(len(frames(items, name)) >= 1 for name in "ab"))
        assert sorted(tuple(worker.states) for worker in group._workers) == [("a",), ("b",)]


def test_a_camera_whose_process_dies_too_often_has_failed_until_it_lives_again(clip: Path) -> None:
    budget = partial(RestartBudget, most=1, slow_s=2.0)
    with closing(CameraGroup([plan("a", kind="file", path=clip, loop=True)], SystemClock(), budget=budget)) as group:
        for word in ("lost", "failed"):
            until(group, lambda items: len(frames(items)) >= 1)
            group._workers[0].process.kill()
            until(group, lambda items: SourceState.LOST in states(items, "a"))
            assert group.healths()["a"].word == word
        killed_s = time.monotonic()
        until(group, lambda items: len(frames(items)) >= 1)
        assert time.monotonic() - killed_s >= 2.0, "it is tried again slowly"
        assert (group.healths()["a"].word, group.healths()["a"].restarts) == ("live", 2)


def test_a_camera_is_read_anew_in_a_process_of_its_own_when_somebody_asks(clip: Path) -> None:
    cameras = [plan(name, kind="file", path=clip, loop=True) for name in ("a", "b")]
    with closing(CameraGroup(cameras, SystemClock())) as group:
        until(group, lambda items: all(len(frames(items, name)) >= 1 for name in "ab"))
        group.restart("a", "somebody asked", plan("a", 7, kind="file", path=clip, loop=True))
        items = until(group, lambda items: all(len(frames(items, name)) >= 3 for name in "ab"))
        assert sorted(tuple(worker.states) for worker in group._workers) == [("a",), ("b",)]
        assert {one.analysis_fps for worker in group._workers for one in worker.cameras if one.camera == "a"} == {7}
        assert "somebody asked" in [item.detail for item in items if isinstance(item, SourceChange)]
        assert all(in_order(frames(items, name)) for name in "ab")
        assert group.restarts == 0, "nothing has died"


def test_a_slow_reader_gets_new_pictures_not_old_ones(clip: Path) -> None:
    with (
        serve(HttpCamera(clip)) as address,
        closing(CameraGroup([plan("cam", 25, kind="http", url=f"{address}/stream.ts")], SystemClock())) as group,
    ):
        until(group, lambda items: len(frames(items)) >= 3)
        time.sleep(3.0)
        stale = frames(until(group, lambda items: len(frames(items)) >= 4))
        jump = max(later.index - earlier.index for earlier, later in pairwise(stale))
        age_s = (SystemClock().now() - stale[-1].time).total_seconds()
    assert jump > 30
    assert age_s < 1.0


CLOCK = FrameClock(source=TimeSource.ARRIVAL, error_s=0.0)
NONSENSE = {
    "a slot that it does not have": Picture(
        camera="a", index=1, time=SystemClock().now(), clock=CLOCK, slot=7, width=320, height=180
    ).model_dump_json(),
    "a picture larger than its slot": Picture(
        camera="a", index=1, time=SystemClock().now(), clock=CLOCK, slot=0, width=60_000, height=60_000
    ).model_dump_json(),
    "a camera of another process": Changed(camera="b", state=SourceState.ENDED, time=SystemClock().now()).model_dump_json(),
    "no JSON": "\x00\x01\x02",
    "an order": '{"type": "setup"}',
}


@pytest.mark.parametrize("what", NONSENSE)
def test_a_process_that_talks_nonsense_is_ended(clip: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    with closing(CameraGroup([plan("a", kind="file", path=clip, loop=True)], SystemClock())) as group:
        until(group, lambda items: len(frames(items)) >= 1)
        victim = group._workers[0].process
        here, there = Pipe()
        with here, there:
            there.send_bytes(NONSENSE[what].encode())
            spoken = group_module.receive_report
            monkeypatch.setattr(group_module, "receive_report", lambda _line: spoken(here))
            group._ready.clear()
            change = group.read(2.0)
            monkeypatch.setattr(group_module, "receive_report", spoken)
        assert victim.poll() is not None
        assert isinstance(change, SourceChange)
        assert change.state is SourceState.LOST
        until(group, lambda items: len(frames(items)) >= 2)


def test_the_children_end_with_a_parent_that_is_killed(clip: Path, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys\n"
        "from edge.sources.group import CameraGroup\n"
        "from edge.sources.protocol import CameraPlan\n"
        "from yuhang.clock import SystemClock\n"
        "source = {'kind': 'file', 'path': sys.argv[1], 'loop': True}\n"
        "group = CameraGroup([CameraPlan.model_validate({'camera': 'a', 'source': source})], SystemClock())\n"
        "print(group._workers[0].process.pid, flush=True)\n"
        "while True:\n"
        "    group.read(0.5)\n"
    )
    with subprocess.Popen([sys.executable, str(script), str(clip)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(1.5)
        parent.kill()
    end_s = time.monotonic() + 5
    while Path(f"/proc/{child}/stat").exists() and " Z " not in Path(f"/proc/{child}/stat").read_text():
        assert time.monotonic() < end_s
        time.sleep(0.05)


def test_recordings_end_and_closing_is_quick(clip: Path) -> None:
    group = CameraGroup(
        [plan("a", 5, kind="file", path=clip, pace="asap"), plan("b", kind="rtsp", url="rtsp://127.0.0.1:9/x")], SystemClock()
    )
    until(group, lambda items: SourceState.ENDED in states(items, "a"))
    begun_s = time.monotonic()
    group.close()
    group.close()
    assert time.monotonic() - begun_s < 3


def test_a_clock_that_cannot_be_shared(clip: Path) -> None:
    with pytest.raises(YuhangError, match="ManualClock"):
        CameraGroup([plan("a", kind="file", path=clip)], ManualClock())


def test_no_clip_of_unknown_cameras_and_other_times(clip: Path) -> None:
    with closing(CameraGroup([plan("a", kind="file", path=clip, loop=True)], SystemClock())) as group:
        seen = frames(until(group, lambda items: len(frames(items)) >= 2))
        assert group.clip("x", seen[0].time, seen[1].time) is None
        long_ago = seen[0].time - timedelta(hours=1)
        assert group.clip("a", long_ago, long_ago + timedelta(seconds=5)) is None


def test_key_frames_alone_and_what_lies_between_them_for_who_asks(long_clip: Path) -> None:
    source = plan("a", kind="file", path=long_clip, decode="keyframes", loop=True)
    with closing(CameraGroup([source], SystemClock())) as group:
        first, second = frames(until(group, lambda items: len(frames(items)) >= 2))[:2]
        assert (second.time - first.time).total_seconds() == pytest.approx(1.0, abs=0.1)
        number = group.look_back("a", first.time, second.time, (0.25, 0.25, 0.75, 0.75))
        assert group.look_back("x", first.time, second.time, (0, 0, 1, 1)) is None
        items = until(group, lambda items: any(isinstance(item, Moments) for item in items))
        (moments,) = [item for item in items if isinstance(item, Moments)]
        assert (moments.camera, moments.number) == ("a", number)
        assert 8 <= len(moments.times) == len(moments.grey) <= 10
        assert all(first.time < time < second.time for time in moments.times)
        group.attend("a", 0.3)
        often = frames(until(group, lambda items: len(frames(items)) >= 12))[4:]
        assert max((later.time - earlier.time).total_seconds() for earlier, later in pairwise(often)) < 0.6
        assert in_order(often)


# --- RTSP -------------------------------------------------------------------------------------------------------------


class RtspServer:
    """The simulators' RTSP camera in a process of the system's Python."""

    def __init__(self, clip: Path, *, codec: str = "h264", port: int = 0, login: str = "") -> None:
        if not SYSTEM_PYTHON.exists():
            pytest.skip("no system Python for the GStreamer RTSP server")
        script = ROOT / "simulators" / "rtsp_server.py"
        arguments = [str(SYSTEM_PYTHON), str(script), str(clip), "--port", str(port), "--codec", codec]
        if login:
            arguments += ["--user", login.split(":", maxsplit=1)[0], "--password", login.split(":")[1]]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            self.close()
            pytest.skip("no GStreamer RTSP server here (gir1.2-gst-rtsp-server-1.0, python3-gi)")
        self.url = line.split()[1]

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_rtsp(long_clip: Path, hevc_clip: Path, codec: str, transport: str) -> None:
    with (
        closing(RtspServer(long_clip if codec == "h264" else hevc_clip, codec=codec)) as server,
        closing(CameraGroup([plan("cam", kind="rtsp", url=server.url, transport=transport)], SystemClock())) as group,
    ):
        items = until(
            group,
            lambda items: any(frame.clock.source is TimeSource.CAMERA for frame in frames(items)) and len(frames(items)) >= 30,
        )
        seen = frames(items)
        cut = group.clip("cam", seen[20].time, seen[25].time)
        age_s = (SystemClock().now() - seen[-1].time).total_seconds()
    assert states(items) == [SourceState.CONNECTING, SourceState.LIVE]
    assert in_order(seen)
    assert seen[-1].clock.source is TimeSource.CAMERA, "RTCP sender reports give the camera's own time"
    assert seen[-1].clock.error_s < 0.5
    assert -0.05 < age_s < 2.0
    assert (seen[-1].time - seen[-11].time).total_seconds() == pytest.approx(2.0, abs=0.15)
    assert cut is not None
    with av.open(io.BytesIO(cut.content)) as container:
        assert container.streams.video[0].codec_context.name == {"h264": "h264", "h265": "hevc"}[codec]
        assert sum(1 for _ in container.decode(video=0)) >= 25


def test_rtsp_camera_time_is_not_used_on_a_faster_clock(long_clip: Path) -> None:
    with (
        closing(RtspServer(long_clip)) as server,
        closing(CameraGroup([plan("cam", kind="rtsp", url=server.url)], ScaledClock.starting_now(2.0))) as group,
    ):
        seen = frames(until(group, lambda items: len(frames(items)) >= 20))
    assert {frame.clock.source for frame in seen} == {TimeSource.ARRIVAL}


def test_rtsp_server_killed_and_started_again(long_clip: Path, free_port: int) -> None:
    server = RtspServer(long_clip, port=free_port)
    with closing(CameraGroup([plan("cam", kind="rtsp", url=server.url)], SystemClock())) as group:
        items = until(group, lambda items: len(frames(items)) >= 5)
        server.close()
        items += until(group, lambda items: SourceState.LOST in states(items))
        with closing(RtspServer(long_clip, port=free_port)):
            items += until(group, lambda items: len(frames(items)) >= 10)
    assert in_order(frames(items))


def test_rtsp_server_that_hangs_is_a_stall(long_clip: Path) -> None:
    with (
        closing(RtspServer(long_clip)) as server,
        closing(CameraGroup([plan("cam", kind="rtsp", url=server.url)], SystemClock())) as group,
    ):
        until(group, lambda items: len(frames(items)) >= 5)
        server.process.send_signal(signal.SIGSTOP)
        begun_s = time.monotonic()
        until(group, lambda items: SourceState.LOST in states(items))
        assert time.monotonic() - begun_s < 8
        server.process.send_signal(signal.SIGCONT)
        until(group, lambda items: len(frames(items)) >= 5)


@pytest.mark.parametrize(("login", "right"), [("admin:geheim", True), ("admin:falsch", False), ("", False)])
def test_rtsp_password(long_clip: Path, login: str, right: bool) -> None:
    credentials = {"username": login.split(":", maxsplit=1)[0], "password": login.split(":")[1]} if login else {}
    with (
        closing(RtspServer(long_clip, login="admin:geheim")) as server,
        closing(CameraGroup([plan("cam", kind="rtsp", url=server.url, **credentials)], SystemClock())) as group,
    ):
        if right:
            until(group, lambda items: len(frames(items)) >= 3)
            return
        items = until(group, lambda items: states(items).count(SourceState.LOST) >= 2)
        shown = str([item for item in items if isinstance(item, SourceChange)])
    assert "unauthorized" in shown
    assert "falsch" not in shown
