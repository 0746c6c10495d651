"""The demo's standing cars must be found and read by the models that the product ships; figures: `yuhang bench rendered`."""

from pathlib import Path

import pytest

from edge.boxes import Rect
from edge.inference.config import DetectorConfig
from edge.inference.detector import load_detector
from edge.plates.config import ConsensusRules
from edge.plates.consensus import is_clear
from edge.plates.vehicle import load_vehicle_plates
from models.store import ModelStore
from simulators.street.frames import Frame, Street
from simulators.street.scene import Scene, load_scene

SCENES = Path(__file__).parents[4] / "simulators" / "scenes"


def standing(name: str, seconds: float) -> tuple[Scene, Frame]:
    """A demo scene at this second, moved to the scene's start: everybody who stands then stands from the beginning."""
    scene = load_scene(SCENES / f"{name}.yaml")
    actors = [
        actor.model_copy(update={"stands_from_s": 0.0, "stands_until_s": None, "arrival": None, "departure": None})
        for actor in scene.actors
        if actor.stands_from_s <= seconds < (actor.stands_until_s or scene.duration_s)
    ]
    still = scene.model_copy(update={"actors": tuple(actors)})
    return still, next(Street(still).frames(1.0))


@pytest.mark.parametrize(("name", "seconds"), [("square", 200.0), ("pavement", 200.0), ("lights", 400.0), ("gate", 300.0)])
def test_every_standing_car_is_found_and_its_plate_read(name: str, seconds: float) -> None:
    scene, frame = standing(name, seconds)
    store = ModelStore.standard()
    found = load_detector(DetectorConfig(), store).detect(frame.image).of(("car", "bus", "truck"))
    boxes = [Rect(*map(float, box)) for box in found.boxes]
    plates = load_vehicle_plates(store)
    texts = {actor.name: actor.plate for actor in scene.actors}

    assert len(frame.sightings) == len(scene.actors)
    for sighting in frame.sightings:
        assert max(box.overlap(Rect(*map(float, sighting.box))) for box in boxes) > 0.5
        reading = plates.read_vehicle(frame.image, sighting.box)
        assert reading is not None
        assert reading.text == texts[sighting.actor]
        assert is_clear(reading, ConsensusRules())
