"""Cameras of evidence: entered by version, asked by the time of a picture. Always in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from central.devices.papers import CameraName, CameraPapers
from central.devices.rules import Flaw, Item, Problem, Standing, standing_at
from central.devices.tables import CameraVersion
from central.errors import Unprocessable

SHORTEST_REASON = 2


class CameraStandings(Protocol):
    """What a proof asks about the camera that took its pictures; `CameraService` answers."""

    def standing(self, session: Session, camera: CameraName, moments: Sequence[datetime]) -> Standing:
        """The flaws at any of these moments, by what held then."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Who enters something, and why."""

    name: str
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class KnownCamera:
    """A camera with its latest papers and since when they hold."""

    name: CameraName
    papers: CameraPapers
    effective_from: datetime


class CameraService:
    """Reads and writes the papers of cameras."""

    def enter(
        self, session: Session, name: CameraName, papers: CameraPapers, editor: Editor, *, effective_from: datetime, now: datetime
    ) -> CameraVersion:
        """Add a version that holds from `effective_from` on, until the next one; `Unprocessable` without a reason.

        It may lie in the past (a paper that was there and is entered late): who did that, when and why stays to be read.
        """
        if len(editor.reason.strip()) < SHORTEST_REASON:
            raise Unprocessable(
                "say why the papers of the camera change; the reason is recorded with your name", "reason_missing"
            )
        row = CameraVersion(
            site=name.site,
            node=name.node,
            camera=name.camera,
            effective_from=effective_from,
            recorded_at=now,
            recorded_by=editor.name,
            unit=editor.unit,
            reason=editor.reason.strip(),
            papers=papers.model_dump(mode="json"),
        )
        session.add(row)
        session.flush()
        return row

    def papers_at(self, session: Session, name: CameraName, moment: datetime) -> CameraPapers | None:
        """What held at a moment: the version that began last before it; of several that began together the one entered last."""
        row = session.scalar(
            _of(name)
            .where(CameraVersion.effective_from <= moment)
            .order_by(CameraVersion.effective_from.desc(), CameraVersion.id.desc())
            .limit(1)
        )
        return None if row is None else CameraPapers.model_validate(row.papers)

    def standing(self, session: Session, camera: CameraName, moments: Sequence[datetime]) -> Standing:
        """The flaws at any of these moments, each judged by what held at that moment."""
        found = [standing_at(self.papers_at(session, camera, moment), moment) for moment in moments]
        flaws = dict.fromkeys(flaw for one in found for flaw in one.flaws)
        ends: list[date] = [one.valid_until for one in found if one.valid_until is not None]
        if not found:
            flaws[Flaw(Item.PAPERS, Problem.MISSING)] = None
        return Standing(tuple(flaws), min(ends, default=None))

    def history(self, session: Session, name: CameraName) -> Sequence[CameraVersion]:
        """All versions, in the order in which they were entered."""
        return session.scalars(_of(name).order_by(CameraVersion.id)).all()

    def known(self, session: Session, moment: datetime) -> tuple[KnownCamera, ...]:
        """Every camera that has papers, with those that hold at a moment."""
        rank = (
            func.row_number()
            .over(
                partition_by=(CameraVersion.site, CameraVersion.node, CameraVersion.camera),
                order_by=(CameraVersion.effective_from.desc(), CameraVersion.id.desc()),
            )
            .label("rank")
        )
        ranked = select(CameraVersion.id, rank).where(CameraVersion.effective_from <= moment).subquery()
        rows = session.scalars(
            select(CameraVersion)
            .join(ranked, ranked.c.id == CameraVersion.id)
            .where(ranked.c.rank == 1)
            .order_by(CameraVersion.site, CameraVersion.node, CameraVersion.camera)
        )
        return tuple(KnownCamera(_name(row), CameraPapers.model_validate(row.papers), row.effective_from) for row in rows)


def _of(name: CameraName) -> Select[CameraVersion]:
    return select(CameraVersion).where(
        CameraVersion.site == name.site, CameraVersion.node == name.node, CameraVersion.camera == name.camera
    )


def _name(row: CameraVersion) -> CameraName:
    return CameraName(site=row.site, node=row.node, camera=row.camera)
