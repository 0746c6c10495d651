"""`yuhang schema write` and `yuhang schema check`."""

from pathlib import Path
from typing import Annotated

import typer

from yuhang.schema.documents import check_documents, write_documents

app = typer.Typer(no_args_is_help=True, help="Write or check the documents of the contract on the wire.")

Folder = Annotated[Path, typer.Argument(help="where the documents lie")]


@app.command()
def write(folder: Folder = Path("docs/api")) -> None:
    """Write AsyncAPI and JSON Schemas from the message models."""
    touched = write_documents(folder)
    typer.echo("\n".join(touched) if touched else "all up to date")


@app.command()
def check(folder: Folder = Path("docs/api")) -> None:
    """Fail if the documents are not those of the message models."""
    check_documents(folder)
    typer.echo("all up to date")
