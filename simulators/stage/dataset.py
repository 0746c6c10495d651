"""Pictures of rendered stages with the boxes of what is in them, as `yuhang models train` takes them: the layout of YOLO."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import yaml

from simulators.stage.charging import ChargingStory, charging_scene
from simulators.stage.frames import Stage
from simulators.stage.lift import LiftStory, lift_scene
from simulators.stage.scene import Image, StageScene

NAMES = ("person", "e_bike", "bicycle", "pram", "boxes", "trolley", "wheelchair")
STORIES = {
    ChargingStory.E_BIKE: "e_bike",
    ChargingStory.DRAWS_POWER: "e_bike",
    ChargingStory.SHORT: "e_bike",
    LiftStory.BICYCLE: "bicycle",
}
VAL_EVERY = 5
LEAST_PX = 12.0
NEAREST_M = 0.5

Box = tuple[int, float, float, float, float]
"""Class, middle and size as shares of the picture."""


def write_dataset(folder: Path, pictures: int, first_seed: int) -> None:
    """Write so many pictures, every fifth for validation; the same seed gives the same pixels."""
    for number, (image, boxes) in enumerate(_pictures(pictures, first_seed)):
        part = "val" if number % VAL_EVERY == 0 else "train"
        for kind in ("images", "labels"):
            (folder / kind / part).mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / "images" / part / f"{number:05d}.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, 90])
        lines = [" ".join([str(one[0]), *(f"{value:.6f}" for value in one[1:])]) for one in boxes]
        (folder / "labels" / part / f"{number:05d}.txt").write_text("".join(f"{line}\n" for line in lines))
    described = {"path": ".", "train": "images/train", "val": "images/val", "names": dict(enumerate(NAMES))}
    (folder / "data.yaml").write_text(yaml.safe_dump(described, sort_keys=False))


def _pictures(count: int, first_seed: int) -> Iterator[tuple[Image, list[Box]]]:
    for number in range(count):
        seed = first_seed + number
        scene = charging_scene(seed, place=seed) if number % 2 == 0 else lift_scene(seed, lift=seed)
        random = np.random.default_rng([seed, 67])
        at_s = float(random.uniform(0.1, 0.9)) * scene.stage.seconds
        label = STORIES.get(scene.story, scene.story.value)
        yield Stage(scene.stage).picture(at_s), _boxes(scene.stage, at_s, label)


def _boxes(stage: StageScene, at_s: float, thing: str) -> list[Box]:
    """The whole boxes of what is on the stage; who is hidden behind another is boxed all the same."""
    found: list[Box] = []
    width, height = stage.camera.width, stage.camera.height
    for prop in stage.props:
        pose = prop.pose_at(at_s)
        label = thing if prop.name == "thing" else "person"
        if pose is None or label not in NAMES:
            continue
        pixels, depth = stage.camera.project(pose.place(prop.shape(at_s).corners.reshape(-1, 3)))
        if not (depth > NEAREST_M).all():
            continue
        left, top = np.clip(pixels.min(axis=0), 0, (width, height))
        right, bottom = np.clip(pixels.max(axis=0), 0, (width, height))
        if right - left >= LEAST_PX and bottom - top >= LEAST_PX:
            x, y = float(left + right) / 2 / width, float(top + bottom) / 2 / height
            found.append((NAMES.index(label), x, y, float(right - left) / width, float(bottom - top) / height))
    return found
