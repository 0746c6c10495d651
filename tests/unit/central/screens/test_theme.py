"""Contrast as the rules of the screens demand it, and every tone with a shape of its own."""

import pytest

from central.screens.components.marks import shape
from central.screens.theme import DARK, LIGHT, Ink, Tone, contrast, stylesheet

WALL, DESK = 7.0, 4.5


@pytest.mark.parametrize(("name", "ink"), LIGHT.inks().items())
def test_desk_contrast(name: str, ink: Ink) -> None:
    assert contrast(ink) >= DESK, name


@pytest.mark.parametrize(("name", "ink"), DARK.inks().items())
def test_wall_contrast(name: str, ink: Ink) -> None:
    assert contrast(ink) >= WALL, name


def test_muted_text_and_tones_can_also_stand_on_the_page() -> None:
    for palette, limit in ((LIGHT, DESK), (DARK, WALL)):
        for name, ink in palette.inks().items():
            if name != "accent":
                assert contrast(Ink(ink.text, palette.page.ground)) >= limit, name
                assert contrast(Ink(ink.text, palette.surface.ground)) >= limit, name


def test_contrast_of_black_on_white_is_the_largest() -> None:
    assert contrast(Ink("#000000", "#ffffff")) == pytest.approx(21)
    assert contrast(Ink("#777777", "#777777")) == pytest.approx(1)


def test_every_tone_has_its_own_shape() -> None:
    assert len({shape(tone) for tone in Tone}) == len(Tone)


def test_the_style_sheet_loads_nothing_from_elsewhere() -> None:
    sheet = stylesheet()
    assert "url(" not in sheet
    assert "@import" not in sheet
    assert "gradient" not in sheet
