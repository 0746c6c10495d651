"""Configuration: errors name file, line and key; the example is valid."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from typer.testing import CliRunner

from yuhang.cli import app
from yuhang.clock import ScaledClock, SystemClock
from yuhang.config import example_yaml, load_yaml
from yuhang.config.clock import ClockConfig
from yuhang.config.commands import kinds, model_of
from yuhang.config.loader import parse_yaml
from yuhang.config.section import Section
from yuhang.errors import ConfigError


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Rtsp(Strict):
    kind: Literal["rtsp"] = "rtsp"
    url: str = Field(description="address of the stream", examples=["rtsp://camera.example/1"])


class Files(Strict):
    kind: Literal["file"]
    path: Path = Field(examples=["street.mp4"])
    loop: bool = False


class Camera(Strict):
    camera: str = Field(description="short name", examples=["north"])
    source: Annotated[Rtsp | Files, Field(discriminator="kind")]
    analysis_fps: float = Field(default=5, gt=0, le=30, description="pictures looked at a second", examples=[8])
    corners: list[tuple[float, float]] = Field(default=[(0, 0), (1, 0), (1, 1)], description="polygon")


class Uplink(Strict):
    address: str = Field(examples=["central.example"])


class Node(Strict):
    """An example of a node."""

    site: str = Field(title="Site", description="name of the community", examples=["demo"])
    mode: Literal["day", "night"] = "day"
    password: SecretStr | None = Field(default=None, description="of the broker")
    clock: ClockConfig = ClockConfig()
    models: dict[str, str] = Field(default={"detector": "nanodet"}, description="by job")
    cameras: list[Camera]
    uplink: Uplink | None = None


GOOD = """\
site: demo
cameras:
  - camera: north
    source: {kind: rtsp, url: "rtsp://camera.example/1"}
"""


def error_of(text: str, tmp_path: Path) -> str:
    path = tmp_path / "node.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_yaml(path, Node)
    return str(raised.value).replace(str(tmp_path) + "/", "")


def test_a_good_file_loads(tmp_path: Path) -> None:
    path = tmp_path / "node.yaml"
    path.write_text(GOOD)
    assert load_yaml(path, Node).cameras[0].source == Rtsp(url="rtsp://camera.example/1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD.replace("camera: north", "camra: north"), "node.yaml:3: cameras[0].camra: unknown key, did you mean 'camera'?"),
        (
            GOOD.replace("url:", "urll:"),
            "node.yaml:4: cameras[0].source.urll: unknown key, did you mean 'url'? (allowed here: kind, url)",
        ),
        (
            GOOD.replace("kind: rtsp", "kind: rstp"),
            "node.yaml:4: cameras[0].source: kind 'rstp' is not known, one of: rtsp, file",
        ),
        (GOOD + "mode: dusk\n", "node.yaml:5: mode: Input should be 'day' or 'night'"),
        (GOOD + "    analysis_fps: 0\n", "node.yaml:5: cameras[0].analysis_fps: Input should be greater than 0"),
        (GOOD + "site: again\n", "node.yaml:5: site: the key stands here a second time (first on line 1)"),
        (GOOD.replace("site: demo\n", ""), "node.yaml:1: site: must be given (name of the community)"),
        (GOOD.replace("site: demo", "site: 33"), "node.yaml:1: site: must be text; put it in quotes"),
        ("site: [demo\nmode: day\n", "node.yaml:2: not valid YAML"),
        ("- site\n", "node.yaml:1: expected keys and values, one of: site, mode"),
        ("", "node.yaml:1: site: must be given"),
        ("? [a]\n: 1\n", "node.yaml:1: a key must be a plain word"),
        ("a: &a [*a]\n", "node.yaml:1: the file refers to itself"),
        ("site: !!python/object:os.system x\n", "node.yaml:1: not valid YAML"),
        ("site: a\nmode: \x00\n", "node.yaml:2: not valid YAML"),
        ("site: 西溪\n# 西溪西溪西溪西溪\nmode: \x00\n", "node.yaml:3: not valid YAML"),
        (
            GOOD + "clock: {speed: 2, origin: 2026-01-01T00:00:00Z}\n",
            "node.yaml:5: clock: origin and real_origin belong together",
        ),
    ],
)
def test_errors_name_file_line_and_key(text: str, expected: str, tmp_path: Path) -> None:
    assert expected in error_of(text, tmp_path)


def test_all_findings_are_listed(tmp_path: Path) -> None:
    lines = error_of("site: demo\nmode: dusk\nextra: 1\ncameras: []\nclock: {speed: -1}\n", tmp_path).splitlines()
    assert [line.split(": ")[0] for line in lines] == ["node.yaml:2", "node.yaml:5", "node.yaml:3"]


def test_a_missing_or_binary_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_yaml(tmp_path / "none.yaml", Node)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_yaml(tmp_path / "binary.yaml", Node)


def test_anchors_that_grow_without_end_are_refused() -> None:
    levels = "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 12))
    with pytest.raises(ConfigError, match="grows too large"):
        parse_yaml(f"k0: &k0 [x]\n{levels}\n", Node)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ConfigError):
        parse_yaml("site: " + "[" * 1000 + "]" * 1000, Node)


@pytest.mark.parametrize("text", ["no", "yes", "on", "10:30", "2026-06-01", "012", "0x1f", "1_000", "<<"])
def test_words_that_older_yaml_turns_into_something_else_stay_text(text: str) -> None:
    class Word(Strict):
        word: str

    assert parse_yaml(f"word: {text}\n", Word).word == text


def test_the_example_is_valid_complete_and_commented() -> None:
    text = example_yaml(Node)
    node = parse_yaml(text, Node)
    assert node.site == "demo"
    assert node.cameras[0].source == Rtsp(url="rtsp://camera.example/1")
    assert "# Site; name of the community" in text
    assert "# one of: day, night\n" in text
    assert "# pictures looked at a second; default: 5" in text
    assert "# password:" in text
    assert "# or, with kind: file" in text
    keys = "site mode password clock speed models cameras camera source analysis_fps corners loop uplink address"
    assert [key for key in keys.split() if f"{key}:" not in text] == []


def test_commented_alternatives_of_the_example_are_valid_too() -> None:
    lines = example_yaml(Node).splitlines()
    start = next(index for index, line in enumerate(lines) if "or, with kind: file" in line) + 1
    length = len(example_yaml(Files).splitlines())
    alternative = [line.strip().removeprefix("# ") for line in lines[start : start + length]]
    assert parse_yaml("\n".join(alternative), Files) == Files(kind="file", path=Path("street.mp4"))


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_the_example_of_every_kind_is_valid(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"{kind}.yaml"
    written = CliRunner().invoke(app, ["config", "example", kind])
    path.write_text(written.output, encoding="utf-8")
    checked = CliRunner().invoke(app, ["config", "check", str(path), "--kind", kind])
    assert checked.output == f"{path}: fine\n"


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(ConfigError, match="central, edge"):
        model_of("gateways")


def test_an_example_that_cannot_be_written_says_which_field_lacks_one() -> None:
    class Bare(Strict):
        address: str

    with pytest.raises(ConfigError, match=r"Bare\.address"):
        example_yaml(Bare)


@given(st.text(max_size=200))
def test_any_text_is_a_config_error(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^configuration:"):
        parse_yaml(text, Node)


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
DOCUMENTS = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=20), inner), max_leaves=10)


@given(DOCUMENTS)
def test_any_yaml_document_is_a_config_error(data: object) -> None:
    with pytest.raises(ConfigError):
        parse_yaml(yaml.safe_dump(data), Node)


def test_clocks() -> None:
    assert ClockConfig().build() == SystemClock()
    shared = parse_yaml("speed: 20\norigin: 2026-06-01T08:00:00+08:00\nreal_origin: 2026-06-01T00:00:00Z\n", ClockConfig).build()
    assert isinstance(shared, ScaledClock)
    assert shared.origin == shared.real_origin
    assert isinstance(ClockConfig(speed=20).build(), ScaledClock)


class Wall(Section):
    colour: str = "grey"


class House(Section):
    wall: Wall = Wall()


def test_a_section_whose_keys_are_all_commented_out_has_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "house.yaml"
    path.write_text("wall:\n  # colour: red\n", encoding="utf-8")
    assert load_yaml(path, House).wall == Wall()


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "{a: " * 5_000 + "}" * 5_000,
        "- " * 5_000 + "x",
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 3_000)),
    ],
    ids=["flow", "mappings", "block", "anchors"],
)
def test_a_file_that_nests_without_end_is_refused(text: str, tmp_path: Path) -> None:
    assert "nested too deeply" in error_of(text, tmp_path) or "grows too large" in error_of(text, tmp_path)
