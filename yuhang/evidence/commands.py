"""`yuhang evidence verify`."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from yuhang.errors import EvidenceError
from yuhang.evidence.archive_report import ArchiveReport, Verdict
from yuhang.evidence.archive_verify import check_archive, is_archive
from yuhang.evidence.container import open_container
from yuhang.evidence.findings import VerificationReport
from yuhang.evidence.keys import key_id_of, read_keys
from yuhang.evidence.verify import verify_evidence


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
    archive: Annotated[
        Path, typer.Argument(help="a case's archive or an extract (zip or unpacked), or a node's evidence folder")
    ],
    *,
    keys: Annotated[Path | None, typer.Option(help="file of public keys to trust, from elsewhere than the archive")] = None,
    key: Annotated[list[str] | None, typer.Option(help="one public key to trust, base64")] = None,
    head: Annotated[str | None, typer.Option(help="hash of a record noted elsewhere; it must be in the chain")] = None,
    extract: Annotated[bool, typer.Option("--extract", help="a part of a chain: records and files may be absent")] = False,
    lang: Annotated[Lang, typer.Option(help="language of the report")] = Lang.EN,
    as_json: Annotated[bool, typer.Option("--json", help="report for machines")] = False,
) -> None:
    """Say what was checked, what holds and what, if anything, was changed.

    Exit code 0: holds. 1: something was changed, is missing or was added, or a key is unknown. 2: cannot be read, or refused as
    dangerous. 3: a case's archive in which nothing was changed, but no key to trust was given, so that its origin is not proven.
    """
    trusted = {key_id_of(text): text for text in key or ()}
    if keys is not None:
        trusted |= read_keys(keys)
        if not trusted:
            raise EvidenceError(f"{keys} holds no keys")
    source = open_container(archive)
    if is_archive(source):
        if head is not None or extract:
            raise EvidenceError("--head and --extract are for chains; a case's archive says itself what belongs to it")
        of_case = check_archive(source, trusted)
        _say(of_case, of_case.verdict, lang, as_json=as_json)
    else:
        of_chain = verify_evidence(source, "", head=head, keys=trusted.values(), extract=extract)
        _say(of_chain, Verdict.HOLDS if of_chain.ok else Verdict.CHANGED, lang, as_json=as_json)


def _say(report: ArchiveReport | VerificationReport, verdict: Verdict, lang: Lang, *, as_json: bool) -> None:
    typer.echo(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else report.text(lang.value))
    if verdict is not Verdict.HOLDS:
        raise typer.Exit(verdict)
