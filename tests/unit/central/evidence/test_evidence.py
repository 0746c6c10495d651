"""Evidence: files by their hash, records by their signature, looks by their reason (LAW 5, 16)."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import select

from benchmarks.events import make_event, make_record
from central.audit.tables import Look
from central.core import Core
from central.database import Database
from central.errors import Conflict, NotFound, Unprocessable
from central.evidence.pictures import PreviewSize, preview
from central.evidence.records import KEY_UNKNOWN, record_evidence, records_of_file
from central.evidence.tables import EvidenceRow
from central.evidence.verifier import EvidenceVerifier
from central.nodes.service import find_node
from central.users.roles import Role
from tests.unit.central.conftest import PASSWORD, KnownNode
from tests.unit.central.retention.desk import Desk
from yuhang.evidence.canonical import NO_PREVIOUS
from yuhang.evidence.findings import FindingKind
from yuhang.evidence.keys import NodeKey
from yuhang.evidence.verify import verify_folder
from yuhang.messages import EvidenceRecord

URL = "/api/v1/evidence"


def jpeg(colour: str = "red", size: tuple[int, int] = (640, 360)) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", size, colour).save(output, "JPEG", exif=b"Exif\0\0secret place")
    return output.getvalue()


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def pinned(database: Database, node: KnownNode) -> KnownNode:
    """The node, its key known."""
    with database.session() as session:
        find_node(session, node.topics.site, node.topics.node).public_key = node.key.public_key
    return node


@pytest.fixture
def record(database: Database, node: KnownNode) -> Callable[..., EvidenceRecord]:
    """Central receives an event with a record of this content."""

    def take(seq: int, content: bytes, previous: str = NO_PREVIOUS, key: NodeKey | None = None) -> EvidenceRecord:
        made = make_record(node.topics, seq, content, key or node.key, previous)
        with database.session() as session:
            record_evidence(session, make_event(node.topics, seq, made))
        return made

    return take


def row_of(database: Database, record: EvidenceRecord) -> EvidenceRow:
    with database.reader() as session:
        row = session.get(EvidenceRow, record.hash)
        assert row is not None
        return row


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_under_its_hash_and_bringing_it_again_is_harmless(client: TestClient, node: KnownNode, core: Core) -> None:
    content = jpeg()
    for status in (201, 200):
        answer = client.put(f"{URL}/{name_of(content)}", content=content, headers=bearer(node.credential))
        assert answer.status_code == status
    assert core.evidence.read(name_of(content)) == content


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        (name_of(b"other"), b"bytes", 422),
        ("../../etc/passwd", b"bytes", 404),
        ("ABC", b"bytes", 422),
        (name_of(b"x" * 1_100_000), b"x" * 1_100_000, 413),
    ],
)
def test_a_bad_upload_is_refused_and_leaves_nothing(
    client: TestClient, node: KnownNode, core: Core, name: str, content: bytes, status: int
) -> None:
    answer = client.put(f"{URL}/{name}", content=content, headers=bearer(node.credential))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert not [path for path in (core.config.data_dir / "evidence").rglob("*") if path.is_file()]


def test_a_file_without_announced_length_is_cut_off_at_the_limit(client: TestClient, node: KnownNode) -> None:
    pieces = (b"x" * 100_000 for _ in range(20))
    assert client.put(f"{URL}/{'0' * 64}", content=pieces, headers=bearer(node.credential)).status_code == 413


def test_only_nodes_bring_files(client: TestClient, tokens: dict[Role, str]) -> None:
    content = jpeg()
    assert client.put(f"{URL}/{name_of(content)}", content=content).status_code == 401
    user = bearer(tokens[Role.OFFICER])
    assert client.put(f"{URL}/{name_of(content)}", content=content, headers=user).status_code == 401


def test_a_full_disk_is_an_error_for_the_node_and_nothing_half_written(
    client: TestClient, node: KnownNode, core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("central.evidence.store.os.fsync", full)
    content = jpeg()
    answer = client.put(f"{URL}/{name_of(content)}", content=content, headers=bearer(node.credential))
    assert answer.status_code == 503
    assert not core.evidence.has(name_of(content))


# --- records ---------------------------------------------------------------------------------------------------------


def test_a_record_signed_by_the_nodes_key_holds(
    database: Database, pinned: KnownNode, record: Callable[..., EvidenceRecord]
) -> None:
    first = record(1, b"a")
    second = record(2, b"b", first.hash)
    assert row_of(database, first).verified
    assert row_of(database, second).verified


def test_a_record_signed_by_another_key_does_not_hold(
    database: Database, pinned: KnownNode, record: Callable[..., EvidenceRecord], tmp_path: Path
) -> None:
    row = row_of(database, record(1, b"a", key=NodeKey.open(tmp_path / "thief.pem")))
    assert not row.verified
    assert "not known" in (row.reason or "")


def test_a_record_that_does_not_follow_its_neighbour_does_not_hold(
    database: Database, pinned: KnownNode, record: Callable[..., EvidenceRecord]
) -> None:
    record(1, b"a")
    row = row_of(database, record(2, b"b", previous=name_of(b"something else")))
    assert (row.verified, row.reason) == (False, "the record does not follow record 1")


def test_two_records_with_one_number_do_not_both_hold(
    database: Database, pinned: KnownNode, record: Callable[..., EvidenceRecord]
) -> None:
    first, second = record(1, b"a"), record(1, b"b")
    assert row_of(database, first).verified
    assert "two different records" in (row_of(database, second).reason or "")


def test_records_may_arrive_in_any_order(database: Database, pinned: KnownNode, record: Callable[..., EvidenceRecord]) -> None:
    first = make_record(pinned.topics, 1, b"a", pinned.key)
    second = record(2, b"b", first.hash)
    record(1, b"a")
    assert row_of(database, first).verified
    assert row_of(database, second).verified


def test_a_record_that_comes_before_the_nodes_key_is_checked_when_the_key_is_known(
    database: Database, node: KnownNode, record: Callable[..., EvidenceRecord]
) -> None:
    first = record(1, b"a")
    second = record(2, b"b", first.hash)
    verifier = EvidenceVerifier(database)
    assert row_of(database, first).reason == KEY_UNKNOWN
    assert verifier.run_once() == 0
    with database.session() as session:
        find_node(session, node.topics.site, node.topics.node).public_key = node.key.public_key
    assert verifier.run_once() == 2
    assert row_of(database, first).verified
    assert row_of(database, second).verified
    assert verifier.run_once() == 0


def test_an_event_handled_twice_records_its_evidence_once(database: Database, pinned: KnownNode) -> None:
    event = make_event(pinned.topics, 1, make_record(pinned.topics, 1, b"a", pinned.key))
    for _ in range(2):
        with database.session() as session:
            record_evidence(session, event)
    with database.reader() as session:
        assert len(records_of_file(session, name_of(b"a"))) == 1


# --- looks -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def picture(client: TestClient, pinned: KnownNode, record: Callable[..., EvidenceRecord]) -> str:
    """A picture that is evidence; its name."""
    content = jpeg()
    record(1, content)
    client.put(f"{URL}/{name_of(content)}", content=content, headers=bearer(pinned.credential))
    return name_of(content)


def looks_at(database: Database) -> list[Look]:
    with database.reader() as session:
        return list(session.scalars(select(Look)))


def test_law_16_every_view_is_logged_with_person_unit_reason_and_content(
    client: TestClient, database: Database, tokens: dict[Role, str], picture: str, core: Core
) -> None:
    answer = client.get(f"{URL}/{picture}", params={"reason": "review of case 7"}, headers=bearer(tokens[Role.OFFICER]))
    assert answer.status_code == 200
    assert name_of(answer.content) == picture
    [look] = looks_at(database)
    assert (look.user_name, look.unit, look.reason) == ("officer", "City management", "review of case 7")
    assert (look.subject, look.action, look.at) == (f"evidence/{picture}", "view", core.clock.now())


def test_law_16_without_a_reason_nothing_is_shown(client: TestClient, tokens: dict[Role, str], picture: str) -> None:
    headers = bearer(tokens[Role.OFFICER])
    for path in (picture, f"{picture}/preview"):
        assert client.get(f"{URL}/{path}", headers=headers).status_code == 422
        assert client.get(f"{URL}/{path}", params={"reason": " "}, headers=headers).status_code == 422


def test_a_file_that_no_record_names_is_no_evidence(
    client: TestClient, database: Database, node: KnownNode, tokens: dict[Role, str]
) -> None:
    content = jpeg("blue")
    client.put(f"{URL}/{name_of(content)}", content=content, headers=bearer(node.credential))
    answer = client.get(f"{URL}/{name_of(content)}", params={"reason": "curious"}, headers=bearer(tokens[Role.OFFICER]))
    assert answer.status_code == 404
    assert not looks_at(database)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMINISTRATOR])
def test_who_does_not_work_on_cases_does_not_see_evidence(
    client: TestClient, database: Database, tokens: dict[Role, str], picture: str, role: Role
) -> None:
    for path, query in ((picture, {}), (f"{picture}/preview", {"blurred": "false"})):
        answer = client.get(f"{URL}/{path}", params={"reason": "curious", **query}, headers=bearer(tokens[role]))
        assert answer.status_code == 403
    assert not looks_at(database)


def test_a_preview_is_a_small_jpeg_without_the_cameras_metadata(
    client: TestClient, tokens: dict[Role, str], picture: str
) -> None:
    parameters = {"reason": "review", "size": "thumbnail"}
    answer = client.get(f"{URL}/{picture}/preview", params=parameters, headers=bearer(tokens[Role.REVIEWER]))
    assert answer.headers["content-type"] == "image/jpeg"
    assert b"secret place" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as small:
        assert max(small.size) == 320


def test_what_a_file_is_called_is_decided_by_its_bytes(
    client: TestClient, pinned: KnownNode, tokens: dict[Role, str], record: Callable[..., EvidenceRecord]
) -> None:
    content = b"<html><script>alert(1)</script></html>"
    record(1, content)  # its record says image/jpeg
    client.put(f"{URL}/{name_of(content)}", content=content, headers=bearer(pinned.credential))
    headers = bearer(tokens[Role.OFFICER])
    answer = client.get(f"{URL}/{name_of(content)}", params={"reason": "review"}, headers=headers)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    answer = client.get(f"{URL}/{name_of(content)}/preview", params={"reason": "review"}, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", jpeg()[:-200], b"\x89PNG\r\n\x1a\n" + b"\0" * 100])
def test_broken_pictures_are_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "picture"
    path.write_bytes(content)
    with pytest.raises(Unprocessable):
        preview(path, PreviewSize.SCREEN, 50_000_000)


def test_a_picture_with_too_many_pixels_is_never_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (9000, 9000)).save(path)
    with pytest.raises(Unprocessable, match="too many"):
        preview(path, PreviewSize.SCREEN, 50_000_000)


# --- export ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def exported(
    client: TestClient, pinned: KnownNode, tokens: dict[Role, str], record: Callable[..., EvidenceRecord], tmp_path: Path
) -> Path:
    """Two records and their files, exported and unpacked."""
    previous = NO_PREVIOUS
    for seq, colour in enumerate(("red", "green"), start=1):
        content = jpeg(colour)
        previous = record(seq, content, previous).hash
        client.put(f"{URL}/{name_of(content)}", content=content, headers=bearer(pinned.credential))
    parameters = {"site": "yuhang", "node": "gate-1", "reason": "to the court"}
    answer = client.get(f"{URL}/export", params=parameters, headers=bearer(tokens[Role.OFFICER]))
    assert answer.headers["content-type"] == "application/zip"
    folder = tmp_path / "export"
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(folder)
    return folder


def test_an_export_is_verified_without_central_and_logged(exported: Path, pinned: KnownNode, database: Database) -> None:
    report = verify_folder(exported, keys=[pinned.key.public_key])
    assert (report.ok, report.records, report.files) == (True, 2, 2)
    assert {look.action for look in looks_at(database)} == {"export"}
    assert len(looks_at(database)) == 2


def test_law_15_the_chain_can_be_checked_after_a_deletion_and_says_so(
    client: TestClient, exported: Path, pinned: KnownNode, core: Core, tokens: dict[Role, str], tmp_path: Path
) -> None:
    key = NodeKey.open(core.config.data_dir / "deletions.key")
    Desk(core.database, core.evidence, core.secret, key, core.clock).wait(31)
    parameters = {"site": "yuhang", "node": "gate-1", "reason": "to the court"}
    answer = client.get(f"{URL}/export", params=parameters, headers=bearer(core.users.log_in(Role.OFFICER.value, PASSWORD)))
    folder = tmp_path / "after"
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(folder)
    report = verify_folder(folder)
    assert (report.ok, report.records, report.files, len(report.deleted)) == (True, 2, 0, 2)
    assert "was deleted under retention rule files_without_case" in report.text("en")
    assert "已按保存期限规则 files_without_case" in report.text("zh")
    assert verify_folder(folder, keys=[pinned.key.public_key, key.public_key]).ok
    untrusted = verify_folder(folder, keys=[pinned.key.public_key])
    assert {finding.kind for finding in untrusted.findings} == {FindingKind.DELETION_BAD, FindingKind.FILE_MISSING}
    lines = (folder / "deletions.jsonl").read_text(encoding="utf-8")
    (folder / "deletions.jsonl").write_text(lines.replace("files_without_case", "left", 1), encoding="utf-8")
    assert not verify_folder(folder).ok


def test_a_byte_changed_in_an_export_is_found(exported: Path) -> None:
    path = next((exported / "files").iterdir())
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert not verify_folder(exported, extract=True).ok


def test_a_record_changed_in_an_export_is_found(exported: Path) -> None:
    records = exported / "records.jsonl"
    first, second = records.read_text().splitlines()
    changed = {**json.loads(first), "captured_at": "2026-06-01T03:00:00Z"}
    records.write_text(f"{json.dumps(changed)}\n{second}\n")
    assert not verify_folder(exported, extract=True).ok


def test_an_export_of_nothing_is_not_found(client: TestClient, pinned: KnownNode, tokens: dict[Role, str]) -> None:
    parameters = {"site": "yuhang", "node": "gate-1", "reason": "to the court"}
    assert client.get(f"{URL}/export", params=parameters, headers=bearer(tokens[Role.OFFICER])).status_code == 404


def test_the_store_knows_no_other_names_than_hashes(core: Core) -> None:
    for name in ("../central.db", "/etc/passwd", "", "a" * 63, "A" * 64):
        with pytest.raises(NotFound):
            core.evidence.path(name)


# --- the log of looks ------------------------------------------------------------------------------------------------


def test_law_16_the_log_is_searched_and_taking_it_along_is_a_look(
    client: TestClient, database: Database, tokens: dict[Role, str], picture: str, core: Core
) -> None:
    for role, reason in ((Role.OFFICER, "=review of case 7"), (Role.REVIEWER, "complaint 12")):
        client.get(f"{URL}/{picture}", params={"reason": reason}, headers=bearer(tokens[role]))
    headers = bearer(tokens[Role.ADMINISTRATOR])

    def found(**query: str) -> list[str]:
        return [look["user_name"] for look in client.get("/api/v1/looks", params=query, headers=headers).json()]

    assert found() == ["reviewer", "officer"]
    assert found(subject="evidence/") == ["reviewer", "officer"]
    assert found(subject="case/") == []
    assert found(user_name="officer") == found(text="case 7") == ["officer"]
    assert found(unit="City management", action="view", purpose="case_work") == ["reviewer", "officer"]
    assert found(until=core.clock.now().isoformat()) == found(action="export") == []
    assert client.get("/api/v1/looks", headers=bearer(tokens[Role.REVIEWER])).status_code == 403
    assert client.get("/api/v1/looks/export.csv", headers=headers).status_code == 422, "not without a reason"
    answer = client.get("/api/v1/looks/export.csv", params={"reason": "yearly audit", "user_name": "officer"}, headers=headers)
    [line] = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (line["user_name"], line["content"]) == ("officer", "original")
    assert line["reason"] == "'=review of case 7", "no formula reaches an office program"
    last = looks_at(database)[-1]
    assert (last.action, last.purpose, last.subject, last.reason) == ("export", "administration", "looks", "yearly audit")
    assert "user_name='officer'" in last.content


def test_law_16_the_log_is_only_ever_added_to(
    client: TestClient, database: Database, tokens: dict[Role, str], picture: str
) -> None:
    client.get(f"{URL}/{picture}", params={"reason": "review"}, headers=bearer(tokens[Role.OFFICER]))
    with pytest.raises(Conflict), database.session() as session:
        session.scalars(select(Look)).one().reason = "another"
    with pytest.raises(Conflict), database.session() as session:
        session.delete(session.scalars(select(Look)).one())
