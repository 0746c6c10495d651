"""The font of the papers. A character that it lacks is printed as its code point, never as an empty box."""

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace

FONT = "YuhangPaperSans"
FILE = Path(__file__).parent / "fonts" / f"{FONT}.ttf"


@cache
def _face() -> TTFontFace:
    """The font, read and made known to reportlab once a process."""
    font = TTFont(FONT, str(FILE))
    pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=FONT, italic=FONT, boldItalic=FONT)
    return font.face


def use_font() -> None:
    """Make the font known to reportlab."""
    _face()


def missing_characters(text: str) -> tuple[str, ...]:
    """The characters of `text` that the font lacks, each once."""
    known = _face().charToGlyph
    return tuple(dict.fromkeys(character for character in text if ord(character) not in known and character != "\n"))


def printable(text: str) -> str:
    """`text` with each character that the font lacks as its code point: 〔U+2A6D6〕, to be written in by hand."""
    for character in missing_characters(text):
        text = text.replace(character, f"〔U+{ord(character):04X}〕")
    return text
