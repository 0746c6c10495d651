"""A few thousand hostile frames at each parser; the command does a million."""

import pytest

from benchmarks.frames import Protocol, run


@pytest.mark.parametrize("protocol", Protocol)
def test_hostile_frames_crash_nothing(protocol: Protocol) -> None:
    result = run(protocol, 3000)
    assert result.crashes == 0
    assert result.refused > 800
    assert result.read > 50  # some get through, so what lies behind the checksum was reached
