"""Finding and reading the plate of one vehicle, on real photos."""

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.plates.config import FinderConfig
from edge.plates.types import PlateCandidate
from edge.plates.vehicle import VehiclePlates, load_vehicle_plates, upright
from models.store import ModelStore
from yuhang.errors import ModelError

PHOTOS = {"ccpd_0.jpg": "皖A195K9", "ccpd_1.jpg": "皖AUJ299"}


@pytest.fixture(scope="module")
def plates() -> VehiclePlates:
    return load_vehicle_plates(ModelStore.standard())


def photo(shared_dir: Path, name: str) -> np.ndarray:
    path = shared_dir / "media" / "plate" / name
    if not path.is_file():
        pytest.skip(f"no {name} here")
    return cv2.imread(str(path))


@pytest.mark.parametrize(("name", "text"), PHOTOS.items())
def test_real_plates_are_read(plates: VehiclePlates, shared_dir: Path, name: str, text: str) -> None:
    image = photo(shared_dir, name)
    reading = plates.read_vehicle(image, (0, 0, image.shape[1], image.shape[0]))
    assert reading is not None
    assert reading.text == text
    assert reading.min_char_confidence > 0.9
    assert reading.province_margin > 0.9
    assert 150 < reading.width_px < 220


@pytest.mark.parametrize("angle", [-20, 20])
def test_a_tilted_plate_is_straightened(plates: VehiclePlates, shared_dir: Path, angle: float) -> None:
    image = photo(shared_dir, "ccpd_0.jpg")
    height, width = image.shape[:2]
    turned = cv2.warpAffine(image, cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), (width, height))
    reading = plates.read_vehicle(turned, (0, 0, width, height))
    assert reading is not None
    assert reading.text == PHOTOS["ccpd_0.jpg"]
    assert reading.candidate is not None
    across = reading.candidate.corners[1] - reading.candidate.corners[0]
    assert math.degrees(math.atan2(-across[1], across[0])) == pytest.approx(angle, abs=8)


@pytest.mark.parametrize("scale", [0.35, 0.5, 2.0])
def test_a_plate_is_found_in_a_region_at_any_size(plates: VehiclePlates, shared_dir: Path, scale: float) -> None:
    image = cv2.resize(photo(shared_dir, "ccpd_1.jpg"), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    region = (50 * scale, 300 * scale, 600 * scale, 800 * scale)
    (candidate,) = plates.finder.find(image, region)
    expected = np.array([219, 506, 404, 594]) * scale
    np.testing.assert_allclose(candidate.box, expected, atol=16 * scale)
    assert plates.read_plate(image, candidate).text == PHOTOS["ccpd_1.jpg"]


def test_the_car_in_front_does_not_lend_its_plate(plates: VehiclePlates, shared_dir: Path) -> None:
    image = photo(shared_dir, "ccpd_1.jpg")
    front, behind = (0.0, 45.0, 554.0, 877.0), (60.0, 0.0, 720.0, 1100.0)
    assert plates.read_vehicle(image, behind) is not None
    assert plates.read_vehicle(image, behind, [front]) is None
    assert plates.read_vehicle(image, front, [behind]) is not None


def test_no_plate_is_no_reading(plates: VehiclePlates) -> None:
    assert plates.read_vehicle(np.full((300, 400, 3), 90, np.uint8), (10, 10, 380, 280)) is None


@pytest.mark.parametrize("region", [(500, 500, 600, 600), (10, 10, 11, 300), (-50, -50, -10, -10), (30, 30, 20, 20)])
def test_a_region_outside_or_without_area_has_no_plate(plates: VehiclePlates, region: tuple[float, float, float, float]) -> None:
    assert plates.finder.find(np.full((300, 400, 3), 90, np.uint8), region) == []


def test_upright_maps_the_corners_onto_the_crop() -> None:
    image = np.zeros((100, 200, 3), np.uint8)
    cv2.rectangle(image, (50, 40), (149, 69), (255, 255, 255), -1)
    corners = np.array([[50, 40], [150, 40], [150, 70], [50, 70]], np.float32)
    crop = upright(image, corners, 100, 32)
    assert crop.shape == (32, 100, 3)
    assert (crop[4:-4, 6:-6] > 250).all()
    assert (crop[0] < 128).all()


def test_a_smaller_look_is_cheaper_and_still_finds_a_large_plate(shared_dir: Path) -> None:
    small = load_vehicle_plates(ModelStore.standard(), finder_config=FinderConfig(work_size=320))
    assert len(small.finder.find(photo(shared_dir, "ccpd_0.jpg"))) == 1


def test_models_for_other_jobs_are_refused() -> None:
    with pytest.raises(ModelError, match="plate_finder"):
        load_vehicle_plates(ModelStore.standard(), finder="nanodet-g-416")
    with pytest.raises(ModelError, match="plate_reader"):
        load_vehicle_plates(ModelStore.standard(), reader="nanodet-g-416")


def test_a_candidate_needs_four_corners() -> None:
    with pytest.raises(ValueError, match="4 x 2"):
        PlateCandidate(np.zeros((3, 2), np.float32), 0.9)
