"""Evidence files to central: retries, refusals, a kill in between, deletion."""

import hashlib
import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from edge.node.config import UploadConfig
from edge.node.store import NodeStore
from edge.node.uploader import Answer, CentralHttp, Uploader
from yuhang.clock import ManualClock


@dataclass
class FakeCentral:
    """Answers as told, and remembers."""

    answers: dict[str, Answer] = field(default_factory=dict)
    got: list[str] = field(default_factory=list)

    def put_evidence(self, sha256: str, path: Path) -> Answer:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        self.got.append(sha256)
        return self.answers.get(sha256, Answer.TAKEN)


def keep(folder: Path, content: bytes) -> str:
    folder.mkdir(exist_ok=True)
    name = hashlib.sha256(content).hexdigest()
    (folder / name).write_bytes(content)
    return name


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def store(tmp_path: Path) -> NodeStore:
    return NodeStore(tmp_path / "node.sqlite")


QUICK = UploadConfig(retry_min_s=0.01, retry_max_s=0.02)


def uploader(files: Path, store: NodeStore, central: FakeCentral, clock: ManualClock | None = None) -> Uploader:
    return Uploader(files, store, central, clock or ManualClock(), QUICK)


def test_each_file_goes_once(files: Path, store: NodeStore) -> None:
    names, central = [keep(files, b"a"), keep(files, b"b")], FakeCentral()
    uploads = uploader(files, store, central)
    uploads.add(names)
    uploads.add(names)
    while uploads.step():
        pass
    assert central.got == names
    assert store.missing(names) == []
    assert uploads.waiting == 0


def test_what_a_killed_run_left_is_taken_up(tmp_path: Path, files: Path, store: NodeStore) -> None:
    done, open_file = keep(files, b"done"), keep(files, b"open")
    (files / "half.partial").write_bytes(b"x")
    store.note_uploaded(done, ManualClock().now())
    central = FakeCentral()
    uploads = uploader(files, store, central)
    taken = threading.Event()
    uploads.on_taken(lambda: taken.set() if not store.missing([open_file]) else None)
    uploads.start()
    assert taken.wait(5)
    uploads.stop()
    assert central.got == [open_file]


def test_central_away_is_tried_again_and_one_bad_file_does_not_hold_up_the_others(files: Path, store: NodeStore) -> None:
    bad, good = keep(files, b"bad"), keep(files, b"good")
    central = FakeCentral({bad: Answer.LATER})
    uploads = uploader(files, store, central)
    uploads.start()
    uploads.add([bad, good])
    end_s = time.monotonic() + 5
    while store.missing([good]) or central.got.count(bad) < 3:
        assert time.monotonic() < end_s
        time.sleep(0.01)
    central.answers.clear()
    while store.missing([bad]):
        assert time.monotonic() < end_s
        time.sleep(0.01)
    uploads.stop()
    assert uploads.counters.failed >= 3


def test_a_file_that_central_refuses_is_not_sent_again_and_again(files: Path, store: NodeStore) -> None:
    bad = keep(files, b"bad")
    central = FakeCentral({bad: Answer.REFUSED})
    uploads = uploader(files, store, central)
    uploads.add([bad])
    while uploads.step():
        pass
    assert central.got == [bad]
    assert uploads.counters.refused == 1
    assert store.missing([bad]) == [bad]


def test_files_are_deleted_after_their_time_and_only_if_central_has_them(files: Path, store: NodeStore) -> None:
    clock = ManualClock()
    old, kept = keep(files, b"old"), keep(files, b"kept")
    uploads = uploader(files, store, FakeCentral({kept: Answer.REFUSED}), clock)
    uploads.add([old, kept])
    while uploads.step():
        pass
    clock.advance(timedelta(days=31).total_seconds())
    uploads._clean_at_s = 0.0
    uploads.step()
    assert not (files / old).exists()
    assert (files / kept).exists()


# --- over HTTP --------------------------------------------------------------------------------------------------------


@contextmanager
def central_server(status: int) -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    seen: list[tuple[str, str, bytes]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            if self.headers.get("Transfer-Encoding") == "chunked":
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            else:
                body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, self.headers["Authorization"], body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (201, Answer.TAKEN),
        (200, Answer.TAKEN),
        (401, Answer.LATER),
        (403, Answer.LATER),
        (409, Answer.REFUSED),
        (413, Answer.REFUSED),
        (422, Answer.REFUSED),
        (429, Answer.LATER),
        (500, Answer.LATER),
        (503, Answer.LATER),
    ],
)
def test_answers_of_central(files: Path, status: int, answer: Answer) -> None:
    name = keep(files, b"picture")
    with central_server(status) as (url, seen), closing(CentralHttp(url + "/", "token-1", 5.0)) as central:
        assert central.put_evidence(name, files / name) is answer
    assert seen == [(f"/api/v1/evidence/{name}", "Bearer token-1", b"picture")]


def test_nobody_there_and_no_file(files: Path, free_port: int) -> None:
    name = keep(files, b"picture")
    with closing(CentralHttp(f"http://127.0.0.1:{free_port}", "t", 1.0)) as central:
        assert central.put_evidence(name, files / name) is Answer.LATER
        assert central.put_evidence("absent", files / "absent") is Answer.LATER
        assert central.put_live("cam", b"jpeg") is False


def test_a_live_picture(files: Path) -> None:
    with central_server(204) as (url, seen), closing(CentralHttp(url, "t", 5.0)) as central:
        assert central.put_live("cam", b"jpeg")
    assert seen == [("/api/v1/live/cam", "Bearer t", b"jpeg")]


def test_a_file_that_is_gone_before_central_had_it_is_counted(files: Path, store: NodeStore) -> None:
    name, central = keep(files, b"a"), FakeCentral()
    (files / name).unlink()
    uploads = uploader(files, store, central)
    uploads.add([name])
    while uploads.step():
        pass
    assert (uploads.counters.lost, uploads.waiting, central.got) == (1, 0, [])
