import json
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

from typer.testing import CliRunner

from simulators.commands import app

SCENE = """
name: empty
fps: 2
duration_s: 6
camera: {width: 64, height: 64}
"""


def test_scenes_are_rendered_into_a_folder(tmp_path: Path) -> None:
    scene = tmp_path / "empty.yaml"
    scene.write_text(SCENE)

    result = CliRunner().invoke(app, ["render", str(scene), "--out", str(tmp_path / "out"), "--seconds", "3"])

    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "out" / "empty.truth.json").read_text())["duration_s"] == 3.0
    assert (tmp_path / "out" / "empty.mp4").stat().st_size > 0


def test_a_scene_that_cannot_be_says_why_and_fails(tmp_path: Path) -> None:
    scene = tmp_path / "empty.yaml"
    scene.write_text(SCENE + "colour: red\n")

    done = subprocess.run(
        [sys.executable, "-m", "yuhang", "sim", "render", str(scene), "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "empty.yaml: colour" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_rendered_folder_is_served_until_told_to_stop(tmp_path: Path) -> None:
    scene = tmp_path / "empty.yaml"
    scene.write_text(SCENE)
    assert CliRunner().invoke(app, ["render", str(scene), "--out", str(tmp_path)]).exit_code == 0
    command = [sys.executable, "-m", "yuhang", "sim", "serve", str(tmp_path), "--port", "0", "--speed", "4"]

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urlopen(url, timeout=5) as answer:
            first = answer.read(188)
        process.send_signal(signal.SIGTERM)

    assert url.endswith("/empty.ts")
    assert first[:1] == b"\x47"
    assert process.returncode == 0
