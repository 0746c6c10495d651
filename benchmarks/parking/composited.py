"""A car drawn into a real clip, watched and judged."""

from pathlib import Path

from benchmarks.kerb.node import watch_pictures
from benchmarks.parking.plain import alarms
from benchmarks.parking.score import Outcome, Stay, judge
from simulators.composite.stops import DWELL_S, FPS, SIZE, ZONE, stopped_in


def run_clip(clips: Path, seed: int) -> Outcome:
    """What came of the clip of this seed."""
    drawn = stopped_in(clips, seed)
    zone = {"zone": "lawn", "address": "bench", "polygon": ZONE, "detector": {"kind": "parking", "warning_dwell_s": DWELL_S}}
    watched = watch_pictures(drawn.pictures(), FPS, [zone])
    outline = [(x * SIZE[0], y * SIZE[1]) for x, y in ZONE]
    stays = [Stay(*drawn.stood)] if drawn.long else []
    story = f"{'stays' if drawn.long else 'leaves'} in {drawn.condition.value}"
    return judge(seed, story, stays, DWELL_S, events=watched.events, plain=alarms(watched.looks, outline, DWELL_S))
