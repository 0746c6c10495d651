"""The papers that go to the person concerned: informing, decision, service receipt."""

from collections.abc import Iterator

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Table, TableStyle

from central.documents.layout.evidence import evidence
from central.documents.layout.parts import (
    BODY,
    CENTRED,
    HEADING,
    INDENTED,
    LINE,
    NO_PADDING,
    RIGHT,
    SMALL,
    TITLE,
    Sheet,
    label,
    make_pdf,
    pairs,
    space,
    square_code,
    text,
)
from central.documents.papers import CasePaper, Style
from central.documents.variables import day
from central.documents.words import PaperWords

QR_SIDE = 34 * mm
BY_HAND = 14 * mm
ONLINE = 0.61  # of the width, for the square code and its words
BLANK = "＿＿＿＿＿＿"  # for a pen


def informing(paper: CasePaper, words: PaperWords, style: Style) -> bytes:
    """The informing paper: facts, reasons, basis, rights (APL 44-45)."""
    sheet = Sheet(words.title, paper.number, paper.authority)
    story = [
        *head(paper, words, style),
        *wording_and_seal(paper, words, style, sheet),
        *_pictures(paper, style, sheet),
    ]
    return make_pdf(sheet, story, style)


def decision(paper: CasePaper, words: PaperWords, style: Style) -> bytes:
    """The decision: the six items of APL 59 and who acted."""
    sheet = Sheet(words.title, paper.number, paper.authority)
    party = paper.party
    rows = [(label("party", style), party.name if party else "")]
    if party and party.identity:
        rows.append((label("identity", style), party.identity))
    if party and party.address:
        rows.append((label("party_address", style), party.address))
    rows += [(label("plate", style), paper.plate), (label("place", style), paper.place)]
    story = [
        *head(paper, words, style),
        pairs(rows, _width(sheet)),
        space(2),
        *wording_and_seal(paper, words, style, sheet),
        *_pictures(paper, style, sheet),
    ]
    return make_pdf(sheet, story, style)


def service_receipt(paper: CasePaper, words: PaperWords, style: Style) -> bytes:
    """The service receipt, with room for pens (APL 61)."""
    sheet = Sheet(words.title, paper.number, paper.authority)
    service = paper.service
    served = f"{service.served.number}（SHA-256 {service.served.sha256[:16]}…）" if service else ""
    filled = [
        (label("case_number", style), paper.case_number),
        (label("served_paper", style), served),
        (label("receiver", style), (service.receiver if service else "") or (paper.party.name if paper.party else "")),
        (label("service_way", style), service.way if service else ""),
        (label("service_place", style), service.place if service else ""),
    ]
    by_hand = ("receiver_signature", "other_receiver", "refusal", "served_at", "server_signature", "remarks")
    rows = [*filled, *((label(name, style), "") for name in by_hand)]
    table = pairs(rows, _width(sheet), share=0.36 if style.gloss else 0.32, empty_height=BY_HAND)
    closing = KeepTogether([*_foot(words), *_signed(paper, style, sheet, online=False)])
    story = [*head(paper, words, style), *sections(words), table, space(2), closing]
    return make_pdf(sheet, story, style)


def head(paper: CasePaper, words: PaperWords, style: Style) -> Iterator[Flowable]:
    """Authority, title, number."""
    yield text(paper.authority.name, CENTRED)
    yield text(words.title, TITLE)
    yield text(paper.number, RIGHT)
    if paper.corrects:
        yield text(f"{label('corrects', style)}：{paper.corrects}", RIGHT)


def sections(words: PaperWords) -> Iterator[Flowable]:
    """The wording."""
    for section in words.sections:
        if section.heading:
            yield text(section.heading, HEADING)
        for paragraph in section.text:
            yield text(paragraph, BODY if paragraph.endswith("：") else INDENTED)


def wording_and_seal(paper: CasePaper, words: PaperWords, style: Style, sheet: Sheet) -> Iterator[Flowable]:
    """The wording, and with its last part on the same page who acted, the seal and the date: no page bears a seal alone."""
    yield from sections(PaperWords(title=words.title, number=words.number, sections=words.sections[:-1]))
    last = PaperWords(title=words.title, number=words.number, sections=words.sections[-1:])
    yield KeepTogether([*sections(last), space(2), *_signed(paper, style, sheet), *_foot(words)])


def _foot(words: PaperWords) -> Iterator[Flowable]:
    if words.foot:
        yield text(words.foot, SMALL)
        yield space(1)


def _signed(paper: CasePaper, style: Style, sheet: Sheet, *, online: bool = True) -> list[Flowable]:
    """Officers with their certificates, the place of the seal, the date, and the way to the public page."""
    officers = [f"{officer.name}（{label('certificate', style)} {officer.certificate or BLANK}）" for officer in paper.officers]
    width = _width(sheet)
    seal = Table([[text(label("seal", style), CENTRED)]], colWidths=[52 * mm], rowHeights=[22 * mm], hAlign="RIGHT")
    seal.setStyle(TableStyle([("BOX", (0, 0), (-1, -1), LINE, black, None, (2, 2)), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    names = [text(paper.authority.name, RIGHT), seal, space(1), text(day(paper.issued_at), RIGHT)]
    below = Table(
        [[list(_online(paper, style, width * ONLINE)) if online else [], names]], colWidths=[width * ONLINE, width * (1 - ONLINE)]
    )
    below.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *NO_PADDING]))
    return [pairs([(label("officers", style), "\n".join(officers))], width), space(3), below]


def _online(paper: CasePaper, style: Style, room: float) -> Iterator[Flowable]:
    words = [
        text(label("scan", style), SMALL),
        text(paper.public_url, SMALL),
        text(f"{label('public_code', style)}：{paper.public_code}", BODY),
    ]
    beside = Table(
        [[square_code(paper.public_url, QR_SIDE), words]], colWidths=[QR_SIDE + 2 * mm, room - QR_SIDE - 6 * mm], hAlign="LEFT"
    )
    beside.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *NO_PADDING]))
    yield beside


def _pictures(paper: CasePaper, style: Style, sheet: Sheet) -> Iterator[Flowable]:
    """The pictures with what can be checked, on pages of their own."""
    if not paper.pictures:
        return
    yield PageBreak()
    yield text(label("pictures", style), HEADING)
    for shown in paper.pictures:
        yield evidence(shown, style, _width(sheet))


def _width(sheet: Sheet) -> float:
    return sheet.size[0] - 2 * sheet.margin
