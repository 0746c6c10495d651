"""Both layouts in, one out; what is wrong is named with file and line."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.training.dataset import Label, read_coco, read_set, read_yolo, write_yolo
from simulators.stage.dataset import NAMES, write_dataset
from yuhang.errors import ConfigError

DATA = "path: .\ntrain: images/train\nval: images/val\nnames: {0: car, 1: e_bike}\n"


def picture(path: Path, width: int = 200, height: int = 100) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((height, width, 3), 90, np.uint8))


def yolo(folder: Path, label: str = "1 0.5 0.5 0.2 0.4\n") -> Path:
    for part in ("train", "val"):
        picture(folder / "images" / part / "a.jpg")
        picture(folder / "images" / part / "empty.png")
        (folder / "labels" / part).mkdir(parents=True)
        (folder / "labels" / part / "a.txt").write_text(label)
    (folder / "data.yaml").write_text(DATA)
    return folder


def coco(folder: Path, **more: object) -> Path:
    document = {
        "images": [{"id": number, "file_name": f"{number}.jpg", "width": 200, "height": 100} for number in range(6)],
        "categories": [{"id": 17, "name": "car"}, {"id": 3, "name": "e_bike"}],
        "annotations": [
            {"image_id": 1, "category_id": 3, "bbox": [80, 30, 40, 40]},
            {"image_id": 1, "category_id": 17, "bbox": [0, 0, 200, 100], "iscrowd": 1},
        ],
    }
    for number in range(6):
        picture(folder / f"{number}.jpg")
    (folder / "set.json").write_text(json.dumps(document | more))
    return folder / "set.json"


def test_yolo_pictures_with_and_without_boxes(tmp_path: Path) -> None:
    found = read_yolo(yolo(tmp_path))
    assert found.names == ("car", "e_bike")
    assert [len(one.labels) for one in found.train] == [1, 0]
    assert found.val[0].labels == (Label(1, 0.5, 0.5, 0.2, 0.4),)


def test_coco_boxes_are_the_same_boxes_and_crowds_are_left_out(tmp_path: Path) -> None:
    found = read_coco(coco(tmp_path), tmp_path, val_every=5)
    assert (len(found.train), len(found.val)) == (4, 2)
    assert found.names == ("car", "e_bike")
    assert found.train[0].labels == (Label(1, 0.5, 0.5, 0.2, 0.4),)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    first = read_set(coco(tmp_path))
    described = write_yolo(first, tmp_path / "set")
    again = read_set(described.parent)
    assert again.names == first.names
    assert [one.labels for one in again.train] == [one.labels for one in first.train]
    assert [one.file.resolve().name for one in again.val] == [one.file.name for one in first.val]


@pytest.mark.parametrize(
    ("label", "problem"),
    [
        ("1 0.5 0.5 0.2\n", r"a.txt:1: a line is"),
        ("0 0.5 0.5 0.2 0.1\n2 0.5 0.5 0.2 0.1\n", r"a.txt:2: class 2"),
        ("0 0.5 0.5 20 10\n", r"a.txt:1: positions"),
        ("car 0.5 0.5 0.2 0.1\n", r"a.txt:1: a line is"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, label: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        read_yolo(yolo(tmp_path, label))


def test_a_wrong_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"data.yaml cannot be read"):
        read_set(tmp_path)
    with pytest.raises(ConfigError, match="there is no category 9"):
        read_set(coco(tmp_path, annotations=[{"image_id": 1, "category_id": 9, "bbox": [0, 0, 1, 1]}]))
    coco(tmp_path)
    (tmp_path / "3.jpg").unlink()
    with pytest.raises(ConfigError, match=r"3.jpg is missing: .*--pictures"):
        read_set(tmp_path / "set.json", tmp_path)
    folder = yolo(tmp_path / "yolo")
    (folder / "data.yaml").write_text(DATA.replace("images/val", "images/none"))
    with pytest.raises(ConfigError, match="no pictures to val"):
        read_set(folder)


def test_rendered_pictures_have_boxes_around_what_is_there(tmp_path: Path) -> None:
    for number in (1, 2):
        write_dataset(tmp_path / str(number), 10, first_seed=40)
    found = read_set(tmp_path / "1")
    assert found.names == NAMES
    assert (len(found.train), len(found.val)) == (8, 2)
    labels = [label for one in (*found.train, *found.val) for label in one.labels]
    assert {NAMES[label.class_id] for label in labels} >= {"person", "e_bike"}
    assert all(0 < label.width <= 1 and 0 < label.height <= 1 for label in labels)
    same = [(tmp_path / str(number) / "images" / "train" / "00001.jpg").read_bytes() for number in (1, 2)]
    assert same[0] == same[1]
