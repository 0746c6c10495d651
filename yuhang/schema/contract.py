"""Which message goes where: the table from which the documents are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from yuhang.messages import (
    EVENT_CLASSES,
    Ack,
    CutClip,
    DesiredConfig,
    EmergencyCall,
    FaceRequest,
    Health,
    LiftRequest,
    LiftState,
    LiveView,
    Message,
    NodeDescription,
    NodeState,
    Reload,
    Reobserve,
    Reply,
    RestartCamera,
    SelfTest,
    SocketReport,
    TakeSnapshot,
    TruckReport,
    VehiclePosition,
    Verdict,
    WithdrawFace,
    event_type,
)
from yuhang.topics import NodeTopics

_NODE = NodeTopics("site-name", "node-name")
_REPLY_ID = "command-id"


class Direction(StrEnum):
    """Who sends."""

    UP = "up"  # the node
    DOWN = "down"  # central


@dataclass(frozen=True, slots=True)
class Channel:
    """One topic of every node. `address` has {site} and {node} (and {id} of a command) in the place of names."""

    name: str
    address: str
    direction: Direction
    message: type[Message]
    qos: int = 1
    retained: bool = False


def channels() -> Iterator[Channel]:
    """All topics of the contract."""
    up, down = Direction.UP, Direction.DOWN
    yield Channel("state", _address(_NODE.state), up, NodeState, retained=True)
    yield Channel("describe", _address(_NODE.describe), up, NodeDescription, retained=True)
    for event in EVENT_CLASSES:
        kind = event_type(event)
        yield Channel(kind.rsplit(".v", 1)[0], _address(_NODE.event(kind)), up, event)
    yield Channel("telemetry.health", _address(_NODE.telemetry("health")), up, Health, qos=0)
    yield Channel("telemetry.live", _address(_NODE.telemetry("live")), up, LiveView, qos=0)
    yield Channel("telemetry.position", _address(_NODE.telemetry("position")), up, VehiclePosition, qos=0)
    yield Channel("call", _address(_NODE.call), up, EmergencyCall)
    yield Channel("telemetry.truck", _address(_NODE.telemetry("truck")), up, TruckReport)
    yield Channel("telemetry.socket", _address(_NODE.telemetry("socket")), up, SocketReport)
    yield Channel("telemetry.lift", _address(_NODE.telemetry("lift")), up, LiftState)
    yield Channel("request.lift", _address(_NODE.request("lift")), up, LiftRequest)
    yield Channel("request.face", _address(_NODE.request("face")), up, FaceRequest)
    yield Channel("ack", _address(_NODE.ack), down, Ack)
    yield Channel("config", _address(_NODE.config), down, DesiredConfig, retained=True)
    yield Channel("command.reobserve", _address(_NODE.command("reobserve")), down, Reobserve)
    for name, command in (
        ("snapshot", TakeSnapshot),
        ("clip", CutClip),
        ("restart-camera", RestartCamera),
        ("reload", Reload),
        ("self-test", SelfTest),
    ):
        yield Channel(f"command.{name}", _address(_NODE.command(name)), down, command)
    yield Channel("command.verdict", _address(_NODE.command("verdict")), down, Verdict)
    yield Channel("command.withdraw-face", _address(_NODE.command("withdraw-face")), down, WithdrawFace)
    yield Channel("reply", _address(_NODE.reply(_REPLY_ID)), up, Reply)


def _address(topic: str) -> str:
    return topic.replace(_NODE.site, "{site}").replace(_NODE.node, "{node}").replace(_REPLY_ID, "{id}")
