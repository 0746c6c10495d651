"""The node's configuration: what is refused, and how it says so."""

from pathlib import Path

import pytest

from edge.config import NodeConfig, ZoneConfig, config_sha256
from yuhang.config.example import example_yaml
from yuhang.config.loader import load_yaml, parse_yaml
from yuhang.errors import ConfigError

NODE = """
site: s
node: n
cameras:
  - camera: c
    source: {{kind: file, path: a.mp4}}
    zones:
      - zone: z
        address: a-1
        polygon: {polygon}
        detector: {{kind: parking}}
"""
SQUARE = "[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]"


def zone(polygon: str = SQUARE) -> ZoneConfig:
    return parse_yaml(NODE.format(polygon=polygon), NodeConfig).cameras[0].zones[0]


@pytest.mark.parametrize(
    ("polygon", "said"),
    [
        ("[[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]", "crosses itself"),
        ("[[0.1, 0.1], [0.9, 0.1]]", "at least 3"),
        ("[[0.1, 0.1], [0.9, 0.1], [1.2, 0.9]]", r"corner 3 \(1.2, 0.9\) lies outside the picture"),
        ("[[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]]", "(?i)line|area|crosses"),
    ],
)
def test_a_bad_outline_is_refused_with_line_and_key(polygon: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        zone(polygon)
    assert "cameras[0].zones[0].polygon" in str(refused.value)


def test_the_zones_hash_changes_with_every_setting_and_with_nothing_else() -> None:
    assert zone().sha256 == zone().sha256
    assert zone().sha256 != zone(SQUARE.replace("0.9]]", "0.91]]")).sha256


def test_two_zones_of_one_name_are_refused() -> None:
    twice = NODE.format(polygon=SQUARE) + f"      - {{zone: z, address: a-2, polygon: {SQUARE}}}\n"
    with pytest.raises(ConfigError, match="'z' is there twice"):
        parse_yaml(twice, NodeConfig)


def test_a_queue_rule_that_could_never_apply_is_refused() -> None:
    text = NODE.format(polygon=SQUARE).replace("{kind: parking}", "{kind: parking, queue: {longest_s: 30}}")
    with pytest.raises(ConfigError, match="longest_s must not be shorter"):
        parse_yaml(text, NodeConfig)


def test_a_gap_longer_than_ten_seconds_cannot_be_configured() -> None:
    text = NODE.format(polygon=SQUARE).replace("    zones:", "    watching: {max_gap_s: 11}\n    zones:")
    with pytest.raises(ConfigError, match="max_gap_s"):
        parse_yaml(text, NodeConfig)


def test_the_commented_example_is_itself_a_configuration(tmp_path: Path) -> None:
    path = tmp_path / "node.yaml"
    path.write_text(example_yaml(NodeConfig), encoding="utf-8")
    assert load_yaml(path, NodeConfig).cameras
    assert len(config_sha256(path)) == 64


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"nowhere.yaml cannot be read"):
        config_sha256(Path("nowhere.yaml"))
