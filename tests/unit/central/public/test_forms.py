"""What owners send in: kept once, encrypted, answered; and whatever goes wrong is a page that loses nothing."""

import io
import struct
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, UnidentifiedImageError
from sqlalchemy import func, select

from central.cases.sealing import BroughtSealer
from central.cases.tables import CaseDriver, CaseFile, CaseStatement, CaseTimeline
from central.evidence.pictures import clean_copy
from central.evidence.protected import ProtectedFiles, protected_files
from central.public.tables import PublicReceipt
from central.secrets import SecretKey
from tests.unit.central.public.counter import NO_SUCH_CODE, REVIEWER, Counter, photo
from yuhang.errors import StorageError

ENGLISH = {"Accept-Language": "en"}
TEXT = "I was unloading a wheelchair; see the picture."


@pytest.fixture
def informed(counter: Counter) -> Counter:
    counter.web.headers["Accept-Language"] = "en"
    counter.walk("approve", "inform")
    counter.look_up()
    return counter


def count(counter: Counter, table: type[CaseStatement | CaseFile | CaseDriver | PublicReceipt]) -> int:
    with counter.core.database.reader() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_law_10_an_objection_with_a_picture_is_with_the_reviewer_at_once_and_answered_on_the_page(informed: Counter) -> None:
    sent = informed.send("state", {**informed.form("state"), "text": TEXT}, (photo(),))
    assert sent.status_code == 200
    assert f"{informed.case().number}-01" in sent.text
    assert "You get an answer by 2026-06-08" in sent.text  # five working days
    assert informed.case().state == "objected"
    with informed.core.database.reader() as session:
        (statement,) = informed.matters.records.statements(session, informed.case().id)
        assert informed.matters.records.text_of(statement) == TEXT
        assert TEXT not in statement.text_protected
        assert TEXT not in "".join(str(line.data) + line.reason for line in session.scalars(select(CaseTimeline)))
        (file,) = informed.matters.records.files(session, informed.case().id)
    kept = Image.open(io.BytesIO(protected_files(informed.core).read(file.sha256)))
    assert (kept.format, kept.size) == ("JPEG", (1200, 800))
    page = informed.page().text
    assert "Your statement is being checked" in page
    assert TEXT not in page  # somebody else may have read the code on the windscreen
    informed.act("dismiss", REVIEWER, reason="The loading bay is across the street.")
    page = informed.page().text
    assert "What you said was checked and not accepted:" in page
    assert "The loading bay is across the street." in page


def test_law_21_a_picture_that_an_owner_brings_is_encrypted_on_the_disk(informed: Counter) -> None:
    """Who reads the store finds no picture; officers and the archive do, and a byte that was changed is found."""
    informed.send("state", {**informed.form("state"), "text": TEXT}, (photo(),))
    files = protected_files(informed.core)
    with informed.core.database.reader() as session:
        (file,) = informed.matters.records.files(session, informed.case().id)
    clear = files.read(file.sha256)
    stored = [path.read_bytes() for path in informed.core.config.data_dir.rglob("*") if path.is_file()]
    assert not any(clear[start : start + 64] in content for content in stored for start in (len(clear) // 3, len(clear) // 2))
    path = informed.core.evidence.path(file.sha256)
    with pytest.raises(UnidentifiedImageError):
        Image.open(path)
    with pytest.raises(StorageError, match="cannot be read with this installation's key"):
        ProtectedFiles(informed.core.evidence, SecretKey(bytes(32))).read(file.sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(StorageError, match="was changed"):
        files.read(file.sha256)


def test_law_21_pictures_from_before_the_encryption_are_sealed_after_the_start(informed: Counter) -> None:
    """A run that was cut off goes on where it stopped, and what was changed on the disk stays as it is."""
    informed.send("state", {**informed.form("state"), "text": TEXT}, (photo(), photo((900, 700)), photo((901, 700))))
    core, files = informed.core, protected_files(informed.core)
    with core.database.reader() as session:
        names = sorted(file.sha256 for file in informed.matters.records.files(session, informed.case().id))
    clear = {name: files.read(name) for name in names}
    for name in names:
        core.evidence.write(name, clear[name])  # as they lay there before
    changed = names[2]
    core.evidence.path(changed).write_bytes(b"changed")
    assert files.seal(names[0]), "the run before ended here"
    before = core.evidence.read(names[0])
    with core.database.session() as session:
        session.add(CaseFile(case_id=informed.case().id, sha256="f" * 64, trigger="state", actor="x", added_at=core.clock.now()))
    sealer = BroughtSealer(core.database, files)
    while sealer.run_once():
        pass
    assert [files.read(name) for name in names[:2]] == [clear[name] for name in names[:2]]
    assert core.evidence.read(names[0]) == before
    assert clear[names[1]][:64] not in core.evidence.read(names[1])
    assert core.evidence.read(changed) == b"changed"
    assert sealer.run_once() == 0


def test_a_form_that_is_sent_twice_is_done_once(informed: Counter) -> None:
    fields = {**informed.form("state"), "text": TEXT}
    first, second = (informed.send("state", fields, (photo(),)) for _ in range(2))
    assert first.url == second.url
    assert count(informed, CaseStatement) == count(informed, PublicReceipt) == 1
    more = informed.send("state", {**informed.form("state"), "text": "one thing more"})
    assert f"{informed.case().number}-02" in more.text
    assert count(informed, CaseStatement) == 2


def test_the_same_words_in_a_new_form_are_the_same_statement(informed: Counter) -> None:
    """After the browser's "back" the form has a new name; while the first waits for its answer, it is one objection."""
    first = informed.send("state", {**informed.form("state"), "text": TEXT}, (photo(),))
    again = informed.send("state", {**informed.form("state"), "text": f" {TEXT} "}, (photo(),))
    assert first.url == again.url
    assert count(informed, CaseStatement) == count(informed, PublicReceipt) == 1
    other = informed.send("state", {**informed.form("state"), "text": TEXT}, (photo((640, 480)),))  # another picture
    assert other.url != first.url
    informed.act("dismiss", REVIEWER)
    later = informed.send("state", {**informed.form("state"), "text": TEXT}, (photo(),))  # answered: now it is said once more
    assert later.url not in {first.url, other.url}


def test_law_12_naming_the_driver_and_waiving(informed: Counter) -> None:
    driver = {"driver": "周某", "licence": "330110199001010000", "phone": ""}
    assert "Fill in the driver" in informed.send("name_driver", {**informed.form("name_driver"), **driver, "licence": "1"}).text
    assert "Received" in informed.send("name_driver", {**informed.form("name_driver"), **driver}).text
    page = informed.page().text
    assert "The driver whom you named is being checked" in page
    assert "周某" not in page
    informed.act("reject_driver", REVIEWER, reason="was abroad that day")
    assert "was abroad that day" in informed.page().text
    assert "Tick the box first" in informed.send("waive", informed.form("waive")).text
    assert "Received" in informed.send("waive", {**informed.form("waive"), "sure": "yes"}).text
    assert informed.case().state == "ready"


def test_a_form_without_its_token_or_after_the_visit_is_not_sent_and_the_text_is_not_lost(informed: Counter) -> None:
    fields = {**informed.form("state"), "text": TEXT}
    forged = informed.send("state", {**fields, "token": "x" * 43})
    informed.clock.current += timedelta(minutes=61)
    expired = informed.send("state", fields)
    for answer in (forged, expired):
        assert answer.status_code == 403
        assert TEXT in answer.text
        assert "Your visit has ended" in answer.text
    assert count(informed, CaseStatement) == 0


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_too_little_or_too_much_text_comes_back_with_what_was_written(informed: Counter, text: str) -> None:
    answer = informed.send("state", {**informed.form("state"), "text": text})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert text.strip() in answer.text
    assert count(informed, CaseStatement) == 0


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has 40,000 x 40,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


def talkative() -> bytes:
    """A small PNG with a text of 64 MiB, packed."""
    output = io.BytesIO()
    Image.new("RGB", (8, 8)).save(output, "PNG")
    content = output.getvalue()
    text = b"Comment\0\0" + zlib.compress(bytes(64 * 1024 * 1024))
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    return content[:33] + chunk + content[33:]


@pytest.mark.parametrize(
    "content",
    [b"not a picture", b"GIF89a" + bytes(20), photo()[:3000], bomb(), talkative(), b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ids=["text", "gif", "cut off", "bomb", "packed text", "svg"],
)
def test_what_is_no_picture_is_named_by_its_place_and_the_text_stays(informed: Counter, content: bytes) -> None:
    answer = informed.send("state", {**informed.form("state"), "text": TEXT}, (photo(), content))
    assert answer.status_code == 422
    assert "Picture 2 cannot be opened" in answer.text
    assert TEXT in answer.text
    assert count(informed, CaseStatement) == count(informed, CaseFile) == 0


@pytest.fixture
def strict(built_town: Path, tmp_path: Path) -> Iterator[Counter]:
    opened = Counter.copied(built_town, tmp_path / "strict", pictures=2, picture_mb=1)
    opened.walk("approve", "inform")
    opened.web.headers["Accept-Language"] = "en"
    opened.look_up()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "pictures",
    [(photo((60, 40)),) * 3, (bytes(1024 * 1024 + 1),), (bytes(3 * 1024 * 1024),), (bytes(40 * 1024 * 1024),)],
    ids=["three", "one too large", "form too large", "huge"],
)
def test_too_many_or_too_large_pictures_are_a_clear_page(strict: Counter, pictures: tuple[bytes, ...]) -> None:
    answer = strict.send("state", {**strict.form("state"), "text": TEXT}, pictures)
    assert answer.status_code == 413
    assert "At most 2, each up to 1 MB" in answer.text
    assert "nothing was sent" in answer.text
    assert strict.case().state == "informed"


def test_a_form_that_is_none_is_a_page(informed: Counter) -> None:
    answer = informed.web.post(f"{informed.path}/state", content=b"\0", headers={"Content-Type": "multipart/form-data"})
    assert answer.status_code == 422
    assert "<h1>" in answer.text


def test_an_objection_after_the_end_is_a_page_that_says_what_is_left(informed: Counter) -> None:
    fields = {**informed.form("state"), "text": TEXT}
    informed.act("void", REVIEWER, ground="rescue")
    answer = informed.send("state", fields)
    assert answer.status_code == 409
    assert "Not possible now" in answer.text
    assert TEXT in answer.text
    assert informed.page("/state").status_code == 409
    assert count(informed, CaseStatement) == 0


def test_after_the_decision_an_objection_is_one_to_the_decision(informed: Counter) -> None:
    informed.walk("decide", "serve")
    assert "Object" in informed.page().text
    assert informed.page("/state").status_code == 409
    assert "Received" in informed.send("object", {**informed.form("object"), "text": TEXT}).text
    assert informed.case().state == "contested"
    informed.walk("uphold")
    page = informed.page().text
    assert "The record was voided and is being removed" in page
    assert "Pictures unclear or incomplete" in page


def test_an_officer_can_look_at_what_was_brought_and_nobody_else(informed: Counter) -> None:
    informed.send("state", {**informed.form("state"), "text": TEXT}, (photo(),))
    with informed.core.database.reader() as session:
        (file,) = informed.matters.records.files(session, informed.case().id)
    address = f"/api/v1/cases/{informed.case().id}/files/{file.sha256}?reason=objection"
    assert informed.web.get(address).status_code == 401
    assert informed.look_up(code=NO_SUCH_CODE).status_code == 404


def test_a_clean_copy_is_upright_small_and_without_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x8825] = {1: "N", 2: (30.0, 16.0, 0.0)}  # where it was taken
    made = Image.open(io.BytesIO(clean_copy(photo((800, 600), exif=exif), 400, 10_000_000)))
    assert (made.format, made.size) == ("JPEG", (300, 400))
    assert not made.getexif()
    assert not {"exif", "comment", "icc_profile"} & set(made.info)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK", "I;16"])
def test_pictures_of_every_mode_become_plain_ones(mode: str) -> None:
    output = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    (Image.new(mode, (40, 30)) if mode == "I;16" else Image.new("RGBA", (40, 30), (200, 10, 10, 0)).convert(mode)).save(
        output, kind
    )
    made = Image.open(io.BytesIO(clean_copy(output.getvalue(), 400, 10_000)))
    assert (made.mode, made.size) == ("RGB", (40, 30))
