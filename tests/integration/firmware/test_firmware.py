"""Every firmware configuration passes the real `esphome config`, and speaks as somebody here understands."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.connectors.esphome import EspHome
from gateway.readings import Quantity
from yuhang.messages import LiftState, Reply, TruckReport
from yuhang.topics import NodeTopics, parse_topic

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "firmware_configs"
ESPHOME = ROOT / ".venv-esphome" / "bin" / "esphome"
NODES = sorted(path.name for path in FOLDER.glob("*.yaml") if path.name != "secrets.example.yaml")

pytestmark = pytest.mark.skipif(not ESPHOME.exists(), reason="ESPHome is not installed: make .venv-esphome/.done")


class _Loader(yaml.SafeLoader):
    """Reads what `esphome config` prints: its tags stand for texts."""


_Loader.add_multi_constructor("!", lambda _loader, _tag, node: str(node.value))


@cache
def resolved(folder: Path, name: str) -> dict[str, Any]:
    """The configuration with everything included, as the real tool understands it."""
    done = subprocess.run([str(ESPHOME), "config", name], cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{name}:\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
    document = yaml.load(done.stdout, Loader=_Loader)
    assert isinstance(document, dict)
    return document


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with the example's secrets: nothing is written beside the files of the project."""
    copy = tmp_path_factory.mktemp("firmware") / "configs"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns(".esphome", "secrets.yaml"))
    shutil.copy(copy / "secrets.example.yaml", copy / "secrets.yaml")
    return copy


@pytest.mark.parametrize("name", NODES)
def test_the_real_tool_accepts_it_and_its_fences_stand(folder: Path, name: str) -> None:
    config = resolved(folder, name)
    mqtt = config["mqtt"]
    prefix = mqtt["topic_prefix"]
    assert (mqtt["will_message"]["topic"], mqtt["will_message"]["payload"]) == (f"{prefix}/status", "offline")
    assert config["ota"][0]["password"]
    assert config["wifi"]["networks"]
    for relay in config.get("switch", []):
        assert relay["restore_mode"] == "ALWAYS_OFF"  # after a loss of power nothing is on by itself
    for kind in ("switch", "sensor", "binary_sensor"):
        for entity in _entities(config, kind):
            assert entity["retain"] is False, entity["name"]


def test_a_gateway_understands_all_that_a_socket_and_a_smoke_detector_say(folder: Path) -> None:
    expected = {
        "charging_socket.yaml": {
            Quantity.POWER,
            Quantity.CURRENT,
            Quantity.VOLTAGE,
            Quantity.ENERGY,
            Quantity.TEMPERATURE,
            Quantity.SWITCH,
        },
        "smoke.yaml": {Quantity.SMOKE},
    }
    convention = EspHome()
    for name, quantities in expected.items():
        config = resolved(folder, name)
        prefix = config["mqtt"]["topic_prefix"]
        understood = set()
        for kind, word in (("sensor", b"1.5"), ("switch", b"ON"), ("binary_sensor", b"ON")):
            for entity in _entities(config, kind):
                topic = f"{prefix}/{kind}/{entity['name']}/state"
                assert convention.device_of(topic) == prefix
                understood |= {value.quantity for value in convention.read(prefix, topic, word)}
        assert understood == quantities
    wish = convention.switch("socket-3-07", on=False)
    assert wish.topic == "socket-3-07/switch/socket/command"


@pytest.mark.parametrize(
    ("name", "telemetry", "message"), [("truck.yaml", "truck", TruckReport), ("lift.yaml", "lift", LiftState)]
)
def test_a_node_that_speaks_to_the_site_keeps_the_contract(
    folder: Path, name: str, telemetry: str, message: type[TruckReport] | type[LiftState]
) -> None:
    config = resolved(folder, name)
    topics = parse_topic(config["mqtt"]["topic_prefix"] + "/state").node
    assert isinstance(topics, NodeTopics)
    (publish,) = _publishes(config)
    assert publish["topic"] == topics.telemetry(telemetry)
    said = set(re.findall(r'root\["(\w+)"\]', publish["payload"]))
    fields = message.model_fields
    assert said <= set(fields)
    assert {key for key, field in fields.items() if field.is_required()} <= said


def test_a_lift_hears_requests_and_answers_as_the_contract_says(folder: Path) -> None:
    config = resolved(folder, "lift.yaml")
    (heard,) = config["mqtt"]["on_json_message"]
    assert heard["topic"] == NodeTopics("yuhang", "any").requests_of_site("lift")
    code = str(heard["then"])
    assert '"yuhang/v1/yuhang/lift-2/reply/"' in code
    said = set(re.findall(r'root\[\\?"(\w+)\\?"\]', code))
    assert {key for key, field in Reply.model_fields.items() if field.is_required()} <= said


def _entities(config: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """What has a topic of its own; the quantities of a meter stand inside it."""
    found = []
    for one in config.get(kind, []):
        parts = [one, *(part for part in one.values() if isinstance(part, dict))]
        found += [part for part in parts if part.get("name") and not part.get("internal")]
    return found


def _publishes(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Every `mqtt.publish_json` of the intervals."""
    return [
        action["mqtt.publish_json"]
        for interval in config["interval"]
        for step in interval["then"]
        for action in step["if"]["then"]
    ]
