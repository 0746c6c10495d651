"""Messages of GA/T 1049: XML documents one after the other on a TCP stream. Pure.

`Message{Version, Token, From, To, Type, Seq, Body/Operation(order, name)/object}`. There is no length before a document:
it ends with `</Message>`. Document types and entities are refused unread.
"""

from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree as ET

END = b"</Message>"
MAX_DOCUMENT = 1_000_000
PLATFORM, CLIENT = "UTCS", "TICP"
"""Names of the two sides: the signal platform, and the integrated command platform that an outsider stands in for."""


class MessageType(StrEnum):
    """What a message is."""

    REQUEST = "REQUEST"
    RESPONSE = "RESPONSE"
    PUSH = "PUSH"
    ERROR = "ERROR"


class ErrorType(StrEnum):
    """Why a request was refused (GA/T 1049.1)."""

    MESSAGE = "SDE_MsgType"
    OPERATION = "SDE_OperName"
    TOKEN = "SDE_Token"  # noqa: S105 - the name of an error
    USER = "SDE_UserName"
    PASSWORD = "SDE_Pwd"  # noqa: S105 - the name of an error
    VALUE = "SDE_Value"
    NOT_ALLOWED = "SDE_NotAllow"
    FAILURE = "SDE_Failure"


class DocumentError(Exception):
    """Bytes that are no message; the text says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message and the object that it carries."""

    kind: MessageType
    operation: str
    payload: ET.Element
    token: str = ""
    sequence: str = ""


def element(tag: str, text: object = "", *children: ET.Element) -> ET.Element:
    """An element with text or children."""
    made = ET.Element(tag)
    made.text = str(text)
    made.extend(children)
    return made


def error(about: str, kind: ErrorType, description: str) -> ET.Element:
    """The object of a refusal."""
    return element("SDO_Error", "", element("ErrObj", about), element("ErrType", kind), element("ErrDesc", description))


def encode(message: Message) -> bytes:
    """The document as it goes on the wire."""
    operation = element("Operation", "", message.payload)
    operation.attrib = {"order": "1", "name": message.operation}
    root = element(
        "Message",
        "",
        element("Version", "1.0"),
        element("Token", message.token),
        element("From", "", _address(PLATFORM)),
        element("To", "", _address(CLIENT)),
        element("Type", message.kind),
        element("Seq", message.sequence),
        element("Body", "", operation),
    )
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


def decode(document: bytes) -> Message:
    """The message of a document; `DocumentError` says what is missing."""
    if b"<!" in document:
        raise DocumentError("document types, entities and comments are not taken")
    try:
        root = ET.fromstring(document.strip())  # noqa: S314 - without entities, see above
    except (ET.ParseError, ValueError, LookupError) as problem:
        raise DocumentError(f"no XML: {problem}") from problem
    operation = root.find("Body/Operation")
    kind = root.findtext("Type", "")
    if root.tag != "Message" or operation is None or len(operation) != 1 or kind not in set(MessageType):
        raise DocumentError("a message has a known Type and one object in Body/Operation")
    name = operation.get("name", "")
    return Message(MessageType(kind), name, operation[0], root.findtext("Token", ""), root.findtext("Seq", ""))


class DocumentReader:
    """Cuts a stream into documents."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The whole documents that these bytes complete; what grows beyond all measure is thrown away."""
        *whole, self._rest = (self._rest + data).split(END)
        if len(self._rest) > MAX_DOCUMENT:
            self._rest = b""
        return [document + END for document in whole]


def _address(system: str) -> ET.Element:
    return element("Address", "", element("Sys", system), element("SubSys"), element("Instance"))
