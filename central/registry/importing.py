"""Filling the registry from a document: entries replace what was known under the same key; nothing else is touched."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from central.database import Base
from central.registry.document import FootpathEntries, RegistryDocument, VehicleEntry
from central.registry.osm import read_osm_lines
from central.registry.service import FOOTPATHS, PHONE_PURPOSE, mask_phone
from central.registry.tables import (
    Address,
    CarPark,
    ExemptPlate,
    FootpathEdge,
    FootpathNode,
    RegistryRevision,
    Vehicle,
)
from central.registry.walking import Edge, network_from_lines
from central.secrets import SecretKey
from yuhang.coordinates import Datum, Position, convert, distance_m
from yuhang.errors import ConfigError

_CHUNK = 400  # rows a statement, below SQLite's limit of bound values


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """How many entries of each kind an import held."""

    vehicles: int
    exempt: int
    addresses: int
    car_parks: int
    footpaths: int


def import_registry(session: Session, document: RegistryDocument, folder: Path, secret: SecretKey, now: datetime) -> ImportCounts:
    """Write a document into the registry; paths in it are relative to `folder`. `ConfigError` for a bad GeoJSON file.

    `now` is when its numbers of free spaces were written.
    """
    phones = [_vehicle(entry, secret) for entry in document.vehicles]
    _replace(session, Vehicle, phones)
    _replace(session, ExemptPlate, [entry.model_dump() for entry in document.exempt])
    _replace(session, Address, [_place(entry.model_dump()) for entry in document.addresses])
    by_hand = {"counted_at": None, "written_at": now}
    _replace(session, CarPark, [_place(entry.model_dump()) | by_hand for entry in document.car_parks])
    edges = _footpaths(session, document.footpaths, folder)
    return ImportCounts(
        vehicles=len(document.vehicles),
        exempt=len(document.exempt),
        addresses=len(document.addresses),
        car_parks=len(document.car_parks),
        footpaths=edges,
    )


def _vehicle(entry: VehicleEntry, secret: SecretKey) -> dict[str, Any]:
    return {
        "plate": entry.plate,
        "phone_protected": secret.encrypt(entry.phone, PHONE_PURPOSE) if entry.phone else None,
        "phone_masked": mask_phone(entry.phone) if entry.phone else None,
        "reachable": entry.reachable and entry.phone is not None,
        "commercial": entry.commercial,
    }


def _place(entry: dict[str, Any]) -> dict[str, Any]:
    return {"name_zh": entry.pop("zh"), "name_en": entry.pop("en"), **entry}


def _footpaths(session: Session, entries: FootpathEntries, folder: Path) -> int:
    """Replace the whole network, if the document has one; a network is one thing."""
    nodes = {node.id: Position(node.latitude, node.longitude) for node in entries.nodes}
    edges = [Edge(edge.start, edge.end, edge.metres or distance_m(nodes[edge.start], nodes[edge.end])) for edge in entries.edges]
    more_nodes, more_edges = network_from_lines(_lines_of_files(entries, folder))
    nodes.update(more_nodes)
    edges.extend(more_edges)
    if not nodes:
        return 0
    session.execute(delete(FootpathEdge))
    session.execute(delete(FootpathNode))
    _replace(session, FootpathNode, [{"id": name, "latitude": p.latitude, "longitude": p.longitude} for name, p in nodes.items()])
    _replace(session, FootpathEdge, [{"start": edge.start, "end": edge.end, "metres": edge.metres} for edge in edges])
    revision = session.get(RegistryRevision, FOOTPATHS)
    if revision is None:
        session.add(RegistryRevision(name=FOOTPATHS, revision=1))
    else:
        revision.revision += 1
    return len(edges)


def _lines_of_files(entries: FootpathEntries, folder: Path) -> Iterator[list[Position]]:
    if entries.geojson is not None:
        for line in read_lines(folder / entries.geojson):
            yield [convert(position, entries.datum, Datum.WGS84) for position in line]
    if entries.osm is not None:
        yield from read_osm_lines(folder / entries.osm)


def read_lines(path: Path) -> Iterator[list[Position]]:
    """The lines of a GeoJSON file (longitude first), in its own datum; other geometries are left out."""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        for feature in features:
            geometry = feature["geometry"]
            match geometry["type"]:
                case "LineString":
                    yield _line(geometry["coordinates"])
                case "MultiLineString":
                    yield from (_line(part) for part in geometry["coordinates"])
                case _:
                    continue
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ConfigError(f"{path}: not a GeoJSON file with lines: {type(error).__name__} {error}") from error


def _line(coordinates: Sequence[Sequence[float]]) -> list[Position]:
    return [Position(float(point[1]), float(point[0])) for point in coordinates]


def _replace(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    keys = [column.name for column in table.__table__.primary_key]
    for first in range(0, len(rows), _CHUNK):
        chunk = rows[first : first + _CHUNK]
        insert = dialect.insert(table)
        values = {name: insert.excluded[name] for name in chunk[0] if name not in keys}
        session.execute(insert.on_conflict_do_update(index_elements=keys, set_=values), [dict(row) for row in chunk])
