"""Real brokers as processes on free ports, to be killed and started again by tests."""

import getpass
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from yuhang.mqtt.config import MqttConfig

USERS = {"central": "central-pass", "site.node": "node-pass", "site.other": "other-pass"}
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
_START_TIMEOUT_S = 20.0


@dataclass(slots=True)
class RunningBroker:
    """A broker of some kind that listens on loopback and knows `USERS`."""

    kind: str
    port: int
    command: list[str]
    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        log = (self.folder / "broker.log").open("ab")
        self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=0.5).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        pytest.fail(f"{self.kind} did not start:\n{(self.folder / 'broker.log').read_text()}")

    def kill(self) -> None:
        """As if the power went: no goodbye to anybody."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def config(self, username: str = "site.node") -> MqttConfig:
        """How `username` connects to it."""
        return MqttConfig(port=self.port, username=username, password=SecretStr(USERS[username]), keepalive_s=5)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(10)
            self.process = None


def embedded(folder: Path, port: int) -> RunningBroker:
    """`yuhang broker run`, not yet started."""
    users = folder / "users"
    users.write_text("".join(f"{name}:{password}\n" for name, password in USERS.items()))
    users.chmod(0o600)
    command = [sys.executable, "-m", "yuhang", "broker", "run", "--port", str(port), "--users", str(users)]
    return RunningBroker("embedded", port, command, folder)


def mosquitto(folder: Path, port: int, more: str = "") -> RunningBroker:
    """Mosquitto with a password file, not yet started; skips the test where it is not installed."""
    if not Path(MOSQUITTO).exists():
        pytest.skip("mosquitto is not installed (apt install mosquitto)")
    tool = shutil.which("mosquitto_passwd") or "/usr/bin/mosquitto_passwd"
    passwords = folder / "passwords"
    passwords.touch(mode=0o600)
    for name, password in USERS.items():
        subprocess.run([tool, "-b", str(passwords), name, password], check=True, capture_output=True)
    (folder / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\nuser {getpass.getuser()}\n"
        f"persistence false\nset_tcp_nodelay true\n{more}"
    )
    return RunningBroker("mosquitto", port, [MOSQUITTO, "-c", str(folder / "mosquitto.conf")], folder)
