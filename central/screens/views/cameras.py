"""What nodes say about their cameras, joined with what is seen now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from central.live.store import CameraKey, LiveCamera
from central.nodes.service import described
from central.nodes.tables import Node
from central.screens.i18n import Language
from central.screens.scene import Scene
from central.screens.theme import Tone
from yuhang.messages import CameraCondition, CameraDescription, LiveView

SILENT_AFTER_S = 15.0  # real seconds without a word from a camera


@dataclass(frozen=True, slots=True)
class KnownCamera:
    """A camera that a node has described."""

    key: CameraKey
    description: CameraDescription
    node_online: bool

    def name(self, language: Language) -> str:
        """What it is called in a language."""
        return self.description.called(english=language is Language.ENGLISH)

    def zone_names(self, language: Language) -> dict[str, str]:
        """Names of its zones in a language, as far as they have one in it."""
        return {zone.zone: zone.called(english=language is Language.ENGLISH) for zone in self.description.zones}


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether a camera can be judged by, in words."""

    tone: Tone
    word: str
    blind: bool


def known_cameras(nodes: Iterable[Node]) -> tuple[KnownCamera, ...]:
    """All cameras of all nodes that have described themselves."""
    return tuple(
        KnownCamera(CameraKey(node.site, node.node, camera.camera), camera, node.status == "online")
        for node in nodes
        if (description := described(node)) is not None
        for camera in description.cameras
    )


def condition_of(scene: Scene, camera: KnownCamera, live: LiveCamera | None) -> Condition:
    """The camera's own word while it is fresh; silence otherwise."""
    view = live.view if live is not None else None
    fresh = live is not None and is_fresh(scene, live.view_at)
    if not camera.node_online or (view is not None and not fresh):
        return Condition(Tone.WARNING, scene.t("condition.silent"), blind=True)
    if view is None:
        return Condition(Tone.NORMAL, scene.t("condition.unknown"), blind=True)
    if view.condition is CameraCondition.OK:
        return Condition(Tone.DONE, scene.t("condition.ok"), blind=False)
    return Condition(Tone.WARNING, scene.t(f"condition.{view.condition.value}"), blind=True)


def is_fresh(scene: Scene, at: datetime | None) -> bool:
    """Whether something was heard within `SILENT_AFTER_S`, whatever the clock's speed."""
    return at is not None and scene.now - at <= timedelta(seconds=SILENT_AFTER_S * scene.clock_speed)


def zone_names(nodes: Iterable[Node], language: Language) -> dict[str, str]:
    """Names of all zones by their slug; the first node's where two share one."""
    names: dict[str, str] = {}
    for camera in known_cameras(nodes):
        for zone, name in camera.zone_names(language).items():
            names.setdefault(zone, name)
    return names


def standing_tracks(live: Mapping[CameraKey, LiveCamera]) -> Sequence[str]:
    """Tracks of all vehicles that stand somewhere now."""
    views = (camera.view for camera in live.values())
    return [track for view in views if view is not None for track in _standing(view)]


def _standing(view: LiveView) -> Iterable[str]:
    return (vehicle.track for vehicle in view.vehicles if vehicle.track is not None and vehicle.stopped_at is not None)
