"""An ONNX network with 8-bit integers in place of floats: smaller, and faster where the processor can use them.

Static quantisation of the convolutions (ONNX Runtime, QDQ format): the ranges of the activations are taken from pictures of the
kind that the network is to see. How much it loses must be measured; nobody can tell from the file.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from yuhang.errors import ModelError

Tensor = NDArray[np.float32]


def quantise(source: Path, target: Path, tensors: Iterable[Tensor]) -> None:
    """Write `source` with 8-bit convolutions to `target`; `tensors` are inputs of the network.

    Raises `ModelError` where the packages for it are missing or the network cannot be quantised.
    """
    try:
        from onnxruntime import quantization  # noqa: PLC0415  needs `onnx`, which no node has
        from onnxruntime.quantization.shape_inference import quant_pre_process  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(f"quantising needs the extra packages for training (pip install 'yuhang[train]'): {error}") from error
    name = onnxruntime.InferenceSession(str(source), providers=["CPUExecutionProvider"]).get_inputs()[0].name

    class Reader(quantization.CalibrationDataReader):  # type: ignore[misc]
        """The inputs one after the other, as the runtime wants them."""

        def __init__(self) -> None:
            self._inputs: Iterator[dict[str, Tensor]] = ({name: tensor} for tensor in tensors)

        def get_next(self) -> dict[str, Tensor] | None:
            return next(self._inputs, None)

    prepared = target.with_suffix(".prepared.onnx")
    try:
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantization.quantize_static(
            str(prepared),
            str(target),
            Reader(),
            quant_format=quantization.QuantFormat.QDQ,
            per_channel=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            op_types_to_quantize=["Conv"],
        )
    except (ValueError, RuntimeError, TypeError) as error:
        raise ModelError(f"{source.name} cannot be quantised: {error}") from error
    finally:
        prepared.unlink(missing_ok=True)
