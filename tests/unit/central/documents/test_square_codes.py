"""The square code on each paper, read by a real reader: from the page, and after a bad printer and a bad camera."""

import io

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray

from central.documents.drawing import draw
from central.documents.papers import PaperKind
from central.documents.words import load_templates
from tests.unit.central.documents.samples import paper

DPI = 200
AROUND, SEEN = 10.0, 130.0  # points
WITH_CODE = tuple(kind for kind in PaperKind if kind is not PaperKind.SERVICE_RECEIPT)  # that one stays with the authority
Grey = NDArray[np.uint8]


def what_a_telephone_sees(kind: PaperKind, name: str) -> Grey:
    """The part of the first page that is held before the camera: the square above or left of its caption, with what is around."""
    pdf = draw(kind, paper(), load_templates(name))
    with pdfium.PdfDocument(io.BytesIO(pdf)) as document:
        page = document[0]
        found = page.get_textpage().search("扫码查看" if kind is not PaperKind.CASE_FILE else "https").get_next()
        left, _, _, top = page.get_textpage().get_charbox(found[0])
        sheet = np.asarray(page.render(scale=DPI / 72, grayscale=True).to_numpy()).squeeze()
        height = page.get_height()
    beside = kind in {PaperKind.INFORMING, PaperKind.DECISION}
    x = int((left - (SEEN - AROUND if beside else AROUND)) / 72 * DPI)
    y = int((height - top) / 72 * DPI)
    side = int(SEEN / 72 * DPI)
    below = side // 2 if beside else side // 8
    return sheet[max(0, y + below - side) : y + below, max(0, x) : x + side].copy()


def read(page: Grey) -> str:
    """What the reader finds in one of a few pictures at changing distance, as a telephone takes them."""
    for distance in (1.0, 0.8, 1.25, 0.6):
        text, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.resize(page, None, fx=distance, fy=distance))
        if text:
            return text
    return ""


def photographed(page: Grey, *, angle: float, blur: float, noise: float, seed: int = 1) -> Grey:
    """The page as a bad printer and a telephone leave it: toner or none, turned, blurred, noisy, in uneven light."""
    printed = np.where(page > 160, 255, 0).astype(np.uint8)
    height, width = printed.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = cv2.warpAffine(printed, turn, (width, height), borderValue=(255.0,))
    blurred = cv2.GaussianBlur(turned, (0, 0), blur)
    light = np.linspace(0.55, 1.0, width)[None, :]
    grain = np.random.default_rng(seed).normal(0, noise, printed.shape)
    return np.clip(blurred * light + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", WITH_CODE)
@pytest.mark.parametrize("name", ["urban_management", "traffic_police"])
def test_the_square_code_leads_to_the_public_page(kind: PaperKind, name: str) -> None:
    assert read(what_a_telephone_sees(kind, name)) == paper().public_url == "https://parking.example.cn/c/2026-000123"


@pytest.mark.parametrize("kind", WITH_CODE)
@pytest.mark.parametrize(("angle", "blur", "noise"), [(0.0, 1.0, 0), (3.0, 1.2, 12), (-7.0, 1.0, 20), (12.0, 1.4, 8)])
def test_it_is_read_after_a_black_and_white_print_and_a_photograph(
    kind: PaperKind, angle: float, blur: float, noise: float
) -> None:
    page = photographed(what_a_telephone_sees(kind, "urban_management"), angle=angle, blur=blur, noise=noise)
    assert read(page) == paper().public_url


def test_without_its_toner_it_is_not_read() -> None:
    page = what_a_telephone_sees(PaperKind.INFORMING, "urban_management")
    page[:, : page.shape[1] // 2] = 255
    assert read(page) == ""
