"""What nodes say besides events: state, description, health, live views, replies.

Messages arrive in the MQTT thread. Live views go straight into memory; the rest is queued (bounded) and written by a worker.
None of it is a fact that must not be lost: states and descriptions are retained by the broker and come again on every connect,
and a command without a recorded reply is sent again.
"""

import queue
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.configuration.service import note_running
from central.database import Database
from central.live.store import CameraKey, LiveStore
from central.nodes.commands import record_reply
from central.nodes.service import record_description, record_health, record_state
from central.nodes.tables import Node
from yuhang.clock import Clock
from yuhang.errors import EvidenceError, MessageError, StorageError
from yuhang.messages import Health, LiveView, NodeDescription, NodeState, Reply, first_error
from yuhang.mqtt.session import MqttSession
from yuhang.topics import ROOT, NodeTopics, parse_topic

log = structlog.get_logger(__name__)

_CAPACITY = 5000
_BATCH = 200
_STRANGERS = 1000  # messages kept of nodes that are not registered
_ASK_EVERY = timedelta(seconds=2)
_LARGEST = 256 * 1024
_FILTERS = ("state", "describe", "telemetry/health", "reply/+")

Parsed = TypeVar("Parsed", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class NodeMessage:
    """A message of a node that has passed its model."""

    topics: NodeTopics
    content: NodeState | NodeDescription | Health | Reply


class NodeListener:
    """Worker that writes what the nodes say."""

    name = "nodes"

    def __init__(self, database: Database, mqtt: MqttSession, live: LiveStore, clock: Clock) -> None:
        self._database = database
        self._live = live
        self._clock = clock
        self._queue: queue.Queue[NodeMessage] = queue.Queue(_CAPACITY)
        self._strangers: dict[tuple[NodeTopics, type], NodeMessage] = {}  # touched by the worker only
        self._asked_at = clock.now()
        for part in _FILTERS:
            mqtt.subscribe(f"{ROOT}/+/+/{part}", self.receive, qos=1)
        mqtt.subscribe(f"{ROOT}/+/+/telemetry/live", self.receive_live, qos=0)

    def receive(self, topic: str, payload: bytes) -> None:
        """Check a message and queue it; one that does not follow the contract is logged and dropped."""
        try:
            message = _parse(topic, payload)
        except MessageError as error:
            log.warning("node_message_refused", topic=topic[:200], reason=str(error))
            return
        try:
            self._queue.put_nowait(message)
        except queue.Full:
            log.warning("node_message_dropped", topic=topic[:200])

    def receive_live(self, topic: str, payload: bytes) -> None:
        """Keep the latest view of a camera in memory."""
        try:
            topics = parse_topic(topic).node
            view = _validated(LiveView, payload)
        except MessageError as error:
            log.warning("live_view_refused", topic=topic[:200], reason=str(error))
            return
        self._live.put_view(CameraKey(topics.site, topics.node, view.camera), view, self._clock.now())

    def run_once(self) -> int:
        messages = self._drain() or self._no_longer_strangers()
        if not messages:
            return 0
        try:
            with self._database.session() as session:
                for message in messages:
                    self._apply(session, message)
        except StorageError:
            self._put_back(messages)
            raise
        return len(messages)

    def _keep_for_later(self, message: NodeMessage) -> None:
        """The broker hands out a retained message once: hold a stranger's latest until the node is registered."""
        key = (message.topics, type(message.content))
        if key not in self._strangers:
            log.warning("message_of_unknown_node", site=message.topics.site, node=message.topics.node)
            if len(self._strangers) >= _STRANGERS:
                self._strangers.pop(next(iter(self._strangers)))
        self._strangers[key] = message

    def _no_longer_strangers(self) -> list[NodeMessage]:
        """Kept messages of nodes that have been registered since; asks the database now and then."""
        now = self._clock.now()
        if not self._strangers or abs(now - self._asked_at) < _ASK_EVERY:
            return []
        self._asked_at = now
        with self._database.reader() as session:
            rows = session.execute(select(Node.site, Node.node).where(Node.enabled.is_(True)))
            known = {NodeTopics(site, node) for site, node in rows}
        return [self._strangers.pop(key) for key in list(self._strangers) if key[0] in known]

    def _drain(self) -> list[NodeMessage]:
        messages: list[NodeMessage] = []
        while len(messages) < _BATCH:
            try:
                messages.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return messages

    def _put_back(self, messages: list[NodeMessage]) -> None:
        for message in messages:
            try:
                self._queue.put_nowait(message)
            except queue.Full:
                return

    def _apply(self, session: Session, message: NodeMessage) -> None:
        topics, content = message.topics, message.content
        row = session.get(Node, (topics.site, topics.node), with_for_update=True)
        if row is None or not row.enabled:
            self._keep_for_later(message)
            return
        match content:
            case NodeState():
                record_state(row, content)
            case NodeDescription():
                try:
                    record_description(row, content, self._clock)
                    note_running(session, topics.site, topics.node, content, self._clock)
                except EvidenceError as error:
                    log.warning("description_refused", site=topics.site, node=topics.node, reason=str(error))
            case Health():
                record_health(session, row, content)
            case Reply():
                if not record_reply(session, topics.site, topics.node, content):
                    log.warning("reply_to_unknown_command", site=topics.site, node=topics.node, id=content.id)


def _parse(topic: str, payload: bytes) -> NodeMessage:
    parsed = parse_topic(topic)
    if parsed.rest == "state":
        return NodeMessage(parsed.node, _validated(NodeState, payload))
    if parsed.rest == "describe":
        return NodeMessage(parsed.node, _validated(NodeDescription, payload))
    if parsed.rest == "telemetry/health":
        return NodeMessage(parsed.node, _validated(Health, payload))
    reply = _validated(Reply, payload)
    if parsed.rest != f"reply/{reply.id}":
        raise MessageError("the reply's id is not the topic's")
    return NodeMessage(parsed.node, reply)


def _validated(model: type[Parsed], payload: bytes) -> Parsed:
    if len(payload) > _LARGEST:
        raise MessageError(f"{len(payload)} bytes; at most {_LARGEST} are taken")
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        raise MessageError(first_error(error)) from error
