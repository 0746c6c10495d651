"""The command line loads rooms on demand and turns errors raised on purpose into one line."""

import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner

from yuhang import cli
from yuhang.errors import ConfigError

room = typer.Typer()


@room.command()
def fail() -> None:
    """Fail on purpose."""
    raise ConfigError("node.yaml:3: no such key")


@pytest.fixture
def two_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("room_for_a_test")
    module.app = room  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    points = {
        "here": EntryPoint("here", f"{module.__name__}:app", cli.GROUP),
        "edge": EntryPoint("edge", "no_such_package.commands:app", cli.GROUP),
    }
    monkeypatch.setattr(cli, "rooms", lambda: points)
    monkeypatch.setattr(cli, "configure_logging", lambda *_args, **_kwargs: None)


def run(*arguments: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["yuhang", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


@pytest.mark.usefixtures("two_rooms")
def test_an_error_raised_on_purpose_is_one_line_and_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _out, err = run("here", "fail", monkeypatch=monkeypatch, capsys=capsys)
    assert (code, err) == (2, "yuhang: node.yaml:3: no such key\n")


@pytest.mark.usefixtures("two_rooms")
def test_a_room_with_missing_parts_names_its_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = run("edge", "run", monkeypatch=monkeypatch, capsys=capsys)
    assert code == 2
    assert "no_such_package" in err
    assert "pip install 'yuhang[edge]'" in err


@pytest.mark.usefixtures("two_rooms")
def test_a_missing_room_does_not_hide_the_others() -> None:
    result = CliRunner().invoke(cli.app, ["--help"])
    assert result.exit_code == 0
    assert "here" in result.output
    assert "(not available)" in result.output
