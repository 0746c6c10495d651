"""Drawn plates: sizes and rows as the standard has them, and samples that carry their own text."""

from itertools import islice
from random import Random

import cv2
import numpy as np
import pytest

from edge.plates.vehicle import load_plate_reader
from models.plate_art.drawing import PlateFace, draw_plate
from models.plate_art.layouts import PlateClass, layout_of
from models.plate_rows import lay_out_rows
from models.store import ModelStore
from models.training.plate_reader.samples import CROP, samples
from models.training.plate_reader.texts import random_text
from yuhang.plates import is_plate

SIZES = {PlateClass.BLUE: (440, 140), PlateClass.GREEN_SMALL: (480, 140), PlateClass.YELLOW_DOUBLE: (440, 220)}


@pytest.mark.parametrize("kind", PlateClass)
def test_every_class_has_texts_that_follow_the_grammar_and_cells_inside_the_plate(kind: PlateClass) -> None:
    random = Random(3)
    for _ in range(20):
        text = random_text(kind, random)
        assert is_plate(text)
        layout = layout_of(kind, len(text))
        assert all(cell.left + cell.width < layout.width and cell.top + cell.height < layout.height for cell in layout.cells)
    for face in (PlateFace(), PlateFace(stroke_mm=11)):
        picture = draw_plate(text, kind, face)
        assert picture.shape == (layout.height, layout.width, 3)
    if kind in SIZES:
        assert (layout.width, layout.height) == SIZES[kind]


@pytest.mark.parametrize("stroke_mm", [None, 11.0])
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (PlateClass.BLUE, "浙A7K308"),
        (PlateClass.GREEN_SMALL, "浙AD52964"),
        (PlateClass.YELLOW_DOUBLE, "苏B18C36"),
        (PlateClass.POLICE, "浙A5402警"),
    ],
)
def test_the_second_reader_reads_every_class(kind: PlateClass, text: str, stroke_mm: float | None) -> None:
    plate = draw_plate(text, kind, PlateFace(stroke_mm=stroke_mm))
    reader = load_plate_reader(ModelStore.standard(), "ppocr-plate-reader")
    width, height = reader.crop_size
    if layout_of(kind, len(text)).rows == 2:
        crop = lay_out_rows(plate, width, height)
    else:
        crop = np.asarray(cv2.resize(plate, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    assert reader.read(crop).text == text


def test_samples_repeat_with_their_seed_and_show_every_class_in_time() -> None:
    first, again, other = (list(islice(samples(seed), 48)) for seed in (5, 5, 6))
    assert all(np.array_equal(one.crop, two.crop) and one.text == two.text for one, two in zip(first, again, strict=True))
    assert [one.text for one in first] != [one.text for one in other]
    assert all(one.crop.shape == (CROP[1], CROP[0], 3) for one in first)
    assert len({one.kind for one in first}) > 5
