"""`yuhang bench detect --detector tipping`."""

from pathlib import Path

from benchmarks.kerb.node import Watched, watch, watch_pictures
from benchmarks.kerb.score import Due, Outcome
from edge.boxes import Rect
from simulators.composite.stops import tipped_in
from simulators.stage.tipping import TippingScene, TippingStory, tipping_scene
from yuhang.messages import TippingSuspectedEvent

PLAIN_STILL_S = 20.0


def run_scene(seed: int, story: TippingStory | None = None) -> Outcome:
    """One street with a muck truck, watched and judged."""
    scene = tipping_scene(seed, story)
    return _judged(scene, watch(scene.stage, [zone_of(scene)]))


def run_composited(clips: Path, seed: int) -> list[Outcome]:
    """The same story drawn into a real clip."""
    drawn = tipped_in(clips, seed)
    return [_judged(drawn.scene, watch_pictures(drawn.pictures(), drawn.scene.stage.fps, [zone_of(drawn.scene)]))]


def _judged(scene: TippingScene, watched: Watched) -> Outcome:
    alarms = tuple(at for at, event in watched.events if isinstance(event, TippingSuspectedEvent))
    up = scene.truth.bed_up
    due = () if up is None else (Due(scene.truth.stood[0], scene.stage.seconds, since_s=up[0]),)
    return Outcome(scene.stage.seed, scene.story.value, due, alarms, _plain(watched))


def run(seed: int) -> list[Outcome]:
    """The scene of this seed."""
    return [run_scene(seed)]


def zone_of(scene: TippingScene) -> dict[str, object]:
    """The zone as a node's configuration has it."""
    return {"zone": "kerb", "address": "bench", "polygon": scene.zone, "detector": {"kind": "tipping"}}


def _plain(watched: Watched) -> tuple[float, ...]:
    """The plain way: a truck that has stood for as long as the detector wants is an alarm; one a scene."""
    since: tuple[float, Rect] | None = None
    for at_s, found in watched.looks:
        trucks = found.of(["truck", "bus"])
        box = Rect(*map(float, trucks.boxes[0])) if len(trucks) else None
        if box is None:
            continue
        if since is None or since[1].overlap(box) < 0.7:
            since = (at_s, box)
        if at_s - since[0] >= PLAIN_STILL_S:
            return (at_s,)
    return ()
