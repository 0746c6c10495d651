# mypy: disable-error-code="import-not-found"
"""Record what ultralytics makes of its own exports, so that our decoder can be compared with it without that package.

    python -m venv yolo && yolo/bin/pip install ultralytics onnx onnxslim onnxruntime
    yolo/bin/python models/tools/yolo_fixture.py tests/unit/edge/inference/fixtures

For each head a narrow network with random weights is built from the package's own description, settled on a few pictures
and its outputs spread out, exported to ONNX and run by the package on one picture. Kept are the picture, the network's input
and raw output, and the boxes that the package reports: no weights.
"""

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch
import ultralytics
import yaml
from ultralytics import YOLO
from ultralytics.data.augment import LetterBox
from ultralytics.nn.tasks import yaml_model_load

SIZE = 160
CLASSES = 4
WIDTH, DEPTH = 0.125, 0.33
HEADS = {
    "v8": ("yolov8n.yaml", None),
    "11": ("yolo11n.yaml", None),
    "11_nms": ("yolo11n.yaml", True),
    "26": ("yolo26n.yaml", False),
    "26_many": ("yolo26n.yaml", None),
}
"""Description, and the export's `nms`: True builds suppression in, False takes the head that needs none."""
MIN_SCORE, OVERLAP = 0.3, 0.6


def picture(seed: int) -> np.ndarray:
    """Smooth coloured blobs, 120 x 200: something that scales without surprises."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 10, 3), dtype=np.uint8)
    return cv2.resize(noise, (200, 120), interpolation=cv2.INTER_CUBIC)


def pictures(seed: int) -> torch.Tensor:
    """A batch with the test's picture and three like it, as the network's input."""
    boxed = [LetterBox((SIZE, SIZE), auto=False)(image=picture(seed + 1000 * index)) for index in range(4)]
    return torch.from_numpy(np.stack(boxed)[..., ::-1].copy()).permute(0, 3, 1, 2).float() / 255


def network(description: str, seed: int, folder: Path) -> YOLO:
    """A random network, built by the package from its own narrowed description, whose scores differ from place to place."""
    torch.manual_seed(seed)
    settings = yaml_model_load(description)
    settings["scales"] = {"n": [DEPTH, WIDTH, 1024]}
    settings["nc"] = CLASSES
    narrowed = folder / description
    narrowed.write_text(yaml.safe_dump(settings))
    yolo = YOLO(str(narrowed), task="detect")
    model = yolo.model
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None  # plain average over the calls below
    model.train()
    with torch.no_grad():
        for _ in range(10):
            model(pictures(seed))
    model.eval()
    head = model.model[-1]
    bins = head.reg_max
    # Boxes of a few cells, from distributions that lean to short distances or, without them, from distances themselves.
    box_bias = torch.arange(bins).repeat(4) * -0.5 if bins > 1 else torch.full((4,), 1.5)
    for prefix in ("", "one2one_"):
        if getattr(head, f"{prefix}cv3", None) is not None:
            spread(model, getattr(head, f"{prefix}cv3"), seed, 1.2, torch.full((CLASSES,), -3.0))
            spread(model, getattr(head, f"{prefix}cv2"), seed, 1.0 if bins > 1 else 0.4, box_bias)
    return yolo


def spread(model: torch.nn.Module, branch: torch.nn.ModuleList, seed: int, deviation: float, mean: torch.Tensor) -> None:
    """Give the branch's outputs this deviation and mean, so that they differ enough to be compared."""
    outputs: list[torch.Tensor] = []
    lasts = [layers[-1] for layers in branch]
    hooks = [last.register_forward_hook(lambda _module, _inputs, output: outputs.append(output)) for last in lasts]
    with torch.no_grad():
        model(pictures(seed))
        for last, output in zip(lasts, outputs, strict=True):
            scale = deviation / output.std(dim=(0, 2, 3)).clamp(min=1e-6)
            last.weight.mul_(scale[:, None, None, None])
            last.bias.sub_(output.mean(dim=(0, 2, 3))).mul_(scale).add_(mean)
    for hook in hooks:
        hook.remove()


def record(name: str, folder: Path, seed: int) -> None:
    """One fixture: export, run by the package, save."""
    description, suppression = HEADS[name]
    with tempfile.TemporaryDirectory() as work:
        yolo = network(description, seed, Path(work))
        options = {} if suppression is None else {"nms": suppression}
        exported = yolo.export(format="onnx", imgsz=SIZE, simplify=False, opset=17, **options)
        image = picture(seed)
        result = YOLO(exported, task="detect").predict(image, imgsz=SIZE, conf=MIN_SCORE, iou=OVERLAP, verbose=False)[0].boxes
        boxed = LetterBox((SIZE, SIZE), auto=False)(image=image)
        session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
        tensor = boxed[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32) / 255
        raw = session.run(None, {session.get_inputs()[0].name: tensor})[0]
    np.savez_compressed(
        folder / f"yolo_{name}.npz",
        image=image,
        letterboxed=boxed,
        raw=raw,
        boxes=result.xyxy.numpy(),
        scores=result.conf.numpy(),
        class_ids=result.cls.numpy().astype(np.int32),
        settings=np.array([MIN_SCORE, OVERLAP], np.float32),
    )
    print(f"{name}: raw {raw.shape}, {len(result)} boxes, ultralytics {ultralytics.__version__}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for number, head in enumerate(HEADS):
        record(head, target, seed=7 + number)
