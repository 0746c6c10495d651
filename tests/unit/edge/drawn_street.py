"""A drawn street for the pipeline's tests: textured ground, a textured car, and a detector that is told where the car is."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.assembly import LoadedModels, build_pipelines
from edge.config import NodeConfig
from edge.frames import Clip, Frame, SourceChange, SourceState
from edge.image import BgrImage
from edge.inference.detections import Detections
from edge.pipeline import CameraPipeline
from tests.unit.edge.street import at
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.messages import FrameClock, NodeEvent, TimeSource

WIDTH, HEIGHT = 320, 240
CLOCK = FrameClock(source=TimeSource.RECORDING, error_s=0.0)
LABELS = ("person", "car")
PLACE = (120, 100, 220, 170)

CONFIG = NodeConfig.model_validate(
    {
        "site": "s",
        "node": "n",
        "cameras": [
            {
                "camera": "c",
                "source": {"kind": "file", "path": "street.mp4"},
                "zones": [
                    {
                        "zone": "z",
                        "address": "a-1",
                        "polygon": [[0.2, 0.2], [0.9, 0.2], [0.9, 0.95], [0.2, 0.95]],
                        "detector": {"kind": "parking", "warning_dwell_s": 20, "present_every_s": 30},
                    }
                ],
            }
        ],
    }
)

_random = np.random.default_rng(7)


def _texture(height: int, width: int) -> NDArray[np.uint8]:
    coarse = _random.integers(30, 220, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
    return np.repeat(np.repeat(coarse, 8, axis=0), 8, axis=1)[:height, :width].copy()


GROUND = _texture(HEIGHT, WIDTH)
CAR = _texture(PLACE[3] - PLACE[1], PLACE[2] - PLACE[0])


@dataclass(slots=True)
class ToldDetector:
    """Sees the car where the picture was drawn with it."""

    labels: tuple[str, ...] = LABELS
    car: tuple[int, int, int, int] | None = None
    looks: int = 0

    def detect(self, image_bgr: NDArray[np.uint8]) -> Detections:
        del image_bgr
        self.looks += 1
        if self.car is None:
            return Detections.empty(LABELS)
        return Detections(np.array([self.car], np.float32), np.array([0.9], np.float32), np.array([1], np.int32), LABELS)


class NoPlates:
    """Never sees a plate."""

    def read_vehicle(self, image_bgr: object, vehicle: object, others: object = ()) -> None:
        del image_bgr, vehicle, others

    def read_all(self, image_bgr: object, region: object) -> tuple[()]:
        del image_bgr, region
        return ()


@dataclass(slots=True)
class DrawnStreet:
    """A pipeline with its chain of evidence, fed with drawn frames."""

    folder: Path
    detector: ToldDetector = field(default_factory=ToldDetector)
    chain: EvidenceChain = field(init=False)
    pipeline: CameraPipeline = field(init=False)
    index: int = 0

    def __post_init__(self) -> None:
        self.chain = EvidenceChain(self.folder / "evidence", "s", "n", NodeKey.open(self.folder / "key"))
        models = LoadedModels(self.detector, NoPlates(), {"told": "0" * 64})  # type: ignore[arg-type]
        self.pipeline = build_pipelines(CONFIG, "1" * 64, models, self.chain, self.clip)["c"]

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip:
        del camera
        return Clip(b"packets", "video/mp4", start, end)

    def frame(self, time_s: float, car: tuple[int, int, int, int] | None, shift: int = 0, dark: bool = False) -> Frame:
        image = GROUND.copy()
        if car is not None:
            left, top, right, bottom = car
            image[top:bottom, left:right] = CAR
        if shift:
            image = np.roll(image, shift, axis=1)
        if dark:
            image = (image * 0.02).astype(np.uint8)
        self.detector.car = None if dark else car
        self.index += 1
        return Frame("c", self.index, at(time_s), CLOCK, BgrImage(image))

    def show(
        self, start: float, end: float, car: tuple[int, int, int, int] | None, step: float = 0.5, **how: object
    ) -> list[NodeEvent]:
        events: list[NodeEvent] = []
        count = int((end - start) / step + 1e-9)
        for number in range(count + 1):
            events += self.pipeline.process(self.frame(start + number * step, car, **how)).events  # type: ignore[arg-type]
        return events

    def change(self, time_s: float, state: SourceState) -> list[NodeEvent]:
        return list(self.pipeline.source_changed(SourceChange("c", state, at(time_s))))

    def tick(self, silent_s: float) -> list[NodeEvent]:
        return list(self.pipeline.tick(silent_s))
