"""A camera for benchmarks and tests: a short clip sent over HTTP again and again, at its own pace, its time stamps going on."""

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

BOUNDARY = "frame"
_CLOCK = Fraction(1, 90_000)
_AT_ONCE = {"flush_packets": "1"}


@dataclass(frozen=True, slots=True)
class ClipPacket:
    """One compressed picture; `at_s` is its time stamp from the clip's beginning, seconds."""

    content: bytes
    at_s: float
    is_keyframe: bool


@dataclass(slots=True)
class HttpCamera:
    """Serves `clip` (H.264 or H.265) as MPEG-TS at /stream.ts, and as motion JPEG at /stream.mjpg if `jpegs` are given.

    `speed` is stream seconds a real second. `stalled` stops the flow without closing; `jump_s` is added to time stamps.
    """

    clip: Path
    speed: float = 1.0
    jpegs: tuple[bytes, ...] = ()
    fps: float = 25.0
    authorization: str | None = None
    stalled: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    jump_s: float = 0.0
    requests: int = 0

    def send_ts(self, out: BufferedIOBase) -> None:
        """Mux the clip for ever into `out`; when `jump_s` changes, the time stamps begin anew within the same stream."""
        with av.open(str(self.clip)) as container:
            packets = read_packets(container)
            length_s = packets[-1].at_s + (packets[1].at_s - packets[0].at_s)
            flow = self._paced(packets, length_s)
            with contextlib.suppress(av.FFmpegError):
                while not self.closing.is_set():
                    self._mux(container.streams.video[0], flow, out)

    def _mux(self, template: VideoStream, flow: Iterator[tuple[float, ClipPacket]], out: BufferedIOBase) -> None:
        jump_s = self.jump_s
        with av.open(out, "w", format="mpegts", options=_AT_ONCE) as output:
            stream = output.add_stream_from_template(template)
            for at_s, held in flow:
                packet = av.Packet(held.content)
                packet.time_base = _CLOCK
                packet.pts = packet.dts = round((at_s + jump_s) / _CLOCK)
                packet.is_keyframe = held.is_keyframe
                packet.stream = stream
                output.mux(packet)
                if self.jump_s != jump_s:
                    return

    def send_jpegs(self, out: BufferedIOBase) -> None:
        """Send the pictures for ever into `out`."""
        packets = [ClipPacket(content, number / self.fps, is_keyframe=True) for number, content in enumerate(self.jpegs)]
        for _, held in self._paced(packets, len(packets) / self.fps):
            head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(held.content)}\r\n\r\n"
            out.write(head.encode() + held.content + b"\r\n")

    def _paced(self, packets: list[ClipPacket], length_s: float) -> Iterator[tuple[float, ClipPacket]]:
        begun_s = time.monotonic()
        loop = 0
        while True:
            for packet in packets:
                at_s = loop * length_s + packet.at_s
                while self.stalled.is_set() and not self.closing.is_set():
                    time.sleep(0.02)
                if self.closing.wait(max(0.0, begun_s + at_s / self.speed - time.monotonic())):
                    return
                yield at_s, packet
            loop += 1


@contextmanager
def serve(camera: HttpCamera, port: int = 0) -> Iterator[str]:
    """Serve on loopback; gives the address without path."""

    class Handler(BaseHTTPRequestHandler):
        """One client."""

        def do_GET(self) -> None:
            camera.requests += 1
            if camera.authorization is not None and self.headers.get("Authorization") != camera.authorization:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                self.end_headers()
                return
            is_jpeg = self.path.startswith("/stream.mjpg")
            self.send_response(200)
            self.send_header("Content-Type", f"multipart/x-mixed-replace;boundary={BOUNDARY}" if is_jpeg else "video/mp2t")
            self.end_headers()
            with contextlib.suppress(OSError):
                (camera.send_jpegs if is_jpeg else camera.send_ts)(self.wfile)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the base class's
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        """Threads end with the server; a client that hangs up is no error."""

        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing."""

    server = Server(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        camera.closing.set()
        server.shutdown()
        server.server_close()


def read_packets(container: "av.container.InputContainer") -> list[ClipPacket]:
    """All video packets of a clip without pictures out of order."""
    packets = [
        ClipPacket(bytes(packet), float(packet.dts * packet.time_base), packet.is_keyframe)
        for packet in container.demux(container.streams.video[0])
        if packet.size and packet.dts is not None and packet.time_base is not None
    ]
    return [replace(packet, at_s=packet.at_s - packets[0].at_s) for packet in packets]


def render_clip(
    path: Path,
    *,
    codec: str = "libx264",
    width: int = 640,
    height: int = 360,
    fps: int = 25,
    seconds: float = 4.0,
    gop_s: float = 1.0,
    moving: bool = True,
) -> Path:
    """Encode a scene of grey blocks with sensor noise, and a red bar that crosses it if `moving`."""
    options = {"preset": "veryfast"}
    if codec == "libx265":
        options["x265-params"] = "log-level=none:bframes=0:pools=1"
    with av.open(str(path), "w") as output:
        stream = cast("VideoStream", output.add_stream(codec, rate=fps, options=options))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size = round(gop_s * fps)
        stream.codec_context.max_b_frames = 0
        for image in scene(width, height, round(seconds * fps), moving=moving):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        output.mux(stream.encode(None))
    return path


def scene(width: int, height: int, frames: int, *, moving: bool) -> Iterator[NDArray[np.uint8]]:
    """Pictures of the scene: height x width x 3, uint8, BGR."""
    generator = np.random.default_rng(7)
    blocks = generator.integers(60, 200, (height // 20 + 1, width // 20 + 1, 3))
    still = np.kron(blocks, np.ones((20, 20, 1)))[:height, :width].astype(np.int16)
    noises = [generator.integers(-2, 3, still.shape, dtype=np.int16) for _ in range(4)]
    for number in range(frames):
        image = np.clip(still + noises[number % 4], 0, 255).astype(np.uint8)
        if moving:
            left = (number * 6) % (width - width // 8)
            image[height // 3 : height // 2, left : left + width // 8] = (20, 20, 220)
        yield image


def to_jpegs(images: Iterator[NDArray[np.uint8]]) -> tuple[bytes, ...]:
    """Each picture (height x width x 3, BGR) as a JPEG."""
    return tuple(cv2.imencode(".jpg", image)[1].tobytes() for image in images)
