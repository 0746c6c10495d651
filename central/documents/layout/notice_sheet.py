"""The notice sheet that is posted on the car: half a page of A4, the plate large, no name of anybody."""

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table, TableStyle

from central.documents.layout.evidence import clock_text
from central.documents.layout.parts import (
    BIG,
    CENTRED,
    HEADING,
    LINE,
    NO_PADDING,
    SMALL,
    TINY,
    TITLE,
    Sheet,
    label,
    make_pdf,
    pairs,
    picture,
    space,
    square_code,
    text,
)
from central.documents.papers import CasePaper, PaperPicture, Style
from central.documents.variables import clock_time, day, moment
from central.documents.words import PaperWords

MARGIN = 11 * mm
SIGNED = ParagraphStyle("signed", parent=SMALL, alignment=TA_RIGHT)
QR_SIDE = 34 * mm
PICTURE_HEIGHT = 38 * mm
MOST_PICTURES = 2


def notice_sheet(paper: CasePaper, words: PaperWords, style: Style) -> bytes:
    """The sheet, A5 upright: two of them, or one folded, make an A4 page."""
    sheet = Sheet(words.title, paper.number, paper.authority, A5, MARGIN)
    width = sheet.size[0] - 2 * MARGIN
    lead, *rest = words.sections
    story: list[Flowable] = [
        text(words.title, TITLE),
        text(paper.authority.name, CENTRED),
        text(paper.number, CENTRED),
        _plate(paper.plate, width),
        space(1.5),
        pairs(_facts(paper, style), width, share=0.4 if style.gloss else 0.24, style=SMALL),
        space(1),
        *(text(line, SMALL) for line in lead.text),
    ]
    right = [
        square_code(paper.public_url, QR_SIDE),
        text(label("scan" if paper.notice_delivered_at else "scan_record", style), TINY),
        text(f"{label('public_code', style)}：{paper.public_code}", SMALL),
    ]
    left: list[Flowable] = []
    for section in rest:
        left.append(text(section.heading, HEADING))
        left += [text(f"{number}. {line}", SMALL) for number, line in enumerate(section.text, start=1)]
    left.append(text(paper.public_url, SMALL))
    aside = QR_SIDE + 3 * mm
    story.append(_side_by_side(left, right, width, aside))
    shown = [one for one in paper.pictures if one.jpeg is not None][:MOST_PICTURES]
    if shown:
        story += [space(1), _pictures(shown, style, width)]
    story += [space(1), _signed(paper, words, style, width)]
    return make_pdf(sheet, story, style)


def _plate(plate: str, width: float) -> Table:
    table = Table([[text(plate, BIG)]], colWidths=[width * 0.7], hAlign="CENTER")
    table.setStyle(TableStyle([("BOX", (0, 0), (-1, -1), 1.6, black), ("TOPPADDING", (0, 0), (-1, -1), 0)]))
    return table


def _facts(paper: CasePaper, style: Style) -> list[tuple[str, str]]:
    rows = [
        (label("place", style), paper.place),
        (label("stopped_at", style), moment(paper.stopped_at)),
        (label("case_number", style), paper.case_number),
    ]
    if paper.notice_delivered_at is not None:
        rows.insert(2, (label("notice_delivered_at", style), moment(paper.notice_delivered_at)))
    return rows


def _side_by_side(left: list[Flowable], right: list[Flowable], width: float, aside: float) -> Table:
    table = Table([[left, right]], colWidths=[width - aside, aside])
    table.setStyle(
        TableStyle(
            [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 3)]
        )
    )
    return table


def _signed(paper: CasePaper, words: PaperWords, style: Style, width: float) -> Table:
    """Whom to call; beside it the day, where the seal goes."""
    table = Table(
        [[text(words.foot, SMALL), text(f"{label('seal', style)}　{day(paper.issued_at)}", SIGNED)]], colWidths=[width / 2] * 2
    )
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), *NO_PADDING]))
    return table


def _pictures(shown: list[PaperPicture], style: Style, width: float) -> Table:
    each = width / MOST_PICTURES
    cells: list[list[Flowable]] = []
    for one in shown:
        image = picture(one.jpeg or b"", each - 3 * mm, PICTURE_HEIGHT)
        when = f"{style.label(one.title)}　{clock_time(one.captured_at)[:19]}"
        proof = f"{label('clock', style)} {clock_text(one, style)}"
        cells.append([image, *(text(line, TINY) for line in (when, proof, f"SHA-256 {one.sha256[:16]}…"))])
    table = Table([cells], colWidths=[each] * len(cells))
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BOX", (0, 0), (-1, -1), LINE, black),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table
