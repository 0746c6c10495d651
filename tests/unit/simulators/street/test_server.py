import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import av
import cv2
import numpy as np
import pytest

from simulators.errors import RenderedFolderError
from simulators.street.server import STAMP_OFFSET_S, CameraServer, Film
from simulators.street.truth import Truth
from yuhang.clock import ManualClock, ScaledClock

Rendered = tuple[Path, Truth]
SPEED = 16.0


def serve(folder: Path, second: float, speed: float = SPEED) -> CameraServer:
    """A server whose scene is now at this second."""
    clock = ScaledClock.starting_now(speed)
    server = CameraServer(folder, 0, clock, clock.now() - timedelta(seconds=second))
    server.start()
    return server


@pytest.fixture
def camera(rendered: Rendered) -> Iterator[CameraServer]:
    server = serve(rendered[0], 0.0)
    yield server
    server.stop()


def scene_seconds(url: str, count: int) -> list[float]:
    """Scene seconds of the first pictures that a client decodes."""
    seconds: list[float] = []
    with contextlib.suppress(av.OSError), av.open(url, format="mpegts", timeout=5.0) as container:  # cut in an outage
        for frame in container.decode(video=0):
            assert frame.time is not None
            seconds.append(round(frame.time - STAMP_OFFSET_S, 3))
            if len(seconds) == count:
                break
    return seconds


def test_a_client_gets_the_pictures_in_the_clocks_time(camera: CameraServer) -> None:
    begun = time.monotonic()

    seconds = scene_seconds(camera.urls[0], 17)

    assert seconds == [index / 2 for index in range(17)]
    assert time.monotonic() - begun >= 8.0 / SPEED - 0.2
    assert camera.second() >= 8.0


def test_who_comes_late_begins_at_the_last_key_frame(rendered: Rendered) -> None:
    server = serve(rendered[0], 21.0)

    seconds = scene_seconds(server.urls[0], 3)
    server.stop()

    assert seconds == [20.0, 20.5, 21.0]


def test_after_the_scene_the_last_street_goes_on(rendered: Rendered) -> None:
    server = serve(rendered[0], 23.0)

    seconds = scene_seconds(server.urls[0], 14)
    server.stop()

    assert seconds[0] == 20.0
    assert seconds[-1] > 24.0
    assert seconds == sorted(set(seconds))


def test_an_outage_cuts_and_refuses_and_its_pictures_are_never_sent(rendered: Rendered) -> None:
    server = serve(rendered[0], 10.5)
    seconds = scene_seconds(server.urls[0], 100)
    assert max(seconds) < 12.0

    with pytest.raises(HTTPError, match="503"):
        urlopen(server.urls[0], timeout=5)
    while server.second() < 16.2:
        time.sleep(0.02)
    later = scene_seconds(server.urls[0], 2)
    server.stop()

    assert min(later) >= 16.0


def test_the_same_camera_as_jpeg_pictures(camera: CameraServer) -> None:
    with urlopen(camera.urls[0].replace(".ts", ".mjpg"), timeout=5) as answer:
        assert answer.headers["Content-Type"].startswith("multipart/x-mixed-replace")
        assert answer.readline().startswith(b"--picture")
        headers = [answer.readline() for _ in range(3)]
        size = int(headers[1].split(b":")[1])
        picture = cv2.imdecode(np.frombuffer(answer.read(size), np.uint8), cv2.IMREAD_COLOR)

    assert picture is not None
    assert picture.shape == (180, 320, 3)


@pytest.mark.parametrize("form", [".ts", ".mjpg"])
def test_who_hangs_up_leaves_no_trace(camera: CameraServer, capfd: pytest.CaptureFixture[str], form: str) -> None:
    before = threading.active_count()
    with urlopen(camera.urls[0].replace(".ts", form), timeout=5) as answer:
        answer.read(500)
    until = time.monotonic() + 5.0
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.02)

    assert threading.active_count() <= before
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("path", ["nobody.ts", "little.avi", ""])
def test_what_is_no_camera_is_not_found(camera: CameraServer, path: str) -> None:
    with pytest.raises(HTTPError, match="404"):
        urlopen(camera.urls[0].rsplit("/", 1)[0] + "/" + path, timeout=5)


def test_a_folder_without_scenes_is_refused(tmp_path: Path) -> None:
    clock = ManualClock()

    with pytest.raises(RenderedFolderError, match="no rendered scenes"):
        CameraServer(tmp_path, 0, clock, clock.now())


def test_a_missing_video_is_refused(rendered: Rendered, tmp_path: Path) -> None:
    with pytest.raises(RenderedFolderError, match=r"little\.mp4"):
        Film(tmp_path, rendered[1])
