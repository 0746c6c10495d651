"""Zones from central: checked by the node's own models, kept, refused in words, never older than what runs."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from edge.config import NodeConfig, config_sha256
from edge.node.desired import DesiredDesk
from tests.unit.edge.drawn_street import CONFIG
from yuhang.config.loader import load_yaml
from yuhang.errors import ConfigError
from yuhang.messages import DesiredConfig

SQUARE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
CROSSED = [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]
OWN_SHA = "1" * 64


def document(polygon: list[list[float]] = SQUARE, camera: str = "c", **more: object) -> str:
    zone = {"zone": "drawn", "address": "a-9", "polygon": polygon, "detector": {"kind": "parking", **more}}
    return yaml.safe_dump({"cameras": [{"camera": camera, "zones": [zone]}]})


def message(version: int, text: str, sha256: str = "") -> bytes:
    sha256 = sha256 or hashlib.sha256(text.encode()).hexdigest()
    return DesiredConfig(version=version, sha256=sha256, document=text).model_dump_json().encode()


@dataclass
class Node:
    """A desk and how often it has spoken of a refusal."""

    path: Path
    own: NodeConfig = CONFIG
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.desk = DesiredDesk(self.own, OWN_SHA, self.path)
        self.desk.on_refused(lambda: self.told.extend(self.problems))

    def receive(self, payload: bytes) -> None:
        self.desk.receive("yuhang/v1/s/n/config", payload)

    @property
    def version(self) -> int:
        return self.desk.running.config.version

    @property
    def zones(self) -> list[str]:
        return [zone.zone for zone in self.desk.running.config.cameras[0].zones]

    @property
    def problems(self) -> tuple[str, ...]:
        refused = self.desk.running.refused
        return refused.problems if refused else ()


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path / "desired.json")


def test_new_zones_are_taken_up_once_and_survive_a_restart(node: Node) -> None:
    assert (node.version, node.zones) == (0, ["z"])
    node.receive(message(3, document()))
    assert node.zones == ["z"], "the main loop has not taken them up yet"
    assert node.desk.take() is not None
    assert node.desk.take() is None
    assert (node.version, node.zones) == (3, ["drawn"])
    sha256 = node.desk.running.sha256
    assert sha256 != OWN_SHA
    node.start()
    assert (node.version, node.zones, node.desk.running.sha256) == (3, ["drawn"], sha256)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (document(CROSSED), "version 4:7: cameras[0].zones[0].polygon: the outline crosses itself"),
        (document(warning_dwel_s=9), "cameras[0].zones[0].detector.warning_dwel_s: unknown key, did you mean 'warning_dwell_s'?"),
        (document(kind="ufo"), "kind 'ufo' is not known, one of: "),
        (document(camera="attic"), "camera 'attic' is not in the node's file, which has c"),
        ("cameras: 7", "version 4:1: cameras: "),
        ("- a\n- b", "version 4:1: expected keys and values"),
        ("a: [", "version 4:"),
        (document() + "site: other\n", "site: unknown key"),
    ],
)
def test_what_cannot_run_is_refused_in_words_and_changes_nothing(node: Node, text: str, said: str) -> None:
    node.receive(message(3, document()))
    node.desk.take()
    node.receive(message(4, text))
    assert node.desk.take() is None
    assert said in "\n".join(node.problems)
    assert node.told
    assert (node.version, node.zones) == (3, ["drawn"])
    node.start()
    assert (node.version, node.zones) == (3, ["drawn"])
    node.receive(message(5, document()))
    node.desk.take()
    assert (node.version, node.problems) == (5, ())


def test_a_facade_on_a_camera_that_decodes_too_little_is_refused(tmp_path: Path) -> None:
    source = CONFIG.cameras[0].source.model_copy(update={"decode": "keyframes"})
    sparse = CONFIG.cameras[0].model_copy(update={"source": source})
    node = Node(tmp_path / "desired.json", CONFIG.model_copy(update={"cameras": (sparse,)}))
    node.receive(message(1, document(kind="falling_object", heights=[{"y": 0.9, "metres": 0}, {"y": 0.1, "metres": 30}])))
    assert "source.decode must be all, not keyframes" in node.problems[0]


@pytest.mark.parametrize("payload", [b"", b"{", b"null", message(2, document(), "0" * 64)])
def test_a_message_that_cannot_be_trusted_changes_nothing(node: Node, payload: bytes) -> None:
    node.receive(payload)
    assert node.desk.take() is None
    assert not node.path.exists()
    assert ["hash" in problem for problem in node.problems] == ([True] if b"version" in payload else [])


def test_a_file_that_was_edited_since_wins_or_says_why_the_zones_cannot_run(node: Node) -> None:
    node.receive(message(3, document()))
    node.own = CONFIG.model_copy(update={"version": 3})
    node.start()
    assert node.zones == ["z"]
    other = CONFIG.cameras[0].model_copy(update={"camera": "new"})
    node.own = CONFIG.model_copy(update={"cameras": (other,)})
    node.start()
    assert (node.version, node.zones) == (0, ["z"])
    assert "camera 'c' is not in the node's file" in node.problems[0]


def test_a_damaged_file_on_disk_leaves_the_node_with_its_own(node: Node) -> None:
    node.path.write_text(json.dumps({"version": 1}))
    node.start()
    assert (node.version, node.zones) == (0, ["z"])


@given(versions=st.lists(st.integers(1, 6), max_size=12), taken=st.lists(st.booleans(), min_size=12, max_size=12))
def test_in_whatever_order_they_come_the_newest_runs(
    tmp_path_factory: pytest.TempPathFactory, versions: list[int], taken: list[bool]
) -> None:
    """Late, repeated and old messages; the main loop looks now and then; the node may start anew at the end."""
    node = Node(tmp_path_factory.mktemp("node") / "desired.json")
    highest = 0
    for version, take in zip(versions, taken, strict=False):
        node.receive(message(version, document(warning_dwell_s=version)))
        highest = max(highest, version)
        if take:
            node.desk.take()
            assert node.version == highest
    node.start()
    assert node.version == highest


# --- the node's own file read again ---------------------------------------------------------------------------------------


def own_file(path: Path, *, zone: str = "z", port: int = 1883) -> Path:
    camera = {"camera": "c", "source": {"kind": "file", "path": "street.mp4"}}
    zones = [{"zone": zone, "address": "a-1", "polygon": SQUARE}]
    path.write_text(yaml.safe_dump({"site": "s", "node": "n", "mqtt": {"port": port}, "cameras": [{**camera, "zones": zones}]}))
    return path


@pytest.fixture
def from_file(tmp_path: Path) -> Node:
    own = load_yaml(own_file(tmp_path / "node.yaml"), NodeConfig)
    node = Node(tmp_path / "desired.json", own)
    node.desk = DesiredDesk(own, config_sha256(tmp_path / "node.yaml"), node.path)
    return node


def test_zones_of_an_edited_file_are_taken_up(from_file: Node, tmp_path: Path) -> None:
    assert from_file.desk.reload(tmp_path / "node.yaml") == "nothing has changed"
    assert from_file.desk.take() is None
    assert "version 0" in from_file.desk.reload(own_file(tmp_path / "node.yaml", zone="edited"))
    assert from_file.desk.take() is not None
    assert from_file.zones == ["edited"]


def test_what_central_has_sent_goes_on_over_an_edited_file(from_file: Node, tmp_path: Path) -> None:
    from_file.receive(message(2, document()))
    from_file.desk.take()
    from_file.desk.reload(own_file(tmp_path / "node.yaml", zone="edited"))
    from_file.desk.take()
    assert (from_file.version, from_file.zones) == (2, ["drawn"])


def test_a_file_that_changed_in_more_than_zones_or_is_wrong_is_not_taken_up(from_file: Node, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="end the node and start it again"):
        from_file.desk.reload(own_file(tmp_path / "node.yaml", zone="edited", port=1884))
    (tmp_path / "node.yaml").write_text("site: s\n")
    with pytest.raises(ConfigError, match="must be given"):
        from_file.desk.reload(tmp_path / "node.yaml")
    assert from_file.desk.take() is None
