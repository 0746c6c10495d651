"""The junctions' file: sound examples are read, and what is wrong is named with file, line and key."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from central.dispatch.commands import app
from central.dispatch.controllers.building import Platforms, build_controller
from central.dispatch.controllers.config import SignalsConfig
from yuhang.clock import ManualClock
from yuhang.config import load_yaml
from yuhang.errors import ConfigError

EXAMPLE = Path(__file__).resolve().parents[5] / "docs" / "examples" / "signals.yaml"


def test_the_example_is_sound_and_asks_for_nothing_by_itself() -> None:
    junctions = load_yaml(EXAMPLE, SignalsConfig).junctions
    assert all(junction.dry_run for junction in junctions)
    platforms = Platforms(ManualClock(), lambda: 0.0)
    assert build_controller(junctions[0], platforms, lambda: 0.0).capabilities.lamp_read
    with pytest.raises(ConfigError, match=r"no key or password can be read from /etc/yuhang/export-avenue.community"):
        build_controller(junctions[1], platforms, lambda: 0.0)


@pytest.mark.parametrize(
    ("old", "new", "line", "text"),
    [
        (
            "conflicts: [[1, 2], [2, 3]]",
            "conflicts: [[1, 3]]",
            4,
            "stage 1 shows green to groups 1 and 3, which exclude each other",
        ),
        ("green: [2]", "green: [9]", 4, "stage 2 names groups that do not exist: [9]"),
        ("[2, 3]]", "[2, 8]]", 4, "conflicts name lamp groups that do not exist: [8]"),
        ("- {number: 2, minimum", "- {number: 1, minimum", 4, "two lamp groups have the number 1"),
        ("yellow_s: 3,", "yellow_s: 2,", 4, "group 1 has 2.0 s of yellow, less than 3.0"),
        ("port: 9000", "prot: 9000", 5, "unknown key, did you mean 'port'?"),
    ],
)
def test_an_error_names_file_line_and_key(tmp_path: Path, old: str, new: str, line: int, text: str) -> None:
    file = tmp_path / "signals.yaml"
    example = EXAMPLE.read_text(encoding="utf-8")
    assert old in example
    file.write_text(example.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_yaml(file, SignalsConfig)
    assert f"signals.yaml:{line}:" in str(caught.value)
    assert text in str(caught.value)


def test_a_controller_that_cannot_be_reached_is_named(tmp_path: Path, free_port: int) -> None:
    file = tmp_path / "signals.yaml"
    text = EXAMPLE.read_text(encoding="utf-8").replace("192.168.1.50", "127.0.0.1").replace("9000", str(free_port))
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["show", "--config", str(file), "--junction", "wenyi-gudun"])
    assert result.exit_code == 1
    assert f"wenyi-gudun: 127.0.0.1:{free_port}" in result.output
