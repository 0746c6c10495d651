"""`yuhang bench deadlines`: many open deadlines fall due; how late they fire, and whether any is lost or repeated.

The worker is central's own, in a process of its own, on a real database; in the middle it is killed (SIGKILL) and started anew.
Lateness is counted to the moment after the commit. Beside it, in the same run and on the same due times, a bare timer that keeps
its list in memory and does nothing but wake up shows what the machine allows.
"""

import json
import multiprocessing
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from sqlalchemy import String, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.servers import postgresql_server
from central.database import Database, UtcDateTime
from central.deadlines.tables import Deadline
from central.deadlines.worker import DeadlineWorker
from central.schema import migrate
from central.workers import IDLE_S
from yuhang.clock import SystemClock
from yuhang.errors import YuhangError

KIND = "bench"
LEAD_S = 5.0  # from the start of the worker to the first due time
PATIENCE_S = 30.0  # after the last due time
_CHUNK = 5000


class Store(StrEnum):
    """Where the deadlines stand."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class OwnBase(DeclarativeBase):
    """Apart from central's tables."""


class Effect(OwnBase):
    """What a fired deadline leaves behind, written in the transaction that marks it fired."""

    __tablename__ = "bench_effects"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    deadline: Mapped[str] = mapped_column(String(26))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(slots=True)
class BareTimer:
    """Wakes up at each due time and notes how late it was; keeps nothing."""

    due: Sequence[datetime]
    lateness_s: list[float] = field(default_factory=list)

    def run(self) -> None:
        for moment in self.due:
            time.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))
            self.lateness_s.append((datetime.now(UTC) - moment).total_seconds())


def command(
    store: Annotated[Store, typer.Option(help="database that holds the deadlines")] = Store.SQLITE,
    open_: Annotated[int, typer.Option("--open", min=100, help="deadlines")] = 100_000,
    spread_s: Annotated[float, typer.Option(min=5, help="seconds over which they fall due")] = 600.0,
    workers: Annotated[int, typer.Option(min=1, max=8, help="worker processes")] = 1,
    *,
    kill: Annotated[bool, typer.Option(help="kill a worker in the middle and start it again")] = True,
) -> None:
    """Lateness of deadlines, and what a kill -9 in the middle loses or repeats."""
    with tempfile.TemporaryDirectory(prefix="yuhang-bench-") as folder, _database(store, Path(folder)) as url:
        due = _fill(url, open_, spread_s)
        timer = BareTimer(due)
        bare = threading.Thread(target=timer.run, daemon=True)
        bare.start()
        committed, down_s = _run(url, Path(folder), due[-1], workers, kill=kill)
        bare.join(PATIENCE_S)
        typer.echo(json.dumps({"open": open_, "spread_s": spread_s, "store": store.value, "workers": workers, "killed": kill}
                              | {"down_s": round(down_s, 2)} | _judge(url, committed) | _bare(timer)))  # fmt: skip


def work(url: str, log: Path) -> None:
    """The worker process: central's deadline worker with a handler that leaves one effect; notes when each was committed."""
    clock = SystemClock()
    batch: list[str] = []

    def handle(session: Session, deadline: Deadline) -> None:
        session.add(Effect(deadline=deadline.id, at=clock.now()))
        batch.append(deadline.id)

    with Database(url) as database, log.open("a", encoding="ascii") as file:
        worker = DeadlineWorker(database, clock, {KIND: handle})
        while True:
            batch.clear()
            if worker.run_once() == 0:
                time.sleep(IDLE_S)
                continue
            now = clock.now().isoformat()
            file.writelines(f"{deadline} {now}\n" for deadline in batch)
            file.flush()


@contextmanager
def _database(store: Store, folder: Path) -> Iterator[str]:
    if store is Store.SQLITE:
        yield f"sqlite:///{folder / 'bench.db'}"
    else:
        with postgresql_server() as url:
            yield url


def _fill(url: str, count: int, spread_s: float) -> list[datetime]:
    """Write the open deadlines; returns their due times in order."""
    randomly = random.Random(1)
    offsets = sorted(randomly.uniform(0, spread_s) for _ in range(count))
    with Database(url) as database:
        migrate(database)
        OwnBase.metadata.create_all(database.engine)
        began = datetime.now(UTC)
        # Writing them takes a while: the due times start after it, at a rate that was seen on a slow machine.
        start = began + timedelta(seconds=LEAD_S + count / 5_000)
        due = [start + timedelta(seconds=offset) for offset in offsets]
        for first in range(0, count, _CHUNK):
            with database.session() as session:
                rows = [_row(number, due[number], began) for number in range(first, min(first + _CHUNK, count))]
                session.execute(insert(Deadline), rows)
        if datetime.now(UTC) > start:
            raise YuhangError("writing the deadlines took longer than planned; this machine is too busy")
    return due


def _row(number: int, due_at: datetime, now: datetime) -> dict[str, object]:
    return {
        "id": f"01BENCH{number:019d}",
        "kind": KIND,
        "case_id": f"01CASE{number:020d}",
        "name": "limit",
        "generation": 1,
        "trigger": "over",
        "due_at": due_at,
        "started_at": now,
        "attempts": 0,
    }


def _run(url: str, folder: Path, last: datetime, workers: int, *, kill: bool) -> tuple[dict[str, datetime], float]:
    """Let the workers work until all is fired or patience ends; returns commit times and how long a worker was down."""
    context = multiprocessing.get_context("spawn")
    logs = [folder / f"worker{number}.log" for number in range(workers + 1)]
    running: list[BaseProcess] = [context.Process(target=work, args=(url, log), daemon=True) for log in logs[:workers]]
    for process in running:
        process.start()
    down_s = 0.0
    try:
        middle = datetime.now(UTC) + (last - datetime.now(UTC)) / 2
        _wait_until(middle)
        if kill:
            fallen, stopped = running.pop(0), time.monotonic()
            fallen.kill()
            fallen.join()
            again = context.Process(target=work, args=(url, logs[-1]), daemon=True)
            again.start()
            running.append(again)
            down_s = _wait_for_line(logs[-1], stopped)
        _wait_until(last)
        _wait_for_end(url, last + timedelta(seconds=PATIENCE_S))
    finally:
        for process in running:
            process.kill()
            process.join()
    return _committed(logs), down_s


def _wait_until(moment: datetime) -> None:
    start = datetime.now(UTC)
    total_s = max(0.001, (moment - start).total_seconds())
    with Progress(transient=True) as progress:
        task = progress.add_task("deadlines fall due", total=total_s)
        while (passed_s := (datetime.now(UTC) - start).total_seconds()) < total_s:
            progress.update(task, completed=passed_s)
            time.sleep(min(1.0, total_s - passed_s))


def _wait_for_line(log: Path, since: float) -> float:
    """Seconds from the kill until the new worker has committed its first batch."""
    while not log.exists() or log.stat().st_size == 0:
        if time.monotonic() - since > PATIENCE_S:
            raise YuhangError("the worker that was started again does nothing")
        time.sleep(0.02)
    return time.monotonic() - since


def _wait_for_end(url: str, until: datetime) -> None:
    waiting = select(func.count()).select_from(Deadline).where(Deadline.fired_at.is_(None))
    with Database(url) as database:
        while datetime.now(UTC) < until:
            with database.reader() as session:
                if session.scalar(waiting) == 0:
                    time.sleep(0.5)  # for the last line of the log
                    return
            time.sleep(0.2)


def _committed(logs: Sequence[Path]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for log in logs:
        if log.exists():
            pairs = (line.split() for line in log.read_text(encoding="ascii").splitlines())
            found.update({pair[0]: datetime.fromisoformat(pair[1]) for pair in pairs if len(pair) == 2})
    return found


def _judge(url: str, committed: dict[str, datetime]) -> dict[str, float | int]:
    """Compare deadlines with effects. A commit that a killed worker could not note any more counts by its effect's time."""
    with Database(url) as database, database.reader() as session:
        due = {row.id: row.due_at for row in session.execute(select(Deadline.id, Deadline.due_at))}
        effects = [(row.deadline, row.at) for row in session.execute(select(Effect.deadline, Effect.at))]
    at = {deadline: committed.get(deadline, moment) for deadline, moment in effects}
    lateness_s = sorted((at[deadline] - due[deadline]).total_seconds() for deadline in at)
    return {
        "lateness_p50_s": round(statistics.median(lateness_s), 3),
        "lateness_p99_s": round(_quantile(lateness_s, 0.99), 3),
        "lateness_max_s": round(lateness_s[-1], 3),
        "early": sum(late < 0 for late in lateness_s),
        "lost": len(due) - len(at),
        "repeated": len(effects) - len(at),
    }


def _bare(timer: BareTimer) -> dict[str, float]:
    return {"bare_lateness_p99_s": round(_quantile(sorted(timer.lateness_s), 0.99), 4)}


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
