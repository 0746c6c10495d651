"""What becomes of each message of a batch: an event to store, or a dead letter with its reason. Pure."""

import hashlib
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ValidationError

from yuhang.errors import MessageError
from yuhang.messages import Ulid, parse_event
from yuhang.topics import NodeTopics, ParsedTopic, parse_topic

LARGEST_EVENT = 256 * 1024  # bytes; a parking event has about 2 kB
KEPT_OF_A_LETTER = 4 * 1024  # bytes kept of a refused payload, unless it is acknowledged: then all of it is kept

LONGEST_REASON = 300


class Refusal(StrEnum):
    """Why a message was not taken in."""

    TOPIC = "topic"  # not the topic of an event
    SIZE = "size"
    INVALID = "invalid"  # does not follow the contract
    SOURCE = "source"  # says it comes from another node than the one it was published by
    UNKNOWN_NODE = "unknown_node"  # never acknowledged: the node keeps its events until it is registered


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it came from the broker."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class AcceptedEvent:
    """An event that follows the contract."""

    topics: NodeTopics
    id: str
    seq: int
    type: str
    time: datetime
    message: Incoming


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message for the dead-letter table. `acknowledge` is its id where the node should stop sending it."""

    kind: Refusal
    reason: str
    message: Incoming
    topics: NodeTopics | None = None
    acknowledge: str | None = None

    @property
    def digest(self) -> str:
        """Key by which the same message is known again."""
        return hashlib.sha256(self.message.topic.encode() + b"\0" + self.message.payload).hexdigest()

    @property
    def kept(self) -> bytes:
        """The part of the payload that is kept: all of it if the node may forget the event."""
        return self.message.payload if self.acknowledge else self.message.payload[:KEPT_OF_A_LETTER]


@dataclass(frozen=True, slots=True)
class Sorted:
    """A batch taken apart."""

    accepted: list[AcceptedEvent] = field(default_factory=list)
    refused: list[RefusedMessage] = field(default_factory=list)


class _JustTheId(BaseModel):
    id: Ulid


def sort_messages(messages: Iterable[Incoming]) -> Sorted:
    """Validate every message of a batch; whether its node is registered is asked later (`refuse_unknown`)."""
    result = Sorted()
    topics: dict[str, ParsedTopic | MessageError] = {}  # a batch has many messages on few topics
    for message in messages:
        parsed = topics.get(message.topic)
        if parsed is None:
            parsed = topics[message.topic] = _parse_topic(message.topic)
        if isinstance(parsed, MessageError):
            result.refused.append(RefusedMessage(Refusal.TOPIC, str(parsed)[:LONGEST_REASON], message))
            continue
        outcome = _sort_one(message, parsed.node)
        if isinstance(outcome, AcceptedEvent):
            result.accepted.append(outcome)
        else:
            result.refused.append(outcome)
    return result


def refuse_unknown(batch: Sorted, known: AbstractSet[NodeTopics]) -> Sorted:
    """The batch with everything from nodes that are not registered and enabled refused, and not acknowledged."""
    result = Sorted()
    for event in batch.accepted:
        if event.topics in known:
            result.accepted.append(event)
        else:
            result.refused.append(_unknown(event.message, event.topics))
    for refused in batch.refused:
        registered = refused.topics is None or refused.topics in known
        result.refused.append(refused if registered else _unknown(refused.message, refused.topics))
    return result


def _parse_topic(topic: str) -> ParsedTopic | MessageError:
    try:
        return parse_topic(topic)
    except MessageError as error:
        return error


def _sort_one(message: Incoming, topics: NodeTopics) -> AcceptedEvent | RefusedMessage:
    def refuse(kind: Refusal, reason: str, acknowledge: str | None = None) -> RefusedMessage:
        return RefusedMessage(kind, reason[:LONGEST_REASON], message, topics, acknowledge)

    if len(message.payload) > LARGEST_EVENT:
        return refuse(Refusal.SIZE, f"{len(message.payload)} bytes; an event has at most {LARGEST_EVENT}")
    try:
        event = parse_event(message.payload)
    except MessageError as error:
        return refuse(Refusal.INVALID, str(error), _id_of(message.payload))
    if event.source != topics.prefix:
        return refuse(Refusal.SOURCE, f"published as {topics.prefix}, says {event.source}", event.id)
    if message.topic != topics.event(event.type):
        return refuse(Refusal.TOPIC, f"{event.type} does not belong on {message.topic}", event.id)
    return AcceptedEvent(topics, event.id, event.seq, event.type, event.time, message)


def _unknown(message: Incoming, topics: NodeTopics | None) -> RefusedMessage:
    return RefusedMessage(Refusal.UNKNOWN_NODE, "the node is not registered or not enabled", message, topics)


def _id_of(payload: bytes) -> str | None:
    try:
        return _JustTheId.model_validate_json(payload).id
    except ValidationError:
        return None
