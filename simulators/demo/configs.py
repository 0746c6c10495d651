"""Writes what the demo's processes read: broker accounts, central's and the node's configuration, the registry."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from simulators.demo.home import DemoHome, DemoTime
from simulators.demo.scenario import Scenario
from simulators.street.scene import Scene
from simulators.street.truth import Truth

SITE, NODE = "yuhang", "street-1"
NODE_ACCOUNT = f"{SITE}.{NODE}"
CENTRAL_ACCOUNT = "central"
ADDRESS_CODE = "330110-001"
GATEWAY_HEADER = "X-Gateway-Secret"
HOME_POSITION = (30.2790, 120.0210)
"""Where the demo's cameras stand, WGS-84: a made-up place in the Yuhang district."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Loopback ports of the demo."""

    broker: int
    central: int
    cameras: int
    gateway: int

    @property
    def central_url(self) -> str:
        """Address of the screens and the REST interface."""
        return f"http://127.0.0.1:{self.central}"


@dataclass(frozen=True, slots=True)
class Street:
    """One rendered camera: its scene and the truth beside the video."""

    scene: Scene
    truth: Truth


def write_all(home: DemoHome, ports: Ports, time: DemoTime, scenario: Scenario, streets: list[Street]) -> None:
    """Write every file anew; secrets and data stay as they are."""
    _write_private(home.broker_users, _broker_users(home))
    _write_yaml(home.central_config, central_config(home, ports, time))
    _write_yaml(home.node_config, node_config(home, ports, time, scenario, streets))
    _write_yaml(home.registry, registry(scenario))
    _write_yaml(home.cameras, cameras(time, streets))


def _broker_users(home: DemoHome) -> str:
    return f"{CENTRAL_ACCOUNT}:{home.secret('broker-central')}\n{NODE_ACCOUNT}:{home.secret('node')}\n"


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _write_yaml(path: Path, document: dict[str, Any]) -> None:
    _write_private(path, yaml.safe_dump(document, allow_unicode=True, sort_keys=False))


def _clock(time: DemoTime) -> dict[str, Any]:
    clock = time.clock
    return {"speed": clock.speed, "origin": clock.origin.isoformat(), "real_origin": clock.real_origin.isoformat()}


def _mqtt(home: DemoHome, ports: Ports, account: str, secret: str) -> dict[str, Any]:
    home.secret(secret)
    return {"port": ports.broker, "username": account, "password_file": str(home.folder / f"{secret}.secret")}


def central_config(home: DemoHome, ports: Ports, time: DemoTime) -> dict[str, Any]:
    """Central on SQLite with the embedded broker."""
    home.secret("gateway")
    return {
        "data_dir": str(home.central_data),
        "mqtt": _mqtt(home, ports, CENTRAL_ACCOUNT, "broker-central"),
        "http": {"port": ports.central, "public_url": ports.central_url},
        "clock": _clock(time),
        "notify": {
            "channels": [
                {
                    "kind": "http-sms",
                    "name": "sms",
                    "url": f"http://127.0.0.1:{ports.gateway}/messages",
                    "secret_file": str(home.folder / "gateway.secret"),
                    "secret_header": GATEWAY_HEADER,
                    "price_yuan": 0.045,
                }
            ]
        },
    }


def node_config(home: DemoHome, ports: Ports, time: DemoTime, scenario: Scenario, streets: list[Street]) -> dict[str, Any]:
    """One edge node with all cameras of the street."""
    return {
        "site": SITE,
        "node": NODE,
        "data_dir": str(home.edge_data),
        "mqtt": _mqtt(home, ports, NODE_ACCOUNT, "node"),
        "central": {"url": ports.central_url, "token_file": str(home.folder / "node.secret")},
        "clock": _clock(time),
        "cameras": [_camera(ports, scenario, street) for street in streets],
    }


def _titles(street: Street) -> tuple[str, str]:
    """What a scene is called in Chinese and in English: 小区消防通道 Fire lane of a community."""
    chinese, _, english = street.scene.title.partition(" ")
    return chinese, english or chinese


def _camera(ports: Ports, scenario: Scenario, street: Street) -> dict[str, Any]:
    title, title_en = _titles(street)
    return {
        "camera": street.scene.name,
        "name": title,
        "name_en": title_en,
        "latitude": HOME_POSITION[0],
        "longitude": HOME_POSITION[1],
        "source": {
            "kind": "http",
            "url": f"http://127.0.0.1:{ports.cameras}/{street.scene.name}.ts",
            "format": "mpegts",
            "connect_timeout_s": 30.0,
            "read_timeout_s": 30.0,
            "reconnect_min_s": 0.2,
            "reconnect_max_s": 1.0,
        },
        "analysis_fps": scenario.analysis_fps,
        "guard": {"check_every_s": 3},
        "zones": [_zone(street, zone.name, zone.kind, zone.polygon) for zone in street.truth.zones],
    }


ZONE_WORDS = {
    "square": ("广场", "square"),
    "pavement": ("人行道", "pavement"),
    "kerb": ("路边", "kerb"),
    "queue": ("红灯排队区", "queue at the lights"),
    "fire-lane": ("消防通道", "fire lane"),
}
"""What the scenes' zones are called on the screens, in Chinese and in English."""


def _zone(street: Street, name: str, kind: str, polygon: Any) -> dict[str, Any]:
    width, height = street.truth.width, street.truth.height
    detector: dict[str, Any] = {"kind": "parking"}
    if kind == "lane":
        detector["queue"] = {"min_vehicles": 3}
    chinese, english = ZONE_WORDS.get(name, (name, name))
    title, title_en = _titles(street)
    return {
        "zone": f"{street.scene.name}-{name}",
        "name": f"{title} · {chinese}",
        "name_en": f"{title_en} · {english}",
        "address": ADDRESS_CODE,
        "polygon": [_fraction(x, y, width, height) for x, y in polygon],
        "detector": detector,
    }


def _fraction(x: float, y: float, width: int, height: int) -> list[float]:
    return [round(min(max(x / width, 0.0), 1.0), 4), round(min(max(y / height, 0.0), 1.0), 4)]


def cameras(time: DemoTime, streets: list[Street]) -> dict[str, Any]:
    """Papers of the cameras, all in order; the street is made up, and so are they."""
    today = time.scene_start.date()
    since = (today - timedelta(days=30)).isoformat()
    dates = {"issuer": "演示 demo", "issued_on": since, "valid_until": (today + timedelta(days=365)).isoformat()}
    return {
        "cameras": [
            {
                "site": SITE,
                "node": NODE,
                "camera": street.scene.name,
                "effective_from": (time.scene_start - timedelta(days=30)).isoformat(),
                "certificate": {"number": "DEMO-2026-001", **dates},
                "test_report": {"number": "DEMO-2026-002", **dates},
                "calibration": {"number": "DEMO-2026-003", **dates},
                "filing": {"number": "DEMO-2026-004", "filed_on": since},
                "publication": {"where": "演示 demo", "published_on": since},
                "signs": [{"number": "DEMO-2026-005", "registered_on": since, "place": street.scene.title}],
                "purpose": "违法停车取证（演示）",
                "location": street.scene.title,
                "angle_deg": 0,
            }
            for street in streets
        ]
    }


def registry(scenario: Scenario) -> dict[str, Any]:
    """Owners, exempt vehicles and car parks around the street."""
    latitude, longitude = HOME_POSITION
    return {
        "vehicles": [
            {"plate": story.plate} | ({"phone": story.owner.phone} if story.owner.phone else {}) for story in scenario.stories
        ],
        "exempt": [{"plate": story.plate, "reason": story.exempt} for story in scenario.stories if story.exempt],
        "addresses": [
            {
                "code": ADDRESS_CODE,
                "zh": "文一西路 969 号",
                "en": "969 Wenyi West Road",
                "latitude": latitude,
                "longitude": longitude,
            }
        ],
        **_car_parks(latitude, longitude),
    }


def _car_parks(latitude: float, longitude: float) -> dict[str, Any]:
    """Five car parks, one full and one closed at this hour, on a small network of footpaths with a detour to the nearest."""
    parks = [
        ("p1", "文一西路公共停车场", "Wenyi West Road car park", 0.0010, 0.0015, 120, 34, "00:00", "00:00"),
        ("p2", "五常大道停车楼", "Wuchang Avenue garage", -0.0006, 0.0004, 300, 0, "00:00", "00:00"),
        ("p3", "邻里中心地下车库", "Neighbourhood centre garage", 0.0011, -0.0021, 80, 12, "00:00", "00:00"),
        ("p4", "夜市临时停车场", "Night market car park", 0.0003, -0.0003, 40, 40, "03:00", "03:01"),
        ("p5", "西溪大厦停车场", "Xixi Tower car park", -0.0024, 0.0020, 200, 57, "00:00", "00:00"),
    ]
    entries = [
        {
            "code": code,
            "zh": zh,
            "en": en,
            "latitude": round(latitude + north, 6),
            "longitude": round(longitude + east, 6),
            "capacity": capacity,
            "free": free,
            "opens": opens,
            "closes": closes,
        }
        for code, zh, en, north, east, capacity, free, opens, closes in parks
    ]
    nodes = [{"id": "kerb", "latitude": latitude, "longitude": longitude}]
    nodes += [{"id": entry["code"], "latitude": entry["latitude"], "longitude": entry["longitude"]} for entry in entries]
    edges: list[dict[str, Any]] = [{"from": "kerb", "to": str(entry["code"])} for entry in entries]
    edges[0]["metres"] = 420  # the way to p1 leads over a footbridge
    return {"car_parks": entries, "footpaths": {"nodes": nodes, "edges": edges}}
