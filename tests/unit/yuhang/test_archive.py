"""The archive of a case: whatever is changed in it is found and said in words; what is dangerous is refused."""

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.unit.yuhang.archives import NUMBER, sign_archive
from tests.unit.yuhang.samples import capture_facts
from yuhang.cli import app
from yuhang.errors import EvidenceError
from yuhang.evidence import EvidenceChain, FindingKind, NodeKey
from yuhang.evidence.archive_report import ArchiveReport, Verdict
from yuhang.evidence.archive_verify import verify_archive
from yuhang.evidence.canonical import record_line
from yuhang.evidence.container import MAX_FILES, open_container
from yuhang.messages import EvidenceRecord


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An archive of three pictures and the keys to trust; not to be changed."""
    home = tmp_path_factory.mktemp("archive")
    node, central = NodeKey.open(home / "node.key"), NodeKey.open(home / "central.key")
    chain = EvidenceChain(home / "archive" / "evidence", "site", "node", node)
    records = [chain.append(f"picture {number}".encode(), capture_facts(number)) for number in range(3)]
    chain.close()
    archive = home / "archive"
    keys = {key.key_id: key.public_key for key in (node, central)}
    (archive / "evidence" / "keys.json").write_text(json.dumps(keys))
    evidence = [{"sha256": one.file_sha256, "captured_at": one.captured_at.isoformat(), "kind": one.kind} for one in records]
    (archive / "case.json").write_text(json.dumps({"number": NUMBER, "evidence": evidence, "plate": "浙A12345"}))
    (archive / "README.md").write_text("how to check")
    (archive / "papers").mkdir()
    (archive / "papers" / "decision.pdf").write_bytes(b"%PDF-1.4 and so on")
    sign_archive(archive, central, records)
    return archive, keys


@pytest.fixture
def archive(made: tuple[Path, dict[str, str]], tmp_path: Path) -> Path:
    return Path(shutil.copytree(made[0], tmp_path / "archive"))


@pytest.fixture
def keys(made: tuple[Path, dict[str, str]]) -> dict[str, str]:
    return made[1]


def zipped(folder: Path) -> Path:
    target = folder.with_suffix(".zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            file.write(path, path.relative_to(folder).as_posix())
    return target


def kinds(report: ArchiveReport) -> set[FindingKind]:
    return {finding.kind for finding in report.all_findings}


@pytest.mark.parametrize("pack", [zipped, lambda folder: folder], ids=["zip", "folder"])
def test_law_05_an_untouched_archive_holds_on_another_machine(
    archive: Path, keys: dict[str, str], pack: Callable[[Path], Path]
) -> None:
    report = verify_archive(pack(archive), keys)
    assert report.verdict is Verdict.HOLDS, report.text()
    assert (report.case, report.files, report.evidence.records, report.evidence.files) == (NUMBER, 8, 3, 3)
    assert "成立：未发现改动" in report.text("zh")
    assert "Holds: nothing was changed" in report.text()


def test_the_keys_in_the_archive_are_shown_and_not_trusted(archive: Path, keys: dict[str, str]) -> None:
    report = verify_archive(archive)
    assert report.verdict is Verdict.ORIGIN_UNPROVEN
    assert not any(key.trusted for key in report.keys)
    fingerprint = next(key.fingerprint for key in report.keys)
    assert fingerprint in report.text()
    assert "not trusted" in report.text()
    assert "来源未经证明" in report.text("zh")


def test_a_forger_with_keys_of_his_own_is_found(archive: Path, keys: dict[str, str], tmp_path: Path) -> None:
    """Everything made anew and consistent, signed by the forger: the archive alone cannot show it, the keys do."""
    shutil.rmtree(archive / "evidence")
    forger = NodeKey.open(tmp_path / "forger.key")
    chain = EvidenceChain(archive / "evidence", "site", "node", forger)
    record = chain.append(b"forged", capture_facts())
    chain.close()
    evidence = [{"sha256": record.file_sha256, "captured_at": record.captured_at.isoformat()}]
    (archive / "case.json").write_text(json.dumps({"number": NUMBER, "evidence": evidence}))
    sign_archive(archive, forger, [record])
    assert verify_archive(archive).verdict is Verdict.ORIGIN_UNPROVEN
    report = verify_archive(archive, keys)
    assert report.verdict is Verdict.CHANGED
    assert kinds(report) == {FindingKind.MANIFEST_KEY_UNKNOWN, FindingKind.UNKNOWN_KEY}


# --- what is changed is named ---


def records_of(folder: Path) -> list[EvidenceRecord]:
    lines = (folder / "evidence" / "records.jsonl").read_bytes().splitlines()
    return [EvidenceRecord.model_validate_json(line) for line in lines]


def write_records(folder: Path, records: list[EvidenceRecord]) -> None:
    (folder / "evidence" / "records.jsonl").write_bytes(b"".join(record_line(record) + b"\n" for record in records))


def remove_record(folder: Path) -> None:
    one, _, three = records_of(folder)
    write_records(folder, [one, three])


def swap_times(folder: Path) -> None:
    one, two, three = records_of(folder)
    write_records(
        folder,
        [
            one.model_copy(update={"captured_at": three.captured_at}),
            two,
            three.model_copy(update={"captured_at": one.captured_at}),
        ],
    )


def swap_times_in_case(folder: Path) -> None:
    case = json.loads((folder / "case.json").read_text())
    one, two, _ = case["evidence"]
    one["captured_at"], two["captured_at"] = two["captured_at"], one["captured_at"]
    (folder / "case.json").write_text(json.dumps(case))


def change_picture(folder: Path) -> None:
    path = min((folder / "evidence" / "files").iterdir())
    path.write_bytes(path.read_bytes().replace(b"p", b"q", 1))


def other_case(folder: Path) -> None:
    case = json.loads((folder / "case.json").read_text())
    (folder / "case.json").write_text(json.dumps({**case, "number": "余2026-000124"}))


def change_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"000123", b"000124"))


def add_record(folder: Path) -> None:
    records = records_of(folder)
    write_records(folder, [*records, records[-1].model_copy(update={"seq": 4, "previous": records[-1].hash})])


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (change_picture, {FindingKind.ENTRY_CHANGED, FindingKind.FILE_CHANGED}),
        (
            remove_record,
            {FindingKind.ENTRY_CHANGED, FindingKind.RECORD_REMOVED, FindingKind.FILE_UNRECORDED, FindingKind.CASE_FILE},
        ),
        (swap_times, {FindingKind.ENTRY_CHANGED, FindingKind.TIME_SWAPPED, FindingKind.CASE_TIME}),
        (swap_times_in_case, {FindingKind.ENTRY_CHANGED, FindingKind.CASE_TIME}),
        (other_case, {FindingKind.ENTRY_CHANGED, FindingKind.CASE_OTHER}),
        (lambda folder: (folder / "papers" / "decision.pdf").unlink(), {FindingKind.ENTRY_MISSING}),
        (lambda folder: (folder / "papers" / "more.pdf").write_bytes(b"%PDF"), {FindingKind.ENTRY_EXTRA}),
        (
            lambda folder: (folder / "evidence" / "files" / ("0" * 64)).write_bytes(b"x"),
            {FindingKind.ENTRY_EXTRA, FindingKind.FILE_UNRECORDED},
        ),
        (change_manifest, {FindingKind.MANIFEST_CHANGED, FindingKind.CASE_OTHER}),
        (add_record, {FindingKind.ENTRY_CHANGED, FindingKind.RECORD_CHANGED, FindingKind.RECORD_UNLISTED}),
        (lambda folder: (folder / "manifest.json").unlink(), {FindingKind.MANIFEST_MISSING}),
        (lambda folder: (folder / "manifest.signature.json").unlink(), {FindingKind.MANIFEST_MISSING}),
        (lambda folder: (folder / "case.json").write_text("[" * 5000), {FindingKind.ENTRY_CHANGED, FindingKind.CASE_DAMAGED}),
        (lambda folder: (folder / "case.json").write_text("1" * 5000), {FindingKind.ENTRY_CHANGED, FindingKind.CASE_DAMAGED}),
    ],
)
def test_law_05_each_change_is_named(
    archive: Path, keys: dict[str, str], tamper: Callable[[Path], object], expected: set[FindingKind]
) -> None:
    tamper(archive)
    report = verify_archive(archive, keys)
    assert kinds(report) == expected
    assert report.verdict is Verdict.CHANGED
    assert f"发现 {len(report.all_findings)} 处问题" in report.text("zh")
    assert "{" not in report.text() + report.text("zh")


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_changed_byte_of_any_file_is_found(archive: Path, keys: dict[str, str], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(path for path in archive.rglob("*") if path.is_file())))
    original = path.read_bytes()
    position = data.draw(st.integers(0, len(original) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda value: value != original[position]))
    path.write_bytes(original[:position] + bytes([value]) + original[position + 1 :])
    try:
        assert verify_archive(archive, keys).verdict is Verdict.CHANGED
        assert verify_archive(archive).verdict is Verdict.CHANGED
    finally:
        path.write_bytes(original)


def test_the_bits_that_base64_leaves_over_are_no_hiding_place(archive: Path, keys: dict[str, str]) -> None:
    path = archive / "manifest.signature.json"
    signed = json.loads(path.read_bytes())
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = signed["signature"][-3]
    path.write_bytes(path.read_bytes().replace(f"{last}==".encode(), f"{alphabet[alphabet.index(last) ^ 1]}==".encode()))
    assert verify_archive(archive, keys).verdict is Verdict.CHANGED


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_byte_of_the_zip_is_found_refused_or_changes_no_file(
    archive: Path, keys: dict[str, str], data: st.DataObject
) -> None:
    path = archive.with_suffix(".zip")
    if not path.exists():
        zipped(archive)
    original = path.read_bytes()
    position = data.draw(st.integers(0, len(original) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda value: value != original[position]))
    other = path.with_name("other.zip")
    other.write_bytes(original[:position] + bytes([value]) + original[position + 1 :])
    try:
        report = verify_archive(other, keys)
    except EvidenceError:
        return
    if report.verdict is Verdict.HOLDS:
        before, after = open_container(path), open_container(other)
        assert before.names == after.names
        assert all(before.read(name) == after.read(name) for name in before.names)


# --- what is dangerous is refused ---


def zip_of(path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for entry, content in entries:
            file.writestr(entry, content)
    return path


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("evidence/keys.json")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([("../../etc/passwd", b"x")], "lead out of the folder"),
        ([("/etc/passwd", b"x")], "lead out of the folder"),
        ([("a\\..\\b", b"x")], "lead out of the folder"),
        ([("C:/x", b"x")], "lead out of the folder"),
        ([("a//b", b"x")], "lead out of the folder"),
        ([("case.json", b"1"), ("case.json", b"2")], "twice"),
        ([("case.json", b"1"), ("CASE.json", b"2")], "twice"),
        ([(link(), b"/etc/passwd")], "is a link"),
        ([("case.json", bytes(40 << 20))], "zip bomb"),
    ],
    ids=["up", "root", "backslash", "drive", "empty part", "twice", "case", "link", "bomb"],
)
def test_a_dangerous_zip_is_refused_in_words(
    tmp_path: Path, entries: list[tuple[zipfile.ZipInfo | str, bytes]], said: str
) -> None:
    with pytest.raises(EvidenceError, match=said):
        verify_archive(zip_of(tmp_path / "bad.zip", *entries))


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    entries = [(f"f{number}", b"") for number in range(MAX_FILES + 1)]
    with pytest.raises(EvidenceError, match="more than"):
        verify_archive(zip_of(tmp_path / "many.zip", *entries))


def test_an_encrypted_or_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "x.zip", ("manifest.json", b"{}" * 100))
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(EvidenceError, match="encrypted"):
        verify_archive(path)
    path.write_bytes(b"PK no zip at all")
    with pytest.raises(EvidenceError, match="no zip that can be read"):
        verify_archive(path)
    with pytest.raises(EvidenceError, match="neither a folder nor a zip"):
        verify_archive(tmp_path / "nowhere")


def test_a_member_that_lies_about_its_bytes_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "x.zip", ("manifest.json", b"{}" * 100))
    content = path.read_bytes().replace(zlib.crc32(b"{}" * 100).to_bytes(4, "little"), b"\0\0\0\0")
    path.write_bytes(content)
    with pytest.raises(EvidenceError, match="damaged"):
        verify_archive(path)


def test_links_and_devices_in_a_folder_are_refused(archive: Path) -> None:
    (archive / "papers" / "secret").symlink_to("/etc/passwd")
    with pytest.raises(EvidenceError, match="plain files only"):
        verify_archive(archive)
    (archive / "papers" / "secret").unlink()
    os.mkfifo(archive / "papers" / "pipe")
    with pytest.raises(EvidenceError, match="plain files only"):
        verify_archive(archive)


# --- the command ---


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["evidence", "verify", *arguments])
    return result.exit_code, result.output


def test_the_exit_codes_are_those_of_the_documentation(archive: Path, keys: dict[str, str], tmp_path: Path) -> None:
    trusted = tmp_path / "trusted.json"
    trusted.write_text(json.dumps(keys))
    path = str(zipped(archive))
    assert run(path, "--keys", str(trusted))[0] == 0
    assert run(path)[0] == 3
    code, output = run(path, "--keys", str(trusted), "--lang", "zh")
    assert "受信任，由您提供" in output
    change_picture(archive)
    code, output = run(str(archive), "--keys", str(trusted), "--json")
    report = json.loads(output)
    assert (code, report["verdict"]) == (1, "changed")
    assert {finding["kind"] for finding in report["findings"]} == {"entry_changed", "file_changed"}
    with pytest.raises(EvidenceError, match="says itself what belongs to it"):
        CliRunner().invoke(app, ["evidence", "verify", path, "--extract"], catch_exceptions=False)


def test_it_needs_nothing_of_central(archive: Path, keys: dict[str, str], tmp_path: Path) -> None:
    """A machine with the kernel only: no package of central, edge or the database can be imported."""
    (tmp_path / "trusted.json").write_text(json.dumps(keys))
    script = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"central", "edge", "sqlalchemy", "fastapi", "reportlab", "PIL", "numpy", "cv2", "nicegui"}:
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
from yuhang.cli import main
main()
"""
    arguments = ["evidence", "verify", str(zipped(archive)), "--keys", str(tmp_path / "trusted.json")]
    result = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "Holds" in result.stdout
