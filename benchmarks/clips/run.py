"""One real clip through the shipped models, held against what a person sees in it."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.clips.truth import HERE, load_truth
from edge.replay import replay
from yuhang.messages import CameraChangedEvent, ParkingEvent, parse_event

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many stops the clip holds, and how many reports of stops were missing and not expected."""

    clip: str
    stops: int
    missing: int
    not_expected: int
    differences: tuple[str, ...]


def clip_names() -> tuple[str, ...]:
    """The clips with a truth."""
    return tuple(sorted(path.stem for path in (HERE / "expected").glob("*.yaml")))


def run_clip(clips: Path, clip: str) -> Outcome:
    """Replay one clip."""
    truth = load_truth(HERE / "expected" / f"{clip}.yaml")
    with tempfile.TemporaryDirectory(prefix="yuhang-bench-") as name:
        out = Path(name) / "events.jsonl"
        replay(clips / truth.video, HERE / "configs" / f"{clip}.yaml", out, start=START)
        events = [parse_event(line) for line in out.read_text(encoding="utf-8").splitlines()]
    about_stops = [event for event in events if isinstance(event, ParkingEvent | CameraChangedEvent)]
    differences = truth.differences(about_stops, START)
    stops = sum(event.type == "parking.stopped" for event in truth.events)
    missing = sum(one.startswith("missing") and "parking.stopped" in one for one in differences)
    not_expected = sum(one.startswith("not expected: parking.stopped") for one in differences)
    return Outcome(clip, stops, missing, not_expected, tuple(differences))
