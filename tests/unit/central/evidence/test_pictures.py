"""GA/T 832-2014 on real bytes: number, spacing, size, colour, and what can be seen (LAW 2, 3)."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter

from central.evidence.measuring import PictureMeasures, measure_picture
from central.evidence.picture_rules import FindingKind, Panorama, PictureSet, PictureTerms, judge_pictures
from tests.integration.screens.pictures import CAR, street_picture
from yuhang.messages import Box

NINE = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
MANY = 50_000_000
Kind = FindingKind


def encoded(picture: Image.Image, form: str = "JPEG") -> bytes:
    output = io.BytesIO()
    picture.save(output, form)
    return output.getvalue()


CONTENT = street_picture("street")
STREET = Image.open(io.BytesIO(CONTENT))
GOOD = measure_picture(street_picture("street"), MANY)


LOOKS = [
    ("as drawn", STREET, set()),
    ("night with lamps", ImageEnhance.Brightness(STREET).enhance(0.35), set()),
    ("grey", STREET.convert("L").convert("RGB"), {Kind.GREY}),
    ("stored without colour", STREET.convert("L"), {Kind.NOT_COLOUR}),
    ("dark", ImageEnhance.Brightness(STREET).enhance(0.06), {Kind.DARK, Kind.FLAT, Kind.GREY}),
    ("dazzled", Image.blend(STREET, Image.new("RGB", STREET.size, "white"), 0.97), {Kind.GLARING, Kind.FLAT, Kind.GREY}),
    ("out of focus", STREET.filter(ImageFilter.GaussianBlur(5)), {Kind.BLURRED}),
    ("a wall", Image.new("RGB", (1280, 720), "brown"), {Kind.FLAT}),
    ("too small", STREET.resize((1279, 720)), {Kind.TOO_SMALL}),
    ("too low", STREET.crop((0, 0, 1280, 719)), {Kind.TOO_SMALL}),
]  # fmt: skip


def panorama(at_s: float, measures: PictureMeasures | None, vehicle: Box | None = CAR, **changes: Any) -> Panorama:
    size = (measures.width, measures.height) if measures else (1280, 720)
    return replace(Panorama(NINE + timedelta(seconds=at_s), measures, size, vehicle), **changes)


def kinds(*panoramas: Panorama, videos: int = 0, close_ups: int = 0, plate_px: int = 120) -> set[FindingKind]:
    found = judge_pictures(PictureSet(panoramas, videos, close_ups, plate_px), PictureTerms())
    for finding in found:
        assert finding.clause in finding.zh
        assert finding.clause in finding.en
        assert "{" not in finding.zh + finding.en
    return {finding.kind for finding in found}


@pytest.mark.parametrize(("story", "picture", "expected"), LOOKS, ids=[story for story, *_ in LOOKS])
def test_law_03_a_picture_on_which_nothing_can_be_made_out_is_no_evidence(
    story: str, picture: Image.Image, expected: set[FindingKind]
) -> None:
    measures = measure_picture(encoded(picture), MANY)
    assert measures is not None
    assert kinds(panorama(0, GOOD), panorama(60, measures)) == expected


@pytest.mark.parametrize(
    ("story", "seconds", "videos", "expected"),
    [
        ("two, ten seconds apart", [0, 10], 0, set()),
        ("two, 9.9 s apart", [0, 9.9], 0, {Kind.TOO_CLOSE}),
        ("one", [0], 0, {Kind.TOO_FEW}),
        ("none", [], 0, {Kind.TOO_FEW}),
        ("one and a video", [0], 1, set()),
        ("a video alone", [], 1, {Kind.TOO_FEW}),
        ("three within nine seconds", [0, 4, 9], 0, {Kind.TOO_CLOSE}),
        ("three, the first and last 20 s apart", [0, 4, 20], 0, set()),
    ],
)
def test_law_02_number_and_spacing(story: str, seconds: list[float], videos: int, expected: set[FindingKind]) -> None:
    assert kinds(*(panorama(at, GOOD) for at in seconds), videos=videos) == expected


@pytest.mark.parametrize(
    ("story", "vehicle", "expected"),
    [
        ("not marked", None, {Kind.NO_VEHICLE}),
        ("reaches out of the picture", Box(left=1200, top=300, right=1400, bottom=500), {Kind.VEHICLE_CUT}),
        ("99 pixels wide", Box(left=100, top=100, right=199, bottom=160), {Kind.VEHICLE_SMALL}),
        ("fills the picture", Box(left=0, top=0, right=1280, bottom=700), {Kind.NO_SURROUNDINGS}),
    ],
)
def test_law_03_vehicle_and_surroundings_can_be_seen(story: str, vehicle: Box | None, expected: set[FindingKind]) -> None:
    assert kinds(panorama(0, GOOD), panorama(60, GOOD, vehicle)) == expected


def test_law_03_the_plate_can_be_read_or_there_is_a_close_up() -> None:
    pair = panorama(0, GOOD), panorama(60, GOOD)
    assert kinds(*pair, plate_px=59) == {Kind.PLATE_SMALL}
    assert kinds(*pair, plate_px=59, close_ups=1) == set()


def test_law_03_the_bytes_count_and_not_what_the_node_says_of_them() -> None:
    small = measure_picture(encoded(STREET.resize((640, 360))), MANY)
    told = panorama(60, small, vehicle=Box(left=200, top=190, right=340, bottom=270), told_size=(1920, 1080))
    assert kinds(panorama(0, GOOD), told) == {Kind.NOT_AS_TOLD, Kind.TOO_SMALL}
    assert kinds(panorama(0, GOOD), panorama(60, None)) == {Kind.UNREADABLE}


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", street_picture("x")[:20_000], encoded(STREET, "GIF")],
    ids=["empty", "text", "cut off", "GIF"],
)
def test_what_is_no_whole_picture_has_no_measures(content: bytes) -> None:
    assert measure_picture(content, MANY) is None


def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    assert measure_picture(street_picture("x"), 1280 * 720 - 1) is None


@given(st.binary(max_size=300), st.integers(0, 5000))
def test_no_bytes_make_it_fall_over(noise: bytes, at: int) -> None:
    measure_picture(CONTENT[:at] + noise + CONTENT[at + len(noise) :], MANY)


def test_real_street_pictures_pass(shared_dir: Path) -> None:
    """Real photographs, only their size aside, are bright, coloured and sharp enough."""
    for path in sorted((shared_dir / "media" / "street").glob("*.jpg")):
        measures = measure_picture(path.read_bytes(), MANY)
        assert measures is not None
        big = measures.model_copy(update={"width": 1280, "height": 720})
        assert kinds(panorama(0, GOOD), panorama(60, big)) == set(), path.name
        with Image.open(path) as picture:
            soft = measure_picture(encoded(picture.convert("RGB").filter(ImageFilter.GaussianBlur(6))), MANY)
        assert soft is not None
        assert Kind.BLURRED in kinds(panorama(0, GOOD), panorama(60, soft)), path.name
