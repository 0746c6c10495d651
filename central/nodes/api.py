"""Nodes over HTTP: for administrators, and for everybody the question whether they are there."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select

from central.api.access import Administrator, AnyUser, CoreDep
from central.api.problems import RESPONSES
from central.events.dispatch import load_sequence
from central.nodes.service import accept_new_key, add_node, find_node, list_nodes, renew_credential
from central.nodes.tables import Node, NodeCommand
from yuhang.messages import NodeDescription, Slug

router = APIRouter(prefix="/api/v1/nodes", tags=["nodes"], responses=RESPONSES)


class NodeAnswer(BaseModel):
    """A node as central knows it."""

    site: str
    node: str
    enabled: bool
    status: str = Field(description="unseen, online, lost or stopped")
    status_since: datetime | None
    described_at: datetime | None
    description: NodeDescription | None
    health: dict[str, float] | None
    health_at: datetime | None
    key_changed: bool = Field(description="the node shows another key than its pinned one; its evidence is refused")


class MissingRange(BaseModel):
    """Sequence numbers that have not arrived."""

    first: int
    last: int


class CommandAnswer(BaseModel):
    """A command and what became of it."""

    id: str
    name: str
    status: str = Field(description="waiting, or the node's reply, or expired")
    detail: str
    sent: int = Field(description="how often it was published")
    expires_at: datetime
    answered_at: datetime | None


class NodeDetails(NodeAnswer):
    """A node with its gaps and its latest commands."""

    public_key: str | None
    refused_key: str | None
    missing: list[MissingRange]
    commands: list[CommandAnswer]


class NewNode(BaseModel):
    """A node to be registered."""

    site: Slug
    node: Slug
    public_key: str | None = Field(default=None, max_length=128, description="base64; empty: the first description's")


class Credential(BaseModel):
    """Shown once: the node's MQTT password and bearer token."""

    credential: str


class NodeChange(BaseModel):
    """What an administrator can change."""

    enabled: bool


@router.get("", summary="All nodes")
def get_nodes(core: CoreDep, _user: AnyUser) -> list[NodeAnswer]:
    """With state, description and health."""
    with core.database.reader() as session:
        return [NodeAnswer.model_validate(_facts(row)) for row in list_nodes(session)]


@router.post("", status_code=201, summary="Register a node")
def post_node(new: NewNode, core: CoreDep, _user: Administrator) -> Credential:
    """The answer holds the credential, which is shown only here."""
    with core.database.session() as session:
        return Credential(credential=add_node(session, core.clock, new.site, new.node, public_key=new.public_key))


@router.get("/{site}/{node}", summary="A node with its gaps and commands")
def get_node(site: Slug, node: Slug, core: CoreDep, _user: Administrator) -> NodeDetails:
    """`missing` lists the sequence numbers that have not arrived."""
    with core.database.reader() as session:
        row = find_node(session, site, node)
        recent = select(NodeCommand).where(NodeCommand.site == site, NodeCommand.node == node)
        commands = session.scalars(recent.order_by(NodeCommand.id.desc()).limit(50)).all()
        missing = load_sequence(session, site, node).missing()
    return NodeDetails.model_validate(
        {
            **_facts(row),
            "public_key": row.public_key,
            "refused_key": row.refused_key,
            "missing": [MissingRange(first=span.first, last=span.last) for span in missing],
            "commands": [CommandAnswer.model_validate(command, from_attributes=True) for command in commands],
        }
    )


@router.patch("/{site}/{node}", status_code=204, summary="Enable or disable a node")
def patch_node(site: Slug, node: Slug, change: NodeChange, core: CoreDep, _user: Administrator) -> None:
    """The events of a disabled node are refused and stay with the node."""
    with core.database.session() as session:
        find_node(session, site, node).enabled = change.enabled


@router.post("/{site}/{node}/credential", summary="Give a node a new credential")
def post_credential(site: Slug, node: Slug, core: CoreDep, _user: Administrator) -> Credential:
    """The old one stops working at once."""
    with core.database.session() as session:
        return Credential(credential=renew_credential(session, site, node))


@router.post("/{site}/{node}/accept-key", status_code=204, summary="Accept the key that a node shows now")
def post_accept_key(site: Slug, node: Slug, core: CoreDep, _user: Administrator) -> None:
    """Only after making sure that the node was really replaced: evidence is judged by this key from now on."""
    with core.database.session() as session:
        accept_new_key(session, site, node)


def _facts(row: Node) -> dict[str, object]:
    names = ("site", "node", "enabled", "status", "status_since", "described_at", "description", "health", "health_at")
    return {name: getattr(row, name) for name in names} | {"key_changed": row.refused_key is not None}
