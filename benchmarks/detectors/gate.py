"""What stands at a gate: faces, as counts; plates."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.detectors.plan import Plan, Suite
from benchmarks.detectors.table import Origin, Row, Table
from benchmarks.detectors.work import Job
from benchmarks.faces.command import USUAL, bench_faces, report
from benchmarks.faces.photos import known_faces
from edge.faces.eyes import load_faces
from models.store import ModelStore

FACES, PLATES = "face_entry", "plates"
COUNTS = ("false_match", "false_non_match", "attacks_passed", "faces_refused", "portraits_refused")
PHOTOS = "photos of known people in face/ and spoof/"
SPLIT = "the threshold was chosen on all of these photos"


def face_jobs(plan: Plan) -> list[Job]:
    """All photos at once."""
    if plan.media is None or not (plan.media / "face").is_dir():
        return []
    return [Job("faces", faces, (plan.media,), dict[str, Any], ("edge/faces", "edge/detectors/face_entry", "benchmarks/faces"))]


def faces(media: Path) -> dict[str, object]:
    """The counts of `yuhang bench faces`."""
    models = load_faces(bench_faces(), ModelStore.standard())
    return report(list(known_faces(media, models)), models, USUAL.threshold, USUAL.min_alive)


def face_rows(results: Sequence[tuple[Job, Any]]) -> list[Row]:
    """Counts and the bounds that they carry; no rate is claimed."""
    found = []
    for _, counts in results:
        for table, names in ((Table.REAL, COUNTS), (Table.COMPOSITED, tuple(counts["composited"]))):
            origin = Origin(table, FACES, PHOTOS, SPLIT)
            found += [_count(origin, name, counts[table.value][name]) for name in names]
    return found


def _count(origin: Origin, name: str, count: dict[str, Any]) -> Row:
    bounds = count["bounds_95"]
    return origin.number(
        name, count["errors"], count["n"], "trials", how="clopper-pearson, of the share", interval=bounds and tuple(bounds)
    )


def plate_rows(results: Sequence[tuple[Job, Any]]) -> list[Row]:
    """Nothing is measured here yet, and the table says so."""
    del results
    origin = Origin(Table.REAL, PLATES, "crops of real plates", "none")
    why = "not measured: two readers that agree are not in this repository"
    return [origin.number(figure, None, 0, "crops", how=why) for figure in ("read", "wrong")]


SUITES = (Suite(FACES, face_jobs, face_rows), Suite(PLATES, lambda _plan: [], plate_rows))
