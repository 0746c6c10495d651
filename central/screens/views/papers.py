"""The papers of a case on its page: those that were issued, and sheets for those that can be issued now. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from central.documents.api import IssueBody
from central.documents.papers import PaperKind
from central.documents.tables import Paper
from central.screens.components.filters import Choice
from central.screens.components.sheet import Sheet
from central.screens.scene import Scene
from central.screens.sheets.fields import Hints, fields_of

PAPER = "paper"
_FIELDS: Mapping[PaperKind, tuple[str, ...]] = {
    PaperKind.NOTICE_SHEET: (),
    PaperKind.INFORMING: ("party", "fine_yuan"),
    PaperKind.DECISION: ("party",),
    PaperKind.SERVICE_RECEIPT: ("serves", "way", "place", "party"),
    PaperKind.CASE_FILE: ("language",),
}
_NEEDED: Mapping[PaperKind, tuple[str, ...]] = {
    PaperKind.INFORMING: ("party", "fine_yuan"),
    PaperKind.DECISION: ("party",),
    PaperKind.SERVICE_RECEIPT: ("serves", "way"),
    PaperKind.CASE_FILE: ("language",),
}
_SERVED = frozenset({PaperKind.NOTICE_SHEET.value, PaperKind.INFORMING.value, PaperKind.DECISION.value})


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper that was issued; both addresses log the look, the second takes it along."""

    title: str
    number: str
    issued_at: datetime
    issued_by: str
    view_url: str | None
    download_url: str | None


@dataclass(frozen=True, slots=True)
class PapersView:
    """What there is and what can be made."""

    rows: tuple[PaperRow, ...]
    sheets: tuple[Sheet, ...]


def papers_view(
    scene: Scene, papers: Sequence[Paper], open_kinds: Collection[PaperKind], reason: str, *, fine: int, names: Mapping[str, str]
) -> PapersView:
    """The papers of a case; `fine`: yuan that an informing paper proposes; `names`: of who issued them, by account."""
    return PapersView(
        rows=tuple(_row(scene, paper, reason, names) for paper in papers),
        sheets=tuple(_sheet(scene, kind, papers, fine) for kind in PaperKind if kind in open_kinds),
    )


def paper_title(scene: Scene, kind: str) -> str:
    """What a kind of paper is called."""
    return scene.t(f"paper.kind.{kind}")


def _row(scene: Scene, paper: Paper, reason: str, names: Mapping[str, str]) -> PaperRow:
    url = f"/api/v1/cases/{paper.case_id}/papers/{paper.id}?{urlencode({'reason': reason})}" if paper.size else None
    return PaperRow(
        title=paper_title(scene, paper.kind),
        number=paper.number,
        issued_at=paper.issued_at,
        issued_by=names.get(paper.issued_by, paper.issued_by),
        view_url=f"{url}&inline=true" if url else None,
        download_url=url,
    )


def _sheet(scene: Scene, kind: PaperKind, papers: Sequence[Paper], fine: int) -> Sheet:
    title = paper_title(scene, kind.value)
    served = tuple(
        Choice(paper.id, f"{paper_title(scene, paper.kind)} {paper.number}") for paper in papers if paper.kind in _SERVED
    )
    values = {
        "fine_yuan": str(fine),
        "language": scene.t.language.value,
        "serves": served[-1].value if served else "",
        "reason": scene.t("paper.reason"),
    }
    hints = Hints(values, {"serves": served}, _NEEDED.get(kind, ()))
    return Sheet(
        key=f"{PAPER}:{kind.value}",
        title=scene.t("paper.issue", title=title),
        happens=(scene.t(f"paper.happens.{kind.value}"),),
        fields=fields_of(scene, IssueBody, (*_FIELDS[kind], "reason"), hints),
        done=scene.t("paper.done", title=title),
    )
