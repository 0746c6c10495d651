"""What a source's configuration takes and refuses, and that its credentials never show."""

import json
import traceback
from pathlib import Path

import pytest
import structlog
from pydantic import BaseModel, ValidationError

from edge.sources.config import REVEAL, HttpSource, RtspSource, SourceConfig
from edge.sources.errors import SourceError
from edge.sources.media import open_media


class Holder(BaseModel):
    source: SourceConfig


SECRET = "p4ss/w:rd"


def rtsp(**more: object) -> RtspSource:
    return RtspSource.model_validate({"kind": "rtsp", "url": "rtsp://10.0.0.9/ch1?token=abc", **more})


def test_credentials_are_taken_out_of_the_url() -> None:
    source = rtsp(url="rtsp://admin:p4ss%2Fw%3Ard@10.0.0.9:554/ch1")
    assert source.url == "rtsp://10.0.0.9:554/ch1"
    assert source.username == "admin"
    assert source.address() == "rtsp://admin:p4ss%2Fw%3Ard@10.0.0.9:554/ch1"


def test_credentials_show_nowhere() -> None:
    source = rtsp(url="rtsp://admin:p4ss%2Fw%3Ard@10.0.0.9:554/ch1?token=abc")
    shown = [repr(source), str(source), source.location(), source.model_dump_json(), str(source.model_dump())]
    shown += [repr(Holder(source=source))]
    for text in shown:
        assert SECRET not in text
        assert "p4ss%2Fw%3Ard" not in text
    assert "abc" not in source.location()


def test_only_the_decoder_process_is_told_the_password() -> None:
    source = rtsp(username="admin", password=SECRET)
    told = json.loads(source.model_dump_json(context=REVEAL))
    assert told["password"] == SECRET
    assert RtspSource.model_validate(told).address() == source.address()


@pytest.mark.parametrize("url", ["rtsp://user:" + "geheim@127.0.0.1:1/x", "http://user:" + "geheim@127.0.0.1:1/x"])
def test_an_error_does_not_show_the_password(url: str) -> None:
    kind = url.split(":", maxsplit=1)[0]
    source = Holder.model_validate({"source": {"kind": kind, "url": url, "connect_timeout_s": 2}}).source
    with structlog.testing.capture_logs() as logs, pytest.raises(SourceError) as caught:
        open_media(source)
    text = "".join(traceback.format_exception(caught.value)) + str(logs)
    assert "geheim" not in text
    assert "127.0.0.1:1" in text


def test_a_validation_error_does_not_show_the_password() -> None:
    with pytest.raises(ValidationError) as caught:
        rtsp(password=SECRET, username="a", transport="carrier-pigeon")
    assert SECRET not in str(caught.value)


def test_a_password_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from file\n")
    assert rtsp(username="u", password_file=file).address() == "rtsp://u:from%20file@10.0.0.9/ch1?token=abc"


def test_a_missing_password_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot read password_file"):
        rtsp(username="u", password_file=tmp_path / "none").address()


@pytest.mark.parametrize(
    ("document", "finding"),
    [
        ({"kind": "rtsp", "url": "http://x/y"}, "url"),
        ({"kind": "telepathy"}, "kind"),
        ({"kind": "http", "url": "http://x/y", "urll": 1}, "urll"),
        ({"kind": "file", "path": "x", "reconnect_min_s": 9, "reconnect_max_s": 2}, "reconnect_max_s"),
        ({"kind": "rtsp", "url": "rtsp://x", "password": "a", "password_file": "b"}, "not both"),
        ({"kind": "file", "path": "x", "start": "2026-01-01T00:00:00"}, "timezone"),
        ({"kind": "usb"}, "device"),
    ],
)
def test_what_is_refused(document: dict[str, object], finding: str) -> None:
    with pytest.raises(ValidationError, match=finding):
        Holder.model_validate({"source": document})


def test_a_query_survives_for_opening() -> None:
    assert HttpSource(kind="http", url="http://x/y?stream=2").address().endswith("?stream=2")
