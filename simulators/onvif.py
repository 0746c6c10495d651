"""Simulated ONVIF cameras: they answer WS-Discovery probes and hand out their streams' addresses, to whom they know."""

import base64
import hashlib
import hmac
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_TOKEN_LIVES = timedelta(seconds=10)


@dataclass(slots=True)
class OnvifCamera:
    """One camera; without a user everybody is answered. `ahead` is how far its clock is ahead of the world's."""

    name: str = "Gate camera"
    hardware: str = "SIM-2000"
    user: str = ""
    password: str = ""
    ahead: timedelta = timedelta(0)
    profiles: tuple[tuple[str, str, int, int], ...] = (("sub", "H264", 640, 360), ("main", "H265", 2560, 1440))
    stream: str = "rtsp://{host}:554/{token}"
    media_host: str = ""  # another host for the media service, as a hostile camera might name
    nonces: set[bytes] = field(default_factory=set)

    def admits(self, content: bytes) -> bool:
        """Whether the request carries a fresh proof of the password."""
        if not self.user:
            return True
        root = ET.fromstring(content)  # noqa: S314  our own tests talk to it
        told = {name: root.findtext(f".//{{*}}{name}", "") for name in ("Username", "Password", "Nonce", "Created")}
        nonce = base64.b64decode(told["Nonce"])
        digest = hashlib.sha1(nonce + told["Created"].encode() + self.password.encode(), usedforsecurity=False).digest()
        if nonce in self.nonces or not told["Created"]:
            return False
        self.nonces.add(nonce)
        age = abs(datetime.now(UTC) + self.ahead - datetime.fromisoformat(told["Created"]))
        return (
            age <= _TOKEN_LIVES
            and told["Username"] == self.user
            and hmac.compare_digest(base64.b64encode(digest).decode(), told["Password"])
        )

    def answer(self, content: bytes, host: str, port: int) -> tuple[int, str]:
        """HTTP status and body for a request."""
        if b"GetSystemDateAndTime" in content:
            return 200, _envelope(_time(datetime.now(UTC) + self.ahead))
        if not self.admits(content):
            return 400, _envelope("<s:Fault><s:Reason><s:Text>Sender not authorized</s:Text></s:Reason></s:Fault>")
        if b"GetCapabilities" in content:
            address = f"http://{self.media_host or host}:{port}/onvif/media"
            return 200, _envelope(f"<r><Capabilities><Media><XAddr>{address}</XAddr></Media></Capabilities></r>")
        if b"GetProfiles" in content:
            return 200, _envelope("".join(_profile(*profile) for profile in self.profiles))
        token = next(token for token, *_ in self.profiles if token.encode() in content)
        return 200, _envelope(f"<MediaUri><Uri>{escape(self.stream.format(host=host, token=token))}</Uri></MediaUri>")


@dataclass(frozen=True, slots=True)
class RunningCamera:
    """A camera that answers: probes by UDP at `probe`, requests at `host`:`port`."""

    camera: OnvifCamera
    probe: tuple[str, int]
    host: str
    port: int


@contextmanager
def running(
    camera: OnvifCamera, host: str = "127.0.0.1", answer: Callable[[str], bytes] | None = None
) -> Iterator[RunningCamera]:
    """Serve a camera on free ports; `answer` replaces what it says to a probe (from its device service's address)."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            status, body = camera.answer(content, host, server.server_port)
            self.send_response(status)
            self.send_header("Content-Type", "application/soap+xml")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the base class calls it
            """Say nothing."""

    server = ThreadingHTTPServer((host, 0), Handler)
    service = f"http://{host}:{server.server_port}/onvif/device_service"
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind((host, 0))
    say = answer or (lambda address: _probe_match(camera, address))

    def listen() -> None:
        while True:
            content, sender = line.recvfrom(65_535)
            if not content:
                return
            if b"NetworkVideoTransmitter" in content:
                line.sendto(say(service), sender)

    threads = [threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}), threading.Thread(target=listen)]
    for thread in threads:
        thread.start()
    try:
        yield RunningCamera(camera, line.getsockname(), host, server.server_port)
    finally:
        server.shutdown()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as goodbye:
            goodbye.sendto(b"", line.getsockname())
        for thread in threads:
            thread.join()
        server.server_close()
        line.close()


def _envelope(body: str) -> str:
    return f'<s:Envelope xmlns:s="{_SOAP}"><s:Body>{body}</s:Body></s:Envelope>'


def _probe_match(camera: OnvifCamera, service: str) -> bytes:
    scopes = f"onvif://www.onvif.org/name/{camera.name.replace(' ', '%20')} onvif://www.onvif.org/hardware/{camera.hardware}"
    match = f"<ProbeMatch><Scopes>{scopes}</Scopes><XAddrs>{service}</XAddrs></ProbeMatch>"
    return _envelope(f"<ProbeMatches>{match}</ProbeMatches>").encode()


def _profile(token: str, encoding: str, width: int, height: int) -> str:
    size = f"<Resolution><Width>{width}</Width><Height>{height}</Height></Resolution>"
    return (
        f'<Profiles token="{token}"><Name>{token}</Name><VideoEncoderConfiguration><Encoding>{encoding}</Encoding>{size}'
        "</VideoEncoderConfiguration></Profiles>"
    )


def _time(now: datetime) -> str:
    clock = f"<Time><Hour>{now.hour}</Hour><Minute>{now.minute}</Minute><Second>{now.second}</Second></Time>"
    date = f"<Date><Year>{now.year}</Year><Month>{now.month}</Month><Day>{now.day}</Day></Date>"
    return f"<UTCDateTime>{clock}{date}</UTCDateTime>"
