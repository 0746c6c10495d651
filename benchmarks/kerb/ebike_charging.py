"""`yuhang bench detect --detector ebike_charging`: a place that has learned from the answers about what was left there first."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from benchmarks.kerb.node import START, Watched, watch
from benchmarks.kerb.score import Due, Outcome
from edge.detectors.ebike_charging.config import EbikeChargingConfig
from edge.detectors.learning import MemoryAnswers
from edge.pipeline import CameraPipeline
from simulators.stage.charging import WATTS, ChargingScene, charging_scene
from yuhang.messages import ChargingSuspectedEvent, NodeEvent, SocketReport, Verdict

TAUGHT = 28  # things that somebody answered for before the place is judged
SCENES = 12  # that one place is judged by
DWELL_S = EbikeChargingConfig(kind="ebike_charging").dwell_s
LATE_S = 30.0  # looks every four seconds, and a thing stands only after twelve


def run_place(first_seed: int, scenes: int = SCENES, taught: int = TAUGHT) -> list[Outcome]:
    """The outcomes of `scenes` scenes in the place of this seed, after `taught` others that were answered truly."""
    answers = MemoryAnswers()
    for seed in range(first_seed + 5000, first_seed + 5000 + taught):
        left(charging_scene(seed, place=first_seed), answers, teach=True)
    return [_outcome(charging_scene(seed, place=first_seed), answers) for seed in range(first_seed, first_seed + scenes)]


def left(scene: ChargingScene, answers: MemoryAnswers, *, teach: bool = False) -> Watched:
    """One scene; with `teach` each suspicion is answered at once."""

    def heard(pipeline: CameraPipeline, events: Iterable[NodeEvent]) -> None:
        for event in events:
            if teach and isinstance(event, ChargingSuspectedEvent):
                verdict = {"track": event.data.track, "confirmed": scene.story.forbidden}
                pipeline.verdict(Verdict.model_validate({"id": event.id, "expires_at": event.time, **verdict}))

    reports = socket_reports(scene)
    return watch(
        scene.stage,
        [zone_of(scene, socket=not teach)],
        tools=lambda tools: replace(tools, answers=lambda _place: answers, socket_reports=lambda: reports),
        heard=heard,
    )


def socket_reports(scene: ChargingScene) -> tuple[SocketReport, ...]:
    """What the place's socket says every ten seconds."""
    begins, ends = scene.drawn or (-1.0, -1.0)
    return tuple(
        SocketReport(socket="hall", time=START + timedelta(seconds=at), watts=WATTS if begins <= at <= ends else 0.5)
        for at in range(0, int(scene.stage.seconds), 10)
    )


def zone_of(scene: ChargingScene, *, socket: bool = True) -> dict[str, object]:
    """The zone as a node's configuration has it."""
    detector = {"kind": "ebike_charging"} | ({"socket": "hall", "news_s": 12} if socket else {})
    return {"zone": "hall", "address": "bench", "polygon": scene.zone, "detector": detector}


def _outcome(scene: ChargingScene, answers: MemoryAnswers) -> Outcome:
    alarms = _alarms(left(scene, answers))
    plain = _alarms(left(scene, MemoryAnswers()))
    due: tuple[Due, ...] = ()
    if scene.stood is not None:
        sure_s = scene.stood[0] + (DWELL_S if scene.drawn is None else 0)
        due = (Due(scene.stood[0], scene.stood[1] + LATE_S, since_s=sure_s),)
    return Outcome(scene.stage.seed, scene.story.value, due, alarms, plain)


def _alarms(watched: Watched) -> tuple[float, ...]:
    return tuple(at for at, event in watched.events if isinstance(event, ChargingSuspectedEvent))
