"""Decoding of character steps, and the real reader on plates drawn from nothing."""

import numpy as np
import pytest

from edge.plates.reader import decode_ctc
from edge.plates.vehicle import load_vehicle_plates
from models.store import ModelStore

CHARACTERS = ("", "京", "沪", "A", "1")


def steps(*rows: dict[str, float]) -> np.ndarray:
    """One row a step: probabilities by character, the rest on the blank."""
    table = np.zeros((len(rows), 5), np.float32)
    for index, row in enumerate(rows):
        for character, probability in row.items():
            table[index, CHARACTERS.index(character)] = probability
        table[index, 0] += 1 - table[index].sum()
    return table


def test_equal_neighbours_are_one_character_and_a_blank_parts_them() -> None:
    path = steps({"京": 0.9}, {"京": 0.8}, {}, {"A": 0.9}, {"1": 0.7}, {}, {"1": 0.6})
    assert decode_ctc(path, CHARACTERS).text == "京A11"


def test_a_character_is_as_sure_as_the_best_of_its_steps() -> None:
    reading = decode_ctc(steps({"京": 0.6, "沪": 0.3}, {"京": 0.9, "沪": 0.05}, {}, {"A": 0.8}), CHARACTERS)
    assert reading.char_confidences == pytest.approx((0.9, 0.8))
    assert reading.min_char_confidence == pytest.approx(0.8)
    assert reading.confidence == pytest.approx(0.85)


def test_the_province_margin_is_its_lead_over_the_next_character() -> None:
    assert decode_ctc(steps({"京": 0.6, "沪": 0.3}, {"A": 1.0}), CHARACTERS).province_margin == pytest.approx(0.3)


def test_nothing_but_blanks_is_an_empty_text() -> None:
    reading = decode_ctc(steps({}, {}), CHARACTERS)
    assert (reading.text, reading.confidence, reading.province_margin, reading.width_px) == ("", 0.0, 0.0, 0.0)


def test_a_class_beyond_the_characters_is_no_character() -> None:
    path = np.zeros((2, 6), np.float32)
    path[0, 5], path[1, 3] = 1.0, 1.0
    assert decode_ctc(path, CHARACTERS).text == "A"


def test_the_shipped_reader_is_not_sure_of_noise() -> None:
    reader = load_vehicle_plates(ModelStore.standard()).reader
    noise = np.random.default_rng(5).integers(0, 256, (32, 100, 3), np.uint8)
    assert reader.read(noise).min_char_confidence < 0.5
