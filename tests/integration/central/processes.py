"""Central as a process of its own, to be killed and started again."""

import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.integration.brokers import USERS, RunningBroker

_START_TIMEOUT_S = 60.0


@dataclass(slots=True)
class CentralProcess:
    """`yuhang central run` with a database, a broker and a folder of its own."""

    folder: Path
    database_url: str
    broker: RunningBroker
    port: int
    ingest: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        """The configuration file, written on first use."""
        path = self.folder / "central.yaml"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            document = {
                "data_dir": str(self.folder),
                "database": {"url": self.database_url},
                "mqtt": {"port": self.broker.port, "username": "central", "password": USERS["central"], "keepalive_s": 5},
                "http": {"port": self.port},
                "ingest": self.ingest,
            }
            path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return path

    def start(self) -> None:
        """Start it and wait until it answers that it is well."""
        config = self.config
        log = (self.folder / "central.log").open("ab")
        command = [sys.executable, "-m", "yuhang", "central", "run", "--config", str(config)]
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        pytest.fail(f"central did not start:\n{(self.folder / 'central.log').read_text()[-3000:]}")

    def kill(self) -> None:
        """As if the power went."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def end(self) -> tuple[int, float]:
        """Ask it to end; exit code and real seconds until it had ended."""
        assert self.process is not None
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        return code, time.monotonic() - started
