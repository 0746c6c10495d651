"""Eight bits instead of thirty-two: the convolutions' weights and values, scaled by what some pictures show."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from yuhang.errors import ConfigError

GREY = 114


def quantise(network: Path, target: Path, pictures: Sequence[Path], side: int) -> None:
    """Write the quantised network; `pictures` give the ranges of its values. Raises `ConfigError` for no picture."""
    quantize_static(
        str(network),
        str(target),
        _Pictures(_input_name(network), pictures, side),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=["Conv"],  # the boxes' arithmetic at the end does not bear eight bits
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )


class _Pictures(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    """The pictures as the network takes them, one after the other."""

    def __init__(self, name: str, pictures: Sequence[Path], side: int) -> None:
        self._rows: Iterator[dict[str, NDArray[np.float32]]] = ({name: tensor(path, side)} for path in pictures)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next input, none at the end."""
        return next(self._rows, None)


def tensor(path: Path, side: int) -> NDArray[np.float32]:
    """1 x 3 x side x side, RGB 0..1, letterboxed on grey as ultralytics does; raises `ConfigError`."""
    image = cv2.imread(str(path))
    if image is None:
        raise ConfigError(f"{path} is no picture")
    share = side / max(image.shape[:2])
    size = (max(1, round(image.shape[1] * share)), max(1, round(image.shape[0] * share)))
    canvas = np.full((side, side, 3), GREY, np.uint8)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    canvas[top : top + size[1], left : left + size[0]] = cv2.resize(image, size)
    return np.ascontiguousarray(canvas[:, :, ::-1].transpose(2, 0, 1)[None], np.float32) / np.float32(255)


def _input_name(network: Path) -> str:
    import onnx  # noqa: PLC0415  of the extra `train`

    return str(onnx.load(str(network), load_external_data=False).graph.input[0].name)
