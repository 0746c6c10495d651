"""Fixtures that every test may use."""

import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

# A busy machine is no failure: how long an example takes is measured by benchmarks, not here.
settings.register_profile("yuhang", deadline=None)
settings.load_profile("yuhang")

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


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command that a test runs sets up logging for its own output; the next test must not write there."""
    root = logging.getLogger()
    handlers, level, configuration = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = [handler for handler in root.handlers if handler in handlers] or handlers
    root.setLevel(level)
    structlog.configure(**configuration)
