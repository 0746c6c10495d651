"""The only file that imports ultralytics (AGPL-3.0). It is of the extra `train`, and nothing that runs on a node imports it."""

import os
from pathlib import Path

import numpy as np
import ultralytics
from ultralytics import YOLO

from models.training.evaluate import Found, Image, Predict

PACKAGE = f"ultralytics {ultralytics.__version__}"
LEAST_SCORE = 0.05


def train(data: Path, base: str, epochs: int, side: int, folder: Path) -> Path:
    """Train on `data` (a YOLO `data.yaml`) from `base` (weights or an architecture); returns the exported ONNX file."""
    os.environ.setdefault("YOLO_OFFLINE", "true")
    network = YOLO(base)
    network.train(
        data=str(data),
        epochs=epochs,
        imgsz=side,
        batch=8,
        workers=0,
        device="cpu",
        project=str(folder.resolve()),
        name="run",
        exist_ok=True,
        plots=False,
        seed=0,
    )
    best = folder / "run" / "weights" / "best.pt"
    return Path(YOLO(str(best)).export(format="onnx", imgsz=side, simplify=False, opset=17))


def predictor(network: Path, side: int) -> Predict:
    """What the exported network finds, as ultralytics itself reads its output."""
    loaded = YOLO(str(network), task="detect")

    def predict(image: Image) -> Found:
        boxes = loaded.predict(image, imgsz=side, conf=LEAST_SCORE, verbose=False, device="cpu")[0].boxes
        return Found(
            np.asarray(boxes.xyxy.cpu().numpy(), np.float32),
            np.asarray(boxes.conf.cpu().numpy(), np.float32),
            np.asarray(boxes.cls.cpu().numpy(), np.int64),
        )

    return predict
