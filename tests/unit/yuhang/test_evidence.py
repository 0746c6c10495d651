"""The evidence chain: what was appended is kept over crashes, and every change of it is found."""

import errno
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.unit.yuhang.samples import NOON, capture_facts
from yuhang.cli import app
from yuhang.errors import EvidenceError, StorageError
from yuhang.evidence import EvidenceChain, Finding, FindingKind, NodeKey, verify_folder, verify_record
from yuhang.evidence.canonical import record_hash, record_line
from yuhang.messages import EvidenceRecord, FrameClock, TimeSource

LENGTH = 6


@pytest.fixture
def key(tmp_path: Path) -> NodeKey:
    return NodeKey.open(tmp_path / "node.key")


@pytest.fixture
def folder(tmp_path: Path, key: NodeKey) -> Path:
    """A chain of six records, closed."""
    chain = EvidenceChain(tmp_path / "chain", "site", "node", key)
    for number in range(LENGTH):
        chain.append(f"picture {number}".encode(), capture_facts(number))
    chain.close()
    return tmp_path / "chain"


def lines_of(folder: Path) -> list[bytes]:
    return (folder / "records.jsonl").read_bytes().splitlines()


def write_lines(folder: Path, lines: list[bytes]) -> None:
    (folder / "records.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))


def kinds(folder: Path, **options: str) -> set[FindingKind]:
    return {finding.kind for finding in verify_folder(folder, **options).findings}  # type: ignore[arg-type]


def test_an_untouched_chain_is_fine(folder: Path, key: NodeKey) -> None:
    head = json.loads(lines_of(folder)[-1])["hash"]
    report = verify_folder(folder, head=head, keys=[key.public_key])
    assert report.ok
    assert (report.records, report.files, report.heads) == (LENGTH, LENGTH, {"site/node": head})


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "node.key"
    key = NodeKey.open(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert NodeKey.open(path).public_key == key.public_key
    path.chmod(0o640)
    with pytest.raises(EvidenceError, match="chmod 600"):
        NodeKey.open(path)
    path.chmod(0o600)
    path.write_text("no key")
    with pytest.raises(EvidenceError, match="no private key"):
        NodeKey.open(path)


def test_the_same_content_twice_is_one_file_and_two_records(tmp_path: Path, key: NodeKey) -> None:
    chain = EvidenceChain(tmp_path / "chain", "site", "node", key)
    one, two = chain.append(b"same", capture_facts(1)), chain.append(b"same", capture_facts(2))
    assert one.file_sha256 == two.file_sha256
    assert two.previous == one.hash
    assert chain.path_of(one.file_sha256).read_bytes() == b"same"
    assert (chain.length, chain.head) == (2, two.hash)
    assert verify_folder(tmp_path / "chain").ok


def test_a_chain_goes_on_where_it_ended_and_with_a_new_key(folder: Path, tmp_path: Path) -> None:
    new_key = NodeKey.open(tmp_path / "new.key")
    chain = EvidenceChain(folder, "site", "node", new_key)
    assert chain.append(b"next", capture_facts()).seq == LENGTH + 1
    assert verify_folder(folder).ok


def test_a_folder_has_one_owner_and_one_node(folder: Path, key: NodeKey) -> None:
    chain = EvidenceChain(folder, "site", "node", key)
    with pytest.raises(EvidenceError, match="another process"):
        EvidenceChain(folder, "site", "node", key)
    chain.close()
    with pytest.raises(EvidenceError, match="chain of site/node"):
        EvidenceChain(folder, "site", "other", key)


# --- what is changed is found ----------------------------------------------------------------------------------------


def change_file(folder: Path) -> None:
    path = min((folder / "files").iterdir())
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(content)


def remove_record(folder: Path) -> None:
    lines = lines_of(folder)
    write_lines(folder, lines[:2] + lines[3:])


def change_field(field: str, value: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        lines = lines_of(folder)
        record = json.loads(lines[2])
        record[field] = value
        write_lines(folder, [*lines[:2], record_line(EvidenceRecord.model_validate(record)), *lines[3:]])

    return change


def swap_times(folder: Path) -> None:
    records = [json.loads(line) for line in lines_of(folder)]
    records[1]["captured_at"], records[4]["captured_at"] = records[4]["captured_at"], records[1]["captured_at"]
    write_lines(folder, [record_line(EvidenceRecord.model_validate(record)) for record in records])


def rehash(folder: Path) -> None:
    """A forger without the key: changes the time and makes the hash fit."""
    lines = lines_of(folder)
    record = EvidenceRecord.model_validate_json(lines[2]).model_copy(update={"captured_at": NOON})
    write_lines(folder, [*lines[:2], record_line(record.model_copy(update={"hash": record_hash(record)})), *lines[3:]])


def swap_lines(folder: Path) -> None:
    lines = lines_of(folder)
    lines[1], lines[2] = lines[2], lines[1]
    write_lines(folder, lines)


def cut_line(folder: Path) -> None:
    path = folder / "records.jsonl"
    path.write_bytes(path.read_bytes()[:-20])


def add_space(folder: Path) -> None:
    lines = lines_of(folder)
    write_lines(folder, [*lines[:2], lines[2].replace(b":", b": ", 1), *lines[3:]])


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (change_file, {FindingKind.FILE_CHANGED}),
        (remove_record, {FindingKind.RECORDS_MISSING, FindingKind.FILE_UNRECORDED}),
        (change_field("captured_at", "2026-06-01T05:00:00Z"), {FindingKind.RECORD_CHANGED}),
        (change_field("config_sha256", "f" * 64), {FindingKind.RECORD_CHANGED}),
        (change_field("key_id", "0" * 16), {FindingKind.RECORD_CHANGED, FindingKind.UNKNOWN_KEY}),
        (swap_times, {FindingKind.TIME_SWAPPED}),
        (rehash, {FindingKind.BAD_SIGNATURE, FindingKind.BROKEN_LINK}),
        (swap_lines, {FindingKind.OUT_OF_ORDER}),
        (cut_line, {FindingKind.HALF_RECORD, FindingKind.FILE_UNRECORDED}),
        (add_space, {FindingKind.REWRITTEN}),
        (lambda folder: write_lines(folder, lines_of(folder)[1:]), {FindingKind.START_MISSING, FindingKind.FILE_UNRECORDED}),
        (lambda folder: write_lines(folder, [*lines_of(folder), lines_of(folder)[-1]]), {FindingKind.REPEATED}),
        (lambda folder: write_lines(folder, [*lines_of(folder), b'{"seq": 7}']), {FindingKind.UNREADABLE}),
        (lambda folder: min((folder / "files").iterdir()).unlink(), {FindingKind.FILE_MISSING}),
        (lambda folder: (folder / "files" / "extra").write_bytes(b"x"), {FindingKind.FILE_UNRECORDED}),
        (lambda folder: (folder / "keys.json").unlink(), {FindingKind.KEYS_DAMAGED, FindingKind.UNKNOWN_KEY}),
        (lambda folder: (folder / "keys.json").write_text('{"0": 1}'), {FindingKind.KEYS_DAMAGED, FindingKind.UNKNOWN_KEY}),
        (
            lambda folder: (folder / "records.jsonl").unlink(),
            {FindingKind.NO_RECORDS, FindingKind.FILE_UNRECORDED},
        ),
    ],
)
def test_each_kind_of_change_is_named(folder: Path, tamper: Callable[[Path], None], expected: set[FindingKind]) -> None:
    tamper(folder)
    assert kinds(folder) == expected


def test_a_tail_cut_off_is_found_by_a_noted_head_only(folder: Path) -> None:
    lines = lines_of(folder)
    write_lines(folder, lines[:-1])
    max((folder / "files").iterdir(), key=lambda path: path.read_bytes()).unlink()
    assert kinds(folder) == set()
    assert kinds(folder, head=json.loads(lines[-1])["hash"]) == {FindingKind.HEAD_MISSING}
    assert kinds(folder, head=json.loads(lines[2])["hash"]) == set()


def test_a_forger_with_a_key_of_his_own_is_found_by_the_keys_to_trust(tmp_path: Path, key: NodeKey) -> None:
    forger = NodeKey.open(tmp_path / "forger.key")
    chain = EvidenceChain(tmp_path / "chain", "site", "node", forger)
    record = chain.append(b"forged", capture_facts())
    assert verify_folder(tmp_path / "chain").ok
    assert "whose keys these are" in verify_folder(tmp_path / "chain").text()
    report = verify_folder(tmp_path / "chain", keys=[key.public_key])
    assert {finding.kind for finding in report.findings} == {FindingKind.UNKNOWN_KEY}
    assert [finding.kind for finding in verify_record(record, key.public_key)] == [FindingKind.UNKNOWN_KEY]
    assert verify_record(record, forger.public_key) == ()


def test_an_extract_may_lack_records_and_files(folder: Path) -> None:
    lines = lines_of(folder)
    write_lines(folder, [lines[1], lines[4]])
    kept = {json.loads(line)["file_sha256"] for line in (lines[1],)}
    for path in (folder / "files").iterdir():
        if path.name not in kept:
            path.unlink()
    report = verify_folder(folder, extract=True)
    assert report.ok
    assert (report.records, report.files, report.files_absent) == (2, 1, 1)
    assert not verify_folder(folder).ok


@given(data=st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_changed_byte_of_the_records_or_a_file_is_found(folder: Path, data: st.DataObject) -> None:
    targets = sorted([folder / "records.jsonl", *(folder / "files").iterdir()])
    path = data.draw(st.sampled_from(targets))
    original = path.read_bytes()
    changed = bytearray(original)
    position = data.draw(st.integers(0, len(original) - 1))
    changed[position] = data.draw(st.integers(0, 255).filter(lambda value: value != original[position]))
    path.write_bytes(changed)
    try:
        assert not verify_folder(folder).ok
    finally:
        path.write_bytes(original)


@given(st.permutations(range(LENGTH)), st.sets(st.integers(0, LENGTH - 1), max_size=LENGTH - 1))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_removal_or_new_order_of_records_is_found(folder: Path, order: list[int], removed: set[int]) -> None:
    original = lines_of(folder)
    kept = [original[index] for index in order if index not in removed]
    if kept == original:
        return
    write_lines(folder, kept)
    try:
        assert not verify_folder(folder).ok
    finally:
        write_lines(folder, original)


# --- crashes ---------------------------------------------------------------------------------------------------------


def test_what_a_crash_leaves_half_done_is_mended(folder: Path, key: NodeKey) -> None:
    files = folder / "files"
    last = json.loads(lines_of(folder)[-1])["file_sha256"]
    (files / last).rename(files / f"{last}.partial")  # died between record and name
    (files / f"{'a' * 64}.partial").write_bytes(b"half")  # died before the record
    with (folder / "records.jsonl").open("ab") as records:
        records.write(b'{"seq": 7, "half')  # died within the record
    chain = EvidenceChain(folder, "site", "node", key)
    assert chain.length == LENGTH
    chain.append(b"after the crash", capture_facts())
    assert verify_folder(folder).ok
    assert not list(files.glob("*.partial"))


def test_a_damaged_last_record_is_refused_not_overwritten(folder: Path, key: NodeKey) -> None:
    lines = lines_of(folder)
    write_lines(folder, [*lines[:-1], b"damaged"])
    with pytest.raises(EvidenceError, match="damaged"):
        EvidenceChain(folder, "site", "node", key)
    assert lines_of(folder)[-1] == b"damaged"


_APPENDER = """
import sys
from pathlib import Path
from tests.unit.yuhang.samples import capture_facts
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.logs import configure_logging
configure_logging()
folder = Path(sys.argv[1])
chain = EvidenceChain(folder / "chain", "site", "node", NodeKey.open(folder / "node.key"))
for number in range(100_000):
    record = chain.append(b"%d" % number * 1000 + bytes(str(chain.length), "ascii"), capture_facts())
    print(record.seq, record.file_sha256, flush=True)
"""


def test_kill_9_loses_nothing_that_was_appended(tmp_path: Path) -> None:
    promised: dict[int, str] = {}
    for round_ in range(2):
        process = subprocess.Popen([sys.executable, "-c", _APPENDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(5):
            seq, name = process.stdout.readline().split()
            promised[int(seq)] = name
        time.sleep(0.003 * round_)
        os.kill(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        whole = rest[: rest.rfind("\n") + 1]
        promised.update((int(line.split()[0]), line.split()[1]) for line in whole.splitlines())
    EvidenceChain(tmp_path / "chain", "site", "node", NodeKey.open(tmp_path / "node.key")).close()
    records = {json.loads(line)["seq"]: json.loads(line)["file_sha256"] for line in lines_of(tmp_path / "chain")}
    assert promised.items() <= records.items()
    assert verify_folder(tmp_path / "chain").ok


@pytest.mark.parametrize("fails_at", [1, 2], ids=["file", "record"])
def test_a_full_disk_is_a_storage_error_and_leaves_the_chain_as_it_was(
    folder: Path, key: NodeKey, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    chain = EvidenceChain(folder, "site", "node", key)
    before = (folder / "records.jsonl").read_bytes(), {path.name for path in (folder / "files").iterdir()}
    real, calls = os.fsync, itertools.count(1)

    def full(descriptor: int) -> None:
        if next(calls) >= fails_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="No space left"):
            chain.append(b"new", capture_facts())
    assert ((folder / "records.jsonl").read_bytes(), {path.name for path in (folder / "files").iterdir()}) == before
    assert chain.append(b"new", capture_facts()).seq == LENGTH + 1
    assert verify_folder(folder).ok


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_says_what_was_changed_in_both_languages(folder: Path) -> None:
    good = CliRunner().invoke(app, ["evidence", "verify", str(folder)])
    assert good.exit_code == 0
    assert "Checked 6 records" in good.output
    assert "Nothing was changed." in good.output
    change_file(folder)
    swap_times(folder)
    bad = CliRunner().invoke(app, ["evidence", "verify", str(folder)])
    assert bad.exit_code == 1
    assert (
        "the time of record 2 of site/node was changed: it is right again with the time that now stands in record 5" in bad.output
    )
    assert "was changed: 9 bytes" in bad.output
    chinese = CliRunner().invoke(app, ["evidence", "verify", str(folder), "--lang", "zh"])
    assert "发现 3 处问题" in chinese.output
    assert "时间被调换" in chinese.output
    machine = json.loads(CliRunner().invoke(app, ["evidence", "verify", str(folder), "--json"]).output)
    assert {finding["kind"] for finding in machine["findings"]} == {"time_swapped", "file_changed"}


@pytest.mark.parametrize("kind", list(FindingKind))
def test_every_finding_has_words_in_both_languages(kind: FindingKind) -> None:
    finding = Finding(kind, "site/node", 7, 6, 3, "abc", "detail")
    assert finding.text("en") != finding.text("zh")
    assert "None" not in finding.text("en")


def test_records_that_were_signed_before_a_field_was_added_still_hold() -> None:
    """What is not known of the clock is not written: the canonical line of an old record stays the one that was signed."""
    clock = FrameClock(source=TimeSource.CAMERA, error_s=0.2, offset_s=0.1)
    assert clock.model_dump(mode="json") == {"source": "camera", "error_s": 0.2, "offset_s": 0.1}
    measured = clock.model_copy(update={"reference": "ntp:ntp.ntsc.ac.cn", "offset_error_s": 0.01})
    assert FrameClock.model_validate_json(measured.model_dump_json()) == measured
