"""The RTSP camera against PyAV, where the system's Python has GStreamer's RTSP server."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

SYSTEM_PYTHON = Path("/usr/bin/python3")
SCRIPT = Path(__file__).parents[3] / "simulators" / "rtsp_server.py"
PROBE = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module", autouse=True)
def _gstreamer() -> None:
    if not SYSTEM_PYTHON.exists() or subprocess.run([SYSTEM_PYTHON, "-c", PROBE], capture_output=True, check=False).returncode:
        pytest.skip("the system's Python has no GStreamer RTSP server (gir1.2-gst-rtsp-server-1.0, python3-gi)")


def clip(path: Path, encoder: str) -> Path:
    """Two seconds of a bar that moves."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(encoder, rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        stream.options = {"preset": "ultrafast", "x265-params": "log-level=none"}
        for index in range(20):
            picture = np.zeros((120, 160, 3), np.uint8)
            picture[:, index * 8 : index * 8 + 8] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())
    return path


@contextmanager
def rtsp(video: Path, *arguments: str) -> Iterator[str]:
    """The address of a running camera."""
    command = [str(SYSTEM_PYTHON), str(SCRIPT), str(video), "--port", "0", "--name", "street", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


@pytest.mark.parametrize(("codec", "encoder"), [("h264", "libx264"), ("h265", "libx265")])
def test_both_codecs_arrive(tmp_path: Path, codec: str, encoder: str) -> None:
    video = clip(tmp_path / "clip.mp4", encoder)

    with rtsp(video, "--codec", codec) as url, av.open(url, options={"rtsp_transport": "tcp"}, timeout=10) as container:
        name = container.streams.video[0].codec_context.name
        frames = [frame.to_ndarray(format="gray") for frame, _ in zip(container.decode(video=0), range(10), strict=False)]

    assert name in {codec, "hevc" if codec == "h265" else codec}
    assert len(frames) == 10
    assert all(frame.shape == (120, 160) and frame.max() > 200 for frame in frames)


def test_only_who_knows_the_login_sees_it(tmp_path: Path) -> None:
    video = clip(tmp_path / "clip.mp4", "libx264")

    with rtsp(video, "--user", "viewer", "--password", "secret-1") as url:
        with pytest.raises(av.HTTPUnauthorizedError):
            av.open(url, options={"rtsp_transport": "tcp"}, timeout=10)
        with av.open(url.replace("://", "://viewer:secret-1@"), options={"rtsp_transport": "tcp"}, timeout=10) as container:
            assert next(container.decode(video=0)).width == 160
