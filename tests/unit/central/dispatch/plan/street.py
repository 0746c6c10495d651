"""A straight street with crossroads: stage 1 lets the street go, stage 2 the cross street; the engine goes straight on."""

from central.dispatch.controllers.model import GroupKind, JunctionModel, LampGroup, Stage
from central.dispatch.controllers.state import Control, Lamp, SignalState
from central.dispatch.plan.picture import Engine, Junction, Picture, Traffic
from central.dispatch.plan.way import StopLine, Stretch, Way

STREET, CROSS, WALK = 1, 2, 3
FREE_MPS = 15.0


def model(name: str) -> JunctionModel:
    groups = [
        LampGroup(STREET, all_red_s=1.0),
        LampGroup(CROSS, all_red_s=1.0),
        LampGroup(WALK, GroupKind.PEDESTRIAN, minimum_green_s=8.0, clearance_s=5.0, all_red_s=1.0),
    ]
    stages = [Stage(1, frozenset({STREET})), Stage(2, frozenset({CROSS, WALK}))]
    return JunctionModel.of(name, groups, stages, [(STREET, CROSS), (STREET, WALK)])


def street(*places_m: float, length_m: float = 3000.0) -> Way:
    lines = tuple(
        StopLine(f"J{number}", at_m, at_m + 30, frozenset({STREET}), frozenset({STREET})) for number, at_m in enumerate(places_m)
    )
    return Way((Stretch(length_m, FREE_MPS),), lines, {line.junction: model(line.junction) for line in lines})


def showing(stage: int, elapsed_s: float = 60.0) -> Junction:
    green = {1: {STREET}, 2: {CROSS, WALK}}[stage]
    lamps = {group: Lamp.GREEN if group in green else Lamp.RED for group in (STREET, CROSS, WALK)}
    return Junction(SignalState(lamps, Control.PROGRAMME, 0.0, stage, elapsed_s))


def picture(way: Way, at_m: float, *traffic: Traffic, now_s: float = 0.0, stage: int = 2, age_s: float = 0.0) -> Picture:
    seen = traffic or tuple(Traffic(room_m=100.0) for _ in way.stop_lines)
    return Picture(now_s, Engine(at_m, FREE_MPS, age_s), seen, {name: showing(stage) for name in way.models})
