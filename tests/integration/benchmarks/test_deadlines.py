"""The benchmark of deadlines, in small: a worker that is killed in the middle loses and repeats nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_a_killed_worker_loses_and_repeats_no_deadline(store: str) -> None:
    command = [
        str(Path(sys.executable).with_name("yuhang")),
        "bench",
        "deadlines",
        "--open",
        "600",
        "--spread-s",
        "6",
        "--store",
        store,
    ]
    result = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    if "PostgreSQL is not installed" in result.stderr:
        pytest.skip("PostgreSQL is not installed")
    assert result.returncode == 0, result.stderr
    figures = json.loads(result.stdout.splitlines()[-1])
    assert (figures["open"], figures["lost"], figures["repeated"], figures["early"]) == (600, 0, 0, 0)
    assert figures["killed"]
    assert {"lateness_p99_s", "bare_lateness_p99_s", "store"} <= figures.keys()
