"""Reads an upright plate crop, character by character, each with its probability.

The networks are PaddleOCR's, the first a CRNN (Shi et al., arXiv 1507.05717): all characters and a blank are scored at each
step from left to right; equal neighbours are one character and blanks fall away (connectionist temporal classification).
"""

from pathlib import Path

import cv2
import numpy as np

from edge.inference.decoder import shape_error
from edge.inference.detections import FloatArray
from edge.inference.preprocess import Image
from edge.inference.session import OnnxSession
from edge.plates.grammar_decoding import decode_plate
from edge.plates.types import PlateReading
from models.manifest import PlateReaderModel
from yuhang.errors import ModelError

_BLANK = 0
_HALF_RANGE = 127.5


class PlateReader:
    """Reads plates; one instance serves one thread."""

    def __init__(self, model: PlateReaderModel, session: OnnxSession, characters: Path) -> None:
        self._model = model
        self._session = session
        self._characters = ("", *characters.read_text(encoding="utf-8").split())
        if len(set(self._characters)) != len(self._characters):
            raise ModelError(f"{characters} names a character twice")

    @property
    def crop_size(self) -> tuple[int, int]:
        """Width and height of the upright crop the network wants; other sizes are scaled to it."""
        return self._model.crop_width, self._model.crop_height

    def read(self, crop_bgr: Image) -> PlateReading:
        """The text of one upright single-row plate that fills the crop."""
        outputs = self._session.run(self._tensor(crop_bgr))
        # The network's last class is PaddleOCR's blank space, which no plate has.
        if (
            len(outputs) != 1
            or outputs[0].ndim != 3
            or outputs[0].shape[2] not in {len(self._characters), len(self._characters) + 1}
        ):
            raise shape_error(outputs, f"1 x steps x {len(self._characters)}")
        decode = decode_plate if self._model.decoder == "ctc_plate" else decode_ctc
        return decode(outputs[0][0], self._characters)

    def _tensor(self, crop: Image) -> FloatArray:
        scaled = cv2.resize(crop, self.crop_size, interpolation=cv2.INTER_LINEAR).astype(np.float32)
        # Zeros are mid grey. The network learnt plates padded this way; one stretched over the canvas is read half as well.
        tensor = np.zeros((1, 3, self._model.crop_height, self._model.canvas_width), np.float32)
        tensor[0, :, :, : self._model.crop_width] = (scaled / _HALF_RANGE - 1).transpose(2, 0, 1)
        return tensor


def decode_ctc(steps: FloatArray, characters: tuple[str, ...]) -> PlateReading:
    """The best path through `steps` (steps x classes, probabilities, class 0 the blank) as a reading.

    A character's probability is the highest in its run of equal steps; the province margin is taken at that step.
    """
    text: list[str] = []
    peaks: list[float] = []
    margins: list[float] = []
    previous = _BLANK
    for step in steps:
        best = int(step.argmax())
        if best != _BLANK and best < len(characters):
            rival = float(np.delete(step, [_BLANK, best]).max())
            peak, margin = float(step[best]), float(step[best]) - rival
            if best != previous:
                text.append(characters[best])
                peaks.append(peak)
                margins.append(margin)
            elif peak > peaks[-1]:
                peaks[-1], margins[-1] = peak, margin
        previous = best
    return PlateReading("".join(text), tuple(peaks), margins[0] if margins else 0.0)
