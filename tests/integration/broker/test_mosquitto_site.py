"""The shipped configuration of a site's Mosquitto, run by the real one: who is refused, and where."""

import datetime as dt
import getpass
import ipaddress
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from benchmarks.servers import free_port, wait_for_port
from tests.integration.brokers import MOSQUITTO
from yuhang.broker.mosquitto import central_account, node_account, password_line, remove_account, site_account, write_account
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

CONFIGS = Path(__file__).parents[3] / "firmware_configs" / "mosquitto"
A, B, ELSEWHERE = NodeTopics("garden", "pole-1"), NodeTopics("garden", "pole-2"), NodeTopics("other", "pole-1")
WAIT_S = 20.0


@dataclass(slots=True)
class Secured:
    """A running broker with TLS; `folder` holds its accounts."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def session(self, name: str, password: str = "", *, tls: bool = True) -> MqttSession:
        config = MqttConfig(
            port=self.port,
            username=name,
            password=SecretStr(password or f"{name}-pass"),
            tls_ca_file=self.folder / "ca.crt" if tls else None,
        )
        return MqttSession(config, f"{name}-{time.monotonic_ns()}")


@contextmanager
def running(folder: Path, bridge: str = "") -> Iterator[Secured]:
    """Mosquitto with the shipped configuration of a site, its paths and port replaced, and perhaps that of a bridge."""
    if not Path(MOSQUITTO).exists():
        pytest.skip("mosquitto is not installed (apt install mosquitto)")
    port = free_port()
    text = (CONFIGS / "site.conf").read_text(encoding="utf-8")
    assert "/etc/mosquitto/yuhang/" in text
    text = text.replace("/etc/mosquitto/yuhang", str(folder)).replace("listener 8883", f"listener {port} 127.0.0.1")
    text = text.replace("persistence true", "persistence false") + f"user {getpass.getuser()}\n"
    (folder / "site.conf").write_text(text + bridge, encoding="utf-8")
    with (folder / "broker.log").open("wb") as log:
        process = subprocess.Popen([MOSQUITTO, "-c", str(folder / "site.conf")], stdout=log, stderr=log)
    wait_for_port(port, process)
    yield Secured(folder, port, process)
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("mosquitto")
    for topics in (A, B, ELSEWHERE):
        write_account(folder, node_account(topics.site, topics.node), f"{topics.site}.{topics.node}-pass")
    write_account(folder, central_account("central"), "central-pass")
    write_account(folder, site_account("garden"), "garden-pass")
    _certificates(folder)
    with running(folder) as broker:
        yield broker


@pytest.fixture
def heard(secured: Secured) -> Iterator[dict[str, bytes]]:
    """What central hears, by topic."""
    messages: dict[str, bytes] = {}
    central = secured.session("central")
    central.subscribe("yuhang/v1/#", lambda topic, payload: messages.update({topic: payload}))
    central.start()
    assert central.wait_connected(WAIT_S)
    time.sleep(0.3)
    yield messages
    central.stop()


def connected(secured: Secured, topics: NodeTopics) -> MqttSession:
    session = secured.session(f"{topics.site}.{topics.node}")
    session.start()
    assert session.wait_connected(WAIT_S)
    return session


def wait_for(messages: dict[str, bytes], topic: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while topic not in messages:
        assert time.monotonic() < deadline, f"{topic} did not arrive"
        time.sleep(0.02)


def test_a_node_writes_under_its_own_prefix_and_nowhere_else(secured: Secured, heard: dict[str, bytes]) -> None:
    node = connected(secured, A)
    forged = [B.event("parking.stopped"), B.state, A.ack, A.command("verdict"), A.config, "yuhang/v1/garden", ELSEWHERE.describe]
    for topic in forged:
        node.publish(topic, b"forged", 1)
    for topic in (A.event("parking.stopped"), A.telemetry("health"), A.describe, A.reply("1"), A.request("lift")):
        node.publish(topic, b"own", 1)
    wait_for(heard, A.request("lift"))
    node.stop()
    assert set(heard.values()) == {b"own"}


def test_a_node_hears_what_is_meant_for_it_and_its_site_and_nothing_else(secured: Secured, heard: dict[str, bytes]) -> None:
    got: dict[str, bytes] = {}
    node = secured.session(f"{A.site}.{A.node}")
    for topic_filter in ("yuhang/v1/#", A.ack, A.commands, A.config, A.telemetry_of_site("socket"), B.event("#"), "#"):
        node.subscribe(topic_filter, lambda topic, payload: got.update({topic: payload}))
    node.start()
    assert node.wait_connected(WAIT_S)
    time.sleep(0.3)
    other, stranger, central = connected(secured, B), connected(secured, ELSEWHERE), secured.session("central")
    central.start()
    assert central.wait_connected(WAIT_S)
    other.publish(B.event("parking.stopped"), b"private", 1)
    stranger.publish(ELSEWHERE.telemetry("socket"), b"private", 1)
    central.publish(B.ack, b"private", 1)
    central.publish(B.command("snapshot"), b"private", 1)
    other.publish(B.telemetry("socket"), b"for the site", 1)
    central.publish(A.ack, b"for us", 1)
    central.publish(A.command("snapshot"), b"for us", 1)
    wait_for(got, A.command("snapshot"))
    wait_for(got, B.telemetry("socket"))
    for session in (node, other, stranger, central):
        session.stop()
    assert got == {A.ack: b"for us", A.command("snapshot"): b"for us", B.telemetry("socket"): b"for the site"}
    assert heard[B.event("parking.stopped")] == b"private"


def test_a_sites_broker_passes_on_to_the_citys_and_no_more_than_its_own_site(
    secured: Secured, heard: dict[str, bytes], tmp_path: Path
) -> None:
    for name in ("ca.crt", "server.crt", "server.key"):
        (tmp_path / name).write_bytes((secured.folder / name).read_bytes())
    write_account(tmp_path, node_account(A.site, A.node), f"{A.site}.{A.node}-pass")
    bridge = (CONFIGS / "bridge.conf").read_text(encoding="utf-8")
    for old, new in (
        ("city.example:8883", f"127.0.0.1:{secured.port}"),
        ("/etc/mosquitto/yuhang/city-ca.crt", str(tmp_path / "ca.crt")),
        ("change-me-please", "garden-pass"),
        ("SITE", "garden"),
        ("restart_timeout 2 60", "restart_timeout 1"),
    ):
        assert old in bridge
        bridge = bridge.replace(old, new)
    with running(tmp_path, bridge) as site:
        got: dict[str, bytes] = {}
        node = site.session(f"{A.site}.{A.node}")
        node.subscribe(A.ack, lambda topic, payload: got.update({topic: payload}))
        node.start()
        assert node.wait_connected(WAIT_S)
        central = secured.session("central")
        central.start()
        assert central.wait_connected(WAIT_S)
        deadline = time.monotonic() + WAIT_S
        while A.event("parking.stopped") not in heard or A.ack not in got:
            node.publish(A.event("parking.stopped"), b"up", 1)
            central.publish(A.ack, b"down", 1)
            assert time.monotonic() < deadline, (site.folder / "broker.log").read_text()
            time.sleep(0.2)
        node.stop()
        central.stop()
    assert heard[A.event("parking.stopped")] == b"up"


@pytest.mark.parametrize(
    ("name", "password", "tls"), [("garden.pole-1", "wrong", True), ("nobody", "x", True), ("central", "", False)]
)
def test_who_is_refused_at_the_door(secured: Secured, name: str, password: str, *, tls: bool) -> None:
    session = secured.session(name, password, tls=tls)
    session.start()
    assert not session.wait_connected(1.5)
    stopping = threading.Thread(target=session.stop)
    stopping.start()
    stopping.join(WAIT_S)


def test_the_files_keep_one_block_an_account(tmp_path: Path) -> None:
    (tmp_path / "acl").write_text("topic read yuhang/notice\n\nuser old\ntopic read x\n", encoding="utf-8")
    write_account(tmp_path, node_account("a", "b"), "one")
    write_account(tmp_path, central_account("central"), "two")
    write_account(tmp_path, node_account("a", "b"), "three")
    rules, passwords = (tmp_path / "acl").read_text(), (tmp_path / "passwords").read_text()
    assert rules.startswith("topic read yuhang/notice\n")
    assert [rules.count(f"user {name}\n") for name in ("old", "a.b", "central")] == [1, 1, 1]
    assert passwords.count("\n") == 2
    remove_account(tmp_path, "a.b")
    assert "a.b" not in (tmp_path / "acl").read_text() + (tmp_path / "passwords").read_text()
    assert "user old" in (tmp_path / "acl").read_text()


def test_a_password_is_salted() -> None:
    assert password_line("a", "secret") != password_line("a", "secret")
    assert "secret" not in password_line("a", "secret")


def _certificates(folder: Path) -> None:
    """A certificate authority and a server's certificate for 127.0.0.1."""
    now = dt.datetime.now(dt.UTC)
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])

    def builder(name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(name).issuer_name(authority).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(hours=1))
        return made.not_valid_after(now + dt.timedelta(days=1))

    root = builder(authority, authority_key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    server = builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")]), server_key).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
    )
    pem = serialization.Encoding.PEM
    (folder / "ca.crt").write_bytes(root.sign(authority_key, hashes.SHA256()).public_bytes(pem))
    (folder / "server.crt").write_bytes(server.sign(authority_key, hashes.SHA256()).public_bytes(pem))
    (folder / "server.key").write_bytes(
        server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
