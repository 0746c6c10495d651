"""Streets in which a muck truck tips, or does something that may be taken for it; drawn from a seed, with the truth."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from simulators.stage.people import person
from simulators.stage.scene import Prop, Shade, Shape, StageScene, Step, Weather, pick, stays, still
from simulators.stage.solids import heap
from simulators.stage.stall import boxes
from simulators.stage.tipper import HIGHEST_DEG, tipper
from simulators.street.camera import Camera
from simulators.street.ground import Area, Background, empty_street
from simulators.street.mesh import Colour, Mesh
from simulators.street.vehicles import vehicle

SECONDS = 130.0
FPS = 1.0
ANGLE_STEP_DEG = 2.0
EARTH: tuple[Colour, ...] = ((0.16, 0.24, 0.34), (0.30, 0.34, 0.38), (0.12, 0.17, 0.24))
CABS: tuple[Colour, ...] = ((0.08, 0.06, 0.50), (0.45, 0.20, 0.08), (0.85, 0.86, 0.86), (0.08, 0.38, 0.80))
BEDS: tuple[Colour, ...] = ((0.20, 0.42, 0.18), (0.15, 0.15, 0.55), (0.45, 0.42, 0.40), (0.10, 0.45, 0.75))


class TippingStory(StrEnum):
    """What happens; the first three are tipping."""

    TIPS = "tips"
    CREEPS = "creeps"  # it pulls forward with its bed up
    TIPS_IN_RAIN = "tips_in_rain"
    STOPS = "stops"
    BY_HAND = "by_hand"
    SHADE = "shade"
    RAIN = "rain"
    HIDDEN = "hidden"  # a bus stands in front of it for a while
    PARKED_AFTER = "parked_after"  # a car parks where it stood
    PASSED_BEHIND = "passed_behind"  # a box truck passes slowly behind it

    @property
    def tips(self) -> bool:
        return self in TIPPING


TIPPING = (TippingStory.TIPS, TippingStory.CREEPS, TippingStory.TIPS_IN_RAIN)


@dataclass(frozen=True, slots=True)
class TippingTruth:
    """When the truck stood, its bed was up (more than 15 degrees) and its heap was there; seconds, none where it never was."""

    stood: tuple[float, float]
    bed_up: tuple[float, float] | None
    heap_from_s: float | None


@dataclass(frozen=True, slots=True)
class TippingScene:
    """The scene and what is true in it. `zone` is an outline in fractions of the picture."""

    story: TippingStory
    stage: StageScene
    truth: TippingTruth
    zone: tuple[tuple[float, float], ...] = ((0.02, 0.30), (0.98, 0.30), (0.98, 0.98), (0.02, 0.98))


def tipping_scene(seed: int, story: TippingStory | None = None) -> TippingScene:
    """The scene of this seed; without a story half of the seeds tip."""
    random = np.random.default_rng([seed, 41])
    if story is None:
        others = tuple(one for one in TippingStory if not one.tips)
        story = pick(random, TIPPING if seed % 2 == 0 else others)
    truck = _Truck(random)
    props = [truck.prop(tips=story.tips, creeps=story is TippingStory.CREEPS), *_extras(story, truck, random)]
    weather = Weather(
        light=float(random.uniform(0.6, 1.0)),
        clouds=float(random.uniform(0, 0.08)),
        noise=float(random.uniform(1.5, 3.0)),
        rain=int(random.integers(80, 220)) if story in {TippingStory.RAIN, TippingStory.TIPS_IN_RAIN} else 0,
        shades=_shades(story, truck),
    )
    background = Background(
        seed=seed,
        areas=(
            Area(kind="pavement", x=(-40, 40), y=(19, 60)),
            Area(kind="kerb", x=(-40, 40), y=(18.8, 19)),
            Area(kind="dashes", x=(-40, 40), y=(9.0, 9.15)),
        ),
        facade_at_m=float(random.uniform(26, 34)),
    )
    camera = Camera(640, 360, float(random.uniform(5, 7.5)), float(random.uniform(14, 18)), 0.0, float(random.uniform(48, 58)))
    stage = StageScene(seed, SECONDS, FPS, camera, lambda view: empty_street(view, background), tuple(props), weather)
    bed_up = (truck.rises_s + 6.0, truck.lowered_s - 6.0) if story.tips else None
    truth = TippingTruth((truck.rests_s, truck.leaves_s), bed_up, truck.rises_s + 8 if story.tips else None)
    return TippingScene(story, stage, truth)


class _Truck:
    """The muck truck of one scene: where and when it stands."""

    def __init__(self, random: np.random.Generator) -> None:
        self.x, self.y = float(random.uniform(-2, 2)), float(random.uniform(15.5, 18))
        self.heading = float(pick(random, (90.0, -90.0)) + random.uniform(-14, 14))
        self.cab, self.bed, self.earth = pick(random, CABS), pick(random, BEDS), pick(random, EARTH)
        self.rests_s = float(random.uniform(8, 12))
        self.rises_s = self.rests_s + float(random.uniform(24, 30))
        self.lowered_s = self.rises_s + float(random.uniform(30, 36))
        self.leaves_s = self.lowered_s + 3.0
        self.heap_seed = int(random.integers(1000))
        self.heap_m = (float(random.uniform(1.0, 1.5)), float(random.uniform(0.8, 1.2)))

    @property
    def forward(self) -> tuple[float, float]:
        angle = np.radians(self.heading)
        return -float(np.sin(angle)), float(np.cos(angle))

    def ahead(self, metres: float, aside: float = 0.0) -> tuple[float, float]:
        """A place `metres` in front of its middle and `aside` to the left of it."""
        dx, dy = self.forward
        return self.x + dx * metres - dy * aside, self.y + dy * metres + dx * aside

    def angle_at(self, at_s: float) -> float:
        """How far its bed is up."""
        times = [self.rises_s, self.rises_s + 15, self.lowered_s - 12, self.lowered_s]
        up = np.interp(at_s, times, [0, HIGHEST_DEG, HIGHEST_DEG, 0])
        return float(np.round(up / ANGLE_STEP_DEG) * ANGLE_STEP_DEG)

    def prop(self, *, tips: bool, creeps: bool) -> Prop:
        shape: Shape = (
            (lambda at_s: tipper(self.cab, self.bed, self.angle_at(at_s))) if tips else still(tipper(self.cab, self.bed))
        )
        side = 1.0 if self.forward[0] > 0 else -1.0
        heading = self.heading
        end = self.ahead(2.2) if creeps else (self.x, self.y)
        way = [
            Step(self.rests_s - 6, self.x - side * 26, self.y - 0.5, heading),
            Step(self.rests_s - 2, self.x - side * 3, self.y - 0.1, heading),
            Step(self.rests_s, self.x, self.y, heading),
            Step(self.lowered_s - 14, self.x, self.y, heading),
            Step(self.lowered_s - 10, *end, heading),
            Step(self.leaves_s, *end, heading),
            Step(self.leaves_s + 2, end[0] + side * 3, self.y - 0.1, heading),
            Step(self.leaves_s + 6, end[0] + side * 30, self.y - 0.5, heading),
        ]
        return Prop("truck", shape, tuple(way))

    def heap(self) -> Prop:
        """What it leaves behind; it grows while the bed rises."""
        grown = [
            heap((r * self.heap_m[0], r * self.heap_m[0]), r * self.heap_m[1], self.earth, self.heap_seed)
            for r in np.linspace(0.3, 1.0, 8).tolist()
        ]

        def shape(at_s: float) -> Mesh:
            return grown[int(np.clip((at_s - self.rises_s - 8) / 8 * 7, 0, 7))]

        return Prop("heap", shape, stays(*self.ahead(-4.9), 0.0, self.rises_s + 8, SECONDS))


def _extras(story: TippingStory, truck: _Truck, random: np.random.Generator) -> list[Prop]:
    match story:
        case TippingStory.TIPS | TippingStory.CREEPS | TippingStory.TIPS_IN_RAIN:
            return [truck.heap(), *_walker(random, SECONDS)]
        case TippingStory.BY_HAND:
            return _carriers(truck, random)
        case TippingStory.HIDDEN:
            return [_passing(vehicle("bus", "blue").mesh, truck, truck.y - 5.5, waits_s=25)]
        case TippingStory.PASSED_BEHIND:
            return [_passing(vehicle("truck", "red").mesh, truck, truck.y + 4.5, waits_s=6)]
        case TippingStory.PARKED_AFTER:
            car = vehicle("suv", "silver").mesh
            begins = truck.leaves_s + 8
            way = (
                Step(begins, truck.x - 25, truck.y, -90),
                Step(begins + 6, truck.x, truck.y, -90),
                Step(SECONDS, truck.x, truck.y, -90),
            )
            return [Prop("car", still(car), way)]
        case _:
            return _walker(random, SECONDS)


def _walker(random: np.random.Generator, seconds: float) -> list[Prop]:
    seed, y = int(random.integers(1000)), float(random.uniform(20, 22))
    begins = float(random.uniform(0, seconds - 40))
    way = (Step(begins, -14, y, -90), Step(begins + 22, 14, y, -90))
    return [Prop("walker", lambda at_s: person(seed, at_s, walks=True), way)]


def _carriers(truck: _Truck, random: np.random.Generator) -> list[Prop]:
    """Somebody who carries boxes from the truck's rear end to the pavement; they stay."""
    seed = int(random.integers(1000))
    rear, there = truck.ahead(-4.6), truck.ahead(-4.6, 2.2)
    props, at_s = [], truck.rests_s + 8
    for number in range(3):
        begins = at_s + 12 * number
        way = (
            Step(begins, *rear, 0),
            Step(begins + 4, *there, 0),
            Step(begins + 6, *there, 180),
            Step(begins + 10, *rear, 180),
            Step(begins + 11.9, *rear, 90),
        )
        props.append(Prop(f"carrier-{number}", lambda at_s: person(seed, at_s, walks=True), way))
        carried = boxes((0.3, 0.5, 0.7), seed + number, count=number + 1)
        props.append(
            Prop(f"boxes-{number}", still(carried), stays(*there, 0.0, begins + 5, SECONDS if number == 2 else begins + 16.9))
        )
    return props


def _passing(mesh: Mesh, truck: _Truck, y: float, waits_s: float) -> Prop:
    """Something large that comes by and waits before or behind the truck."""
    begins = truck.rests_s + 24
    x = truck.x + 1.0
    way = (
        Step(begins, x - 28, y, -90),
        Step(begins + 6, x, y, -90),
        Step(begins + 6 + waits_s, x, y, -90),
        Step(begins + 12 + waits_s, x + 30, y, -90),
    )
    return Prop("passing", still(mesh), way)


def _shades(story: TippingStory, truck: _Truck) -> tuple[Shade, ...]:
    if story is not TippingStory.SHADE:
        return ()
    rear = truck.ahead(-3.5)
    wanders = Shade(truck.rests_s + 22, truck.leaves_s, (rear[0] - 6, rear[1]), (rear[0] + 4, rear[1] + 1), 3.0)
    stays_on = Shade(truck.leaves_s, SECONDS, (rear[0] + 4, rear[1] + 1), rear, 3.0)
    return (wanders, stays_on)
