"""The outbox as a fixture, with a text message as its only channel."""

from pathlib import Path

import pytest

from central.database import Database
from central.secrets import SecretKey
from tests.unit.central.notify.office import Office, make_office


@pytest.fixture
def secret(tmp_path: Path) -> SecretKey:
    return SecretKey.load(tmp_path / "secret.key")


@pytest.fixture
def office(database: Database, secret: SecretKey) -> Office:
    return make_office(database, secret, "sms")
