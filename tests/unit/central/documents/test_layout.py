"""Every variant of every paper as it comes out of the printer: nothing is cut by a line or by the edge, nothing stands alone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest

from central.documents.drawing import draw
from central.documents.papers import Officer, PaperKind, Style
from central.documents.words import load_templates
from tests.unit.central.documents.samples import AUTHORITY, paper

LONG = replace(
    AUTHORITY,
    name="浙江省杭州市余杭区未来科技城管理委员会综合行政执法局直属中队",
    address="浙江省杭州市余杭区五常街道文一西路998号未来科技城海创园18幢三楼办事大厅",
    reconsideration_organ="浙江省杭州市余杭区人民政府（未来科技城管委会）",
)
PLACE = "浙江省杭州市余杭区五常街道文一西路与荆长路交叉口东北角店前公共停车场出入口旁人行道"
VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "no notice arrived": {"notice_delivered_at": None, "proof_at": None},
    "long names, corrected, driver named": {
        "authority": LONG,
        "place": PLACE,
        "corrects": "余综执停告字〔2026〕第000122号",
        "driver_named": True,
    },
    "on the spot": {
        "authority": replace(AUTHORITY, simple=True, reconsideration_first=True, template_set="traffic_police"),
        "officers": (Officer("李雷", ""),),
    },
    "no pictures, nobody named": {"pictures": (), "party": None},
}
MOST_PAGES = {
    PaperKind.NOTICE_SHEET: 1,
    PaperKind.INFORMING: 3,
    PaperKind.DECISION: 3,
    PaperKind.SERVICE_RECEIPT: 1,
    PaperKind.CASE_FILE: 6,
}
TOUCHING = 0.4  # points that a glyph may come near a line
MARGIN = 20.0  # points
SEAL_WORDS, SEAL_HALF = 80.0, 28.0  # points from the last sign of "（印章）" to the left edge of its box, and half its height


def styles(kind: PaperKind) -> tuple[Style, ...]:
    return (Style(), Style(language="en")) if kind is PaperKind.CASE_FILE else (Style(), Style(gloss=True))


PAPERS = [(kind, name, style) for kind in PaperKind for name in VARIANTS for style in styles(kind)]


def glyphs(page: pdfium.PdfPage) -> Iterator[tuple[str, float, float, float, float]]:
    """Each visible character with its tight box: left, bottom, right, top."""
    text = page.get_textpage()
    for index in range(text.count_chars()):
        sign = text.get_text_range(index, 1)
        if sign.strip():
            yield (sign, *text.get_charbox(index))


def rules(page: pdfium.PdfPage) -> list[tuple[float, float, float, float]]:
    """Thin lines of tables."""
    boxes = [shape.get_bounds() for shape in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH])]
    return [box for box in boxes if min(box[2] - box[0], box[3] - box[1]) < 1.5]


@pytest.mark.parametrize(
    ("kind", "name", "style"), PAPERS, ids=[f"{k.value}, {n}, {s.language}{' gloss' * s.gloss}" for k, n, s in PAPERS]
)
def test_nothing_is_cut_and_no_page_is_wasted(kind: PaperKind, name: str, style: Style) -> None:
    made = paper(**VARIANTS[name])
    with pdfium.PdfDocument(draw(kind, made, load_templates(made.authority.template_set), style)) as document:
        assert len(document) <= MOST_PAGES[kind]
        for page in document:
            width, height = page.get_size()
            lines = rules(page)
            for sign, left, bottom, right, top in glyphs(page):
                assert left >= MARGIN, sign
                assert right <= width - MARGIN, sign
                assert 0 < bottom < top < height, sign
                for x1, y1, x2, y2 in lines:
                    across = min(right, x2) - max(left, x1) > TOUCHING and min(top, y2) - max(bottom, y1) > 0
                    struck = across and bottom + TOUCHING < (y1 + y2) / 2 < top - TOUCHING
                    assert not struck, f"a line goes through {sign!r} on a page of {kind.value}"


@pytest.mark.parametrize("style", [Style(), Style(gloss=True)])
def test_words_beside_the_square_code_keep_away_from_the_seal(style: Style) -> None:
    with pdfium.PdfDocument(draw(PaperKind.DECISION, paper(pictures=()), load_templates("urban_management"), style)) as document:
        found = list(glyphs(document[len(document) - 1]))
    seal_words = [(left, right, y1, y2) for sign, left, y1, right, y2 in found if sign == "章"]
    left, _, bottom, top = seal_words[-1]
    edge = left - SEAL_WORDS  # the box is wider than its words
    beside = [right for _, x1, y1, right, y2 in found if x1 < edge and y1 < top + SEAL_HALF and y2 > bottom - SEAL_HALF]
    assert beside
    assert max(beside) < edge
