"""What papers are put together from: text, tables, pictures, the square code, and the page around them. Black on white only."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color, black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, Image, PageTemplate, Paragraph, Spacer, Table, TableStyle

from central.documents.font import FONT, printable, use_font
from central.documents.layout.lines import break_lines
from central.documents.papers import PaperAuthority, Style
from central.documents.words import load_labels

GREY = Color(0.93, 0.93, 0.93)
LINE = 0.6  # points
ROW_PADDING = (2.5, 3.5)  # above and below, points
NO_PADDING = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
BODY = ParagraphStyle("body", fontName=FONT, fontSize=10.5, leading=16, wordWrap="CJK", spaceAfter=2)
INDENTED = ParagraphStyle("indented", parent=BODY, firstLineIndent=21)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8.5, leading=12, spaceAfter=0)
TINY = ParagraphStyle("tiny", parent=BODY, fontSize=7, leading=9, spaceAfter=0)
HEADING = ParagraphStyle("heading", parent=BODY, fontSize=11.5, leading=17, spaceBefore=4, spaceAfter=1, keepWithNext=1)
TITLE = ParagraphStyle("title", parent=BODY, fontSize=20, leading=28, alignment=TA_CENTER, spaceAfter=4)
CENTRED = ParagraphStyle("centred", parent=BODY, alignment=TA_CENTER)
RIGHT = ParagraphStyle("right", parent=BODY, alignment=TA_RIGHT)
BIG = ParagraphStyle("big", parent=BODY, fontSize=30, leading=38, alignment=TA_CENTER, spaceAfter=2)
Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page: its size, margin in points, and what stands at its foot."""

    title: str
    number: str
    authority: PaperAuthority
    size: Size = A4
    margin: float = 20 * mm


class Text(Paragraph):
    """A paragraph of plain text; nothing in it is markup, and a character that the font lacks is shown as its code point."""

    def __init__(self, content: str, style: ParagraphStyle = BODY) -> None:
        use_font()
        super().__init__(escape(printable(content)), style)

    def breakLinesCJK(self, maxWidths: Any) -> Any:  # noqa: N802, N803 - reportlab's own names
        """Its own way begins lines with closing marks."""
        (fragment,) = self.frags or (None,)
        if fragment is None or getattr(self, "_splitpara", False):
            return super().breakLinesCJK(maxWidths)
        widths = maxWidths if isinstance(maxWidths, list | tuple) else [maxWidths]
        lines = break_lines(fragment.text, widths, lambda part: stringWidth(part, fragment.fontName, fragment.fontSize))
        size = fragment.fontSize
        return fragment.clone(kind=0, lines=[(room, [line]) for room, line in lines], ascent=size, descent=-0.2 * size)


def text(content: str, style: ParagraphStyle = BODY) -> Text:
    """A paragraph of plain text."""
    return Text(content, style)


def label(name: str, style: Style, **values: object) -> str:
    """A caption in the style's language, with its words filled in."""
    return style.label(load_labels()[name]).format(**values)


def pairs(
    rows: Sequence[tuple[str, str]],
    width: float,
    *,
    share: float = 0.24,
    style: ParagraphStyle = BODY,
    empty_height: float | None = None,
) -> Table:
    """A table of captions and values with thin lines; rows without a value are at least `empty_height` points high, for a pen."""
    room = Spacer(0, max(0.0, (empty_height or 0.0) - sum(ROW_PADDING)))
    cells = [[text(caption, style), _cell(value, style) if value or not empty_height else room] for caption, value in rows]
    return _lined(Table(cells, colWidths=[width * share, width * (1 - share)]), header=False)


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], style: ParagraphStyle = SMALL) -> Table:
    """A table with a head that is repeated on each page; a row may break over pages."""
    cells: list[list[Any]] = [[text(cell, style) for cell in head], *([_cell(cell, style) for cell in row] for row in rows)]
    return _lined(Table(cells, colWidths=list(widths), repeatRows=1, splitInRow=1), header=True)


def picture(jpeg: bytes, width: float, height: float) -> Image:
    """A picture as large as fits."""
    image = Image(io.BytesIO(jpeg))
    scale = min(width / image.imageWidth, height / image.imageHeight)
    image.drawWidth, image.drawHeight = image.imageWidth * scale, image.imageHeight * scale
    return image


def square_code(content: str, side: float) -> Drawing:
    """A QR code with its quiet zone, `side` points wide."""
    widget = QrCodeWidget(content, barLevel="M", barBorder=4)
    left, bottom, right, top = widget.getBounds()
    return Drawing(side, side, widget, transform=[side / (right - left), 0, 0, side / (top - bottom), 0, 0])


def space(millimetres: float) -> Spacer:
    """Room."""
    return Spacer(1, millimetres * mm)


def make_pdf(sheet: Sheet, story: list[Flowable], style: Style | None = None, *, contents: bool = False) -> bytes:
    """The story as PDF; the same story gives the same bytes. `contents`: it has a table of contents."""
    use_font()
    output = io.BytesIO()
    document = PaperDocument(
        output,
        pagesize=sheet.size,
        title=f"{sheet.title} {sheet.number}",
        author=sheet.authority.name,
        invariant=1,
        pageCompression=1,
        lang="zh-CN" if style is None or style.language == "zh" else "en",
    )
    frame = Frame(
        sheet.margin,
        sheet.margin,
        sheet.size[0] - 2 * sheet.margin,
        sheet.size[1] - 2 * sheet.margin,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=partial(_foot, sheet, style or Style())))
    if contents:
        document.multiBuild(story)
    else:
        document.build(story)
    return output.getvalue()


class Chapter(Text):
    """A heading that has a place in the table of contents."""

    def __init__(self, caption: str) -> None:
        super().__init__(caption, HEADING)
        self.caption = caption


class PaperDocument(BaseDocTemplate):
    """Tells the table of contents where each chapter came to stand."""

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's own name
        if isinstance(flowable, Chapter):
            self.notify("TOCEntry", (0, flowable.caption, self.page))


def _foot(sheet: Sheet, style: Style, canvas: Canvas, _document: BaseDocTemplate) -> None:
    canvas.setFont(FONT, 8)
    canvas.setFillColor(black)
    height = sheet.margin * 0.55
    canvas.drawString(sheet.margin, height, printable(sheet.number))
    page = label("page", style, page=canvas.getPageNumber())
    canvas.drawRightString(sheet.size[0] - sheet.margin, height, page)


def _cell(content: str, style: ParagraphStyle) -> list[Text]:
    """One paragraph for each line of the content."""
    return [text(line, style) for line in content.split("\n")]


def _lined(table: Table, *, header: bool) -> Table:
    commands: list[Any] = [
        ("GRID", (0, 0), (-1, -1), LINE, black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), ROW_PADDING[0]),
        ("BOTTOMPADDING", (0, 0), (-1, -1), ROW_PADDING[1]),
        ("BACKGROUND", (0, 0), (-1, 0) if header else (0, -1), GREY),
    ]
    table.setStyle(TableStyle(commands))
    return table
