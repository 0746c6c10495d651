"""`yuhang bench faces MEDIA`: mistakes of a gate's faces on photos of known people; counts only, and the bounds they carry."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.faces.photos import LIST, KnownFace, known_faces
from benchmarks.faces.score import attack_scores, compared, problems, taken_for_pictures, taken_for_real
from edge.detectors.face_entry.config import FaceEntryConfig
from edge.faces.config import FacesConfig
from edge.faces.eyes import FaceModels, load_faces
from edge.faces.search_lock import MeasuredErrors, search_lock
from models.store import ModelStore
from yuhang.files import write_durably

USUAL = FaceEntryConfig(kind="face_entry", gate="bench")


def command(
    media: Annotated[Path, typer.Argument(help="folder with the photos", exists=True, file_okay=False)],
    *,
    threshold: Annotated[float, typer.Option(help="likeness from which it is the same person")] = USUAL.threshold,
    min_alive: Annotated[float, typer.Option(help="score below which it is a picture of a face")] = USUAL.min_alive,
    out: Annotated[Path | None, typer.Option(help="file for the counts, as a node's `faces.measured` wants it")] = None,
) -> None:
    """False matches and non-matches, attacks that pass and real faces refused."""
    models = load_faces(bench_faces(), ModelStore.standard())
    faces = list(known_faces(media, models))
    measured = measure(faces, models, threshold)
    if out is not None:
        write_durably(out, (measured.model_dump_json(indent=2) + "\n").encode())
    typer.echo(json.dumps(report(faces, models, threshold, min_alive) | {"search": lock_of(measured, threshold)}))


def bench_faces() -> FacesConfig:
    """The networks of a node that names none."""
    return FacesConfig(notice_version="bench", other_way="bench", assessment="bench", assessed_on=datetime.now(UTC).date())


def measure(faces: list[KnownFace], models: FaceModels, threshold: float) -> MeasuredErrors:
    """The counts that decide whether a search is allowed."""
    rate = compared(faces, models).false_matches(threshold)
    return MeasuredErrors(
        embedder_sha256=models.embedder_sha256,
        threshold=threshold,
        false_matches=rate.errors,
        different_pairs=rate.trials,
        measured_on=datetime.now(UTC).date(),
        pictures=f"{len(faces)} faces of {LIST.name}, on which the threshold was chosen",
    )


def report(faces: list[KnownFace], models: FaceModels, threshold: float, min_alive: float) -> dict[str, object]:
    """All counts, real and composited apart."""
    pairs = compared(faces, models)
    gate = [(one.photo.real, models.alive(one.image, one.face)) for one in faces if one.photo.before_a_gate]
    portraits = [one for one in faces if one.photo.real and not one.photo.before_a_gate]
    attacks = attack_scores(portraits, models)
    return {
        "threshold": threshold,
        "min_alive": min_alive,
        "faces": len(faces),
        "judged": sum(one.look.problem is None for one in faces),
        "not_judged": problems(faces),
        "real": {
            "false_match": pairs.false_matches(threshold).result(),
            "false_non_match": pairs.false_non_matches(threshold).result(),
            "least_alike_of_one": round(min(pairs.same), 3),
            "most_alike_of_two": round(max(pairs.different), 3),
            "attacks_passed": taken_for_real((score for real, score in gate if not real), min_alive).result(),
            "faces_refused": taken_for_pictures((score for real, score in gate if real), min_alive).result(),
            "portraits_refused": taken_for_pictures((models.alive(one.image, one.face) for one in portraits), min_alive).result(),
        },
        "composited": {f"attacks_passed_{kind}": taken_for_real(scores, min_alive).result() for kind, scores in attacks.items()},
        "tuned_on": "all of these photos",
    }


def lock_of(measured: MeasuredErrors, threshold: float) -> dict[str, object]:
    """What these counts would allow among a thousand enrolled."""
    lock = search_lock(measured, 1000, measured.embedder_sha256, threshold)
    return {"open": lock.open, "reason": lock.reason}
