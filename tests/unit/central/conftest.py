"""Fixtures of central's unit tests: a new SQLite database, a clock that is moved by hand, a node with its key."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import event

from central.app import make_app
from central.config import CentralConfig
from central.core import Core
from central.database import Database
from central.evidence.store import EvidenceStore
from central.features import platform
from central.live.store import LiveStore
from central.metrics import Metrics
from central.nodes.service import add_node
from central.secrets import SecretKey
from central.tables import METADATA
from central.users.passwords import Passwords
from central.users.roles import Role
from central.users.service import UserService
from yuhang.clock import ManualClock
from yuhang.evidence.keys import NodeKey
from yuhang.logs import configure_logging
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

PASSWORD = "correct horse battery"
CHEAP_HASHES = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass(frozen=True, slots=True)
class KnownNode:
    """A registered node with its credential and key."""

    topics: NodeTopics
    credential: str
    key: NodeKey


@dataclass(slots=True)
class Published:
    """What was published instead of being sent."""

    messages: list[tuple[str, bytes]] = field(default_factory=list)


@pytest.fixture(scope="session", autouse=True)
def logs() -> None:
    """As in production; structlog's own default draws pictures of every traceback."""
    configure_logging("warning", json=True)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "central.db"
    with Database(f"sqlite:///{path}") as opened:
        METADATA.create_all(opened.engine)
    return path


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Iterator[Database]:
    """A new database; it does not wait for the disk, which nobody will pull the plug of here."""
    path = tmp_path / "central.db"
    shutil.copy(empty_database, path)
    with Database(f"sqlite:///{path}") as opened:
        event.listen(opened.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        yield opened


@pytest.fixture
def node(database: Database, clock: ManualClock, tmp_path: Path) -> KnownNode:
    """A registered node that has not described itself yet."""
    with database.session() as session:
        credential = add_node(session, clock, "yuhang", "gate-1")
    return KnownNode(NodeTopics("yuhang", "gate-1"), credential, NodeKey.open(tmp_path / "node.pem"))


@pytest.fixture
def session_without_broker(monkeypatch: pytest.MonkeyPatch) -> tuple[MqttSession, Published]:
    """A session that says it is connected and keeps what is published."""
    mqtt = MqttSession(MqttConfig(), "test")
    published = Published()

    def publish(_self: MqttSession, topic: str, payload: bytes, qos: int = 1, *, retain: bool = False) -> bool:
        published.messages.append((topic, payload))
        return True

    monkeypatch.setattr(MqttSession, "publish", publish)
    monkeypatch.setattr(MqttSession, "connected", True)
    return mqtt, published


@pytest.fixture
def core(database: Database, clock: ManualClock, tmp_path: Path) -> Core:
    """The shared parts, with no broker."""
    config = CentralConfig(data_dir=tmp_path, mqtt=MqttConfig())
    return Core(
        config=config,
        clock=clock,
        database=database,
        secret=SecretKey.load(config.key_path),
        users=UserService(database, config.users, clock, CHEAP_HASHES),
        evidence=EvidenceStore(tmp_path / "evidence", 1024 * 1024),
        live=LiveStore(),
        mqtt=MqttSession(MqttConfig(), "test"),
        metrics=Metrics(),
    )


@pytest.fixture
def client(core: Core) -> Iterator[TestClient]:
    """The web application with what every installation has."""
    with TestClient(make_app(core, platform(core)), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def tokens(core: Core) -> dict[Role, str]:
    """A logged-in person of each role."""
    found = {}
    for role in Role:
        core.users.add(role.value, PASSWORD, role, unit="City management")
        found[role] = core.users.log_in(role.value, PASSWORD)
    return found
