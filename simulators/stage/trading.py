"""Pavements on which somebody trades, or does something that may be taken for it; drawn from a seed, with the truth."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from simulators.stage.people import person
from simulators.stage.scene import Prop, StageScene, Step, Weather, pick, stays, still
from simulators.stage.stall import boxes, bus_stop, table, umbrella
from simulators.stage.two_wheelers import e_bike, tricycle
from simulators.street.camera import Camera
from simulators.street.ground import Area, Background, empty_street
from simulators.street.mesh import Colour, Mesh

SECONDS = 520.0
FPS = 0.25
NEAREST_Y, FARTHEST_Y = 13.0, 17.0
GOODS: tuple[Colour, ...] = ((0.1, 0.3, 0.8), (0.2, 0.6, 0.3), (0.1, 0.6, 0.8), (0.5, 0.4, 0.6))
CLOTHS: tuple[Colour, ...] = ((0.1, 0.1, 0.8), (0.6, 0.3, 0.1), (0.2, 0.5, 0.2), (0.2, 0.7, 0.8))

Place = tuple[float, float]
Span = tuple[float, float]


class TradingStory(StrEnum):
    """What happens; the first four are trading."""

    TABLE = "table"
    UMBRELLA = "umbrella"
    TRICYCLE = "tricycle"
    BOXES = "boxes"
    PASSERS_BY = "passers_by"
    QUEUE = "queue"  # at a bus stop that has always been there
    DELIVERY = "delivery"  # a delivery bike is left for a while
    DROPPED = "dropped"  # boxes that somebody puts down, and leaves alone
    CHAT = "chat"  # two people who stand and talk
    PERMITTED = "permitted"  # a stall, in its hours

    @property
    def trades(self) -> bool:
        return self in TRADING

    @property
    def permitted(self) -> bool:
        return self is TradingStory.PERMITTED


TRADING = (TradingStory.TABLE, TradingStory.UMBRELLA, TradingStory.TRICYCLE, TradingStory.BOXES)


@dataclass(frozen=True, slots=True)
class TradingScene:
    """The scene; `traded` says from when to when somebody traded without a permit, none if nobody did."""

    story: TradingStory
    stage: StageScene
    traded: tuple[float, float] | None
    zone: tuple[tuple[float, float], ...] = ((0.03, 0.40), (0.97, 0.40), (0.97, 0.86), (0.03, 0.86))


def trading_scene(seed: int, story: TradingStory | None = None) -> TradingScene:
    """The scene of this seed; without a story half of the seeds trade."""
    random = np.random.default_rng([seed, 43])
    if story is None:
        story = pick(random, TRADING if seed % 2 == 0 else tuple(one for one in TradingStory if not one.trades))
    begins, ends = float(random.uniform(20, 35)), float(random.uniform(430, 460))
    props = [*_acted(story, random, begins, ends), *_passers_by(random, 14 if story is TradingStory.PASSERS_BY else 5)]
    weather = Weather(
        light=float(random.uniform(0.6, 1.0)), clouds=float(random.uniform(0, 0.10)), noise=float(random.uniform(1.5, 3.0))
    )
    background = Background(
        seed=seed,
        areas=(Area(kind="pavement", x=(-40, 40), y=(12, 60)), Area(kind="kerb", x=(-40, 40), y=(11.8, 12))),
        facade_at_m=float(random.uniform(20, 24)),
    )
    camera = Camera(640, 360, float(random.uniform(4.5, 6)), float(random.uniform(16, 19)), 0.0, float(random.uniform(46, 54)))
    stage = StageScene(seed, SECONDS, FPS, camera, lambda view: empty_street(view, background), tuple(props), weather)
    return TradingScene(story, stage, (begins + 4, ends) if story.trades else None)


def _acted(story: TradingStory, random: np.random.Generator, begins: float, ends: float) -> list[Prop]:
    x, y = float(random.uniform(-3, 3)), float(random.uniform(NEAREST_Y + 1, FARTHEST_Y - 1))
    match story:
        case TradingStory.PASSERS_BY:
            return []
        case TradingStory.QUEUE:
            stop = Prop("stop", still(bus_stop()), stays(x, y, 0.0, 0.0, SECONDS))
            return [stop, *(_stander(f"waits-{n}", random, (x + 0.8 + 0.8 * n, y), (begins + 20 * n, ends)) for n in range(4))]
        case TradingStory.DELIVERY:
            bike = Prop("bike", still(e_bike(pick(random, CLOTHS))), stays(x, y, float(random.uniform(60, 120)), begins, ends))
            rider = _stander("rider", random, (x + 0.8, y + 0.4), (begins, begins + 25))
            return [bike, rider, _stander("rider-back", random, (x + 0.8, y + 0.4), (ends - 20, ends))]
        case TradingStory.DROPPED:
            goods = Prop("goods", still(boxes(pick(random, GOODS), 3, 4)), stays(x, y, 0.0, begins, ends))
            return [goods, _stander("carrier", random, (x + 1.0, y + 0.4), (begins, begins + 40))]
        case TradingStory.CHAT:
            return [_stander(f"talks-{n}", random, (x + 0.9 * n, y), (begins, ends)) for n in range(2)]
        case _:
            stall = TradingStory.UMBRELLA if story is TradingStory.PERMITTED else story
            return [*_goods(stall, random, (x, y), (begins, ends)), *_traders(random, (x, y), (begins, ends))]


def _goods(story: TradingStory, random: np.random.Generator, place: Place, span: Span) -> list[Prop]:
    (x, y), (begins, ends) = place, span
    colour, seed = pick(random, GOODS), int(random.integers(1000))

    def put(name: str, mesh: Mesh, heading: float) -> Prop:
        return Prop(name, still(mesh), stays(x, y, heading, begins + 4, ends))

    match story:
        case TradingStory.TRICYCLE:
            return [put("tricycle", tricycle(pick(random, CLOTHS), colour), float(random.uniform(60, 120)))]
        case TradingStory.BOXES:
            return [put("boxes", boxes(colour, seed, 6), 0.0)]
        case TradingStory.UMBRELLA:
            cover = Prop("umbrella", still(umbrella(pick(random, CLOTHS))), stays(x, y + 0.2, 0.0, begins + 6, ends))
            return [put("table", table(colour, seed), float(random.uniform(-10, 10))), cover]
        case _:
            return [put("table", table(colour, seed), float(random.uniform(-10, 10)))]


def _traders(random: np.random.Generator, place: Place, span: Span) -> list[Prop]:
    """The trader all the time but for a break, and customers."""
    (x, y), (begins, ends) = place, span
    seed = int(random.integers(1000))
    away = float(random.uniform(250, 300))
    way = (
        Step(begins, x - 6, y + 0.9, -90),
        Step(begins + 4, x + 0.2, y + 0.9, 180),
        Step(away, x + 0.2, y + 0.9, 180),
        Step(away + 5, x + 4.0, y + 1.4, 180),
        Step(away + 15, x + 0.2, y + 0.9, 180),
        Step(ends, x + 0.2, y + 0.9, 180),
    )
    trader = Prop("trader", lambda at_s: person(seed, at_s), way)
    customers = [
        _stander(f"customer-{n}", random, (x - 0.5 + float(random.uniform(0, 1)), y - 0.9), (at_s, at_s + 45))
        for n, at_s in enumerate(np.arange(begins + 40, ends - 60, 110).tolist())
    ]
    return [trader, *customers]


def _stander(name: str, random: np.random.Generator, place: Place, span: Span) -> Prop:
    (x, y), (begins, ends) = place, span
    seed, side = int(random.integers(1000)), float(pick(random, (-1.0, 1.0)))
    way = (
        Step(begins - 5, x + side * 7, y, -90 * side),
        Step(begins, x, y, 170),
        Step(ends, x, y, 190),
        Step(ends + 6, x + side * 8, y, 90),
    )
    return Prop(name, lambda at_s: person(seed, at_s), way)


def _passers_by(random: np.random.Generator, count: int) -> list[Prop]:
    props = []
    for number, begins in enumerate(np.sort(random.uniform(0, SECONDS - 20, count)).tolist()):
        seed, y, side = (
            int(random.integers(1000)),
            float(random.uniform(NEAREST_Y - 0.6, FARTHEST_Y)),
            float(pick(random, (-1.0, 1.0))),
        )
        way = (Step(begins, -9 * side, y, -90 * side), Step(begins + 15, 9 * side, y, -90 * side))
        props.append(Prop(f"passer-{number}", lambda at_s, seed=seed: person(seed, at_s, walks=True), way))  # type: ignore[misc]
    return props
