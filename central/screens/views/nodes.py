"""Health of the nodes and their cameras."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from central.live.store import CameraKey, LiveCamera
from central.nodes.service import described
from central.nodes.tables import Node
from central.screens.components.figures import Figure
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.screens.views.cameras import KnownCamera, condition_of, known_cameras


@dataclass(frozen=True, slots=True)
class CameraRow:
    """A camera of a node and whether it can be judged by."""

    name: str
    tone: Tone
    condition: str
    seen_at: datetime | None
    zones: int


@dataclass(frozen=True, slots=True)
class NodeCard:
    """A node: whether it is there, what it runs, and its cameras. `path` leads to its own pages."""

    name: str
    path: str
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


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """What central knows of a node besides its row: holes in its sequence, and what its cameras see."""

    node: Node
    missing: int
    live: Mapping[CameraKey, LiveCamera]


@dataclass(frozen=True, slots=True)
class Troubles:
    """Counts over all nodes."""

    dead_letters: int
    parked: int


_STATUS_TONE = {"online": Tone.DONE, "lost": Tone.ALARM}


def nodes_view(scene: Scene, nodes: Sequence[NodeFacts], troubles: Troubles) -> NodesView:
    """The health page from what is stored."""
    missing = sum(facts.missing for facts in nodes)
    counts = (
        ("nodes.dead_letters", troubles.dead_letters),
        ("nodes.parked", troubles.parked),
        ("nodes.missing", missing),
    )
    figures = tuple(Figure(scene.t(key), str(count), "/nodes", tone=_count_tone(count)) for key, count in counts)
    return NodesView(figures, tuple(node_card(scene, facts) for facts in nodes))


def node_card(scene: Scene, facts: NodeFacts) -> NodeCard:
    """One node."""
    node = facts.node
    cameras = tuple(_camera_row(scene, camera, facts.live.get(camera.key)) for camera in known_cameras([node]))
    return NodeCard(
        name=f"{node.site} / {node.node}",
        path=f"{node.site}/{node.node}",
        tone=_STATUS_TONE.get(node.status, Tone.NORMAL),
        status=scene.t.word("nodes.status", node.status),
        since=node.status_since,
        facts=tuple(_facts(scene, facts)),
        cameras=cameras,
    )


def _facts(scene: Scene, facts: NodeFacts) -> Iterator[tuple[str, str]]:
    node, description = facts.node, described(facts.node)
    if node.refused_key is not None:
        yield scene.t("nodes.fact.key"), scene.t("nodes.fact.key_refused")
    if description is not None:
        offset = description.clock_offset_s
        yield scene.t("nodes.fact.software"), description.software
        yield (
            scene.t("nodes.fact.clock_offset"),
            scene.t("nodes.fact.clock_unknown")
            if offset is None
            else scene.t("nodes.fact.clock_seconds", seconds=f"{offset:+.3f}"),
        )
        yield scene.t("nodes.fact.models"), ", ".join(sorted(description.models)) or "–"
    yield scene.t("nodes.fact.missing"), str(facts.missing)
    if node.health_at is not None:
        yield scene.t("nodes.fact.health"), scene.clock_text(node.health_at)


def _camera_row(scene: Scene, camera: KnownCamera, live: LiveCamera | None) -> CameraRow:
    condition = condition_of(scene, camera, live)
    seen_at = live.view_at if live is not None else None
    return CameraRow(camera.name(scene.t.language), condition.tone, condition.word, seen_at, len(camera.description.zones))


def _count_tone(count: int) -> Tone:
    return Tone.WARNING if count else Tone.DONE
