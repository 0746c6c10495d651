"""From what a paper says to its bytes."""

from collections.abc import Callable
from dataclasses import replace

from central.documents.layout.case_file import case_file
from central.documents.layout.letters import decision, informing, service_receipt
from central.documents.layout.notice_sheet import notice_sheet
from central.documents.papers import CasePaper, PaperKind, Style
from central.documents.variables import holding, values_of
from central.documents.words import PaperWords, TemplateSet, filled

_LAYOUTS: dict[PaperKind, Callable[[CasePaper, PaperWords, Style], bytes]] = {
    PaperKind.NOTICE_SHEET: notice_sheet,
    PaperKind.INFORMING: informing,
    PaperKind.DECISION: decision,
    PaperKind.SERVICE_RECEIPT: service_receipt,
    PaperKind.CASE_FILE: case_file,
}


def draw(kind: PaperKind, paper: CasePaper, templates: TemplateSet, style: Style | None = None) -> bytes:
    """The paper as PDF; the same values give the same bytes."""
    values = values_of(paper)
    if paper.service is not None:
        values = {**values, "served_title": templates.papers[paper.service.served.kind].title}
    if kind is PaperKind.NOTICE_SHEET:
        paper = replace(paper, party=None)  # what everybody in the street can read names nobody
    return _LAYOUTS[kind](paper, filled(templates.papers[kind], values, holding(paper)), style or Style())
