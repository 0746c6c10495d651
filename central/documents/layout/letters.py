"""The papers that go to the person concerned: informing, decision, service receipt."""

from collections.abc import Iterator

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Table, TableStyle

from central.documents.layout.parts import (
    BODY,
    CENTRED,
    HEADING,
    INDENTED,
    LINE,
    RIGHT,
    SMALL,
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
from central.documents.variables import clock_time, day
from central.documents.words import PaperWords

PICTURE_HEIGHT = 62 * mm
QR_SIDE = 34 * mm
BY_HAND = 16 * mm
_NO_PADDING = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]


def informing(paper: CasePaper, words: PaperWords, style: Style) -> bytes:
    """The informing paper: facts, reasons, basis, rights (APL 44-45)."""
    sheet = Sheet(words.title, paper.number, paper.authority)
    story = [
        *head(paper, words, style),
        *sections(words),
        *signed(paper, style, sheet),
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
        *sections(words),
        *signed(paper, style, sheet),
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
    table = pairs(rows, _width(sheet), share=0.32, empty_height=BY_HAND)
    story = [*head(paper, words, style), *sections(words), table, space(3), *signed(paper, style, sheet)]
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


def signed(paper: CasePaper, style: Style, sheet: Sheet) -> Iterator[Flowable]:
    """Officers with their certificates, the place of the seal, the date; kept on one page."""
    officers = "；".join(
        f"{officer.name}（{label('certificate', style)} {officer.certificate or '＿＿＿＿＿＿'}）" for officer in paper.officers
    )
    width = _width(sheet)
    seal = Table([[text(label("seal", style), CENTRED)]], colWidths=[52 * mm], rowHeights=[22 * mm], hAlign="RIGHT")
    seal.setStyle(TableStyle([("BOX", (0, 0), (-1, -1), LINE, black, None, (2, 2)), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    names = [text(paper.authority.name, RIGHT), seal, space(1), text(day(paper.issued_at), RIGHT)]
    below = Table([[list(_online(paper, style)), names]], colWidths=[width / 2, width / 2])
    below.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_NO_PADDING]))
    yield space(2)
    yield KeepTogether([pairs([(label("officers", style), officers)], width), space(3), below])


def _online(paper: CasePaper, style: Style) -> Iterator[Flowable]:
    yield square_code(paper.public_url, QR_SIDE)
    yield text(label("scan", style), SMALL)
    yield text(paper.public_url, SMALL)
    yield text(f"{label('public_code', style)}：{paper.public_code}", BODY)


def _pictures(paper: CasePaper, style: Style, sheet: Sheet) -> Iterator[Flowable]:
    """The pictures with what can be checked, on pages of their own."""
    if not paper.pictures:
        return
    yield PageBreak()
    yield text(label("pictures", style), HEADING)
    for shown in paper.pictures:
        yield KeepTogether(list(_picture(shown, style, _width(sheet))))


def _picture(shown: PaperPicture, style: Style, width: float) -> Iterator[Flowable]:
    yield text(style.label(shown.title), BODY)
    if shown.jpeg is not None:
        yield picture(shown.jpeg, width, PICTURE_HEIGHT)
    elif shown.media_type.startswith("image/"):
        yield text(label("picture_missing", style), SMALL)
    yield pairs(chain_rows(shown, style), width, style=SMALL)
    yield space(3)


def chain_rows(shown: PaperPicture, style: Style) -> list[tuple[str, str]]:
    """What can be checked of a picture: times, hashes, key."""
    verified = label("verified_yes" if shown.verified else "verified_no", style)
    return [
        (label("captured_at", style), clock_time(shown.captured_at)),
        (label("clock", style), clock_text(shown, style)),
        (label("camera", style), shown.camera),
        (label("file_hash", style), shown.sha256),
        (label("record_hash", style), shown.record_hash),
        (
            label("key_id", style),
            f"{shown.key_id}　{label('record_seq', style)} {shown.record_seq}　{label('verified', style)}：{verified}",
        ),
    ]


def clock_text(shown: PaperPicture, style: Style) -> str:
    """The measured offset with its error."""
    if shown.clock_offset_s is None:
        return label("clock_unknown", style)
    return f"{shown.clock_offset_s:+.3f} s（± {shown.clock_error_s:.3f} s）"


def _width(sheet: Sheet) -> float:
    return sheet.size[0] - 2 * sheet.margin
