"""Rendered videos as live cameras, paced by a clock: at `/NAME.ts` the file's own packets, at `/NAME.mjpg` JPEG pictures.

Scene second 0 is a given moment of the clock. Who connects late is sent the pictures since the last key frame at once and then
joins the live stream, as cameras do; who connects before the scene begins waits. After the scene's end its last, quiet group of
pictures is sent again and again. During an outage connections are cut and refused, and no picture of that time is ever sent.
"""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path

import av
import cv2

from simulators.errors import RenderedFolderError
from simulators.street.scene import Outage
from simulators.street.truth import Truth, load_truth
from yuhang.clock import Clock

TIME_BASE = Fraction(1, 90_000)
BOUNDARY = "picture"
JPEG_QUALITY = 88
STAMP_OFFSET_S = 10.0
"""Time stamps begin here, so that none is ever negative."""

CONTENT_TYPES = {".ts": "video/mp2t", ".mjpg": f"multipart/x-mixed-replace; boundary={BOUNDARY}"}


@dataclass(frozen=True, slots=True)
class Picture:
    """One encoded picture and its scene second."""

    content: bytes
    second: float
    is_key: bool


class Film:
    """A rendered video held in memory."""

    def __init__(self, folder: Path, truth: Truth) -> None:
        self.path = folder / truth.video
        self.duration_s = truth.duration_s
        self.outages = truth.outages
        self.frame_s = 1 / truth.fps
        try:
            with av.open(str(self.path)) as container:
                stream = container.streams.video[0]
                self.pictures = [
                    Picture(bytes(packet), float(packet.pts * packet.time_base), packet.is_keyframe)
                    for packet in container.demux(stream)
                    if packet.pts is not None and packet.time_base is not None and packet.size
                ]
        except (OSError, av.FFmpegError) as error:
            raise RenderedFolderError(f"{self.path}: {error}") from error
        last_key = max(index for index, picture in enumerate(self.pictures) if picture.is_key)
        self._quiet = self.pictures[last_key:]

    def outage_at(self, second: float) -> Outage | None:
        """The outage that a scene second lies in."""
        return next((outage for outage in self.outages if 0 <= second - outage.start_s < outage.duration_s), None)

    def from_second(self, second: float) -> Iterator[Picture]:
        """The pictures that a client gets who connects now, for ever."""
        yield from self._after_end() if second >= self.duration_s else self._from_key(second)
        if second < self.duration_s:
            yield from self._after_end()

    def _from_key(self, second: float) -> Iterator[Picture]:
        earliest = max((o.start_s + o.duration_s for o in self.outages if o.start_s <= second), default=0.0)
        keys = [index for index, picture in enumerate(self.pictures) if picture.is_key and picture.second >= earliest]
        before = [index for index in keys if self.pictures[index].second <= second]
        start = before[-1] if before else keys[0] if keys else len(self.pictures)
        yield from self.pictures[start:]

    def _after_end(self) -> Iterator[Picture]:
        start = self._quiet[0].second
        length = self.duration_s - start
        turn = 1
        while True:
            for picture in self._quiet:
                yield Picture(picture.content, picture.second + turn * length, picture.is_key)
            turn += 1


class CameraServer:
    """All videos of a folder as cameras on one loopback port."""

    def __init__(self, folder: Path, port: int, clock: Clock, scene_start: datetime) -> None:
        truths = [load_truth(path) for path in sorted(folder.glob("*.truth.json"))]
        if not truths:
            raise RenderedFolderError(f"{folder}: no rendered scenes; `yuhang sim render SCENE.yaml --out {folder}` makes them")
        self._films = {truth.scene: Film(folder, truth) for truth in truths}
        self._clock = clock
        self._scene_start = scene_start
        self._stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def urls(self) -> list[str]:
        """Addresses of all cameras, MPEG-TS; `.mjpg` in place of `.ts` gives JPEG pictures."""
        return [f"http://127.0.0.1:{self._server.server_address[1]}/{name}.ts" for name in self._films]

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Cut all connections and free the port."""
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def second(self) -> float:
        """The scene second that it is now; negative before the scene."""
        return (self._clock.now() - self._scene_start).total_seconds()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = Path(self.path)
                film, form = server._films.get(path.stem), CONTENT_TYPES.get(path.suffix)
                if film is None or form is None or film.outage_at(server.second()) is not None:
                    self.send_error(404 if film is None or form is None else 503)
                    return
                self.send_response(200)
                self.send_header("Content-Type", form)
                self.end_headers()
                send = server._send_packets if path.suffix == ".ts" else server._send_jpegs
                with contextlib.suppress(OSError, av.FFmpegError):  # the client has hung up; the muxer says so in its own way
                    send(film, self.wfile)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                """Say nothing."""

        return Handler

    def _live(self, film: Film) -> Iterator[Picture]:
        """The pictures, each when its time has come, until an outage or the server's end."""
        for picture in film.from_second(self.second()):
            if self._clock.wait(self._stop, picture.second - self.second()) or film.outage_at(self.second()):
                return
            yield picture

    def _send_jpegs(self, film: Film, out: BufferedIOBase) -> None:
        with av.open(str(film.path)) as template:
            decoder = template.streams.video[0].codec_context
            decoder.thread_count = 1
            for picture in self._live(film):
                for frame in decoder.decode(av.Packet(picture.content)):
                    done, jpeg = cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
                    if done and picture.second >= self.second() - film.frame_s:
                        head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {jpeg.size}\r\n\r\n"
                        out.write(head.encode() + jpeg.tobytes() + b"\r\n")

    def _send_packets(self, film: Film, out: BufferedIOBase) -> None:
        with (
            av.open(str(film.path)) as template,
            av.open(out, "w", format="mpegts", options={"flush_packets": "1"}) as output,
        ):
            stream = output.add_stream_from_template(template.streams.video[0])
            for picture in self._live(film):
                packet = av.Packet(picture.content)
                packet.stream = stream
                packet.time_base = TIME_BASE
                packet.pts = packet.dts = round((picture.second + STAMP_OFFSET_S) / TIME_BASE)
                packet.is_keyframe = picture.is_key
                output.mux(packet)
