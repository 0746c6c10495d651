"""Child processes of the demo: started, watched, started again when they die, stopped together."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import structlog

from yuhang.errors import YuhangError

log = structlog.get_logger()
STOP_SECONDS = 8.0


class ProcessError(YuhangError):
    """A process of the demo that does not stay up."""


@dataclass(slots=True)
class Child:
    """One process by name: its command, its log file, and how often it was started again."""

    name: str
    command: Sequence[str]
    log_path: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    started_at: float = 0.0

    def start(self) -> None:
        """Start the process in a group of its own, so that a Ctrl-C in the terminal reaches only the demo itself."""
        output: IO[bytes]
        with self.log_path.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - the command is the demo's own
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **self.environment},
            )
        self.started_at = time.monotonic()

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """kill -9 of the process and everything it started."""
        if self.process is not None:
            _signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def tail(self, lines: int = 8) -> str:
        """The end of its log, for an error message."""
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


class Supervisor:
    """Keeps the children alive. A child that dies within five seconds of its start ten times in a row is given up."""

    MAX_QUICK_DEATHS = 10

    def __init__(self) -> None:
        self.children: list[Child] = []
        self._quick_deaths: dict[str, int] = {}
        self._lock = threading.Lock()

    def add(self, child: Child) -> Child:
        """Start a child and keep it alive from now on."""
        with self._lock:
            child.start()
            self.children.append(child)
        return child

    def child(self, name: str) -> Child:
        """The child of that name."""
        return next(child for child in self.children if child.name == name)

    def watch_once(self) -> None:
        """Start again what has died; raises `ProcessError` for a child that does not stay up."""
        with self._lock:
            for child in self.children:
                if child.running:
                    continue
                self._count_death(child)
                log.info("starting again", process=child.name)
                child.restarts += 1
                child.start()

    def _count_death(self, child: Child) -> None:
        quick = time.monotonic() - child.started_at < 5.0
        self._quick_deaths[child.name] = self._quick_deaths.get(child.name, 0) + 1 if quick else 0
        if self._quick_deaths[child.name] >= self.MAX_QUICK_DEATHS:
            raise ProcessError(f"{child.name} does not stay up; the end of {child.log_path}:\n{child.tail()}")

    def stop(self) -> None:
        """Stop all children in reverse order: terminate, wait, kill what is left."""
        with self._lock:
            for child in reversed(self.children):
                if child.process is not None and child.running:
                    child.process.terminate()
                    _wait(child)
                if child.process is not None:
                    _signal_group(child.process.pid, signal.SIGKILL)


def _wait(child: Child) -> None:
    if child.process is None:
        return
    try:
        child.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        log.warning("does not stop, killed", process=child.name)
        child.kill()
