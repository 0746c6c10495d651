"""A facade's settings: what is refused, and how it says so."""

import pytest

from edge.config import NodeConfig
from yuhang.config.loader import parse_yaml
from yuhang.errors import ConfigError

NODE = """
site: s
node: n
cameras:
  - camera: c
    source: {{kind: file, path: a.mp4{source}}}
    zones:
      - zone: facade
        address: a-1
        polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
        detector: {detector}
"""
HEIGHTS = "heights: [{y: 0.9, metres: 0}, {y: 0.1, metres: 36}]"


def node(detector: str, source: str = "") -> NodeConfig:
    return parse_yaml(NODE.format(detector=detector, source=source), NodeConfig, "node.yaml")


def test_a_camera_with_a_facade_hands_over_every_picture_and_looks_for_no_objects() -> None:
    camera = node(f"{{kind: falling_object, {HEIGHTS}}}").cameras[0]
    assert camera.picture_fps == 25
    assert not camera.looks_for_objects


@pytest.mark.parametrize(
    ("detector", "said"),
    [
        ("{kind: falling_objects}", "node.yaml:11: cameras[0].zones[0].detector: kind 'falling_objects' is not known, one of:"),
        ("{warning_dwell_s: 20}", "node.yaml:11: cameras[0].zones[0].detector: kind must be given"),
        ("{kind: falling_object}", "detector.heights: must be given"),
        (f"{{kind: falling_object, {HEIGHTS}, flor_height_m: 3}}", "detector.flor_height_m: unknown key, did you mean"),
        ("{kind: falling_object, heights: [{y: 0.9, metres: 36}, {y: 0.1, metres: 0}]}", "must be more than 36 m"),
        ("{kind: falling_object, heights: [{y: 0.9, metres: 36}]}", "at least 2 items"),
        (f"{{kind: falling_object, {HEIGHTS}, acceleration_m_s2: [12, 4]}}", "must be above 0 and below 4"),
    ],
)
def test_bad_settings_are_refused_with_line_and_key(detector: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        node(detector)
    assert said in str(refused.value)


def test_key_frames_alone_are_not_enough_for_what_falls() -> None:
    with pytest.raises(ConfigError, match=r"source\.decode must be all, not auto"):
        node(f"{{kind: falling_object, {HEIGHTS}}}", ", decode: auto")
