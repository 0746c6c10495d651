"""`yuhang central ...` from the outside, and the example configuration."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from central.bootstrap import build, deadline_handlers, open_database
from central.commands import app
from central.config import CentralConfig
from central.errors import NotFound, Unauthorized
from central.feature import Feature
from yuhang.config import example_yaml, load_yaml
from yuhang.errors import ConfigError

PASSWORD = "correct horse battery"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "central.yaml"
    path.write_text(f"data_dir: {tmp_path / 'data'}\nmqtt: {{port: 1}}\n", encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_the_example_configuration_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(example_yaml(CentralConfig), encoding="utf-8")
    assert load_yaml(path, CentralConfig).http.host == "127.0.0.1"


def test_an_unknown_key_is_an_error_that_names_it(config: Path) -> None:
    config.write_text(config.read_text() + "htpp: {}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="htpp"):
        load_yaml(config, CentralConfig)


def test_people_and_nodes_are_added_from_the_command_line(config: Path, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n", encoding="utf-8")
    assert "added li as officer" in run("add-user", "li", "-c", config, "--role", "officer", "--password-file", password)
    credential = run("add-node", "yuhang", "gate-1", "-c", config).strip().splitlines()[-1]
    assert len(credential) >= 32
    assert "yuhang/gate-1 unseen" in run("list-nodes", "-c", config)
    token = run("add-token", "li", "-c", config, "--label", "export").strip().splitlines()[-1]
    application = build(load_yaml(config, CentralConfig))
    assert application.core.users.authenticate(token).name == "li"
    assert application.core.users.log_in("li", PASSWORD)
    application.core.database.close()


def test_law_21_a_forgotten_password_of_the_only_administrator_is_replaced_at_the_machine(config: Path, tmp_path: Path) -> None:
    """The one-time password opens one page only; that it was given, and from where, is on record."""
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n", encoding="utf-8")
    run("add-user", "chief", "-c", config, "--role", "administrator", "--password-file", password)
    given = run("reset-password", "chief", "-c", config).strip().splitlines()[-1]
    application = build(load_yaml(config, CentralConfig))
    users = application.core.users
    with pytest.raises(Unauthorized):
        users.log_in("chief", PASSWORD)
    assert users.authenticate(users.log_in("chief", given)).must_change
    assert [(row.what, row.by) for row in users.changes.latest()] == [("reset", "(command line)")]
    application.core.database.close()
    with pytest.raises(NotFound, match="no user 'nobody'"):
        run("reset-password", "nobody", "-c", config)


def test_a_nodes_credential_can_be_given(config: Path, tmp_path: Path) -> None:
    given = tmp_path / "credential"
    given.write_text("chosen elsewhere\n", encoding="utf-8")
    assert run("add-node", "yuhang", "gate-1", "-c", config, "--credential-file", given).strip().endswith("chosen elsewhere")


def test_migrating_twice_changes_nothing(config: Path) -> None:
    assert "up to date" in run("migrate", "-c", config)
    assert "up to date" in run("migrate", "-c", config)


def test_a_missing_password_file_is_a_clear_error(config: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing can be read"):
        run("add-user", "li", "-c", config, "--role", "officer", "--password-file", tmp_path / "none")


def test_the_databases_password_comes_from_its_file_and_is_never_printed(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("hunter2\n", encoding="utf-8")
    document = {
        "data_dir": tmp_path,
        "mqtt": {},
        "database": {"url": "postgresql+psycopg://yuhang@127.0.0.1/yuhang", "password_file": password},
    }
    database = open_database(CentralConfig.model_validate(document))
    assert database.engine.url.password == "hunter2"
    assert "hunter2" not in str(database.engine.url)
    database.close()


def test_two_features_cannot_claim_one_kind_of_deadline() -> None:
    parts = [
        Feature("a", deadline_handlers={"parking": lambda *_: None}),
        Feature("b", deadline_handlers={"parking": lambda *_: None}),
    ]
    with pytest.raises(ConfigError, match="parking"):
        deadline_handlers(parts)
