"""A gateway's file: what it may say, and what is refused with its line and key."""

from pathlib import Path

import pytest

from gateway.config import GatewayConfig
from yuhang.config.loader import load_yaml
from yuhang.errors import ConfigError

GOOD = """\
site: garden
node: gateway-1
sockets:
  - {socket: s1, address: 330110-1, device: socket-1, firmware: tasmota}
  - {socket: s2, address: 330110-1, device: socket-2, firmware: esphome, limits: {max_current_a: 10}}
"""


def load(folder: Path, text: str) -> GatewayConfig:
    path = folder / "gateway.yaml"
    path.write_text(text, encoding="utf-8")
    return load_yaml(path, GatewayConfig)


def test_a_good_file(tmp_path: Path) -> None:
    config = load(tmp_path, GOOD)
    assert [one.limits.max_current_a for one in config.sockets] == [6.0, 10.0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("device: socket-1,", "device: socket-2,", "device 'socket-2' is there twice"),
        ("firmware: esphome", "firmware: openbeken", "'tasmota' or 'esphome'"),
        ("socket: s2", "socket: s1", "socket 's1' is there twice"),
        ("device: socket-1,", "device: socket/+,", "device"),
        ("max_current_a: 10", "max_curent_a: 10", "did you mean 'max_current_a'"),
        ("max_current_a: 10", "idle_w: 40", "idle_w (40) must lie below charging_w (30)"),
    ],
)
def test_a_bad_one_says_what_to_do(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert said in str(caught.value)
    assert "gateway.yaml:" in str(caught.value)
