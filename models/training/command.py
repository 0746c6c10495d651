"""`yuhang models train`: render or import, train, export, quantise, evaluate, write the card; in one go."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from models.training.card import Trained, card, manifest
from models.training.dataset import LabelledSet, read_set, write_yolo
from models.training.evaluate import evaluate, mean_precision
from yuhang.errors import ConfigError, ModelError

CALIBRATED_ON = 50


def command(
    out: Annotated[Path, typer.Argument(help="folder for everything that comes of it")],
    *,
    name: Annotated[str, typer.Option(help="name of the model, as the manifest will have it")],
    data: Annotated[Path | None, typer.Option(help="YOLO folder with data.yaml, or a COCO JSON file", exists=True)] = None,
    pictures: Annotated[Path | None, typer.Option(help="folder of a COCO file's pictures", exists=True)] = None,
    render: Annotated[int | None, typer.Option(help="render so many pictures instead", min=10)] = None,
    base: Annotated[str, typer.Option(help="weights to begin with, or an architecture's name: from nothing")] = "yolo11n.yaml",
    epochs: Annotated[int, typer.Option(min=1)] = 100,
    side: Annotated[int, typer.Option(help="side of the network's input, pixels", min=32)] = 640,
) -> None:
    """Train a detector and write it with its card and manifest; needs the extra `train`, in an environment of its own."""
    try:
        from models.training import with_ultralytics as tools  # noqa: PLC0415  of the extra `train`
        from models.training.quantise import quantise  # noqa: PLC0415  of the extra `train`
    except ImportError as error:
        raise ConfigError(
            f"{error.name} is not here: pip install 'yuhang[edge,simulators,train]' in an environment of its own"
        ) from error
    if side % 32:
        raise ConfigError(f"--side {side}: it must be a multiple of 32")
    labelled, source = prepared(out, data, pictures, render)
    described = write_yolo(labelled, out / "set")
    network, int8 = out / f"{name}.onnx", out / f"{name}-int8.onnx"
    shutil.copyfile(tools.train(described, base, epochs, side, out), network)
    quantise(network, int8, [one.file for one in labelled.train[:CALIBRATED_ON]], side)
    trained = Trained(
        name=name,
        network=network,
        int8=int8,
        names=labelled.names,
        side=side,
        pictures=(len(labelled.train), len(labelled.val)),
        source=source,
        package=tools.PACKAGE,
        command=shlex.join(["yuhang", *sys.argv[1:]]),
        quality=evaluate(labelled.val, len(labelled.names), tools.predictor(network, side)),
        quantised=evaluate(labelled.val, len(labelled.names), tools.predictor(int8, side)),
    )
    (out / f"{name}.md").write_text(card(trained), encoding="utf-8")
    (out / "manifest.yaml").write_text(manifest(trained), encoding="utf-8")
    figures = {"ap50": round(mean_precision(trained.quality), 4), "ap50_int8": round(mean_precision(trained.quantised), 4)}
    typer.echo(json.dumps({"model": name, "pictures": len(labelled.train), "judged": len(labelled.val), **figures}))


def prepared(out: Path, data: Path | None, pictures: Path | None, render: int | None) -> tuple[LabelledSet, str]:
    """The set and where it comes from; raises `ConfigError` unless exactly one of `data` and `render` is given."""
    if (data is None) == (render is None):
        raise ConfigError("give either --data FOLDER_OR_FILE or --render NUMBER")
    if data is not None:
        return read_set(data, pictures), data.name
    rendered = out / "rendered"
    # The simulators stand above the models, which therefore run their command and do not import them.
    arguments = [sys.executable, "-m", "yuhang", "sim", "dataset", str(rendered), "--pictures", str(render)]
    done = subprocess.run(arguments, check=False)  # noqa: S603  our own command
    if done.returncode:
        raise ModelError("the pictures could not be rendered; see above")
    return read_set(rendered), "rendered halls and lifts (`yuhang sim dataset`)"
