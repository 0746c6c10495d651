"""Real servers of one's own: PostgreSQL and Mosquitto in a folder that goes away, on a free port of loopback.

For benchmarks and integration tests; nothing that runs on the machine already is touched.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from yuhang.broker.embedded import EmbeddedBroker
from yuhang.errors import YuhangError

BROKER_USER = "bench"
BROKER_PASSWORD = "only-on-loopback"
_START_S = 30.0
_POSTGRES_USER = "postgres"  # PostgreSQL refuses to run as root; Debian's package makes this user


class ServerUnavailableError(YuhangError):
    """A server program is not installed here, or does not start."""


def free_port() -> int:
    """A TCP port on loopback that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL cluster of its own with `fsync` on; yields the URL of its database for `central.database.Database`."""
    programs = _postgresql_programs()
    as_user = ["runuser", "-u", _POSTGRES_USER, "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="yuhang-postgresql-"))
    try:
        if as_user:
            shutil.chown(folder, _POSTGRES_USER)
        data, port = folder / "data", free_port()
        _run([*as_user, str(programs / "initdb"), "-D", str(data), "-U", "yuhang", "-A", "trust", "-E", "UTF8", "--locale=C"])
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c max_connections=50"
        control = [*as_user, str(programs / "pg_ctl"), "-D", str(data)]
        _run([*control, "-w", "-l", str(folder / "log"), "-o", options, "start"])
        try:
            yield f"postgresql+psycopg://yuhang@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def embedded_broker() -> Iterator[int]:
    """The broker that `yuhang broker run` runs, with the one account of the benchmarks; yields its port."""
    with EmbeddedBroker(free_port(), {BROKER_USER: BROKER_PASSWORD}) as broker:
        yield broker.port


@contextmanager
def mosquitto_broker(extra: Sequence[str] = ()) -> Iterator[int]:
    """A Mosquitto that lets everybody on loopback in; yields its port. `extra` are lines for its configuration."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise ServerUnavailableError("mosquitto is not installed")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="yuhang-mosquitto-") as folder:
        config = Path(folder) / "mosquitto.conf"
        lines = [f"listener {port} 127.0.0.1", "allow_anonymous true", "max_queued_messages 0", *extra]
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        process = subprocess.Popen([program, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_port(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(10)


def wait_for_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the process listens; `ServerUnavailableError` if it ends or takes too long."""
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerUnavailableError(f"the server ended with code {process.returncode} while starting")
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise ServerUnavailableError(f"nobody listens on port {port}")


def _postgresql_programs() -> Path:
    found = shutil.which("initdb")
    candidates = [Path(found).parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").is_file():
            return folder
    raise ServerUnavailableError("PostgreSQL is not installed")


def _run(command: Sequence[str]) -> None:
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", check=False)
    if result.returncode != 0:
        raise ServerUnavailableError(f"{command[-1]}: {result.stderr.decode(errors='replace').strip()[-300:]}")
