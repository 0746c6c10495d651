"""`yuhang bench plan`: how long the plan of the green wave takes, for one engine and for many in a city of many junctions.

Junctions have four stages, twelve lamp groups and conflicts between all that no stage shows together. Queues, lamps and places of
the engines are drawn anew for each re-plan. Times are the processor's: what other programs take from it is not the plan's.
"""

import json
import random
import statistics
import time
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Annotated

import typer

from central.dispatch.controllers.model import JunctionModel, LampGroup, Stage
from central.dispatch.controllers.request import PriorityClass
from central.dispatch.controllers.state import Control, Lamp, SignalState
from central.dispatch.plan.picture import Engine, Junction, Picture, Traffic
from central.dispatch.plan.several import agree
from central.dispatch.plan.wave import NOBODY, Memory, replan
from central.dispatch.plan.way import StopLine, Stretch, Way
from central.dispatch.plan.wishes import Claim

_GROUPS, _STAGES, _BLOCK_M = 12, 4, 250.0


@dataclass(frozen=True, slots=True)
class Result:
    """Milliseconds of one core: a re-plan, and one second's work for all engines of the city; `asked`: wishes that came out."""

    junctions: int
    replan_ms_p50: float
    replan_ms_p95: float
    city_junctions: int
    city_engines: int
    city_ms_p95: float
    asked: int


def command(
    *,
    junctions: Annotated[int, typer.Option(help="stop lines on one way", min=1)] = 30,
    engines: Annotated[int, typer.Option(help="engines under way in the city", min=1)] = 50,
    city: Annotated[int, typer.Option(help="junctions of the city", min=30)] = 1000,
    rounds: Annotated[int, typer.Option(help="re-plans measured", min=20)] = 200,
    seed: Annotated[int, typer.Option(help="of the drawing")] = 7,
) -> None:
    """Time of a re-plan (target 20 ms for 30 junctions) and of 50 engines in 1,000 junctions (target 1 s)."""
    result = measure(junctions, engines, city, rounds, seed)
    typer.echo(f"one engine, {junctions} junctions: p50 {result.replan_ms_p50} ms, p95 {result.replan_ms_p95} ms")
    typer.echo(f"{engines} engines, {city} junctions: p95 {result.city_ms_p95} ms a second")
    typer.echo(json.dumps(asdict(result)))


def measure(junctions: int, engines: int, city: int, rounds: int, seed: int) -> Result:
    """Measure both."""
    chance = random.Random(seed)
    models = {f"J{number}": _model(f"J{number}") for number in range(city)}
    ways = [_way(chance, models, min(junctions, city)) for _ in range(engines)]
    one: list[float] = []
    memory: Memory = NOBODY
    asked = 0
    for number in range(rounds):
        picture = _picture(chance, ways[0], number)
        began = time.process_time()
        plan = replan(ways[0], picture, memory)
        one.append((time.process_time() - began) * 1000)
        memory = plan.memory
        asked += sum(decision.asks for decision in plan.decisions)
    all_of_them: list[float] = []
    memories = [NOBODY] * engines
    for number in range(max(20, rounds // 10)):
        pictures = [_picture(chance, way, number) for way in ways]
        began = time.process_time()
        plans = [replan(*given) for given in zip(ways, pictures, memories, strict=True)]
        agreed = agree([Claim(f"T{n}", PriorityClass.FIRE, plan.decisions) for n, plan in enumerate(plans)])
        all_of_them.append((time.process_time() - began) * 1000)
        memories = [plan.memory for plan in plans]
        asked += sum(decision.asks for claim in agreed for decision in claim.decisions)
    p50, p95 = round(statistics.median(one), 2), _p95(one)
    return Result(junctions, p50, p95, city, engines, _p95(all_of_them), asked)


def _model(name: str) -> JunctionModel:
    groups = [LampGroup(number) for number in range(_GROUPS)]
    stages = [Stage(n, frozenset(range(n * 3, n * 3 + 3))) for n in range(_STAGES)]
    conflicts = [pair for pair in combinations(range(_GROUPS), 2) if pair[0] // 3 != pair[1] // 3]
    return JunctionModel.of(name, groups, stages, conflicts)


def _way(chance: random.Random, models: dict[str, JunctionModel], count: int) -> Way:
    names = chance.sample(sorted(models), count)
    lines = []
    for number, name in enumerate(names, start=1):
        movement = chance.randrange(_GROUPS)
        lane = {movement, movement // 3 * 3 + chance.randrange(3)}
        lines.append(StopLine(name, number * _BLOCK_M, number * _BLOCK_M + 30, frozenset({movement}), frozenset(lane)))
    stretches = tuple(Stretch(_BLOCK_M, chance.uniform(8, 20)) for _ in range(count + 1))
    return Way(stretches, tuple(lines), {name: models[name] for name in names})


def _picture(chance: random.Random, way: Way, now: int) -> Picture:
    traffic = tuple(Traffic(chance.uniform(0, 15), chance.uniform(0, 8), chance.uniform(0, 200)) for _ in way.stop_lines)
    shown = {name: _junction(chance, model) for name, model in way.models.items()}
    return Picture(float(now), Engine(chance.uniform(0, _BLOCK_M), chance.uniform(0, 20)), traffic, shown)


def _junction(chance: random.Random, model: JunctionModel) -> Junction:
    stage = chance.randrange(_STAGES)
    lamps = {group: Lamp.GREEN if group in model.stages[stage].green else Lamp.RED for group in model.groups}
    return Junction(SignalState(lamps, Control.PROGRAMME, 0.0, stage, chance.uniform(0, 60)))


def _p95(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=20)[-1], 2)
