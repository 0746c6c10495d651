"""Papers of many cameras at once, from YAML (`cameras:`, one entry a camera) or CSV (one line a camera, see `COLUMNS`)."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, Field, ValidationError
from sqlalchemy.orm import Session

from central.devices.papers import CameraName, CameraPapers, Paper
from central.devices.service import CameraService, Editor
from yuhang.config.loader import parse_yaml
from yuhang.errors import ConfigError
from yuhang.messages import Slug, first_error

_DATED = ("certificate", "test_report", "calibration")
COLUMNS = (
    "site", "node", "camera", "effective_from",
    *(f"{paper}_{part}" for paper in _DATED for part in ("number", "issuer", "issued_on", "valid_until")),
    "filing_number", "filing_filed_on", "publication_where", "publication_published_on",
    "sign_number", "sign_registered_on", "sign_place", "purpose", "location", "angle_deg",
    "recording_kept_at", "recording_days", "view_checked_on", "view_checked_by",
)  # fmt: skip
_GROUPS = (*_DATED, "filing", "publication", "sign", "recording", "view")


class CameraEntry(CameraPapers):
    """The papers of one camera; without `effective_from` they hold from now on."""

    site: Slug
    node: Slug
    camera: Slug
    effective_from: AwareDatetime | None = Field(default=None, description="2026-06-01T00:00:00+08:00")

    @property
    def name(self) -> CameraName:
        """Which camera."""
        return CameraName(site=self.site, node=self.node, camera=self.camera)

    def papers(self) -> CameraPapers:
        """Without the name."""
        return CameraPapers(**{name: getattr(self, name) for name in CameraPapers.model_fields})


class CameraDocument(Paper):
    """A file with cameras."""

    cameras: tuple[CameraEntry, ...] = Field(min_length=1)


def import_cameras(session: Session, service: CameraService, document: CameraDocument, editor: Editor, now: datetime) -> int:
    """Enter every camera of a document; returns how many versions are new (papers that hold already are left as they are)."""
    entered = 0
    for entry in document.cameras:
        since = entry.effective_from or now
        papers = entry.papers()
        if service.papers_at(session, entry.name, since) == papers:
            continue
        service.enter(session, entry.name, papers, editor, effective_from=since, now=now)
        entered += 1
    return entered


def read_cameras(text: str, name: str) -> CameraDocument:
    """The cameras of a file, by the ending of its name: `.csv`, else YAML. `ConfigError` names line and key."""
    if not name.lower().endswith(".csv"):
        return parse_yaml(text, CameraDocument, name)
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        unknown = sorted(set(reader.fieldnames or ()) - set(COLUMNS))
        if unknown:
            raise ConfigError(f"{name}:1: unknown columns {', '.join(unknown)}; known: {', '.join(COLUMNS)}")
        entries = tuple(_entry(row, f"{name}:{reader.line_num}") for row in reader)
    except csv.Error as error:
        raise ConfigError(f"{name}:{reader.line_num}: {error}") from error
    if not entries:
        raise ConfigError(f"{name}:1: there is no camera in it")
    return CameraDocument(cameras=entries)


def _entry(row: Mapping[str | None, Any], place: str) -> CameraEntry:
    if None in row or None in row.values():
        raise ConfigError(f"{place}: the line has another number of columns than the first one")
    try:
        return CameraEntry.model_validate(dict(_nested({str(key): str(value).strip() for key, value in row.items()})))
    except ValidationError as error:
        raise ConfigError(f"{place}: {first_error(error)}") from error


def _nested(row: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    groups: dict[str, dict[str, str]] = {}
    for column, value in row.items():
        group = next((name for name in _GROUPS if column.startswith(f"{name}_")), None)
        if not value:
            continue
        if group is None:
            yield column, value
        else:
            groups.setdefault(group, {})[column.removeprefix(f"{group}_")] = value
    sign = groups.pop("sign", None)
    if sign is not None:
        yield "signs", (sign,)
    yield from groups.items()
