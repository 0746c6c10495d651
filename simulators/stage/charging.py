"""The hall of a building in which somebody leaves an e-bike, or something else; drawn from a seed, with the truth."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from simulators.stage.people import person
from simulators.stage.scene import Prop, StageScene, Step, Weather, pick, stays, still
from simulators.stage.stall import boxes
from simulators.stage.two_wheelers import e_bike, pram, trolley, wheelchair
from simulators.street.camera import Camera
from simulators.street.ground import Area, Background, empty_street
from simulators.street.mesh import Colour, Mesh

SECONDS = 420.0
FPS = 0.25
WATTS = 180.0
PAINTS: tuple[Colour, ...] = (
    (0.1, 0.1, 0.6),
    (0.6, 0.3, 0.1),
    (0.2, 0.6, 0.8),
    (0.8, 0.8, 0.8),
    (0.12, 0.12, 0.12),
    (0.3, 0.6, 0.3),
)


class ChargingStory(StrEnum):
    """What is left there; the first two may not be."""

    E_BIKE = "e_bike"
    DRAWS_POWER = "draws_power"  # an e-bike, and its socket says so
    SHORT = "short"  # an e-bike that leaves again
    PRAM = "pram"
    BOXES = "boxes"
    TROLLEY = "trolley"
    WHEELCHAIR = "wheelchair"
    CHAT = "chat"  # two people who stand and talk

    @property
    def forbidden(self) -> bool:
        return self in FORBIDDEN


FORBIDDEN = (ChargingStory.E_BIKE, ChargingStory.DRAWS_POWER)


@dataclass(frozen=True, slots=True)
class ChargingScene:
    """The scene; `stood` says from when to when an e-bike stood there for too long, `drawn` when power was drawn."""

    story: ChargingStory
    stage: StageScene
    stood: tuple[float, float] | None
    drawn: tuple[float, float] | None
    zone: tuple[tuple[float, float], ...] = ((0.05, 0.30), (0.95, 0.30), (0.95, 0.98), (0.05, 0.98))


def charging_scene(seed: int, story: ChargingStory | None = None, place: int = 1) -> ChargingScene:
    """The scene of this seed in one place; without a story half of the seeds hold a forbidden e-bike."""
    random = np.random.default_rng([seed, 59])
    if story is None:
        story = pick(random, FORBIDDEN if seed % 2 == 0 else tuple(one for one in ChargingStory if not one.forbidden))
    comes, goes = float(random.uniform(16, 30)), float(random.uniform(385, 400))
    if story is ChargingStory.SHORT:
        goes = comes + float(random.uniform(80, 160))
    spot = (float(random.uniform(-1.8, 1.8)), float(random.uniform(5.5, 7.5)))
    props = [*_left(story, random, spot, (comes, goes)), *_passers_by(random)]
    look = np.random.default_rng([place, 61])
    camera = Camera(320, 240, 2.8, float(look.uniform(19, 23)), 0.0, float(look.uniform(64, 70)))
    hall = Background(seed=place, areas=(Area(kind="pavement", x=(-40, 40), y=(2, 60)),), facade_at_m=float(look.uniform(9, 10)))
    weather = Weather(
        light=float(random.uniform(0.7, 1.0)), clouds=float(random.uniform(0, 0.05)), noise=float(random.uniform(1.5, 3))
    )
    stage = StageScene(seed, SECONDS, FPS, camera, lambda view: empty_street(view, hall), tuple(props), weather)
    stood = (comes, goes) if story.forbidden else None
    return ChargingScene(story, stage, stood, (comes + 8, goes) if story is ChargingStory.DRAWS_POWER else None)


def _left(story: ChargingStory, random: np.random.Generator, spot: tuple[float, float], span: tuple[float, float]) -> list[Prop]:
    (x, y), (comes, goes) = spot, span
    if story is ChargingStory.CHAT:
        return [_stander(f"talks-{n}", int(random.integers(1000)), x + 0.8 * n, y, span) for n in range(2)]
    heading = float(random.uniform(50, 130)) * pick(random, (-1.0, 1.0))
    thing = Prop("thing", still(_thing(story, random)), stays(x, y, heading, comes, goes))
    return [thing, _stander("owner", int(random.integers(1000)), x + 0.9, y + 0.2, (comes - 2, comes + 12))]


def _thing(story: ChargingStory, random: np.random.Generator) -> Mesh:
    paint = pick(random, PAINTS)
    match story:
        case ChargingStory.PRAM:
            return pram(paint)
        case ChargingStory.BOXES:
            return boxes(paint, int(random.integers(1000)), int(random.integers(3, 6)))
        case ChargingStory.TROLLEY:
            return trolley(paint)
        case ChargingStory.WHEELCHAIR:
            return wheelchair(int(random.integers(1000)))
        case _:
            return e_bike(paint)


def _stander(name: str, seed: int, x: float, y: float, span: tuple[float, float]) -> Prop:
    begins, ends = span
    way = (Step(begins - 5, x + 6, y, 90), Step(begins, x, y, 170), Step(ends, x, y, 190), Step(ends + 6, x + 7, y, -90))
    return Prop(name, lambda at_s: person(seed, at_s), way)


def _passers_by(random: np.random.Generator) -> list[Prop]:
    props = []
    for number, begins in enumerate(np.sort(random.uniform(0, SECONDS - 20, 5)).tolist()):
        seed, y = int(random.integers(1000)), float(random.uniform(4.5, 8))
        way = (Step(begins, -7, y, 90), Step(begins + 12, 7, y, 90))
        props.append(Prop(f"passer-{number}", lambda at_s, seed=seed: person(seed, at_s, walks=True), way))  # type: ignore[misc]
    return props
