"""`yuhang config example` and `yuhang config check`."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from yuhang.config.example import example_yaml
from yuhang.config.loader import load_yaml
from yuhang.errors import ConfigError

GROUP = "yuhang.configs"

app = typer.Typer(no_args_is_help=True, help="Print an example configuration, check a file.")


def kinds() -> dict[str, Any]:
    """Entry points of the configuration models by kind: edge, central ..."""
    return {point.name: point for point in entry_points(group=GROUP)}


def model_of(kind: str) -> type[BaseModel]:
    """The model of a kind of configuration, or `ConfigError` with the kinds there are."""
    point = kinds().get(kind)
    if point is None:
        raise ConfigError(f"no configuration of kind {kind!r}; there are: {', '.join(sorted(kinds()))}")
    try:
        model: type[BaseModel] = point.load()
    except ImportError as error:
        raise ConfigError(f"{kind!r} needs parts that are not installed ({error.name}): pip install 'yuhang[{kind}]'") from error
    return model


@app.command()
def example(kind: Annotated[str, typer.Argument(help="edge or central")]) -> None:
    """Print a commented, complete configuration."""
    typer.echo(example_yaml(model_of(kind)), nl=False)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="the YAML file")],
    kind: Annotated[str, typer.Option(help="edge or central")] = "edge",
) -> None:
    """Check a configuration; every finding names line and key."""
    load_yaml(file, model_of(kind))
    typer.echo(f"{file}: fine")
