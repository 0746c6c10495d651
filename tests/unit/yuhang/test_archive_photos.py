"""Officers' photos in the archive of a case: checked against their signed records, and whatever is changed is named."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.yuhang.archives import NUMBER, sign_archive
from tests.unit.yuhang.samples import NOON, capture_facts
from yuhang.evidence import EvidenceChain, FindingKind, NodeKey
from yuhang.evidence.archive_report import Verdict
from yuhang.evidence.archive_verify import verify_archive
from yuhang.evidence.photos import PhotoFacts, PhotoKind, PhotoRecord, photo_line, sign_photo

SHEET, CAR = b"the sheet on the car", b"the car in its place"
_NONE = "0" * 64


def facts(kind: PhotoKind, content: bytes, case: str = NUMBER) -> PhotoFacts:
    digest = hashlib.sha256(content).hexdigest()
    return PhotoFacts(
        case=case, kind=kind, file_sha256=digest, size=len(content), media_type="image/jpeg", by="officer", received_at=NOON
    )


class Made:
    """An archive with two photos of an officer, whose records stand at 7 and 8 of the chain; not to be changed."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "archive"
        self.node, self.central, self.photos = (NodeKey.open(home / f"{name}.key") for name in ("node", "central", "photos"))
        chain = EvidenceChain(self.folder / "evidence", "site", "node", self.node)
        self.records = [chain.append(b"picture", capture_facts())]
        chain.close()
        self.keys = {key.key_id: key.public_key for key in (self.node, self.central, self.photos)}
        (self.folder / "evidence" / "keys.json").write_text(json.dumps(self.keys))
        (self.folder / "case.json").write_text(json.dumps({"number": NUMBER, "evidence": []}))
        first = sign_photo(facts(PhotoKind.SHEET, SHEET), 7, _NONE, self.photos)
        self.lines = [first, sign_photo(facts(PhotoKind.PANORAMA, CAR), 8, first.hash, self.photos)]
        (self.folder / "brought").mkdir()
        for content in (SHEET, CAR):
            (self.folder / "brought" / hashlib.sha256(content).hexdigest()).write_bytes(content)
        named = [{"sha256": record.file_sha256, "trigger": "post", "actor": "officer"} for record in self.lines]
        (self.folder / "brought.json").write_text(json.dumps({"files": named}))
        write(self.folder, self.lines)
        sign_archive(self.folder, self.central, self.records)


def write(folder: Path, records: list[PhotoRecord]) -> None:
    (folder / "brought" / "photos.jsonl").write_text("".join(f"{photo_line(record)}\n" for record in records))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("photos"))


@pytest.fixture
def archive(made: Made, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made.folder, tmp_path / "archive"))


def test_law_05_the_photos_of_the_posted_notice_are_checked_and_said_to_be(made: Made, archive: Path) -> None:
    """An outsider reads that the photos of the posted notice were checked, and against which key."""
    report = verify_archive(archive, made.keys)
    assert (report.verdict, report.photos) == (Verdict.HOLDS, 2), report.text()
    assert "Checked photos of officers on foot: 2, those of the posted notice" in report.text()
    assert "已核验执法人员现场照片：2 张" in report.text("zh")
    assert all(key.used for key in report.keys)
    assert report.as_dict()["photos"] == 2


def change_photo(folder: Path, _made: Made) -> None:
    path = folder / "brought" / hashlib.sha256(SHEET).hexdigest()
    path.write_bytes(SHEET.replace(b"car", b"cat"))


def cut_photo(folder: Path, _made: Made) -> None:
    (folder / "brought" / hashlib.sha256(CAR).hexdigest()).write_bytes(CAR[:-1])


def remove_photo(folder: Path, _made: Made) -> None:
    (folder / "brought" / hashlib.sha256(CAR).hexdigest()).unlink()


def change_time(folder: Path, made: Made) -> None:
    write(folder, [made.lines[0].model_copy(update={"by": "somebody else"}), made.lines[1]])


def replace_first(folder: Path, made: Made) -> None:
    """As good as the first, but the second does not follow on it."""
    write(folder, [sign_photo(facts(PhotoKind.PANORAMA, SHEET), 7, _NONE, made.photos), made.lines[1]])


def another_key(folder: Path, made: Made) -> None:
    write(folder, [made.lines[0], sign_photo(facts(PhotoKind.PANORAMA, CAR), 8, made.lines[0].hash, NodeKey.open(folder / "x"))])
    (folder / "x").unlink()


def other_case(folder: Path, made: Made) -> None:
    write(
        folder, [made.lines[0], sign_photo(facts(PhotoKind.PANORAMA, CAR, "余2026-000009"), 8, made.lines[0].hash, made.photos)]
    )


def remove_record(folder: Path, made: Made) -> None:
    write(folder, made.lines[:1])


def half_line(folder: Path, made: Made) -> None:
    (folder / "brought" / "photos.jsonl").write_text(photo_line(made.lines[0]) + "\n" + photo_line(made.lines[1])[:-9] + "\n")


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (change_photo, FindingKind.PHOTO_CHANGED),
        (cut_photo, FindingKind.PHOTO_CHANGED),
        (remove_photo, FindingKind.PHOTO_MISSING),
        (change_time, FindingKind.PHOTO_RECORD_BAD),
        (replace_first, FindingKind.PHOTO_LINK_BROKEN),
        (another_key, FindingKind.PHOTO_RECORD_BAD),
        (other_case, FindingKind.PHOTO_OTHER_CASE),
        (remove_record, FindingKind.PHOTO_UNRECORDED),
        (half_line, FindingKind.PHOTO_RECORD_BAD),
    ],
)
def test_law_05_a_changed_photo_of_an_officer_is_named(
    made: Made, archive: Path, tamper: Callable[[Path, Made], None], expected: FindingKind
) -> None:
    """Also where the list of files was made anew and signed: the photo's own record does not lie."""
    tamper(archive, made)
    sign_archive(archive, made.central, made.records)
    report = verify_archive(archive, made.keys)
    assert report.verdict is Verdict.CHANGED
    assert expected in {finding.kind for finding in report.all_findings}
    assert all("{" not in finding.text(language) for finding in report.all_findings for language in ("en", "zh"))


def test_a_photo_that_central_did_not_have_is_no_change(made: Made, archive: Path) -> None:
    remove_photo(archive, made)
    sign_archive(archive, made.central, made.records, absent=(hashlib.sha256(CAR).hexdigest(),))
    assert verify_archive(archive, made.keys).verdict is Verdict.HOLDS
