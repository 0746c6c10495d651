"""`yuhang bench detect --detector ebike_lift`: a lift that has learned from the answers about its first rides."""

from collections.abc import Iterable
from dataclasses import replace

from benchmarks.kerb.node import Watched, watch
from benchmarks.kerb.score import Due, Outcome
from edge.detectors.learning import MemoryAnswers
from edge.pipeline import CameraPipeline
from simulators.stage.lift import LiftScene, LiftStory, lift_scene
from yuhang.messages import EbikeSeenEvent, NodeEvent, Verdict

TAUGHT = 24  # rides that somebody answered for before the lift is judged
RIDES = 12  # that one lift is judged by
PLAIN_SCORE = 0.25


def run_lift(first_seed: int, rides: int = RIDES) -> list[Outcome]:
    """The outcomes of `rides` rides in the lift of this seed, after `TAUGHT` others that were answered truly."""
    answers, lift = MemoryAnswers(), first_seed
    for seed in range(first_seed + 5000, first_seed + 5000 + TAUGHT):
        ride(lift_scene(seed, lift=lift), answers, teach=True)
    return [_outcome(lift_scene(seed, lift=lift), answers) for seed in range(first_seed, first_seed + rides)]


def ride(scene: LiftScene, answers: MemoryAnswers, *, teach: bool) -> Watched:
    """One ride; with `teach` each suspicion is answered at once."""

    def heard(pipeline: CameraPipeline, events: Iterable[NodeEvent]) -> None:
        for event in events:
            if teach and isinstance(event, EbikeSeenEvent):
                confirmed = scene.story is LiftStory.E_BIKE
                pipeline.verdict(Verdict(id=event.id, expires_at=event.time, track=event.data.track, confirmed=confirmed))

    return watch(scene.stage, [zone_of(scene)], tools=lambda tools: replace(tools, answers=lambda _lift: answers), heard=heard)


def zone_of(scene: LiftScene) -> dict[str, object]:
    """The zone as a node's configuration has it."""
    detector = {"kind": "ebike_lift", "lift": "bench"}
    return {"zone": "cabin", "address": "bench", "polygon": scene.zone, "detector": detector}


def _outcome(scene: LiftScene, answers: MemoryAnswers) -> Outcome:
    watched = ride(scene, answers, teach=False)
    alarms = tuple(at for at, event in watched.events if isinstance(event, EbikeSeenEvent))
    due = () if scene.inside is None else (Due(scene.inside[0] - 1, scene.inside[1], since_s=scene.inside[0]),)
    return Outcome(scene.stage.seed, scene.story.value, due, alarms, _plain(watched))


def _plain(watched: Watched) -> tuple[float, ...]:
    """The plain way: the object detector calls something a motorcycle or bicycle in three looks; one alarm a ride."""
    hits = [at for at, found in watched.looks if (found.of(["motorcycle", "bicycle"]).scores >= PLAIN_SCORE).any()]
    return tuple(hits[2:3])
