"""What is hidden in a preview is gone: two pictures that differ only there give the same preview (LAW 16, VIDEO 22)."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from benchmarks.events import make_event, make_record
from central.audit.tables import Look
from central.core import Core
from central.database import Database
from central.evidence.blurring import SQUARES, Hiding, hide
from central.evidence.measuring import PictureMeasures
from central.evidence.pictures import PreviewSize
from central.evidence.previews import hiding_of, kept_preview
from central.evidence.records import record_evidence
from central.evidence.store import EvidenceStore
from central.evidence.tables import EvidenceRow
from central.nodes.service import find_node
from central.users.roles import Role
from tests.integration.screens.pictures import CAR, street_picture
from tests.unit.central.conftest import PASSWORD, KnownNode
from tests.unit.central.retention.desk import Desk
from yuhang.evidence.keys import NodeKey
from yuhang.messages import Box

PLATE_BOX = Box(left=100, top=500, right=220, bottom=540)
WIDTH, HEIGHT = 1280, 720


def street(text: str = "") -> Image.Image:
    """A street with another car's plate in `PLATE_BOX`."""
    picture = Image.open(io.BytesIO(street_picture("street"))).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((PLATE_BOX.left, PLATE_BOX.top, PLATE_BOX.right - 1, PLATE_BOX.bottom - 1), fill="#1040a0")
    draw.text((PLATE_BOX.left + 6, PLATE_BOX.top + 4), text, fill="white", font=ImageFont.load_default(28))
    return picture


def pixels(picture: Image.Image, box: Box) -> np.ndarray:
    return np.asarray(picture.crop((box.left, box.top, box.right, box.bottom)))


@settings(max_examples=30)
@given(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=6, max_size=6))
def test_law_16_a_plate_in_a_box_leaves_one_colour(text: str) -> None:
    hidden = hide(street(text), Hiding(WIDTH, HEIGHT, (PLATE_BOX,), CAR))
    assert len(np.unique(pixels(hidden, PLATE_BOX).reshape(-1, 3), axis=0)) == 1


def test_law_16_what_was_there_cannot_be_told_from_the_preview() -> None:
    hiding = Hiding(WIDTH, HEIGHT, (PLATE_BOX,), CAR)
    one, other = hide(street("A12345"), hiding), hide(street("B98760"), hiding)
    assert np.array_equal(np.asarray(one), np.asarray(other))
    assert np.array_equal(pixels(one, CAR), pixels(street("A12345"), CAR)), "the vehicle itself can be seen"


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (321, 181)])
def test_a_box_is_hidden_whole_at_any_size(size: tuple[int, int]) -> None:
    white = Image.new("RGB", size, "white")
    box = (PLATE_BOX.left * size[0] / WIDTH, PLATE_BOX.top * size[1] / HEIGHT)
    white.putpixel((int(box[0]), int(box[1])), (0, 0, 0))
    hidden = np.asarray(hide(white, Hiding(WIDTH, HEIGHT, (PLATE_BOX,), None)))
    assert not (hidden == 0).all(axis=2).any(), "not even the first pixel of the box is left"


def test_law_16_where_nobody_says_what_to_hide_everything_around_the_vehicle_is_coarse() -> None:
    picture = street("A12345")
    hidden = hide(picture, Hiding(WIDTH, HEIGHT, (), CAR))
    assert np.array_equal(pixels(hidden, CAR), pixels(picture, CAR))
    around = np.asarray(hidden).copy()
    around[CAR.top : CAR.bottom + 1, CAR.left : CAR.right + 1] = 0
    assert len(np.unique(around.reshape(-1, 3), axis=0)) <= SQUARES * SQUARES
    assert len(np.unique(pixels(hidden, PLATE_BOX).reshape(-1, 3), axis=0)) <= 9, "a plate spans a few squares of one colour each"


def test_law_16_viewers_do_not_see_the_vehicle_either() -> None:
    for boxes in ((), (PLATE_BOX,)):
        hidden = hide(street(), Hiding(WIDTH, HEIGHT, boxes, CAR, whole=True))
        assert len(np.unique(pixels(hidden, CAR).reshape(-1, 3), axis=0)) == 1


@given(st.tuples(*[st.integers(0, 4000)] * 4))
def test_no_box_makes_it_fall_over(sides: tuple[int, int, int, int]) -> None:
    box = Box(left=sides[0], top=sides[1], right=sides[2], bottom=sides[3])
    for boxes in ((), (box,)):
        assert hide(Image.new("RGB", (64, 36)), Hiding(WIDTH, HEIGHT, boxes, box, whole=True)).size == (64, 36)


def row(**details: object) -> EvidenceRow:
    return EvidenceRow(details={"width": WIDTH, "height": HEIGHT, "subject": None, "blur": [], **details})


def test_boxes_told_for_another_size_of_picture_do_not_count() -> None:
    measures = PictureMeasures(width=640, height=360, bits=24, brightness=9, contrast=9, chroma=9, softness=0.3)
    hiding = hiding_of([row(blur=[PLATE_BOX.model_dump()], subject=CAR.model_dump())], measures, whole=False)
    assert hiding == Hiding(640, 360, (), None)


def test_all_that_any_record_names_is_hidden() -> None:
    rows = [row(blur=[PLATE_BOX.model_dump()]), row(blur=[CAR.model_dump()])]
    assert set(hiding_of(rows, None, whole=False).boxes) == {PLATE_BOX, CAR}


def test_a_copy_is_made_once_and_a_full_disk_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = EvidenceStore(tmp_path / "evidence", 10_000_000)
    sha256 = store.put(street_picture("street"))
    hiding = Hiding(WIDTH, HEIGHT, (), CAR)
    first = kept_preview(store, sha256, PreviewSize.SCREEN, 10_000_000, hiding)
    store.path(sha256).unlink()
    assert kept_preview(store, sha256, PreviewSize.SCREEN, 10_000_000, hiding) == first
    store.put(street_picture("street"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("yuhang.files.os.fsync", full)
    assert kept_preview(store, sha256, PreviewSize.THUMBNAIL, 10_000_000, hiding)
    assert len(store.derivatives(sha256)) == 1


# --- REST ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def picture(client: TestClient, database: Database, node: KnownNode) -> str:
    """A picture with a vehicle and nobody else, that has metadata."""
    output = io.BytesIO()
    street("A12345").save(output, "JPEG", exif=b"Exif\0\0secret place", comment=b"secret comment", quality=90)
    content = output.getvalue()
    with database.session() as session:
        find_node(session, node.topics.site, node.topics.node).public_key = node.key.public_key
        record = make_record(node.topics, 1, content, node.key)
        event = make_event(node.topics, 1, record)
        [file] = event.data.evidence
        told = file.model_copy(update={"width": WIDTH, "height": HEIGHT, "subject": CAR, "blur": (PLATE_BOX,)})
        record_evidence(session, event.model_copy(update={"data": event.data.model_copy(update={"evidence": (told,)})}))
    answer = client.put(
        f"/api/v1/evidence/{record.file_sha256}", content=content, headers={"Authorization": f"Bearer {node.credential}"}
    )
    assert answer.status_code == 201
    return record.file_sha256


@pytest.fixture
def shown(client: TestClient, tokens: dict[Role, str], picture: str) -> Callable[..., Image.Image]:
    def show(role: Role, **query: str) -> Image.Image:
        headers = {"Authorization": f"Bearer {tokens[role]}"}
        answer = client.get(f"/api/v1/evidence/{picture}/preview", params={"reason": "figures", **query}, headers=headers)
        assert answer.status_code == 200, answer.text
        for secret in (b"secret place", b"secret comment", b"Exif"):
            assert secret not in answer.content
        return Image.open(io.BytesIO(answer.content)).convert("RGB")

    return show


def spread(picture: Image.Image, box: Box) -> float:
    """How far the values in the middle of a box lie apart; JPEG leaves a little at its edges."""
    inner = picture.crop((box.left + 10, box.top + 10, box.right - 10, box.bottom - 10))
    return float(np.asarray(inner, dtype=float).std(axis=(0, 1)).max())


def test_law_16_each_role_sees_what_it_needs(shown: Callable[..., Image.Image], database: Database) -> None:
    as_captured = shown(Role.OFFICER, blurred="false")
    assert spread(as_captured, PLATE_BOX) > 20
    officer, viewer = shown(Role.OFFICER), shown(Role.VIEWER)
    assert spread(officer, PLATE_BOX) < 3
    assert spread(viewer, PLATE_BOX) < 3
    assert spread(officer, CAR) > 20
    assert spread(viewer, CAR) < 3
    with database.reader() as session:
        looks = [(look.user_name, look.content) for look in session.scalars(select(Look).order_by(Look.id))]
    assert looks == [
        ("officer", "preview screen, as captured"),
        ("officer", "preview screen, blurred"),
        ("viewer", "preview screen, blurred"),
    ]


def test_law_15_a_deleted_file_says_under_which_rule(
    client: TestClient, core: Core, tokens: dict[Role, str], picture: str
) -> None:
    desk = Desk(core.database, core.evidence, core.secret, NodeKey.open(core.config.data_dir / "deletions.key"), core.clock)
    desk.wait(31)
    headers = {"Authorization": f"Bearer {core.users.log_in(Role.OFFICER.value, PASSWORD)}"}
    answer = client.get(f"/api/v1/evidence/{picture}", params={"reason": "review"}, headers=headers)
    assert answer.status_code == 404
    assert "retention rule files_without_case on 2026-07-" in answer.json()["detail"]
    record = client.get(f"/api/v1/evidence/{picture}/record", headers=headers).json()
    assert (record["verified"], record["received"], record["deleted"]["rule"]) == (True, False, "files_without_case")
