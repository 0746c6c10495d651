"""One ONNX network, ready to run."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from edge.inference.config import Provider, SessionConfig
from edge.inference.detections import FloatArray
from yuhang.errors import ModelError

_LOG_ERRORS_ONLY = 3


_NAMES: dict[Provider, str] = {
    "cpu": "CPUExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "cuda": "CUDAExecutionProvider",
}
_BUILDS: dict[Provider, str] = {"cpu": "onnxruntime", "openvino": "onnxruntime-openvino", "cuda": "onnxruntime-gpu"}


class OnnxSession:
    """A network with one picture as input; raises `ModelError` when the file is no network or a provider is missing."""

    def __init__(self, path: Path, config: SessionConfig, *, fixed_size: bool = True) -> None:
        providers = _available(config.providers)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = config.threads
        options.inter_op_num_threads = 1
        # For each new input size the runtime would keep another plan of its memory: never freed, so not for varying sizes.
        options.enable_mem_pattern = fixed_size
        options.log_severity_level = _LOG_ERRORS_ONLY
        # Idle threads that spin take the core from the next camera: 32 instead of 65 frames a second on a busy machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=providers)
        except Exception as error:  # the runtime's own exceptions have no common base but Exception
            raise ModelError(f"{path} cannot be loaded as an ONNX network: {error}") from error
        self._input = self._session.get_inputs()[0].name
        self.path = path

    def run(self, tensor: FloatArray) -> Sequence[FloatArray]:
        """All outputs for one input tensor, in the network's order; raises `ModelError` when the shape does not fit."""
        try:
            outputs: list[FloatArray] = self._session.run(None, {self._input: tensor})
        except Exception as error:  # as above
            raise ModelError(f"{self.path.name} cannot take an input of shape {tensor.shape}: {error}") from error
        return [np.asarray(output) for output in outputs]


def _available(wanted: Sequence[Provider]) -> list[str]:
    """The runtime's own names of the wanted providers; raises `ModelError` where its build lacks one."""
    there = onnxruntime.get_available_providers()
    for provider in wanted:
        if _NAMES[provider] not in there:
            have = ", ".join(name for name, own in _NAMES.items() if own in there)
            raise ModelError(
                f"execution provider {provider} is not in this build of ONNX Runtime (it has {have}): "
                f"install {_BUILDS[provider]} in place of onnxruntime, or take it out of models.detector.session.providers"
            )
    return [_NAMES[provider] for provider in wanted]
