"""How much is measured, and where the real clips are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.detectors.table import Row
from benchmarks.detectors.work import Job

CODE = ("edge", "benchmarks/stream.py", "benchmarks/kerb", "simulators/stage", "simulators/street")
"""What the outcome of almost any scene depends on."""
CLIPS_CODE = ("simulators/composite", "simulators/facade/frames.py", "simulators/facade/distractors.py")


@dataclass(frozen=True, slots=True)
class Plan:
    """`scenes` of each rendered kind, `composited` of each kind in clips, `hours` in which nothing falls."""

    scenes: int
    composited: int
    hours: float
    media: Path | None
    """Folder with the real clips and photos; none: the tables of composited and real pictures stay empty."""

    @property
    def clips(self) -> Path | None:
        """Folder with the real clips."""
        folder = None if self.media is None else self.media / "video"
        return folder if folder is not None and folder.is_dir() else None


@dataclass(frozen=True, slots=True)
class Suite:
    """One detector: its work, and the rows that come of the results (in the order of the jobs)."""

    detector: str
    jobs: Callable[[Plan], Sequence[Job]]
    rows: Callable[[Sequence[tuple[Job, Any]]], Sequence[Row]]
