"""Many small pieces of work, in a few processes, each kept when it is done: who is stopped goes on where it was."""

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import Progress

from yuhang.files import write_durably

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Job:
    """One piece: `run`, called with `arguments`, gives a `kind`; `rests_on` are the folders and files whose code counts."""

    name: str
    run: Callable[..., Any]
    arguments: tuple[Any, ...]
    kind: Any
    rests_on: tuple[str, ...]

    def path(self, cache: Path) -> Path:
        """Where its result is kept; code that has changed makes it another piece."""
        called = hashlib.sha256(repr(self.arguments).encode()).hexdigest()[:8]
        return cache / f"{self.name}-{called}-{code(self.rests_on)}.json"


def results(jobs: Sequence[Job], cache: Path, workers: int) -> list[Any]:
    """The results of all jobs, in their order; those in the cache are not run again."""
    cache.mkdir(parents=True, exist_ok=True)
    missing = [job for job in jobs if not job.path(cache).is_file()]
    with _pool(workers) as pool, Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("scenes", total=len(jobs), completed=len(jobs) - len(missing))
        running = [pool.submit(_done, job, cache) for job in missing]
        for one in as_completed(running):
            one.result()
            progress.advance(task)
    return [known(job, cache) for job in jobs]


def known(job: Job, cache: Path) -> Any:
    """A result that is in the cache."""
    return TypeAdapter(job.kind).validate_json(job.path(cache).read_bytes())


def code(places: Sequence[str]) -> str:
    """A fingerprint of source files under the repository's root."""
    hashed = hashlib.sha256()
    for place in sorted(places):
        whole = _ROOT / place
        for path in sorted(whole.rglob("*.py")) if whole.is_dir() else [whole]:
            hashed.update(path.read_bytes())
    return hashed.hexdigest()[:10]


def _done(job: Job, cache: Path) -> None:
    value = TypeAdapter(job.kind).dump_python(job.run(*job.arguments), mode="json")
    write_durably(job.path(cache), json.dumps(value).encode())


def _pool(workers: int) -> ProcessPoolExecutor:
    """Started afresh: a forked child would wait for ever for locks that OpenCV's threads held in its parent."""
    return ProcessPoolExecutor(max(1, workers), multiprocessing.get_context("spawn"), initializer=_alone)


def _alone() -> None:
    """One thread a process: there are as many processes as may work."""
    cv2.setNumThreads(1)
