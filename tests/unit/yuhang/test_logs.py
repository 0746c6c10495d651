"""Secrets never reach the log."""

import io
import json
import logging

import pytest
import structlog

from yuhang.logs import configure_logging, redact_secrets, redact_url


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("rtsp://admin:pa55word@10.0.0.9/stream", "pa55word"),
        ("rtsp://admin:pa/ss@word@10.0.0.9/stream", "pa/ss"),
        ("rtsp://10.0.0.9:554/?user=admin&password=hunter2&channel=1", "hunter2"),
        ("opening https://node:t0ken@central.example/api failed", "t0ken"),
        ("https://central.example/?token=abcdef", "abcdef"),
    ],
)
def test_urls_lose_their_credentials_and_keep_their_host(url: str, secret: str) -> None:
    shown = redact_url(url)
    assert secret not in shown
    assert any(host in shown for host in ("10.0.0.9", "central.example"))


def test_a_url_without_credentials_stays_as_it_is() -> None:
    assert redact_url("rtsp://10.0.0.9:554/Streaming/Channels/101") == "rtsp://10.0.0.9:554/Streaming/Channels/101"


def test_secret_keys_are_hidden_at_any_depth() -> None:
    event = redact_secrets(None, "info", {"mqtt": {"password": "x1", "hosts": ["http://a:x2@b"]}, "owner_phone": "x3", "n": 7})
    assert "x1" not in str(event)
    assert "x2" not in str(event)
    assert "x3" not in str(event)
    assert event["n"] == 7


def test_json_lines_of_both_loggers_are_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure_logging("info", json=True)
        structlog.get_logger("yuhang.test").info("connecting", url="rtsp://a:geheim@h/1", token="geheim")
        logging.getLogger("library").warning("lost %s", "rtsp://a:geheim@h/1")
        structlog.get_logger("yuhang.test").debug("not shown")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.reset_defaults()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["connecting", "lost rtsp://***@h/1"]
    assert "geheim" not in stream.getvalue()
    assert lines[0]["level"] == "info"
    assert lines[0]["timestamp"].endswith("Z")
