"""Health of the nodes and their cameras."""

from dataclasses import dataclass
from datetime import datetime

from central.screens.components.figures import Figure
from central.screens.theme import Tone


@dataclass(frozen=True, slots=True)
class CameraRow:
    """A camera of a node and whether it can be judged by."""

    name: str
    tone: Tone
    condition: str
    since: datetime | None
    zones: int


@dataclass(frozen=True, slots=True)
class NodeCard:
    """A node: whether it is there, what it runs, and its cameras."""

    name: str
    tone: Tone
    status: str
    since: datetime | None
    facts: tuple[tuple[str, str], ...]
    cameras: tuple[CameraRow, ...]


@dataclass(frozen=True, slots=True)
class NodesView:
    """What the health page shows."""

    figures: tuple[Figure, ...]
    nodes: tuple[NodeCard, ...]
