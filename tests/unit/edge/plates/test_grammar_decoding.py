"""Steps of a network read as a plate: only what the grammar allows comes out, and the surest of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.plates.grammar_decoding import decode_plate
from edge.plates.reader import decode_ctc
from models.training.plate_reader.texts import CHARACTERS
from yuhang.plates import PROVINCES, is_plate

CLASSES = ("", *CHARACTERS)
SERIAL = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def steps_of(text: str, rivals: dict[int, tuple[str, float]] | None = None) -> np.ndarray:
    """Each character in one step and a blank after it; at some places a rival is likelier by so much."""
    table = np.full((2 * len(text), len(CLASSES)), 1e-4, np.float32)
    for place, character in enumerate(text):
        table[2 * place, CLASSES.index(character)] = 0.6
        if rivals and place in rivals:
            rival, probability = rivals[place]
            table[2 * place, CLASSES.index(rival)] = probability
        table[2 * place + 1, 0] = 0.99
    return table / table.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("text", ["浙A12345", "皖A77777", "浙AD12345", "沪A12345D", "浙A1234警", "浙A1234应急", "粤Z1234港"])
def test_a_plate_without_doubt_is_read_as_it_is(text: str) -> None:
    reading = decode_plate(steps_of(text), CLASSES)
    assert reading.text == text == decode_ctc(steps_of(text), CLASSES).text
    assert reading.min_char_confidence > 0.9
    assert reading.province_margin > 0.9


def test_what_no_plate_carries_loses_against_what_one_does() -> None:
    steps = steps_of("浙A12345", {0: ("8", 0.9), 1: ("7", 0.9)})
    assert decode_ctc(steps, CLASSES).text.startswith("87")
    assert decode_plate(steps, CLASSES).text == "浙A12345"


def test_a_rival_that_the_grammar_allows_makes_it_unsure() -> None:
    reading = decode_plate(steps_of("浙A12345", {0: ("皖", 0.5)}), CLASSES)
    assert reading.text == "浙A12345"
    assert reading.province_margin == pytest.approx(0.1 / 1.1, abs=0.02)
    assert reading.char_confidences[0] == pytest.approx(0.6 / 1.1, abs=0.02)


def test_too_few_characters_are_no_plate() -> None:
    assert decode_plate(steps_of("浙A1")[:6], CLASSES).text == ""


@settings(max_examples=40)
@given(
    st.builds(
        lambda province, office, serial: province + office + serial,
        st.sampled_from(PROVINCES),
        st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ"),
        st.text(SERIAL, min_size=5, max_size=5),
    )
)
def test_every_ordinary_plate_comes_back(text: str) -> None:
    assert decode_plate(steps_of(text), CLASSES).text == text


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_whatever_a_network_says_a_plate_or_nothing_is_read(seed: int) -> None:
    noise = np.random.default_rng(seed).dirichlet(np.full(len(CLASSES), 0.05), 14)
    reading = decode_plate(noise.astype(np.float32), CLASSES)
    assert reading.text == "" or is_plate(reading.text)
    assert len(reading.char_confidences) == len(reading.text)
    assert all(0 <= one <= 1 for one in reading.char_confidences)
