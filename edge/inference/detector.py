"""The object detector: a model's network, preprocessing and decoder put together as its manifest entry says."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from edge.inference.config import DetectorConfig
from edge.inference.decoder import Decoder
from edge.inference.detections import Detections, IntArray
from edge.inference.nanodet import NanoDetDecoder
from edge.inference.overlap import drop_overlaps
from edge.inference.preprocess import Image, PreProcess
from edge.inference.session import OnnxSession
from edge.inference.yolo import YoloDecoder
from edge.inference.yolox import YoloxDecoder
from models.manifest import ObjectModel
from models.store import ModelStore
from yuhang.errors import ConfigError, ModelError

_DECODERS: dict[str, Callable[[ObjectModel], Decoder]] = {
    "nanodet": NanoDetDecoder,
    "yolox": YoloxDecoder,
    "yolo": YoloDecoder,
}


class ObjectDetector(Protocol):
    """Finds objects in one picture."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names by class id."""

    def detect(self, image_bgr: Image) -> Detections:
        """Objects in a height x width x 3 BGR picture, in its own pixels, the best score first."""


class OnnxObjectDetector:
    """An `ObjectDetector` on ONNX Runtime."""

    def __init__(self, model: ObjectModel, session: OnnxSession, config: DetectorConfig) -> None:
        self.labels = model.label_names
        self._session = session
        self._prepare = PreProcess(model.input)
        self._decoder = _DECODERS[model.decoder](model)
        self._config = config
        self._wanted = np.array([not config.classes or label in config.classes for label in self.labels])
        self._groups = _groups(self.labels, config.same_thing)
        self._shared = np.bincount(self._groups, minlength=len(self.labels)) > 1

    def detect(self, image_bgr: Image) -> Detections:
        """Objects in the picture; raises `ModelError` when the network does not fit its manifest entry."""
        prepared = self._prepare(image_bgr)
        candidates = self._decoder.decode(self._session.run(prepared.tensor), self._config.min_score)
        wanted = candidates.found[self._wanted[candidates.found.class_ids]]
        found = drop_overlaps(wanted, self._rivals(wanted.class_ids, candidates.repeated), self._config.overlap)
        boxes = prepared.placement.to_source(found.boxes)
        inside = np.flatnonzero((boxes[:, 2:] > boxes[:, :2]).all(axis=1))  # not wholly in the letterbox's bars
        rows = inside[: self._config.limit]
        return Detections(boxes[rows], found.scores[rows], found.class_ids[rows], self.labels)

    def _rivals(self, class_ids: IntArray, repeated: bool) -> IntArray:
        """For each row the group in which it competes: its class, or all classes that name the same thing.

        Where nothing is repeated only those last compete, and every other row stands alone.
        """
        groups = self._groups[class_ids]
        if repeated:
            return groups
        alone = len(self.labels) + np.arange(len(class_ids), dtype=np.int32)
        return np.where(self._shared[groups], groups, alone).astype(np.int32)


def load_detector(config: DetectorConfig, store: ModelStore) -> OnnxObjectDetector:
    """The detector that `config` names; raises `ModelError` (missing, changed, wrong job) or `ConfigError` (unknown class)."""
    resolved = store.resolve(config.model)
    if not isinstance(resolved.entry, ObjectModel):
        raise ModelError(f"model {config.model} does the job {resolved.entry.job!r}; a detector needs one for 'objects'")
    unknown = sorted(set(config.classes) - set(resolved.entry.label_names))
    if unknown:
        raise ConfigError(f"model {config.model} knows no class {', '.join(unknown)}")
    return OnnxObjectDetector(resolved.entry, OnnxSession(resolved.path, config.session), config)


def _groups(labels: tuple[str, ...], same_thing: tuple[tuple[str, ...], ...]) -> IntArray:
    """For each class id the class id that stands for its group."""
    groups = np.arange(len(labels), dtype=np.int32)
    for names in same_thing:
        members = [index for index, label in enumerate(labels) if label in names]
        groups[members] = members[0] if members else 0
    return groups
