"""`yuhang evidence verify`."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from yuhang.errors import EvidenceError
from yuhang.evidence.verify import verify_folder


class Lang(StrEnum):
    """Language of the report."""

    EN = "en"
    ZH = "zh"


app = typer.Typer(no_args_is_help=True, help="Check evidence.")


@app.callback()
def evidence() -> None:
    """Check evidence."""


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="holds records.jsonl, files/ and keys.json")],
    *,
    head: Annotated[str | None, typer.Option(help="hash of a record noted elsewhere; it must be in the chain")] = None,
    key: Annotated[list[str] | None, typer.Option(help="public key to trust, base64; instead of the folder's keys.json")] = None,
    extract: Annotated[bool, typer.Option("--extract", help="the folder is an extract: records and files may be absent")] = False,
    lang: Annotated[Lang, typer.Option(help="language of the report")] = Lang.EN,
    as_json: Annotated[bool, typer.Option("--json", help="report for machines")] = False,
) -> None:
    """Say what was checked and what, if anything, was changed; exit code 1 if anything was."""
    if not folder.is_dir():
        raise EvidenceError(f"{folder} is no folder")
    report = verify_folder(folder, head=head, keys=key or (), extract=extract)
    typer.echo(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else report.text(lang.value))
    if not report.ok:
        raise typer.Exit(1)
