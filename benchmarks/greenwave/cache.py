"""Outcomes on disk, so that a benchmark that was stopped goes on where it was; code and networks that changed count as new."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.greenwave.job import Job
from benchmarks.greenwave.outcome import Outcome
from benchmarks.greenwave.pairs import Pair

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]
_OURS = ("central/dispatch/plan", "central/dispatch/controllers", "central/dispatch/network", "central/dispatch/route")


@dataclass(frozen=True, slots=True)
class Cache:
    """One folder for each scenario."""

    folder: Path

    def outcome(self, job: Job) -> Outcome | None:
        """What the same job gave before."""
        path = self._path(job)
        return Outcome(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None

    def keep(self, job: Job, outcome: Outcome) -> None:
        """Remember it."""
        path = self._path(job)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(outcome)), encoding="utf-8")

    def pairs(self, fingerprint: str, count: int, signals: int) -> tuple[Pair, ...] | None:
        """Pairs chosen before."""
        path = self._pairs_path(fingerprint, count, signals)
        if not path.is_file():
            return None
        found = json.loads(path.read_text(encoding="utf-8"))
        return tuple(Pair(p["number"], tuple(p["edges"]), p["length_m"], p["signals"]) for p in found)

    def keep_pairs(self, fingerprint: str, count: int, signals: int, pairs: tuple[Pair, ...]) -> None:
        """Remember them."""
        path = self._pairs_path(fingerprint, count, signals)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([asdict(pair) for pair in pairs]), encoding="utf-8")

    def _pairs_path(self, fingerprint: str, count: int, signals: int) -> Path:
        return self.folder / fingerprint / f"pairs-{count}-{signals}-{_code(_HERE / 'pairs.py')}.json"

    def _path(self, job: Job) -> Path:
        sources = [_HERE, *(_ROOT / part for part in _OURS if job.mode.startswith("ours"))]
        way = "alone" if job.pair is None else hashlib.sha256(" ".join(job.pair.edges).encode()).hexdigest()[:10]
        times = f"{job.call_s:.0f}-{job.until_s:.0f}{'-trip' if job.trip_only else ''}{'' if job.gives_way else '-law'}"
        if job.through:
            times += f"-{job.through}"
        if job.second is not None:
            times += f"-{hashlib.sha256(' '.join(job.second.edges).encode()).hexdigest()[:10]}-{job.second_after_s:.0f}"
        return self.folder / job.scenario.fingerprint / _code(*sources) / f"{job.mode}-{way}-{job.seed}-{times}.json"


def _code(*places: Path) -> str:
    """A fingerprint of source files."""
    hashed = hashlib.sha256()
    for place in places:
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            hashed.update(path.read_bytes())
    return hashed.hexdigest()[:10]
