"""Differences between two versions of a node's zones, in words."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from central.configuration.changes import ChangeKind, ZoneChange
from central.screens.scene import Scene


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One difference: where, and what."""

    place: str
    what: str


def change_lines(scene: Scene, found: Iterable[ZoneChange]) -> tuple[ChangeLine, ...]:
    """Each difference as a line."""
    return tuple(ChangeLine(f"{change.camera} / {change.zone}", _what(scene, change)) for change in found)


def _what(scene: Scene, change: ZoneChange) -> str:
    if change.kind is not ChangeKind.SETTING:
        return scene.t(f"zones.change.{change.kind.value}")
    key = change.key.removeprefix("detector.")
    return scene.t("zones.change.setting", key=key, before=_value(scene, change.before), after=_value(scene, change.after))


def _value(scene: Scene, value: JsonValue) -> str:
    if value is None or value == "":
        return scene.t("zones.as_the_node")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
