"""`yuhang models`: what models there are, whether they are whole, and how to get more."""

from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Column, Table

from models.fetch import fetch_file
from models.manifest import FileRef, ModelEntry, PlateReaderModel
from models.store import ModelStore, fetched_folder, verify_file
from models.training.command import command as train
from yuhang.errors import ModelError

app = typer.Typer(no_args_is_help=True, help="List, verify, fetch and train the models that a node runs.")
app.command("train")(train)

Manifests = Annotated[list[Path] | None, typer.Option("--manifest", help="a site's own manifest; may be given several times")]


def files_of(entry: ModelEntry) -> tuple[FileRef, ...]:
    """All files that a model needs."""
    return (entry.file, entry.characters) if isinstance(entry, PlateReaderModel) else (entry.file,)


@app.command("list")
def list_models(manifest: Manifests = None) -> None:
    """Show all models of the manifest and whether their files are here."""
    store = ModelStore.standard(manifest or ())
    table = Table(Column("name", no_wrap=True), "job", "decoder", "size", "here", "licence")
    for entry in store.entries:
        here = all(store.find(file) for file in files_of(entry))
        size = sum(file.bytes for file in files_of(entry)) / 1e6
        state = "yes" if here else "fetch" if entry.file.url else "missing"
        table.add_row(entry.name, entry.job, entry.decoder, f"{size:.1f} MB", state, entry.licence)
    Console().print(table)


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="models; without any, all whose files are here")] = None,
    manifest: Manifests = None,
) -> None:
    """Check the files' hashes; fails when one is missing or changed."""
    store = ModelStore.standard(manifest or ())
    wanted = (
        [store.entry(name) for name in names] if names else [e for e in store.entries if store.find(e.file) or not e.file.url]
    )
    faults = []
    console = Console()
    for entry in wanted:
        try:
            for file in files_of(entry):
                store.path(file)
        except ModelError as error:
            faults.append(entry.name)
            console.print(f"{entry.name}: [red]not usable[/]: {error}", highlight=False, soft_wrap=True)
        else:
            console.print(f"{entry.name}: [green]fine[/] {entry.file.sha256}", highlight=False, soft_wrap=True)
    if faults:
        raise typer.Exit(1)


@app.command()
def fetch(
    name: str,
    folder: Annotated[Path | None, typer.Option(help="where to put it; default YUHANG_MODELS or the user's data folder")] = None,
    manifest: Manifests = None,
) -> None:
    """Download a model that does not ship with the product and check its hash."""
    store = ModelStore.standard(manifest or (), [folder] if folder else ())
    entry = store.entry(name)
    console = Console()
    with httpx.Client() as client:
        for file in files_of(entry):
            present = store.find(file)
            if present is not None:
                verify_file(present, file)
                console.print(f"{file.name}: already at {present}, its hash is right", highlight=False, soft_wrap=True)
                continue
            path = _fetch_with_bar(file, folder or fetched_folder(), client)
            console.print(f"{file.name}: fetched to {path}, its hash is right", highlight=False, soft_wrap=True)


def _fetch_with_bar(file: FileRef, folder: Path, client: httpx.Client) -> Path:
    with Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()) as bar:
        task = bar.add_task(file.name, total=file.bytes)
        return fetch_file(file, folder, client, lambda size: bar.advance(task, size))
