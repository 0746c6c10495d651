"""The ratchet for faces, and the whole way on real photos: enrolled from one, let in by another, withdrawn."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.faces.command import bench_faces
from benchmarks.faces.photos import KnownFace, known_faces
from benchmarks.faces.score import attack_scores, compared, taken_for_real
from edge.detectors.face_entry.config import FaceEntryConfig
from edge.faces.commands import app
from edge.faces.eyes import FaceModels, load_faces
from models.store import ModelStore
from tests.unit.edge.node.conftest import START
from yuhang.messages import FaceProblem

SCORES = json.loads(Path(__file__).with_name("scores.json").read_text(encoding="utf-8"))
USUAL = FaceEntryConfig(kind="face_entry", gate="east")


@pytest.fixture(scope="module")
def models() -> FaceModels:
    return load_faces(bench_faces(), ModelStore.standard())


@pytest.fixture(scope="module")
def faces(shared_dir: Path, models: FaceModels) -> list[KnownFace]:
    media = shared_dir / "media"
    if not (media / "face" / "df_img5.jpg").is_file():
        pytest.skip("no photos of faces here")
    return list(known_faces(media, models))


def test_people_are_told_apart(faces: list[KnownFace], models: FaceModels) -> None:
    pairs = compared(faces, models)
    assert len(pairs.different) == SCORES["faces_different_pairs"]
    assert pairs.false_matches(USUAL.threshold).errors <= SCORES["faces_false_matches_of_115"]
    assert pairs.false_non_matches(USUAL.threshold).errors <= SCORES["faces_false_non_matches_of_5"]


def test_faces_that_look_aside_are_not_judged(faces: list[KnownFace]) -> None:
    problems = {one.photo.file: one.look.problem for one in faces if one.look.problem is not None}
    assert problems == {"spoof/image_T1.jpg": FaceProblem.TURNED, "spoof/image_F1.jpg": FaceProblem.TURNED}


def test_most_pictures_of_faces_pass_and_the_card_says_so(faces: list[KnownFace], models: FaceModels) -> None:
    scores = attack_scores([one for one in faces if not one.photo.before_a_gate][:4], models)
    passed = [taken_for_real(values, USUAL.min_alive) for values in scores.values()]
    assert all(rate.errors / rate.trials > 0.5 for rate in passed), "the model has got better: say so on its card and in docs"


@pytest.fixture
def node(tmp_path: Path) -> Path:
    path = tmp_path / "node.yaml"
    path.write_text(
        f"""
site: s
node: n
data_dir: {tmp_path / "data"}
faces: {{notice_version: "2026-03", other_way: card, assessment: PIA-1, assessed_on: 2026-03-01}}
cameras: [{{camera: door, source: {{kind: file, path: x.mp4}}}}]
""",
        encoding="utf-8",
    )
    return path


def test_the_whole_way_at_the_gate(shared_dir: Path, faces: list[KnownFace], node: Path) -> None:
    assert faces
    photos = [str(shared_dir / "media" / "face" / name) for name in ("df_img5.jpg", "df_img7.jpg", "df_img9.jpg")]
    until = (START + timedelta(days=9000)).strftime("%Y-%m-%d")
    consent = ["--config", str(node), "--person", "A", "--holder", "flat-402", "--keep-until", until]
    run = CliRunner()
    done = run.invoke(app, ["enrol", *photos[:2], *consent, "--notice", "2026-03"])
    assert "enrolled with 2 templates" in done.output, done.output
    enrolment = done.output.split()[0]
    two_people = run.invoke(app, ["enrol", photos[0], photos[2], *consent, "--notice", "2026-03"])
    assert "does not look like the person" in str(two_people.exception)
    old_notice = run.invoke(app, ["enrol", photos[0], *consent, "--notice", "2025-01"])
    assert "consent is to notice 2025-01" in str(old_notice.exception)

    listed = run.invoke(app, ["list", "--config", str(node)])
    assert f"{enrolment} flat-402 A: notice 2026-03" in listed.output
    assert "1 enrolled; search among all: locked (nothing has been measured)" in listed.output
    proof = json.loads(run.invoke(app, ["withdraw", enrolment, "--config", str(node)]).output)
    assert (proof["enrolment"], proof["files_left"]) == (enrolment, 0)
    assert "0 enrolled" in run.invoke(app, ["list", "--config", str(node)]).output
    assert run.invoke(app, ["withdraw", enrolment, "--config", str(node)]).exit_code == 1
