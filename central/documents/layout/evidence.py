"""How a picture stands on a paper: beside it what can be checked of it, three to a page."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Table, TableStyle

from central.documents.layout.parts import BODY, NO_PADDING, SMALL, TINY, label, pairs, picture, space, text
from central.documents.papers import PaperPicture, Style
from central.documents.variables import clock_time

PICTURE_WIDTH = 0.58  # of the page's
PICTURE_HEIGHT = 62 * mm
CAPTIONS = 0.36  # of the record's width
GLOSSED_CAPTIONS = 0.44  # in two languages
GAP = 3 * mm


def evidence(shown: PaperPicture, style: Style, width: float) -> KeepTogether:
    """A picture with its title, or why there is none, and its record; not broken over pages."""
    left = width * PICTURE_WIDTH
    seen = list(_seen(shown, style, left - GAP))
    record = pairs(chain_rows(shown, style), width - left, share=GLOSSED_CAPTIONS if style.gloss else CAPTIONS, style=TINY)
    beside = Table([[seen, record]], colWidths=[left, width - left])
    beside.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *NO_PADDING]))
    return KeepTogether([text(style.label(shown.title), BODY), beside, space(3)])


def _seen(shown: PaperPicture, style: Style, width: float) -> Iterator[Flowable]:
    if shown.jpeg is not None:
        image = picture(shown.jpeg, width, PICTURE_HEIGHT)
        image.hAlign = "LEFT"
        yield image
        if shown.marked:
            yield space(1)
            yield text(label("marked", style), SMALL)
    else:
        yield text(label("picture_missing" if shown.media_type.startswith("image/") else "not_a_picture", style), SMALL)


def chain_rows(shown: PaperPicture, style: Style) -> list[tuple[str, str]]:
    """What can be checked of a picture: times, hashes, key."""
    verified = label("verified_yes" if shown.verified else "verified_no", style)
    return [
        (label("captured_at", style), clock_time(shown.captured_at)),
        (label("clock", style), clock_text(shown, style)),
        (label("camera", style), shown.camera),
        (label("file_hash", style), shown.sha256),
        (label("record_seq", style), str(shown.record_seq)),
        (label("record_hash", style), shown.record_hash),
        (label("key_id", style), f"{shown.key_id}　{label('verified', style)}：{verified}"),
    ]


def clock_text(shown: PaperPicture, style: Style) -> str:
    """The measured offset with its error."""
    if shown.clock_offset_s is None:
        return label("clock_unknown", style)
    return f"{shown.clock_offset_s:+.3f} s（±{shown.clock_error_s:.3f} s）"
