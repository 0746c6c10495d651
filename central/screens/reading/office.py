"""Holidays, papers of cameras, people, holds and looks as the administrator's pages read and write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from central.audit.service import LookQuery, search_looks
from central.audit.tables import Look
from central.cases.calendar import PUBLISHED, beijing_day
from central.cases.tables import Case, CaseEvidence
from central.core import Core
from central.devices.importing import import_cameras, read_cameras
from central.devices.papers import CameraName, CameraPapers
from central.devices.rules import Standing, standing_at
from central.devices.service import CameraService, Editor
from central.devices.tables import CameraVersion
from central.errors import Conflict, NotFound, Unprocessable
from central.holidays.service import YearDays, enter_year, unknown_years, versions
from central.holidays.tables import HolidayYear
from central.matters import Matters
from central.nodes.service import list_nodes
from central.retention.holds import NewHold, lift_hold, list_holds, place_hold
from central.retention.proofs import list_deletions
from central.retention.tables import DeletionRow, LegalHold
from central.screens.i18n import Language
from central.screens.scene import Scene
from central.screens.views.cameras import known_cameras
from central.users.roles import Principal
from yuhang.errors import ConfigError

YEARS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Year:
    """What is known about a year's holidays."""

    year: int
    published: bool
    due: bool  # limits already run into it, and nobody has entered it
    entered: Sequence[HolidayYear]


@dataclass(frozen=True, slots=True)
class CameraLine:
    """A camera, described by a node or with papers, and what its papers are worth now."""

    name: CameraName
    title: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class CameraFile:
    """The papers of a camera as they hold now, with every version."""

    name: CameraName
    papers: CameraPapers
    standing: Standing
    history: Sequence[CameraVersion]

    @property
    def seen(self) -> int:
        """Number of the version that was entered last."""
        return max((row.id for row in self.history), default=0)


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A hold with the number of its case."""

    hold: LegalHold
    number: str


@dataclass(frozen=True, slots=True)
class OfficeDesk:
    """Everything that an administrator enters besides profiles."""

    core: Core
    matters: Matters

    def years(self) -> list[Year]:
        """This year and the next ones."""
        today = beijing_day(self.core.clock.now())
        with self.core.database.reader() as session:
            due = unknown_years(session, today)
            return [
                Year(year, PUBLISHED.knows(year), year in due, versions(session, year))
                for year in range(today.year, today.year + YEARS_SHOWN)
            ]

    def enter_year(self, user: Principal, days: YearDays, reason: str) -> int:
        """Enter a year; returns how many running limits have moved."""
        if len(reason.strip()) < 2:
            raise Unprocessable("reason: say why; it is kept with your name", "reason_missing")
        with self.core.database.session() as session:
            enter_year(session, self.core.clock, user, days, reason)
            return self.matters.cases.count_again(session)

    def cameras(self, language: Language) -> list[CameraLine]:
        """Every camera that a node has described or that has papers, by name."""
        now, service = self.core.clock.now(), CameraService()
        with self.core.database.reader() as session:
            titles = {
                CameraName(site=one.key.site, node=one.key.node, camera=one.key.camera): one.name(language)
                for one in known_cameras(list_nodes(session))
            }
            papers = {known.name: known.papers for known in service.known(session, now)}
        names = sorted({*titles, *papers}, key=str)
        return [CameraLine(name, titles.get(name, name.camera), standing_at(papers.get(name), now)) for name in names]

    def camera(self, name: CameraName) -> CameraFile:
        """One camera; a camera without papers has empty ones."""
        now, service = self.core.clock.now(), CameraService()
        with self.core.database.reader() as session:
            papers = service.papers_at(session, name, now)
            history = service.history(session, name)
        return CameraFile(name, papers or CameraPapers(), standing_at(papers, now), history)

    def enter_papers(self, user: Principal, name: CameraName, papers: CameraPapers, reason: str, *, seen: int) -> None:
        """Enter the papers of a camera from now on; `Conflict` says who has entered something meanwhile."""
        now, service = self.core.clock.now(), CameraService()
        with self.core.database.session() as session:
            history = service.history(session, name)
            if history and history[-1].id != seen:
                last = history[-1]
                raise Conflict(
                    f"{last.recorded_by} has entered papers of this camera meanwhile ({last.reason}); look at them again",
                    "papers_changed",
                    by=last.recorded_by,
                    reason=last.reason,
                )
            editor = Editor(user.name, user.unit, reason)
            service.enter(session, name, papers, editor, effective_from=now, now=now)

    def import_papers(self, user: Principal, text: str, filename: str, reason: str) -> int:
        """Enter the cameras of a file, all or nothing; returns how many versions are new."""
        try:
            document = read_cameras(text, filename)
        except ConfigError as error:
            raise Unprocessable(str(error)) from error
        with self.core.database.session() as session:
            editor = Editor(user.name, user.unit, reason)
            return import_cameras(session, CameraService(), document, editor, self.core.clock.now())

    def holds(self) -> list[HoldLine]:
        """All holds, lifted ones too, latest first."""
        with self.core.database.reader() as session:
            rows = list_holds(session, all_of_them=True)
            found = session.execute(select(Case.id, Case.number).where(Case.id.in_([row.case_id for row in rows])))
            numbers = {row.id: row.number for row in found}
            return [HoldLine(row, numbers.get(row.case_id, row.case_id)) for row in rows]

    def place_hold(self, user: Principal, number: str, reason: str, until: datetime | None) -> None:
        """Hold the case with this number."""
        with self.core.database.session() as session:
            case_id = session.scalar(select(Case.id).where(Case.number == number.strip()))
            if case_id is None:
                raise NotFound(
                    f"there is no case {number.strip()!r}; the number stands on its papers and in the list of cases",
                    "no_case",
                    number=number.strip(),
                )
            place_hold(session, self.core.clock, user, NewHold(case_id, reason, until))

    def lift_hold(self, user: Principal, hold_id: str, reason: str) -> None:
        """Lift a hold."""
        with self.core.database.session() as session:
            lift_hold(session, self.core.clock, user, hold_id, reason)

    def deletions(self, limit: int = 50) -> Sequence[DeletionRow]:
        """The latest deletion records."""
        with self.core.database.reader() as session:
            return list_deletions(session, limit=limit)

    def looks(self, query: LookQuery, number: str = "") -> Sequence[Look]:
        """The log of looks; with the number of a case, looks at that case and nothing else."""
        with self.core.database.reader() as session:
            if not number:
                return search_looks(session, query)
            case_id = session.scalar(select(Case.id).where(Case.number == number))
            if case_id is None:
                return ()
            fields = {name: getattr(query, name) for name in query.__slots__} | {"subject": f"case/{case_id}"}
            return search_looks(session, LookQuery(**fields))

    def looked_at(self, scene: Scene, looks: Sequence[Look]) -> dict[str, str]:
        """What each look was at in words, by its subject: the number of the case, and of which picture."""
        parts = {look.subject: look.subject.split("/") for look in looks}
        cases = {subject: part[1] for subject, part in parts.items() if part[0] == "case" and len(part) > 1}
        files = {subject: part[1] for subject, part in parts.items() if part[0] == "evidence" and len(part) > 1}
        of_file = select(CaseEvidence.sha256, CaseEvidence.kind, Case.number).join(Case, Case.id == CaseEvidence.case_id)
        with self.core.database.reader() as session:
            found = session.execute(select(Case.id, Case.number).where(Case.id.in_(cases.values())))
            numbers = {row.id: row.number for row in found}
            pictures = {
                sha256: f"{number} · {scene.t.texts.get(f'picture.kind.{kind}', scene.t('trail.thing.film'))}"
                for sha256, kind, number in session.execute(of_file.where(CaseEvidence.sha256.in_(files.values())))
            }
        named = {subject: numbers[id_] for subject, id_ in cases.items() if id_ in numbers}
        return named | {subject: pictures[sha256] for subject, sha256 in files.items() if sha256 in pictures}
