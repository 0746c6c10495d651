"""Where the demo keeps everything: one folder that `make demo-reset` removes."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from yuhang.clock import Clock, ScaledClock, SystemClock


@dataclass(frozen=True, slots=True)
class DemoHome:
    """The demo's folder and the files in it."""

    folder: Path

    @property
    def scenes(self) -> Path:
        """Rendered scenes; shared by demo and check, since they are the same pixels every time."""
        return self.folder.parent / "scenes"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def edge_data(self) -> Path:
        return self.folder / "edge"

    @property
    def central_data(self) -> Path:
        return self.folder / "central"

    @property
    def central_config(self) -> Path:
        return self.folder / "central.yaml"

    @property
    def node_config(self) -> Path:
        return self.folder / "node.yaml"

    @property
    def registry(self) -> Path:
        return self.folder / "registry.yaml"

    @property
    def cameras(self) -> Path:
        return self.folder / "cameras.yaml"

    @property
    def broker_users(self) -> Path:
        return self.folder / "broker-users"

    @property
    def ledger(self) -> Path:
        return self.folder / "gateway-ledger.jsonl"

    @property
    def times(self) -> Path:
        return self.folder / "times.json"

    def make(self) -> None:
        """Make the folders; only their owner may look into them."""
        for folder in (self.folder, self.logs, self.edge_data, self.central_data, self.scenes):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def secret(self, name: str) -> str:
        """A secret of this demo, made when first asked for and kept."""
        path = self.folder / f"{name}.secret"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(12))
        return path.read_text()


@dataclass(frozen=True, slots=True)
class DemoTime:
    """The demo's clock and the moment on it at which the scenes begin."""

    clock: ScaledClock
    scene_start: datetime


def resume_time(home: DemoHome, speed: float, lead_s: float, real: Clock | None = None) -> DemoTime:
    """The demo's time: new, or going on from where it stood when the demo was last alive.

    `lead_s` is the real time that the processes need before the first scene begins.
    """
    real_now = (real or SystemClock()).now()
    if home.times.exists():
        kept = json.loads(home.times.read_text())
        origin = datetime.fromisoformat(kept["now"])
        return DemoTime(ScaledClock(origin, real_now, speed), datetime.fromisoformat(kept["scene_start"]))
    clock = ScaledClock(real_now, real_now, speed)
    return DemoTime(clock, real_now + timedelta(seconds=speed * lead_s))


def keep_time(home: DemoHome, time: DemoTime) -> None:
    """Note the time, so that the next start goes on from here; written whole or not at all."""
    scratch = home.times.with_suffix(".new")
    scratch.write_text(json.dumps({"now": time.clock.now().isoformat(), "scene_start": time.scene_start.isoformat()}))
    scratch.replace(home.times)
