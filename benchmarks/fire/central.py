"""Central as a process of its own, with people, a road and junctions; killed and started again as a story wants it."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from benchmarks.fire.road import LENGTH_M, position, road
from benchmarks.servers import BROKER_PASSWORD, BROKER_USER, free_port
from central.bootstrap import open_database
from central.config import CentralConfig
from central.dispatch.network.storage import save_network
from central.schema import migrate
from central.users.roles import Role
from central.users.service import UserService
from yuhang.clock import ScaledClock, SystemClock
from yuhang.config import load_yaml
from yuhang.errors import YuhangError

PLACE = "West Road 1300"
ENGINES = ("engine-1", "engine-2")
_START_S = 60.0


class CheckError(YuhangError):
    """Something that the check needs does not come about."""


@dataclass(slots=True)
class CentralProcess:
    """Central in `folder`. It lives by `clock`."""

    folder: Path
    broker_port: int
    clock: ScaledClock
    port: int = field(default_factory=free_port)
    tokens: dict[Role, str] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None

    def set_up(self, signals: dict[str, Any]) -> None:
        """Write every file and make the people."""
        save_network(road(), self.folder / "road.network")
        end = position(LENGTH_M)
        places = {"places": [{"name": PLACE, "latitude": end.latitude, "longitude": end.longitude}]}
        (self.folder / "calls").mkdir()
        self._write("places.yaml", places)
        self._write("signals.yaml", signals | {"audit_file": str(self.folder / "signals.jsonl")})
        engines = [{"id": name, "name_zh": name, "name_en": name, "site": "fire", "node": name} for name in ENGINES]
        (self.folder / "mqtt.password").write_text(BROKER_PASSWORD, encoding="utf-8")
        config = {
            "data_dir": str(self.folder),
            "mqtt": {"port": self.broker_port, "username": BROKER_USER, "password_file": str(self.folder / "mqtt.password")},
            "http": {"port": self.port, "public_url": f"http://127.0.0.1:{self.port}"},
            "clock": {
                "speed": self.clock.speed,
                "origin": self.clock.origin.isoformat(),
                "real_origin": self.clock.real_origin.isoformat(),
            },
            "dispatch": {
                "network_file": str(self.folder / "road.network"),
                "places_file": str(self.folder / "places.yaml"),
                "signals_file": str(self.folder / "signals.yaml"),
                "engines": engines,
                "calls": {"folder": str(self.folder / "calls")},
            },
        }
        self._write("central.yaml", config)
        settings = load_yaml(self.folder / "central.yaml", CentralConfig)
        with open_database(settings) as database:
            migrate(database)
            users = UserService(database, settings.users, SystemClock())
            for role in (Role.DISPATCHER, Role.SIGNAL_POLICE):
                users.add(role.value, "correct horse battery", role)
                self.tokens[role] = users.give_token(role.value, "fire-check", 1)

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "central.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "yuhang", "central", "run", "--config", str(self.folder / "central.yaml")],
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/api/v1/openapi.json", timeout=5).status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                time.sleep(0.2)
        raise CheckError(f"central does not answer; see {self.folder / 'central.log'}")

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def call(self, reference: str) -> None:
        """The brigade's system writes a call."""
        body = {
            "reference": reference,
            "called_at": self.clock.now().isoformat(),
            "what": "smoke from a window",
            "address": PLACE.upper(),
        }
        unfinished = self.folder / "calls" / f"{reference}.part"
        unfinished.write_text(json.dumps(body), encoding="utf-8")
        unfinished.replace(unfinished.with_suffix(".json"))

    def get(self, path: str) -> Any:
        """Read over REST, as the dispatcher."""
        answer = httpx.get(self._url(path), headers=self._as(Role.DISPATCHER), timeout=20)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, role: Role = Role.DISPATCHER, **body: object) -> Any:
        """Do something over REST."""
        answer = httpx.post(self._url(path), json=body, headers=self._as(role), timeout=20)
        answer.raise_for_status()
        return answer.json()

    def task(self, reference: str) -> dict[str, Any]:
        """The task of a call, as soon as it is there."""
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            found = [task for task in self.get("") if task["reference"] == reference]
            if found:
                return dict(found[0])
            time.sleep(0.1)
        raise CheckError(f"the call {reference} has not become a task; see {self.folder / 'calls'}")

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1/escorts{path}"

    def _as(self, role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[role]}"}

    def _write(self, name: str, document: object) -> None:
        (self.folder / name).write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(20)
            self._process = None
