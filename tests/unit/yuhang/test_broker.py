"""The embedded broker refuses what it cannot do safely."""

import socket
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from yuhang.broker import BrokerError, EmbeddedBroker, read_users
from yuhang.broker.embedded import check_loopback, parse_user, rumqttd_toml
from yuhang.cli import app


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", "", "127.0.0.1.example.com"])
def test_addresses_that_others_reach_are_refused_with_the_reason(host: str) -> None:
    with pytest.raises(BrokerError, match="one node could write under another's name"):
        check_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_is_fine(host: str) -> None:
    check_loopback(host)


def test_the_command_refuses_other_addresses() -> None:
    result = CliRunner().invoke(app, ["broker", "run", "--host", "0.0.0.0", "--user", "a:b"])
    assert isinstance(result.exception, BrokerError)


def test_without_users_nobody_could_connect() -> None:
    with pytest.raises(BrokerError, match="at least one user"):
        EmbeddedBroker(1883, {})


def test_a_port_in_use_is_a_clear_error(free_port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        with pytest.raises(BrokerError, match=f"cannot listen on 127.0.0.1:{free_port}"):
            EmbeddedBroker(free_port, {"a": "b"}).start()


def test_users_come_from_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "users"
    path.write_text("# comment\ncentral:pass:with:colons\n\nsite.node: x \n")
    path.chmod(0o600)
    assert read_users(path) == {"central": "pass:with:colons", "site.node": " x"}
    path.chmod(0o644)
    with pytest.raises(BrokerError, match="chmod 600"):
        read_users(path)
    path.chmod(0o600)
    path.write_text("central:x\nnobody\n")
    with pytest.raises(BrokerError, match="users:2: expected name:password"):
        read_users(path)
    with pytest.raises(BrokerError, match="cannot be read"):
        read_users(tmp_path / "none")


@pytest.mark.parametrize("text", ["", "name", "name:", ":password"])
def test_an_account_needs_name_and_password(text: str) -> None:
    with pytest.raises(BrokerError):
        parse_user(text)


@pytest.mark.parametrize("password", ['"', "\\", "浙A", "a\tb", "'''", "#x", "[v4.2]"])
def test_passwords_cannot_break_out_of_the_configuration(password: str) -> None:
    configuration = tomllib.loads(rumqttd_toml("127.0.0.1", 1883, {"site.node": password, 'q"': "x"}))
    assert configuration["v4"]["1"]["connections"]["auth"] == {"site.node": password, 'q"': "x"}
    assert configuration["v4"]["1"]["listen"] == "127.0.0.1:1883"
    assert tomllib.loads(rumqttd_toml("::1", 1883, {}))["v4"]["1"]["listen"] == "[::1]:1883"
