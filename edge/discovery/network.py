"""Asking the network which ONVIF cameras there are, and each of them for its streams."""

import secrets
import socket
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx

from edge.discovery.soap import (
    GET_CAPABILITIES,
    GET_PROFILES,
    GET_TIME,
    Answerer,
    OnvifError,
    Profile,
    get_stream,
    probe,
    read_answerers,
    read_fault,
    read_media_address,
    read_profiles,
    read_stream,
    read_time,
    request,
    username_token,
)

MULTICAST = ("239.255.255.250", 3702)
_REPEATS = 2  # datagrams get lost
_LARGEST = 65_535


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks the cameras; without a user they are asked as anybody."""

    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of a camera: its profile and RTSP address."""

    profile: Profile
    url: str


@dataclass(frozen=True, slots=True)
class FoundCamera:
    """A camera on the network, its largest stream first; `problem` says why there is none."""

    address: str
    name: str
    hardware: str
    streams: tuple[Stream, ...] = ()
    problem: str = ""


def find(
    credentials: Credentials, *, wait_s: float, target: tuple[str, int] = MULTICAST, interface: str = ""
) -> tuple[FoundCamera, ...]:
    """Every camera that answers within `wait_s` seconds, by address. `OnvifError` if nothing can be sent."""
    found = _ask_around(wait_s, target, interface)
    return tuple(describe(address, credentials, answerer) for address, answerer in sorted(found.items()))


def describe(address: str, credentials: Credentials, answerer: Answerer | None = None) -> FoundCamera:
    """The camera at a network address with its streams; what goes wrong is said in `problem`."""
    name, hardware = (answerer.name, answerer.hardware) if answerer else ("", "")
    services = answerer.addresses if answerer else (f"http://{address}/onvif/device_service",)
    own = [service for service in services if urlsplit(service).hostname == address.partition(":")[0]]
    if not own:
        return FoundCamera(address, name, hardware, problem="it sends us to another machine, which is not asked")
    try:
        with httpx.Client(timeout=5.0, trust_env=False, follow_redirects=False) as client:
            streams = _Camera(client, own[0], credentials).streams()
    except OnvifError as error:
        return FoundCamera(address, name, hardware, problem=str(error))
    except httpx.HTTPError as error:
        return FoundCamera(address, name, hardware, problem=f"it does not answer over HTTP ({type(error).__name__})")
    return FoundCamera(address, name, hardware, streams, "" if streams else "it offers no stream of H.264 or H.265")


def _ask_around(wait_s: float, target: tuple[str, int], interface: str) -> dict[str, Answerer]:
    found: dict[str, Answerer] = {}
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
            if interface:
                line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
            question = probe(str(uuid.uuid4()))
            for _ in range(_REPEATS):
                line.sendto(question, target)
            until_s = time.monotonic() + wait_s
            while (left_s := until_s - time.monotonic()) > 0:
                line.settimeout(left_s)
                content, (address, _port) = line.recvfrom(_LARGEST)
                _note(found, address, content)
    except TimeoutError:
        pass
    except OSError as error:
        raise OnvifError(f"nothing can be sent to {target[0]}:{target[1]}: {error.strerror or error}") from error
    return found


def _note(found: dict[str, Answerer], address: str, content: bytes) -> None:
    try:
        for answerer in read_answerers(content):
            found.setdefault(address, answerer)
    except OnvifError:
        return  # something else on the network that listens to the same group


class _Camera:
    """One camera's services."""

    def __init__(self, client: httpx.Client, device: str, credentials: Credentials) -> None:
        self._client = client
        self._device = device
        self._credentials = credentials
        self._ahead = self._measured()

    def streams(self) -> tuple[Stream, ...]:
        """Its streams of H.264 or H.265, the largest first."""
        media = read_media_address(self._ask(self._device, GET_CAPABILITIES))
        if urlsplit(media).hostname != urlsplit(self._device).hostname:
            raise OnvifError("its media service is said to be on another machine, which is not asked")
        profiles = [one for one in read_profiles(self._ask(media, GET_PROFILES)) if one.encoding.upper() in {"H264", "H265"}]
        ordered: Sequence[Profile] = sorted(profiles, key=lambda one: -one.width * one.height)
        return tuple(Stream(profile, read_stream(self._ask(media, get_stream(profile.token)))) for profile in ordered)

    def _measured(self) -> timedelta:
        """How far the camera's clock is ahead: it refuses a token that is minutes old by its own clock."""
        told = read_time(self._post(self._device, request(GET_TIME)))
        return timedelta(0) if told is None else told - datetime.now(UTC)

    def _ask(self, address: str, body: str) -> bytes:
        token = ""
        if self._credentials.user:
            created = datetime.now(UTC) + self._ahead
            token = username_token(self._credentials.user, self._credentials.password, secrets.token_bytes(16), created)
        return self._post(address, request(body, token))

    def _post(self, address: str, content: bytes) -> bytes:
        answer = self._client.post(address, content=content, headers={"Content-Type": "application/soap+xml; charset=utf-8"})
        if answer.status_code in {400, 401, 403, 500}:
            why = read_fault(answer.content) or f"HTTP {answer.status_code}"
            raise OnvifError(f"it refuses: {why}; give --user and --password-file")
        if not answer.is_success:
            raise OnvifError(f"it answers with HTTP {answer.status_code}")
        return answer.content
