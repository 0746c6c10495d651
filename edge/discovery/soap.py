"""What is said to ONVIF cameras and what they answer, as far as finding one and its streams needs it. Pure.

WS-Discovery 1.0 (2005) for the probe, SOAP 1.2 for the rest, WS-Security 1.0 username token with a digest (ONVIF Core 5.12).
Answers come from strangers on the network: they are limited in size, and a document type in them is refused before it is read.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from yuhang.errors import YuhangError

MOST_BYTES = 256 * 1024
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"


class OnvifError(YuhangError):
    """A camera that does not answer as ONVIF says; the text says what it did."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answered a probe: addresses of its device service, and the name and hardware of its scopes."""

    addresses: tuple[str, ...]
    name: str
    hardware: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One of a camera's streams, as its media service names it."""

    token: str
    name: str
    encoding: str
    width: int
    height: int


def probe(message_id: str) -> bytes:
    """The question that every ONVIF camera on the network answers; `message_id` is a UUID."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<e:Envelope xmlns:e="{_SOAP}" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">'
        f"<e:Header><w:MessageID>uuid:{message_id}</w:MessageID>"
        "<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
        "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>"
        "<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"
    ).encode()


def request(body: str, token: str = "") -> bytes:
    """A SOAP envelope around `body`, with a security header where there is one."""
    head = f"<s:Header>{token}</s:Header>" if token else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{_SOAP}">{head}<s:Body>{body}</s:Body></s:Envelope>'.encode()
    )


def username_token(user: str, password: str, nonce: bytes, created: datetime) -> str:
    """The security header: proof of the password that is good for this request only; `created` by the camera's clock."""
    stamp = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(nonce + stamp.encode() + password.encode(), usedforsecurity=False).digest()  # as WS-Security asks
    return (
        f'<o:Security xmlns:o="{_SECURITY}" s:mustUnderstand="1"><o:UsernameToken><o:Username>{escape(user)}</o:Username>'
        f'<o:Password Type="{_DIGEST}">{base64.b64encode(digest).decode()}</o:Password>'
        f"<o:Nonce>{base64.b64encode(nonce).decode()}</o:Nonce>"
        f'<u:Created xmlns:u="{_UTILITY}">{stamp}</u:Created></o:UsernameToken></o:Security>'
    )


GET_TIME = f'<GetSystemDateAndTime xmlns="{DEVICE}"/>'
GET_CAPABILITIES = f'<GetCapabilities xmlns="{DEVICE}"><Category>Media</Category></GetCapabilities>'
GET_PROFILES = f'<GetProfiles xmlns="{MEDIA}"/>'


def get_stream(token: str) -> str:
    """Asks for the RTSP address of a profile."""
    return (
        f'<GetStreamUri xmlns="{MEDIA}"><StreamSetup><Stream xmlns="http://www.onvif.org/ver10/schema">RTP-Unicast</Stream>'
        '<Transport xmlns="http://www.onvif.org/ver10/schema"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
        f"<ProfileToken>{escape(token)}</ProfileToken></GetStreamUri>"
    )


def read_answerers(content: bytes) -> Iterator[Answerer]:
    """Who is named in the answer to a probe; `OnvifError` if it is none."""
    for match in _parsed(content).iterfind(".//{*}ProbeMatch"):
        addresses = tuple(_text(match, "XAddrs").split())
        scopes = [unquote(scope) for scope in _text(match, "Scopes").split()]
        if addresses:
            yield Answerer(addresses, _scope(scopes, "name"), _scope(scopes, "hardware"))


def read_time(content: bytes) -> datetime | None:
    """The camera's UTC time, if it tells it."""
    moment = _parsed(content).find(".//{*}UTCDateTime")
    if moment is None:
        return None
    names = ("Year", "Month", "Day", "Hour", "Minute", "Second")
    try:
        return datetime(*(int(moment.findtext(f".//{{*}}{name}", "")) for name in names), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def read_media_address(content: bytes) -> str:
    """Where the camera's media service is."""
    address = _parsed(content).findtext(".//{*}Media/{*}XAddr", "").strip()
    if not address:
        raise OnvifError("it has no media service")
    return address


def read_profiles(content: bytes) -> tuple[Profile, ...]:
    """The streams that it offers."""
    return tuple(
        Profile(
            token=profile.get("token", ""),
            name=_text(profile, "Name"),
            encoding=_text(profile, "VideoEncoderConfiguration/{*}Encoding"),
            width=_number(_text(profile, "VideoEncoderConfiguration/{*}Resolution/{*}Width")),
            height=_number(_text(profile, "VideoEncoderConfiguration/{*}Resolution/{*}Height")),
        )
        for profile in _parsed(content).iterfind(".//{*}Profiles")
    )


def read_stream(content: bytes) -> str:
    """The RTSP address, without any credentials in it."""
    address = _parsed(content).findtext(".//{*}MediaUri/{*}Uri", "").strip()
    parts = urlsplit(address)
    if parts.scheme not in {"rtsp", "rtsps"} or not parts.hostname:
        raise OnvifError(f"it names no RTSP address ({address[:80]!r})")
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def read_fault(content: bytes) -> str:
    """What a refusal says, in one line."""
    try:
        root = _parsed(content)
    except OnvifError:
        return ""
    texts = [" ".join(element.text.split()) for element in root.iterfind(".//{*}Reason/{*}Text") if element.text]
    return texts[0][:200] if texts else ""


def _parsed(content: bytes) -> ET.Element:
    if len(content) > MOST_BYTES:
        raise OnvifError(f"it answers with more than {MOST_BYTES} bytes")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise OnvifError("its answer declares a document type, which ONVIF never does")
    try:
        return ET.fromstring(content)  # noqa: S314  no document type, so no entities; limited in size
    except (ET.ParseError, ValueError, LookupError) as error:
        raise OnvifError("its answer is no XML") from error


def _text(element: ET.Element, path: str) -> str:
    return (element.findtext(f"{{*}}{path}") or "").strip()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _scope(scopes: list[str], kind: str) -> str:
    mark = f"onvif://www.onvif.org/{kind}/"
    return next((scope.removeprefix(mark) for scope in scopes if scope.startswith(mark)), "")
