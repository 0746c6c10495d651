"""What happens in one lane: which plate, which light, from where the camera looks. Everything follows from the seed."""

from dataclasses import dataclass
from random import Random

from models.plate_art.layouts import PlateClass
from models.training.plate_reader.texts import random_text

LIGHTS = ("day", "night")


@dataclass(frozen=True, slots=True)
class LaneScene:
    """A car with a plate (`text` none: without any) that drives up to the barrier and stops there."""

    seed: int
    kind: PlateClass
    text: str | None
    night: bool
    seconds: float = 2.0
    fps: float = 10.0
    width: int = 960
    height: int = 540


def lane_scene(seed: int, kind: PlateClass, *, night: bool, plate: bool = True, seconds: float = 2.0) -> LaneScene:
    """The scene of this seed; the same seed gives the same pixels."""
    text = random_text(kind, Random(f"lane {seed} {kind.value}"))
    return LaneScene(seed, kind, text if plate else None, night, seconds)
