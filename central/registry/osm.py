"""Footpaths of an OpenStreetMap extract (`.osm` XML): every way that people may walk along."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from yuhang.coordinates import Position
from yuhang.errors import ConfigError

WALKABLE = frozenset(
    {"footway", "path", "pedestrian", "steps", "corridor", "cycleway", "track", "living_street", "residential", "service"}
    | {"unclassified", "tertiary", "tertiary_link", "secondary", "secondary_link", "primary", "primary_link"}
)
_ALLOWED = frozenset({"yes", "designated", "permissive"})
_FORBIDDEN = frozenset({"no", "private"})


def is_walkable(tags: Mapping[str, str]) -> bool:
    """Whether people may walk along a way with these tags (OpenStreetMap wiki, "Access restrictions", China)."""
    if tags.get("highway") not in WALKABLE or tags.get("area") == "yes":
        return False
    foot = tags.get("foot")
    if foot is not None:
        return foot in _ALLOWED
    return tags.get("access") not in _FORBIDDEN


def read_osm_lines(path: Path) -> Iterator[list[Position]]:
    """The walkable ways of an extract as lines (WGS-84); ways whose points lie outside the extract are cut there.

    `ConfigError` where the file is no extract. Points have to stand before ways, as all tools write them.
    """
    points: dict[str, Position] = {}
    try:
        for _, element in ET.iterparse(path):  # noqa: S314 - a file of the operator's own, and expat bounds what entities grow to
            if element.tag == "node":
                points[element.attrib["id"]] = Position(float(element.attrib["lat"]), float(element.attrib["lon"]))
            elif element.tag == "way":
                tags = {tag.attrib["k"]: tag.attrib["v"] for tag in element.iter("tag")}
                if is_walkable(tags):
                    yield from _pieces([points.get(point.attrib["ref"]) for point in element.iter("nd")])
            if element.tag in {"node", "way", "relation"}:
                element.clear()
    except (OSError, ET.ParseError, KeyError, ValueError) as error:
        raise ConfigError(f"{path}: not an OpenStreetMap extract in XML: {type(error).__name__} {error}") from error


def _pieces(points: list[Position | None]) -> Iterator[list[Position]]:
    piece: list[Position] = []
    for point in [*points, None]:
        if point is not None:
            piece.append(point)
            continue
        if len(piece) > 1:
            yield piece
        piece = []
