"""Fixtures that every test may use."""

import os
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder with real clips and models; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("YUHANG_SHARED", ROOT.parent / "shared"))
    if not (folder / "media").is_dir():
        pytest.skip(f"no test media at {folder} (set YUHANG_SHARED to the folder that holds media/ and models/)")
    return folder


@pytest.fixture
def free_port() -> int:
    """A TCP port on loopback that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
