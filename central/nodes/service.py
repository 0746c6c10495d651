"""Nodes: registered by an administrator, known by their credential, bound to the key of their first description."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from pydantic import ValidationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from central.errors import Conflict, NotFound, Unauthorized
from central.nodes.tables import Node, NodeSample
from yuhang.clock import Clock
from yuhang.errors import EvidenceError
from yuhang.evidence.keys import key_id_of
from yuhang.messages import Health, NodeDescription, NodeState, ZoneDescription
from yuhang.topics import NodeTopics

log = structlog.get_logger(__name__)

SAMPLES_KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """A node that has shown its credential."""

    site: str
    node: str


def add_node(session: Session, clock: Clock, site: str, node: str, *, credential: str = "", public_key: str | None = None) -> str:
    """Register a node and return its credential, which is also its MQTT password; only its hash is kept.

    Raises `Conflict` if the node exists and `MessageError` or `EvidenceError` if a name or the key is none.
    """
    NodeTopics(site, node)
    if public_key is not None:
        key_id_of(public_key)
    if session.get(Node, (site, node)) is not None:
        raise Conflict(f"node {site}/{node} is registered already")
    credential = credential or secrets.token_urlsafe(24)
    session.add(
        Node(
            site=site,
            node=node,
            credential_sha256=_digest(credential),
            created_at=clock.now(),
            public_key=public_key,
            status="unseen",
        )
    )
    return credential


def renew_credential(session: Session, site: str, node: str) -> str:
    """A new credential in place of the old one, which stops working at once."""
    credential = secrets.token_urlsafe(24)
    find_node(session, site, node).credential_sha256 = _digest(credential)
    return credential


def authenticate_node(session: Session, credential: str) -> NodeIdentity:
    """The enabled node that has this credential; `Unauthorized` if there is none."""
    row = session.scalar(select(Node).where(Node.credential_sha256 == _digest(credential), Node.enabled.is_(True)))
    if row is None:
        raise Unauthorized("no enabled node has this credential")
    return NodeIdentity(row.site, row.node)


def find_node(session: Session, site: str, node: str) -> Node:
    """The node, or `NotFound`."""
    row = session.get(Node, (site, node))
    if row is None:
        raise NotFound(f"there is no node {site}/{node}")
    return row


def list_nodes(session: Session) -> Sequence[Node]:
    """All nodes, by site and name."""
    return session.scalars(select(Node).order_by(Node.site, Node.node)).all()


def described(row: Node) -> NodeDescription | None:
    """What the node says of itself; None before it has, or where it said it in a form of another version."""
    try:
        return NodeDescription.model_validate(row.description) if row.description is not None else None
    except ValidationError:
        return None


def zone_description(session: Session, site: str, node: str, camera: str, zone: str) -> ZoneDescription | None:
    """A zone as its node describes it now; None where the node has not described it."""
    row = session.get(Node, (site, node))
    description = described(row) if row is not None else None
    cameras = description.cameras if description is not None else ()
    return next((one for each in cameras if each.camera == camera for one in each.zones if one.zone == zone), None)


def accept_new_key(session: Session, site: str, node: str) -> Node:
    """An administrator's word that the changed key is the node's (it was replaced); evidence under the old key stays as it is."""
    row = find_node(session, site, node)
    if row.refused_key is None:
        raise Conflict(f"node {site}/{node} has shown no other key")
    row.earlier_keys = [*row.earlier_keys, row.public_key]
    row.public_key, row.refused_key = row.refused_key, None
    return row


def public_keys(row: Node) -> list[str]:
    """All keys by which evidence of the node may be checked, the present one first."""
    return [key for key in (row.public_key, *row.earlier_keys) if key]


def record_state(row: Node, state: NodeState) -> None:
    """Take a birth message or last will; a `lost` or `stopped` of an older session is ignored."""
    if state.status != "online" and row.session != state.session:
        return
    row.status, row.session, row.status_since = state.status, state.session, state.since


def record_description(row: Node, description: NodeDescription, clock: Clock) -> None:
    """Take what the node says about itself. The first key is pinned; another one later is refused and shown.

    Raises `EvidenceError` if the key is none.
    """
    if key_id_of(description.public_key) != description.key_id:
        raise EvidenceError("the key id is not that of the public key")
    row.description = description.model_dump(mode="json")
    row.described_at = clock.now()
    if row.public_key is None:
        row.public_key = description.public_key
        log.info("node_key_pinned", site=row.site, node=row.node, key_id=description.key_id)
    elif row.public_key == description.public_key:
        row.refused_key = None
    elif row.refused_key != description.public_key:
        row.refused_key = description.public_key
        log.error("node_key_changed", site=row.site, node=row.node, key_id=description.key_id)


def record_health(session: Session, row: Node, health: Health) -> None:
    """Keep the latest counters of the node, and one sample a minute for a day."""
    row.health, row.health_at = dict(health.values), health.time
    row.camera_reports = [report.model_dump(mode="json") for report in health.cameras]
    minute = health.time.replace(second=0, microsecond=0)
    if session.get(NodeSample, (row.site, row.node, minute)) is None:
        session.add(NodeSample(site=row.site, node=row.node, at=minute, values=dict(health.values)))
        old = delete(NodeSample).where(NodeSample.site == row.site, NodeSample.node == row.node)
        session.execute(old.where(NodeSample.at < minute - SAMPLES_KEPT))


def samples(session: Session, site: str, node: str, since: datetime) -> Sequence[NodeSample]:
    """A node's figures minute by minute from `since` on."""
    chosen = select(NodeSample).where(NodeSample.site == site, NodeSample.node == node, NodeSample.at >= since)
    return session.scalars(chosen.order_by(NodeSample.at)).all()


def _digest(credential: str) -> str:
    return hashlib.sha256(credential.encode()).hexdigest()
