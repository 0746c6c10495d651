"""`yuhang bench detect --detector trading`."""

from benchmarks.kerb.node import Watched, watch
from benchmarks.kerb.score import Due, Outcome
from simulators.stage.trading import TradingScene, TradingStory, trading_scene
from yuhang.messages import TradingSeenEvent

DWELL_S = 300.0
PERMIT = {"number": "bench", "first": "2026-05-01", "last": "2026-10-31", "hours": [{"begins": "11:00", "ends": "14:00"}]}


def run_scene(seed: int, story: TradingStory | None = None) -> Outcome:
    """One pavement, watched and judged."""
    scene = trading_scene(seed, story)
    watched = watch(scene.stage, [zone_of(scene)])
    alarms = tuple(at for at, event in watched.events if isinstance(event, TradingSeenEvent))
    due = (
        ()
        if scene.traded is None
        else (Due(scene.traded[0] + DWELL_S - 20, scene.traded[1] + 20, since_s=scene.traded[0] + DWELL_S),)
    )
    return Outcome(seed, scene.story.value, due, alarms, _plain(watched))


def run(seed: int) -> list[Outcome]:
    """The scene of this seed."""
    return [run_scene(seed)]


def zone_of(scene: TradingScene) -> dict[str, object]:
    """The zone as a node's configuration has it."""
    detector = {"kind": "trading", "permits": [PERMIT] if scene.story.permitted else []}
    return {"zone": "pavement", "address": "bench", "polygon": scene.zone, "detector": detector}


def _plain(watched: Watched) -> tuple[float, ...]:
    """The plain way: people in the picture for as long as the detector asks, with pauses of a minute; one alarm a scene."""
    since: float | None = None
    last = 0.0
    for at_s, found in watched.looks:
        if not len(found.of(["person"])):
            continue
        since = at_s if since is None or at_s - last > 60 else since
        last = at_s
        if at_s - since >= DWELL_S:
            return (at_s,)
    return ()
