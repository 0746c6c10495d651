"""Runs rumqttd with passwords, on loopback only.

It checks names and passwords and knows no rules about topics, so every account may write everywhere: good enough among
processes of one machine (central checks the `source` of each event), not for a network. It keeps nothing on disk; nothing
here needs it to.
"""

import ipaddress
import json
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from yuhang.errors import YuhangError
from yuhang.messages import MAX_PAYLOAD_BYTES

DEFAULT_PORT = 1883
_SEGMENT_BYTES = 16 * 1024 * 1024
_SEGMENTS = 8
_ENVELOPE_BYTES = 64 * 1024 + 16  # rumqttd counts the topic and the header too


class BrokerError(YuhangError):
    """The embedded broker cannot be run as asked."""


class EmbeddedBroker:
    """A broker in a child process that ends with its parent, also when that is killed; a context manager."""

    def __init__(self, port: int, users: Mapping[str, str], host: str = "127.0.0.1") -> None:
        """`users` are passwords by name; `BrokerError` for an address that others can reach, or without users."""
        check_loopback(host)
        if not users:
            raise BrokerError("the broker needs at least one user, or nobody could connect")
        self.host = host
        self.port = port
        self._users = dict(users)
        self._child: Any = None

    @property
    def pid(self) -> int | None:
        """Process of the running broker."""
        process = self._child._process if self._child else None  # noqa: SLF001 - iotcore does not offer it
        return int(process.pid) if process else None

    def start(self, timeout_s: float = 10.0) -> None:
        """Start it and wait until it listens; `BrokerError` if it does not."""
        with self._configuration() as path:
            child = _iotcore().Broker(config_path=str(path))
            try:
                child.start(timeout_s)
            except (OSError, RuntimeError) as error:
                raise self._cannot_listen(error) from error
        self._child = child

    def stop(self) -> None:
        """End it and free its port."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def run(self, stop: threading.Event) -> None:
        """Run it in this process until `stop` is set; the process must end then, rumqttd cannot be stopped otherwise."""
        with self._configuration() as path:
            broker = _iotcore().IotCoreBroker(config_path=str(path))
            try:
                broker.check_ports()
                broker.start()
            except (OSError, RuntimeError) as error:
                raise self._cannot_listen(error) from error
        stop.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @contextmanager
    def _configuration(self) -> Iterator[Path]:
        """The configuration holds passwords: it lies in a folder that only we can read, and no longer than it is read."""
        with tempfile.TemporaryDirectory(prefix="yuhang-broker-") as folder:
            path = Path(folder, "rumqttd.toml")
            path.write_text(rumqttd_toml(self.host, self.port, self._users), encoding="utf-8")
            yield path

    def _cannot_listen(self, error: Exception) -> BrokerError:
        return BrokerError(f"the broker cannot listen on {self.host}:{self.port}: {error}")


def check_loopback(host: str) -> None:
    """`BrokerError` unless `host` is an address that only this machine reaches."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise BrokerError(
            f"the embedded broker does not listen on {host!r}: it checks passwords but has no rules about topics, so one node "
            "could write under another's name; use 127.0.0.1, or Mosquitto or EMQX with access rules for a network"
        )


def read_users(path: Path) -> dict[str, str]:
    """Passwords by name from a file with lines `name:password` (# begins a comment); others must not be able to read it."""
    try:
        mode = path.stat().st_mode & 0o777
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BrokerError(f"{path} cannot be read: {error}") from error
    if mode & 0o077:
        raise BrokerError(f"{path} holds passwords and may be read by others (mode {mode:04o}): chmod 600 it")
    return dict(parse_user(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#")


def parse_user(text: str, where: str = "--user") -> tuple[str, str]:
    """Name and password from `name:password`; the password may hold colons."""
    name, colon, password = text.strip().partition(":")
    if not (name and colon and password):
        raise BrokerError(f"{where}: expected name:password")
    return name, password


def rumqttd_toml(host: str, port: int, users: Mapping[str, str]) -> str:
    """Configuration of rumqttd with one listener for MQTT 3.1.1."""
    address = f"[{host}]" if ":" in host else host.replace("localhost", "127.0.0.1")
    accounts = "\n".join(f"{_quoted(name)} = {_quoted(password)}" for name, password in users.items())
    return f"""\
id = 0
[router]
id = 0
max_connections = 10000
max_outgoing_packet_count = 200
max_segment_size = {_SEGMENT_BYTES}
max_segment_count = {_SEGMENTS}
[v4.1]
name = "yuhang"
listen = {_quoted(f"{address}:{port}")}
next_connection_delay_ms = 1
[v4.1.connections]
connection_timeout_ms = 10000
max_payload_size = {MAX_PAYLOAD_BYTES + _ENVELOPE_BYTES}
max_inflight_count = 100
dynamic_filters = true
[v4.1.connections.auth]
{accounts}
"""


def _quoted(text: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def _iotcore() -> Any:
    try:
        import iotcore  # noqa: PLC0415 - an extra: only who runs the broker needs it
    except ImportError as error:
        raise BrokerError("the embedded broker is not installed: pip install 'yuhang[broker]'") from error
    return iotcore
