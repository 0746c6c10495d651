"""The cabin of a lift seen from its upper corner, and what people bring into it; drawn from a seed, with the truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from simulators.stage.people import person
from simulators.stage.scene import Image, Prop, StageScene, Step, Weather, pick, still
from simulators.stage.two_wheelers import bicycle, e_bike, pram, trolley, wheelchair
from simulators.street.camera import Camera
from simulators.street.mesh import Colour, Mesh, facets, patch
from simulators.street.painter import Pose, paint

SECONDS = 36.0
FPS = 1.0
HALF_M, NEAR_M, FAR_M, HIGH_M = 1.1, -0.2, 2.4, 2.4
PAINTS: tuple[Colour, ...] = (
    (0.1, 0.1, 0.6),
    (0.6, 0.3, 0.1),
    (0.2, 0.6, 0.8),
    (0.8, 0.8, 0.8),
    (0.12, 0.12, 0.12),
    (0.3, 0.6, 0.3),
)


class LiftStory(StrEnum):
    """Who comes in, with what; the first is an e-bike."""

    E_BIKE = "e_bike"
    BICYCLE = "bicycle"
    WHEELCHAIR = "wheelchair"
    PRAM = "pram"
    TROLLEY = "trolley"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class LiftScene:
    """The scene; `inside` says from when to when an e-bike stood in the cabin, none if it was something else."""

    story: LiftStory
    stage: StageScene
    inside: tuple[float, float] | None
    zone: tuple[tuple[float, float], ...] = ((0.02, 0.10), (0.98, 0.10), (0.98, 0.98), (0.02, 0.98))


def lift_scene(seed: int, story: LiftStory | None = None, lift: int = 1) -> LiftScene:
    """The scene of this seed in one lift; without a story half of the seeds bring an e-bike."""
    random = np.random.default_rng([seed, 47])
    if story is None:
        story = (
            LiftStory.E_BIKE if seed % 2 == 0 else pick(random, tuple(one for one in LiftStory if one is not LiftStory.E_BIKE))
        )
    comes, goes = float(random.uniform(5, 8)), float(random.uniform(24, 28))
    x, turn = float(random.uniform(-0.25, 0.25)), float(random.uniform(-25, 25))
    props = [_person("rider", random, x + 0.5, comes, goes)]
    thing = _thing(story, random)
    if thing is not None:
        props.append(Prop("thing", still(thing), _in_and_out(x - 0.15, turn, comes, goes)))
    else:
        props.append(_person("other", random, x - 0.5, comes + 1, goes))
    look = np.random.default_rng([lift, 53])
    camera = Camera(640, 480, 2.35, float(look.uniform(46, 52)), float(look.uniform(-6, 6)), float(look.uniform(92, 100)))
    steel = float(look.uniform(0.45, 0.65))
    weather = Weather(light=float(random.uniform(0.8, 1.0)), noise=float(random.uniform(1.5, 3.0)))
    stage = StageScene(seed, SECONDS, FPS, camera, lambda view: cabin(view, steel, lift), tuple(props), weather)
    return LiftScene(story, stage, (comes + 1, goes) if story is LiftStory.E_BIKE else None)


def cabin(camera: Camera, steel: float, seed: int) -> Image:
    """The empty cabin: brushed walls, a dark floor, the door at the far end."""
    x, near, far, high = HALF_M, NEAR_M, FAR_M, HIGH_M
    floor = [(-x, near, 0), (x, near, 0), (x, far, 0), (-x, far, 0)]
    left = [(-x, near, 0), (-x, far, 0), (-x, far, high), (-x, near, high)]
    right = [(x, far, 0), (x, near, 0), (x, near, high), (x, far, high)]
    door = [(-x, far, 0), (x, far, 0), (x, far, high), (-x, far, high)]
    leaf = [(-0.45, far - 0.01, 0.02), (0.45, far - 0.01, 0.02), (0.45, far - 0.01, 2.05), (-0.45, far - 0.01, 2.05)]
    parts = [
        _wall(floor, (0.22, 0.24, 0.26)),
        _wall(left, (steel, steel, steel)),
        _wall(right, (steel * 0.95, steel * 0.95, steel * 0.95)),
        _wall(door, (steel * 0.85, steel * 0.85, steel * 0.85)),
        Mesh.of(facets(patch(leaf, rows=6, columns=2)), (steel * 0.7, steel * 0.72, steel * 0.74), 0.2, 1),
    ]
    picture: Image = np.full((camera.height, camera.width, 3), 40, np.uint8)
    sprite = paint(Mesh.join(parts), [], Pose(0.0, 0.0, -90.0), camera)
    if sprite is not None:
        height, width = sprite.alpha.shape
        ground = picture[sprite.top : sprite.top + height, sprite.left : sprite.left + width]
        alpha = sprite.alpha[..., None] / 255.0
        ground[:] = (ground * (1 - alpha) + sprite.colour * alpha).astype(np.uint8)
    grain = np.random.default_rng(seed).normal(0, 4, (camera.height, camera.width, 1))
    brushed = cv2.GaussianBlur(grain, (0, 0), sigmaX=6, sigmaY=0.5)
    return np.asarray(np.clip(picture + brushed[..., None] * 3, 0, 255), np.uint8)


def _wall(corners: Sequence[tuple[float, float, float]], colour: Colour) -> Mesh:
    return Mesh.of(facets(patch(corners, rows=24, columns=24)), colour, 0.15)


def _thing(story: LiftStory, random: np.random.Generator) -> Mesh | None:
    paint_of = pick(random, PAINTS)
    match story:
        case LiftStory.E_BIKE:
            return e_bike(paint_of)
        case LiftStory.BICYCLE:
            return bicycle(paint_of)
        case LiftStory.WHEELCHAIR:
            return wheelchair(int(random.integers(1000)))
        case LiftStory.PRAM:
            return pram(paint_of)
        case LiftStory.TROLLEY:
            return trolley(paint_of)
        case _:
            return None


def _in_and_out(x: float, heading: float, comes: float, goes: float) -> tuple[Step, ...]:
    """In through the door at the far end, and out again."""
    inside = 1.25
    return (
        Step(comes, x, FAR_M + 1.6, 180 + heading),
        Step(comes + 2, x, inside, 180 + heading),
        Step(goes, x, inside, 180 + heading),
        Step(goes + 2, x, FAR_M + 1.6, 180 + heading),
    )


def _person(name: str, random: np.random.Generator, x: float, comes: float, goes: float) -> Prop:
    seed, y = int(random.integers(1000)), float(random.uniform(1.0, 1.8))
    way = (Step(comes, x, FAR_M + 1.2, 180), Step(comes + 2, x, y, 180), Step(goes, x, y, 60), Step(goes + 2, x, FAR_M + 1.2, 0))
    return Prop(name, lambda at_s: person(seed, at_s), way)
