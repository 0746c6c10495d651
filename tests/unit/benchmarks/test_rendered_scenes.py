from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from benchmarks.rendered_scenes import Eyes, Tally, height_of, look, measure, report
from benchmarks.shares import wilson
from edge.inference.detections import Detections
from edge.plates.types import PlateReading
from edge.plates.vehicle import VehiclePlates
from simulators.errors import RenderedFolderError
from simulators.street.truth import SeenVehicle, Stretch, Truth, VehicleTruth

IMAGE = np.zeros((360, 640, 3), np.uint8)
LABELS = ("person", "car", "bus", "truck")


@dataclass
class OneBox:
    """A detector that always finds the same."""

    box: tuple[float, float, float, float]
    label: str = "car"
    labels: tuple[str, ...] = field(default=LABELS)

    def detect(self, image_bgr: object) -> Detections:
        boxes = np.array([self.box], np.float32)
        return Detections(boxes, np.ones(1, np.float32), np.array([LABELS.index(self.label)], np.int32), LABELS)


@dataclass
class OneText:
    """A reader that always reads the same."""

    text: str
    confidence: float = 0.99

    def read_vehicle(self, image: object, vehicle: object) -> PlateReading:
        return PlateReading(self.text, (self.confidence,) * len(self.text), 0.9)


def seen(**changes: object) -> SeenVehicle:
    whole = SeenVehicle(vehicle="a", box=(100, 100, 200, 180), visible=1.0, inside=1.0, plate_width_px=90.0)
    return whole.model_copy(update=changes)


def tally(detector: OneBox, reader: OneText, vehicle: SeenVehicle, until_s: float = 10.0) -> Tally:
    story = VehicleTruth(
        name="a",
        kind="sedan",
        paint="white",
        plate="浙A8K215",
        plate_colour="blue",
        zone=None,
        appears_s=0,
        stops_s=0,
        starts_s=None,
        gone_s=None,
        hidden=(),
    )
    stretch = Stretch(from_s=0, until_s=until_s, vehicles=(vehicle,))
    truth = Truth(
        scene="little",
        title="",
        video="little.mp4",
        width=640,
        height=360,
        fps=2,
        duration_s=10,
        zones=(),
        outages=(),
        vehicles=(story,),
        stretches=(stretch,),
    )
    result = Tally()
    look(truth, stretch, IMAGE, Eyes(detector, cast("VehiclePlates", reader)), result)
    return result


RIGHT = OneText("浙A8K215")


def test_a_vehicle_is_found_where_a_box_of_any_vehicle_kind_lies() -> None:
    result = tally(OneBox((105, 100, 205, 185), "truck"), RIGHT, seen())

    assert (result.vehicles.hits, result.vehicles.count, result.false_boxes) == (1, 1, 0)
    assert (result.standing.hits, result.plates.hits, result.clear_plates.hits) == (1, 1, 1)


def test_a_box_elsewhere_is_a_miss_and_a_false_box() -> None:
    result = tally(OneBox((400, 100, 500, 180)), RIGHT, seen())

    assert (result.vehicles.hits, result.vehicles.count, result.false_boxes) == (0, 1, 1)


def test_a_person_is_no_vehicle() -> None:
    assert tally(OneBox((100, 100, 200, 180), "person"), RIGHT, seen()).vehicles.hits == 0


@pytest.mark.parametrize("changes", [{"visible": 0.4}, {"inside": 0.5}, {"box": (100, 100, 200, 139)}])
def test_what_can_hardly_be_seen_is_not_asked_for(changes: dict[str, object]) -> None:
    assert tally(OneBox((100, 100, 200, 180)), RIGHT, seen(**changes)).vehicles.count == 0


def test_a_moving_vehicles_plate_is_not_asked_for() -> None:
    result = tally(OneBox((100, 100, 200, 180)), RIGHT, seen(), until_s=0.5)

    assert (result.vehicles.count, result.standing.count, result.plates.count) == (1, 0, 0)


def test_a_wrong_reading_and_an_unsure_one_are_told_apart() -> None:
    wrong = tally(OneBox((100, 100, 200, 180)), OneText("浙A8K216"), seen())
    unsure = tally(OneBox((100, 100, 200, 180)), OneText("浙A8K215", confidence=0.5), seen())

    assert (wrong.plates.hits, wrong.clear_plates.hits) == (0, 0)
    assert (unsure.plates.hits, unsure.clear_plates.hits) == (1, 0)


def test_the_report_gives_shares_with_their_interval() -> None:
    result = report(tally(OneBox((100, 100, 200, 180)), RIGHT, seen()), 0.35)

    assert result["recall"] == {"n": 1, "share": 1.0, "interval_95": [0.2065, 1.0]}
    assert result["recall_by_height_px"] == {"080+": {"n": 1, "share": 1.0, "interval_95": [0.2065, 1.0]}}
    assert result["data"] == "rendered"


def test_the_interval_is_wilsons() -> None:
    assert wilson(45, 50) == pytest.approx((0.7864, 0.9565), abs=1e-4)


def test_heights_fall_into_their_class() -> None:
    assert [height_of(seen(box=(0, 0, 10, high))) for high in (40, 79, 80, 320)] == ["040+", "040+", "080+", "320+"]


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RenderedFolderError, match="no rendered scenes"):
        measure(tmp_path, Eyes(OneBox((0, 0, 1, 1)), cast("VehiclePlates", RIGHT)))
