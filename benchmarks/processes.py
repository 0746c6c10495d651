"""What a process and all its descendants use, from /proc."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """Of a tree of processes: processor seconds since their start, and memory in MiB.

    `pss_mb` counts a page that several of the processes share once; `rss_mb` counts it once a process.
    """

    cpu_s: float
    rss_mb: float
    pss_mb: float
    processes: int
    at_s: float


def usage(root: int) -> Usage:
    """The use of process `root` and its descendants now; processes that end meanwhile count as nothing."""
    cpu_s = rss = pss = 0.0
    tree = _tree(root)
    for pid in tree:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            continue
        cpu_s += sum(int(fields[number]) for number in (11, 12, 13, 14)) / _TICK
        rss += _kib(rollup, "Rss:")
        pss += _kib(rollup, "Pss:")
    return Usage(cpu_s, rss / 1024, pss / 1024, len(tree), time.monotonic())


def _kib(rollup: str, name: str) -> int:
    return next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith(name)), 0)


def _tree(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    tree = [root]
    for pid in tree:
        tree += [child for child, parent in parents.items() if parent == pid]
    return tree
