"""The case file: cover, contents, and everything that is known about the case, in the language asked for."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, PageBreak
from reportlab.platypus.tableofcontents import TableOfContents

from central.documents.layout.evidence import evidence
from central.documents.layout.letters import sections
from central.documents.layout.parts import (
    BIG,
    BODY,
    CENTRED,
    SMALL,
    TITLE,
    Chapter,
    Sheet,
    grid,
    label,
    make_pdf,
    pairs,
    space,
    square_code,
    text,
)
from central.documents.papers import CasePaper, Officer, PaperDeadline, Style
from central.documents.variables import clock_time
from central.documents.words import PaperWords

QR_SIDE = 30 * mm
NEEDED = {"pictures": 90 * mm}  # room that a part needs to begin on a page


def case_file(paper: CasePaper, words: PaperWords, style: Style) -> bytes:
    """The file."""
    sheet = Sheet(words.title, paper.number, paper.authority)
    width = sheet.size[0] - 2 * sheet.margin
    story: list[Flowable] = [*_cover(paper, words, style, width), PageBreak(), *_contents(style), PageBreak()]
    parts = {
        "summary": _summary(paper, style, width),
        "timeline": _timeline(paper, style, width),
        "checks": _checks(paper, style, width),
        "pictures": _pictures(paper, style, width),
        "chain": _chain(paper, style, width),
        "deadlines": _deadlines(paper, style, width),
        "people": _people(paper, style, width),
        "papers": _papers(paper, style, width),
    }
    for name, part in parts.items():
        found = list(part)
        story += [
            CondPageBreak(NEEDED.get(name, 40 * mm)),
            Chapter(label(name, style)),
            *(found or [text(label("none", style))]),
            space(4),
        ]
    return make_pdf(sheet, story, style, contents=True)


def _cover(paper: CasePaper, words: PaperWords, style: Style, width: float) -> Iterator[Flowable]:
    yield space(30)
    yield text(paper.authority.name, CENTRED)
    yield text(words.title if style.language == "zh" else "Case file", BIG)
    yield text(style.of(paper.kind_title), TITLE)
    yield space(12)
    yield pairs(
        [
            (label("paper_number", style), paper.number),
            (label("case_number", style), paper.case_number),
            (label("plate", style), paper.plate),
            (label("place", style), paper.place),
            (label("opened_at", style), clock_time(paper.opened_at)[:19]),
            (label("state", style), style.of(paper.state_title)),
            (label("issued_on", style), clock_time(paper.issued_at)[:19]),
        ],
        width,
    )
    yield space(10)
    yield square_code(paper.public_url, QR_SIDE)
    yield text(f"{paper.public_url}　{label('public_code', style)} {paper.public_code}", SMALL)
    if style.language == "zh":
        yield space(10)
        yield from sections(words)


def _contents(style: Style) -> Iterator[Flowable]:
    table = TableOfContents(dotsMinLevel=0, rightColumnWidth=12 * mm)
    table.levelStyles = [BODY]
    yield text(label("contents", style), TITLE)
    yield table


def _summary(paper: CasePaper, style: Style, width: float) -> Iterator[Flowable]:
    moments = ("stopped_at", "notice_delivered_at", "proof_at", "decided_at")
    yield pairs(
        [
            (label("kind", style), style.of(paper.kind_title)),
            (label("state", style), style.of(paper.state_title)),
            *((label(name, style), clock_time(getattr(paper, name))) for name in moments),
            (label("violation_code", style), paper.authority.violation_code),
            (label("written_against", style), style.of(paper.written_against)),
        ],
        width,
    )


def _timeline(paper: CasePaper, style: Style, width: float) -> Iterator[Flowable]:
    rows = []
    for line in paper.timeline:
        what = (
            f"{style.of(line.what)} → {style.of(line.state)}"
            if line.effect
            else f"{style.of(line.what)} {label('no_effect', style)}"
        )
        rows.append((clock_time(line.at)[:19], what, line.who or style.of(line.by), line.reason))
    if rows:
        head = [label(name, style) for name in ("at", "what", "who", "reason")]
        yield grid(head, rows, [width * share for share in (0.2, 0.4, 0.17, 0.23)])


def _checks(paper: CasePaper, style: Style, width: float) -> Iterator[Flowable]:
    rows = [
        (
            style.of(check.title),
            label("holds" if check.passed else "fails", style),
            style.of(check.detail),
            check.basis,
        )
        for check in paper.checks
    ]
    if rows:
        head = [label(name, style) for name in ("check", "result", "finding", "basis")]
        yield grid(head, rows, [width * share for share in (0.18, 0.1, 0.5, 0.22)])


def _pictures(paper: CasePaper, style: Style, width: float) -> Iterator[Flowable]:
    for shown in paper.pictures:
        yield evidence(shown, style, width)


def _chain(paper: CasePaper, style: Style, width: float) -> Iterator[Flowable]:
    rows = [
        (
            str(shown.record_seq),
            style.of(shown.title),
            shown.record_hash,
            f"{shown.key_id} {label('verified_yes' if shown.verified else 'verified_no', style)}",
        )
        for shown in sorted(paper.pictures, key=lambda shown: shown.record_seq)
    ]
    if rows:
        head = [label(name, style) for name in ("record_seq", "picture", "record_hash", "key_id")]
        yield grid(head, rows, [width * share for share in (0.14, 0.2, 0.44, 0.22)])


def _deadlines(paper: CasePaper, style: Style, width: float) -> Iterator[Flowable]:
    rows = [(style.of(line.title), clock_time(line.due_at)[:19], _outcome(line, style), line.basis) for line in paper.deadlines]
    if rows:
        head = [label(name, style) for name in ("what", "due_at", "state", "basis")]
        yield grid(head, rows, [width * share for share in (0.25, 0.23, 0.29, 0.23)])


def _outcome(line: PaperDeadline, style: Style) -> str:
    if line.fired_at is not None:
        return f"{label('fired', style)} {clock_time(line.fired_at)[:19]}"
    if line.cancelled_at is not None:
        return f"{label('cancelled', style)} {clock_time(line.cancelled_at)[:19]}"
    return label("running", style)


def _people(paper: CasePaper, style: Style, width: float) -> Iterator[Flowable]:
    acted = dict.fromkeys(Officer(line.who, line.certificate) for line in paper.timeline if line.who)
    if acted:
        head = [label(name, style) for name in ("who", "certificate")]
        yield grid(head, [(officer.name, officer.certificate) for officer in acted], [width * 0.5, width * 0.5])


def _papers(paper: CasePaper, style: Style, width: float) -> Iterator[Flowable]:
    rows = [(one.number, clock_time(one.issued_at)[:19], one.issued_by, one.sha256) for one in paper.issued]
    if rows:
        head = [label(name, style) for name in ("paper_number", "at", "issued_by", "file_hash")]
        yield grid(head, rows, [width * share for share in (0.32, 0.2, 0.13, 0.35)])
