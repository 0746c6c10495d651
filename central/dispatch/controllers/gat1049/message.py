"""GA/T 1049 messages: XML to plain values and back, hardened against hostile documents."""

from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from central.dispatch.controllers.errors import FrameError

LONGEST = 1 << 20
DEEPEST = 12
_PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>\n'


class MessageType(StrEnum):
    """What a message is."""

    REQUEST = "REQUEST"
    RESPONSE = "RESPONSE"
    PUSH = "PUSH"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Node:
    """An element without its attributes, which the objects of GA/T 1049 do not have."""

    name: str
    text: str = ""
    children: "tuple[Node, ...]" = ()

    @classmethod
    def of(cls, name: str, **values: str | int) -> "Node":
        """An object with plain values."""
        return cls(name, "", tuple(cls(key, str(value)) for key, value in values.items()))

    def child(self, name: str) -> "Node | None":
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def value(self, name: str) -> str:
        """The text of the first child of that name; empty where there is none."""
        child = self.child(name)
        return child.text if child is not None else ""

    def number(self, name: str) -> int:
        """That text as a number; `FrameError` where it is none."""
        text = self.value(name)
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise FrameError(f"{self.name}/{name}: expected a number, got {text[:40]!r}")
        return int(text)


@dataclass(frozen=True, slots=True)
class Message:
    """One message with one operation. `token` is empty before the login."""

    type: str
    seq: str
    operation: str
    objects: tuple[Node, ...] = ()
    token: str = ""
    version: str = "2.0"
    sender: str = "TICP"
    receiver: str = "UTCS"

    def object(self, name: str) -> Node | None:
        """The first object of that name."""
        return next((node for node in self.objects if node.name == name), None)


def encode(message: Message) -> bytes:
    """The document in UTF-8."""
    root = Element("Message")
    for name, text in (("Version", message.version), ("Token", message.token)):
        SubElement(root, name).text = text
    for name, system in (("From", message.sender), ("To", message.receiver)):
        address = SubElement(SubElement(root, name), "Address")
        for part, text in (("Sys", system), ("SubSys", ""), ("Instance", "")):
            SubElement(address, part).text = text
    for name, text in (("Type", message.type), ("Seq", message.seq)):
        SubElement(root, name).text = text
    operation = SubElement(SubElement(root, "Body"), "Operation", {"order": "1", "name": message.operation})
    for node in message.objects:
        _write(operation, node)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return _PROLOG + document


def decode(data: bytes) -> Message:
    """The message in one document; `FrameError` says what is wrong. No entities, no document types, nothing fetched."""
    if len(data) > LONGEST:
        raise FrameError(f"a message of {len(data)} bytes is longer than {LONGEST}")
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise FrameError(f"not XML that is read here: {error}") from error
    if root.tag != "Message":
        raise FrameError(f"expected Message, got {root.tag[:40]}")
    operation = root.find("Body/Operation")
    if operation is None:
        raise FrameError("Message has no Body/Operation")
    return Message(
        type=_text(root, "Type"),
        seq=_text(root, "Seq"),
        operation=operation.get("name", ""),
        objects=tuple(_read(child, 1) for child in operation),
        token=_text(root, "Token"),
        version=_text(root, "Version"),
        sender=_text(root, "From/Address/Sys"),
        receiver=_text(root, "To/Address/Sys"),
    )


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _read(element: Element, depth: int) -> Node:
    if depth > DEEPEST:
        raise FrameError(f"elements are nested deeper than {DEEPEST}")
    return Node(str(element.tag), (element.text or "").strip(), tuple(_read(child, depth + 1) for child in element))


def _write(parent: Element, node: Node) -> None:
    element = SubElement(parent, node.name)
    element.text = node.text or None
    for child in node.children:
        _write(element, child)
