"""Reads a network's steps as a number plate: of all texts that a plate may carry, the likeliest.

Prefix beam search for connectionist temporal classification (Hannun et al., arXiv 1408.2873), where only what the grammar of
plates allows may follow. A network that knows writing in general then confuses neither O with 0 nor a screw with a character.
"""

from collections.abc import Sequence

import numpy as np

from edge.inference.detections import FloatArray
from edge.plates.types import PlateReading
from yuhang.plates import is_plate, next_characters

BLANK = 0
_BEAMS = 12
_FOLLOWERS = 5
"""Characters tried at each step for each beam: the likeliest of those that may follow."""
_NEVER = -1e9
_TINY = 1e-9


def decode_plate(steps: FloatArray, characters: tuple[str, ...]) -> PlateReading:
    """The likeliest plate in `steps` (steps x classes, probabilities, class 0 the blank); an empty text where none fits.

    A character's confidence is its probability against the others that the grammar allows in its place.
    """
    logs = np.log(np.asarray(steps[:, : len(characters)], np.float64) + _TINY)
    classes = {character: index for index, character in enumerate(characters) if character}
    text = _best_text(logs, classes)
    if not text:
        return PlateReading("", (), 0.0)
    peaks = _aligned(logs, [classes[character] for character in text])
    confidences, margins = [], []
    for place, peak in enumerate(peaks):
        allowed = [classes[one] for one in next_characters(text[:place]) if one in classes]
        shares = np.exp(logs[peak, allowed] - np.logaddexp.reduce(logs[peak, allowed]))
        own = allowed.index(classes[text[place]])
        confidences.append(float(shares[own]))
        margins.append(float(shares[own] - np.delete(shares, own).max(initial=0.0)))
    return PlateReading(text, tuple(confidences), margins[0])


def _best_text(logs: FloatArray, classes: dict[str, int]) -> str:
    beams: dict[str, tuple[float, float]] = {"": (0.0, _NEVER)}
    for step in logs:
        grown: dict[str, tuple[float, float]] = {}
        for text, (in_blank, in_character) in beams.items():
            total = np.logaddexp(in_blank, in_character)
            _add(grown, text, total + step[BLANK], _NEVER)
            if text:
                _add(grown, text, _NEVER, in_character + step[classes[text[-1]]])
            for character in _followers(text, step, classes):
                before = in_blank if text.endswith(character) else total
                _add(grown, text + character, _NEVER, before + step[classes[character]])
        best = sorted(grown.items(), key=lambda item: -np.logaddexp(*item[1]))
        beams = dict(best[:_BEAMS])
    return next((text for text in beams if is_plate(text)), "")


def _followers(text: str, step: FloatArray, classes: dict[str, int]) -> Sequence[str]:
    allowed = [character for character in next_characters(text) if character in classes]
    return sorted(allowed, key=lambda character: -step[classes[character]])[:_FOLLOWERS]


def _add(grown: dict[str, tuple[float, float]], text: str, blank: float, character: float) -> None:
    known = grown.get(text, (_NEVER, _NEVER))
    grown[text] = (float(np.logaddexp(known[0], blank)), float(np.logaddexp(known[1], character)))


def _aligned(logs: FloatArray, wanted: Sequence[int]) -> list[int]:
    """The step at which each wanted class is strongest on the best path that spells them all (Viterbi)."""
    states = [BLANK]
    for one in wanted:
        states += [one, BLANK]
    score = np.full(len(states), _NEVER)
    score[:2] = logs[0, states[:2]]
    came = np.zeros((len(logs), len(states)), np.int64)
    for at in range(1, len(logs)):
        options = np.full((3, len(states)), _NEVER)
        options[0], options[1, 1:] = score, score[:-1]
        for state in range(3, len(states), 2):
            if states[state] != states[state - 2]:
                options[2, state] = score[state - 2]
        came[at] = options.argmax(axis=0)
        score = options.max(axis=0) + logs[at, states]
    state = len(states) - 1 if score[-1] >= score[-2] else len(states) - 2
    peaks = [-1] * len(wanted)
    for at in range(len(logs) - 1, -1, -1):
        if state % 2:
            place = state // 2
            if peaks[place] < 0 or logs[at, states[state]] > logs[peaks[place], states[state]]:
                peaks[place] = at
        state -= int(came[at, state])
    return peaks
