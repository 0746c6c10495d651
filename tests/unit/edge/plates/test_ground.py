"""Blue or yellow, as the picture shows it, under any lamp."""

import io
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.plates.ground import ground_colour
from models.plate_art.drawing import draw_plate
from models.plate_art.layouts import PlateClass
from yuhang.plates import PlateColour

CROP = (168, 48)
LAMP = st.floats(0.6, 1.2)


def seen(text: str, colour: PlateColour, lamp: tuple[float, float, float], light: float, width: int) -> np.ndarray:
    """The plate as a camera sees it: `lamp` is the strength of blue, green and red light, `width` the plate's in pixels."""
    lit = np.clip(draw_plate(text, PlateClass(colour)) * np.array(lamp) * light, 0, 255).astype(np.uint8)
    small = cv2.resize(lit, (width, round(width * 140 / 440)), interpolation=cv2.INTER_AREA)
    return cv2.resize(cv2.GaussianBlur(small, (0, 0), 0.5), CROP)


@pytest.mark.parametrize("colour", [PlateColour.BLUE, PlateColour.YELLOW])
@settings(max_examples=150)
@given(
    text=st.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=5, max_size=5),
    lamp=st.tuples(LAMP, LAMP, LAMP),
    light=st.floats(0.3, 1.1),
    width=st.integers(50, 160),
)
def test_no_lamp_turns_one_into_the_other(
    colour: PlateColour, text: str, lamp: tuple[float, float, float], light: float, width: int
) -> None:
    assert ground_colour(seen(f"浙A{text}", colour, lamp, light, width)) in {colour, None}


@pytest.mark.parametrize("colour", [PlateColour.BLUE, PlateColour.YELLOW])
def test_by_day_the_colour_is_told(colour: PlateColour) -> None:
    assert ground_colour(seen("浙A12345", colour, (1, 1, 1), 0.9, 60)) == colour


def test_blue_plates_from_the_street_are_never_called_yellow(shared_dir: Path) -> None:
    archive = shared_dir / "media" / "plate" / "crops_cn.tar"
    if not archive.is_file():
        pytest.skip("no crops of real plates here")
    with tarfile.open(archive) as tar:
        files = [tar.extractfile(member) for member in tar if member.name.endswith(".jpg")]
        crops = [cv2.imdecode(np.frombuffer(io.BytesIO(file.read()).getbuffer(), np.uint8), 1) for file in files if file]
    told = [ground_colour(crop) for crop in crops]
    assert PlateColour.YELLOW not in told
    assert told.count(PlateColour.BLUE) >= 0.99 * len(told)


@pytest.mark.parametrize("shape", [(48, 168), (3, 3), (1, 1)])
def test_a_picture_of_nothing_says_nothing(shape: tuple[int, int]) -> None:
    assert ground_colour(np.zeros((*shape, 3), np.uint8)) is None
