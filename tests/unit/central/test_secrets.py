"""The installation's secret: made once, readable by its owner, one key a purpose."""

import stat
from pathlib import Path

import pytest

from central.secrets import SecretKey
from yuhang.errors import ConfigError, StorageError


def test_it_is_made_once_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret.key"
    first = SecretKey.load(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SecretKey.load(path) == first
    assert [entry.name for entry in path.parent.iterdir()] == ["secret.key"]


def test_what_is_protected_comes_back_for_its_purpose_only(tmp_path: Path) -> None:
    secret = SecretKey.load(tmp_path / "a.key")
    token = secret.encrypt("13800000001", "phone")
    assert "138" not in token
    assert secret.decrypt(token, "phone") == "13800000001"
    with pytest.raises(StorageError):
        secret.decrypt(token, "name")
    with pytest.raises(StorageError):
        SecretKey.load(tmp_path / "b.key").decrypt(token, "phone")


def test_a_token_is_the_same_each_time_and_different_for_each_purpose_and_subject(tmp_path: Path) -> None:
    secret = SecretKey.load(tmp_path / "a.key")
    assert secret.token("case-1", "link") == secret.token("case-1", "link")
    assert len({secret.token("case-1", "link"), secret.token("case-2", "link"), secret.token("case-1", "other")}) == 3


@pytest.mark.parametrize("content", [b"", b"not base64!", b"c2hvcnQ="])
def test_a_file_that_is_no_key_is_an_error_and_is_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(content)
    with pytest.raises(ConfigError):
        SecretKey.load(path)
    assert path.read_bytes() == content
