"""Small clips for the tests of sources."""

from pathlib import Path

import pytest

from benchmarks.streams import render_clip


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of H.264, 25 pictures a second, a key frame each second."""
    return render_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", width=320, height=180, seconds=4.0, gop_s=1.0)
