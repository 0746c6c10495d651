"""The card and the manifest entry of a trained model."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import yaml

from models.evaluation import Quality
from models.training.evaluate import mean_precision

LICENCE = "AGPL-3.0"
"""What ultralytics trains: https://www.ultralytics.com/license, whatever the pictures' own licence is."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a training. `quality` and `quantised` are by class number, on the same pictures."""

    name: str
    network: Path
    int8: Path
    names: tuple[str, ...]
    side: int
    pictures: tuple[int, int]
    source: str
    package: str
    command: str
    quality: dict[int, Quality]
    quantised: dict[int, Quality]


def card(trained: Trained) -> str:
    """The card, in Markdown; figures are those that were measured and no others."""
    rows = [
        f"| {trained.names[number]} | {one.truths} | {one.average_precision:.3f} | {one.recall:.2f} | {one.precision:.2f} "
        f"| {trained.quantised[number].average_precision:.3f} |"
        for number, one in trained.quality.items()
    ]
    network, int8 = (
        f"`{one.name}`, {one.stat().st_size:,} bytes, SHA-256 `{sha256(one)}`" for one in (trained.network, trained.int8)
    )
    return f"""# {trained.name}

**Job** objects: {", ".join(trained.names)}. Decoder `yolo`, {trained.side} x {trained.side}.

| | |
|---|---|
| made with | {trained.package} |
| licence | {LICENCE}: made with ultralytics; who runs them on a node must offer it under that licence, or buy another |
| trained on | {trained.source}: {trained.pictures[0]} pictures |
| judged on | {trained.pictures[1]} pictures of the same source, none of them trained on |
| file | {network} |
| eight bits | {int8} |
| made by | `{trained.command}` |

Box overlap 0.5, recall and precision at score 0.35. Mean of the classes' AP50: {mean_precision(trained.quality):.3f}, with
eight bits {mean_precision(trained.quantised):.3f}.

| class | n | AP50 | recall | precision | AP50, eight bits |
|---|---|---|---|---|---|
{chr(10).join(rows)}

Classes without a box among the judged pictures are not listed. Rendered pictures prove nothing about real ones.
"""


def manifest(trained: Trained) -> str:
    """A manifest for `models.manifests`, to lie beside the files."""
    entries = [_entry(trained, trained.name, trained.network), _entry(trained, f"{trained.name}-int8", trained.int8)]
    return yaml.safe_dump({"models": entries}, sort_keys=False, allow_unicode=True)


def _entry(trained: Trained, name: str, file: Path) -> dict[str, object]:
    return {
        "name": name,
        "title": f"{', '.join(trained.names)}"[:100],
        "job": "objects",
        "file": {"name": file.name, "sha256": sha256(file), "bytes": file.stat().st_size},
        "licence": LICENCE,
        "source": {"package": trained.package, "version": trained.package.rsplit(" ", 1)[-1], "path": trained.source},
        "rebuild": trained.command,
        "decoder": "yolo",
        "labels": list(trained.names),
        "input": {
            "width": trained.side,
            "height": trained.side,
            "fit": "letterbox_centre",
            "pad": 114,
            "channels": "rgb",
            "std": [255, 255, 255],
        },
    }


def sha256(path: Path) -> str:
    """Hash of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
