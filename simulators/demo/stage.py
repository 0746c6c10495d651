"""Sets the demo up and runs it: files, accounts, processes, and the way back down."""

import socket
import subprocess
import sys
import threading
import time as real_time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from simulators.demo.configs import GATEWAY_HEADER, NODE, SITE, Ports, Street, write_all
from simulators.demo.gateway import DemoGateway, GatewaySettings
from simulators.demo.home import DemoHome, DemoTime, keep_time, resume_time
from simulators.demo.processes import Child, ProcessError, Supervisor
from simulators.demo.scenario import Scenario
from simulators.street.server import CameraServer

LOGINS = {
    "officer": "officer",
    "reviewer": "reviewer",
    "supervisor": "supervisor",
    "administrator": "administrator",
    "viewer": "viewer",
}
"""Role by login name."""
LEAD_S = 12.0
"""Real seconds that the processes get before the first scene begins."""
START_TIMEOUT_S = 60.0

Say = Callable[[str], None]


def yuhang(*arguments: str) -> list[str]:
    """The command line of one of our own commands, in this very environment."""
    return [sys.executable, "-m", "yuhang", *arguments]


def free_port() -> int:
    """A loopback port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def choose_ports(central: int) -> Ports:
    """The wanted port for central if it is free, else any; the others are free ones."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken = central == 0 or probe.connect_ex(("127.0.0.1", central)) == 0
    return Ports(broker=free_port(), central=free_port() if taken else central, cameras=free_port(), gateway=free_port())


@dataclass(frozen=True, slots=True)
class StageSettings:
    """How the demo is to be run."""

    home: DemoHome
    scenario: Scenario
    streets: list[Street]
    speed: float
    central_port: int = 8080


class Stage:
    """A running demo; a context manager that leaves no process behind."""

    def __init__(self, settings: StageSettings, say: Say) -> None:
        self._settings = settings
        self._say = say
        self.home = settings.home
        self.ports = choose_ports(settings.central_port)
        self.supervisor = Supervisor()
        self._closers: list[Callable[[], None]] = []
        self._stop = threading.Event()
        self.time: DemoTime = resume_time(self.home, settings.speed, LEAD_S)

    def __enter__(self) -> Self:
        try:
            self._set_up()
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def scene_second(self) -> float:
        """Seconds of the demo's clock since the scenes began; negative before."""
        return (self.time.clock.now() - self.time.scene_start).total_seconds()

    def watch(self, seconds: float) -> bool:
        """Look after the processes for some real seconds; true if the demo was told to end."""
        self.supervisor.watch_once()
        keep_time(self.home, self.time)
        return self._stop.wait(seconds)

    def end(self) -> None:
        """Tell the demo to end; safe in a signal handler."""
        self._stop.set()

    def close(self) -> None:
        """Stop everything, last started first."""
        if self.supervisor.children:
            keep_time(self.home, self.time)
        self.supervisor.stop()
        while self._closers:
            self._closers.pop()()

    def _set_up(self) -> None:
        self.home.make()
        for name in LOGINS:
            self.home.secret(f"login-{name}")
        self.home.secret("node")
        write_all(self.home, self.ports, self.time, self._settings.scenario, self._settings.streets)
        ready = self.home.folder / "prepared"
        if not ready.exists():
            self._say("Setting up the database and the accounts ...")
            config = ("--config", str(self.home.central_config))
            self._command("central", "migrate", *config)
            for name, role in LOGINS.items():
                password = str(self.home.folder / f"login-{name}.secret")
                self._command("central", "add-user", name, *config, "--role", role, "--password-file", password)
            credential = str(self.home.folder / "node.secret")
            self._command("central", "add-node", SITE, NODE, *config, "--credential-file", credential)
            self._command("central", "import-registry", str(self.home.registry), *config)
            self._command("central", "import-cameras", str(self.home.cameras), *config, "--as", "demo", "--reason", "demo street")
            ready.touch()
        # The processes' start must not eat the lead: the clock and the scenes begin when they are about to be used.
        if not self.home.times.exists():
            self.time = resume_time(self.home, self._settings.speed, LEAD_S)
            write_all(self.home, self.ports, self.time, self._settings.scenario, self._settings.streets)

    def _command(self, *arguments: str) -> None:
        done = subprocess.run(yuhang(*arguments), capture_output=True, text=True, check=False)  # noqa: S603 - our own command
        if done.returncode != 0:
            raise ProcessError(f"`yuhang {' '.join(arguments[:2])}` failed:\n{done.stdout}{done.stderr}")

    def _start(self) -> None:
        self._say("Starting broker, central, cameras and edge node ...")
        self._start_gateway()
        self._start_cameras()
        self._add("broker", "broker", "run", "--port", str(self.ports.broker), "--users", str(self.home.broker_users))
        self._wait_for(self._broker_listens, "broker")
        self._add("central", "central", "run", "--config", str(self.home.central_config))
        self._wait_for(self._central_answers, "central")
        self._add("edge", "edge", "run", "--config", str(self.home.node_config))

    def _add(self, name: str, *arguments: str) -> None:
        self.supervisor.add(Child(name, yuhang(*arguments), self.home.logs / f"{name}.log"))

    def _start_gateway(self) -> None:
        settings = GatewaySettings(
            port=self.ports.gateway,
            receipts_url=f"{self.ports.central_url}/api/v1/notify/receipts",
            secret=self.home.secret("gateway"),
            secret_header=GATEWAY_HEADER,
            deliveries=self._settings.scenario.deliveries(),
            ledger=self.home.ledger,
        )
        gateway = DemoGateway(settings, self.time.clock)
        gateway.start()
        self._closers.append(gateway.stop)

    def _start_cameras(self) -> None:
        cameras = CameraServer(self.home.scenes, self.ports.cameras, self.time.clock, self.time.scene_start)
        cameras.start()
        self._closers.append(cameras.stop)

    def _wait_for(self, ready: Callable[[], bool], name: str) -> None:
        until = real_time.monotonic() + START_TIMEOUT_S
        while not ready():
            self.supervisor.watch_once()
            if real_time.monotonic() > until:
                raise ProcessError(f"{name} does not answer; the end of its log:\n{self.supervisor.child(name).tail()}")
            real_time.sleep(0.1)

    def _broker_listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.ports.broker)) == 0

    def _central_answers(self) -> bool:
        try:
            return httpx.get(f"{self.ports.central_url}/healthz", timeout=2.0).is_success
        except httpx.HTTPError:
            return False


def log_files(home: DemoHome) -> list[Path]:
    """Log files of the demo's processes."""
    return sorted(home.logs.glob("*.log"))
