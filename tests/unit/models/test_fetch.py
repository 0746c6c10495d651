"""Downloads are kept only when their hash is right; failures say what to do by hand."""

import hashlib
from pathlib import Path

import httpx
import pytest

from models.fetch import fetch_file
from models.manifest import FileRef
from yuhang.errors import ModelError

CONTENT = b"weights" * 1000
URL = "https://models.example/a.onnx"
FILE = FileRef(name="a.onnx", sha256=hashlib.sha256(CONTENT).hexdigest(), bytes=len(CONTENT), url=URL)


def client(answer: httpx.Response | Exception) -> httpx.Client:
    def handle(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == URL
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.Client(transport=httpx.MockTransport(handle))


def test_a_good_download_appears_under_its_name_and_reports_progress(tmp_path: Path) -> None:
    sizes: list[int] = []
    path = fetch_file(FILE, tmp_path / "new", client(httpx.Response(200, content=CONTENT)), sizes.append)
    assert path.read_bytes() == CONTENT
    assert sum(sizes) == len(CONTENT)
    assert [p.name for p in path.parent.iterdir()] == ["a.onnx"]


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (httpx.ConnectError("no route"), f"no route.*get {URL} on a machine with internet and put it at"),
        (httpx.ReadTimeout("timed out"), "timed out.*put it at"),
        (httpx.Response(404), "404.*put it at"),
        (httpx.Response(200, content=b"a login page"), "SHA-256"),
        (httpx.Response(200, content=CONTENT + b"!"), "sends more than"),
    ],
)
def test_a_bad_download_leaves_nothing_behind(tmp_path: Path, answer: httpx.Response | Exception, complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint):
        fetch_file(FILE, tmp_path, client(answer), lambda _size: None)
    assert list(tmp_path.iterdir()) == []


def test_a_model_without_an_address_ships_with_the_product(tmp_path: Path) -> None:
    shipped = FILE.model_copy(update={"url": None})
    with pytest.raises(ModelError, match="ships with the product"):
        fetch_file(shipped, tmp_path, client(httpx.Response(200)), lambda _size: None)
