"""The grammar of number plates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuhang.plates import PROVINCES, PlateColour, PlateError, PlateKind, is_plate, normalise_plate, parse_plate

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SERIAL = LETTERS + "0123456789"


@pytest.mark.parametrize(
    ("text", "kind", "province", "colour"),
    [
        ("京CKR023", PlateKind.ORDINARY, "京", None),
        ("浙A12345", PlateKind.ORDINARY, "浙", None),
        ("浙AD12345", PlateKind.NEW_ENERGY_SMALL, "浙", PlateColour.GREEN),
        ("浙AF1234Z", None, None, None),
        ("浙AFX1234", PlateKind.NEW_ENERGY_SMALL, "浙", PlateColour.GREEN),
        ("粤BB12345", PlateKind.NEW_ENERGY_SMALL, "粤", PlateColour.GREEN),
        ("沪A12345D", PlateKind.NEW_ENERGY_LARGE, "沪", PlateColour.GREEN),
        ("沪A12345K", PlateKind.NEW_ENERGY_LARGE, "沪", PlateColour.GREEN),
        ("沪A12345L", None, None, None),
        ("浙A1234警", PlateKind.POLICE, "浙", PlateColour.WHITE),
        ("京O1234警", PlateKind.POLICE, "京", PlateColour.WHITE),
        ("224578使", PlateKind.EMBASSY, None, PlateColour.BLACK),
        ("使014578", PlateKind.EMBASSY, None, PlateColour.BLACK),
        ("沪A0023领", PlateKind.CONSULATE, "沪", PlateColour.BLACK),
        ("沪22478领", PlateKind.CONSULATE, "沪", PlateColour.BLACK),
        ("粤Z1234港", PlateKind.HONG_KONG_MACAU, "粤", PlateColour.BLACK),
        ("粤ZF023澳", PlateKind.HONG_KONG_MACAU, "粤", PlateColour.BLACK),
        ("浙A1234学", PlateKind.LEARNER, "浙", PlateColour.YELLOW),
        ("浙A1234挂", PlateKind.TRAILER, "浙", PlateColour.YELLOW),
        ("浙A1234应急", PlateKind.EMERGENCY, "浙", PlateColour.WHITE),
        ("WJ浙1234A", PlateKind.ARMED_POLICE, None, PlateColour.WHITE),
        ("VA12345", PlateKind.MILITARY, None, PlateColour.WHITE),
        ("粤B1234港", None, None, None),
        ("浙I12345", None, None, None),
        ("浙A1234I", None, None, None),
        ("浙A1234O", None, None, None),
        ("浙A1234", None, None, None),
        ("浙A123456", None, None, None),
        ("台A12345", None, None, None),
        ("A12345", None, None, None),
        ("", None, None, None),
    ],
)
def test_kinds_of_plates(text: str, kind: PlateKind | None, province: str | None, colour: PlateColour | None) -> None:
    assert is_plate(text) == (kind is not None)
    if kind is None:
        with pytest.raises(PlateError):
            parse_plate(text)
        return
    plate = parse_plate(text)
    assert (plate.text, plate.kind, plate.province, plate.colour) == (text, kind, province, colour)


@pytest.mark.parametrize("text", ["浙a·12345", "浙Ａ１２３４５", " 浙A 123 45\n", "浙A•12345", "浙A-12345", "浙Ａ・12345"])
def test_dots_spaces_width_and_case_do_not_matter(text: str) -> None:
    assert parse_plate(text).text == "浙A12345"


def test_the_colour_seen_decides_only_what_the_text_leaves_open() -> None:
    assert parse_plate("浙A12345", PlateColour.YELLOW).colour is PlateColour.YELLOW
    assert parse_plate("浙A12345", PlateColour.GREEN).colour is None
    assert parse_plate("浙AD12345", PlateColour.BLUE).colour is PlateColour.GREEN


@given(st.sampled_from(PROVINCES), st.sampled_from(LETTERS), st.text(SERIAL, min_size=5, max_size=5))
def test_every_ordinary_plate_is_read(province: str, authority: str, serial: str) -> None:
    plate = parse_plate(f"{province}{authority}·{serial}")
    assert (plate.kind, plate.text) == (PlateKind.ORDINARY, f"{province}{authority}{serial}")


@given(
    st.sampled_from(PROVINCES),
    st.sampled_from(LETTERS),
    st.sampled_from("ABCDEFGHJK"),
    st.sampled_from(SERIAL),
    st.text("0123456789", min_size=4, max_size=4),
)
def test_every_green_plate_of_a_small_car_is_read(province: str, authority: str, energy: str, first: str, digits: str) -> None:
    assert parse_plate(f"{province}{authority}{energy}{first}{digits}").kind is PlateKind.NEW_ENERGY_SMALL


@given(st.text(max_size=12))
def test_any_text_is_a_plate_or_a_plate_error_and_the_normal_form_is_stable(text: str) -> None:
    try:
        plate = parse_plate(text)
    except PlateError:
        assert not is_plate(text)
    else:
        assert is_plate(text)
        assert parse_plate(plate.text) == plate
        assert normalise_plate(plate.text) == plate.text
