"""Pictures with boxes, in the two layouts that the world uses: YOLO's folders and COCO's JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from yuhang.errors import ConfigError
from yuhang.messages import first_error

PICTURES = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class Label:
    """A box: class number, middle and size as shares of the picture's width and height."""

    class_id: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture's file and what is in it."""

    file: Path
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Class names by number, and the pictures to train on and to judge by."""

    names: tuple[str, ...]
    train: tuple[LabelledPicture, ...]
    val: tuple[LabelledPicture, ...]


class _YoloFile(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    path: Path = Path()
    train: Path
    val: Path
    names: dict[int, str] | list[str]


class _CocoImage(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int
    file_name: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)


class _CocoBox(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    iscrowd: bool = False


class _CocoKind(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int
    name: str


class _CocoFile(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    images: tuple[_CocoImage, ...]
    annotations: tuple[_CocoBox, ...]
    categories: tuple[_CocoKind, ...]


def read_set(source: Path, pictures: Path | None = None, val_every: int = 5) -> LabelledSet:
    """A YOLO folder with `data.yaml`, or a COCO file whose pictures lie in `pictures`; raises `ConfigError`."""
    found = read_coco(source, pictures or source.parent, val_every) if source.suffix == ".json" else read_yolo(source)
    for part, shown in (("train", found.train), ("val", found.val)):
        if not shown:
            raise ConfigError(f"{source}: there are no pictures to {part}; at least one of each is needed")
    return found


def read_yolo(folder: Path) -> LabelledSet:
    """The layout of ultralytics: `data.yaml`, `images/...` and `labels/...`; raises `ConfigError` with file and line."""
    described = folder / "data.yaml"
    try:
        file = _YoloFile.model_validate(yaml.safe_load(described.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"{described} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValidationError) as error:
        reason = first_error(error) if isinstance(error, ValidationError) else "no YAML"
        raise ConfigError(f"{described}: {reason}") from error
    names = tuple(file.names) if isinstance(file.names, list) else tuple(file.names[number] for number in sorted(file.names))
    parts = [tuple(_yolo_part(folder / file.path / part, len(names))) for part in (file.train, file.val)]
    return LabelledSet(names, *parts)


def _yolo_part(folder: Path, classes: int) -> Iterator[LabelledPicture]:
    for picture in sorted(path for path in folder.glob("*") if path.suffix.lower() in PICTURES):
        labels = Path(*("labels" if part == "images" else part for part in picture.parts)).with_suffix(".txt")
        yield LabelledPicture(picture, tuple(_yolo_labels(labels, classes)) if labels.is_file() else ())


def _yolo_labels(path: Path, classes: int) -> Iterator[Label]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            class_id, *box = line.split()
            label = Label(int(class_id), *map(float, box))
        except (ValueError, TypeError) as error:
            raise ConfigError(f"{path}:{number}: a line is: class x y width height") from error
        if not 0 <= label.class_id < classes:
            raise ConfigError(f"{path}:{number}: class {label.class_id} is none of the {classes} in data.yaml")
        if not all(0 <= value <= 1 for value in (label.x, label.y, label.width, label.height)):
            raise ConfigError(f"{path}:{number}: positions and sizes are shares of the picture, 0 to 1")
        yield label


def read_coco(file: Path, pictures: Path, val_every: int) -> LabelledSet:
    """COCO's JSON; every `val_every`th picture is for judging, crowds are left out; raises `ConfigError`."""
    try:
        document = _CocoFile.model_validate_json(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise ConfigError(f"{file}: {first_error(error)}") from error
    numbers = {kind.id: number for number, kind in enumerate(document.categories)}
    boxes: dict[int, list[_CocoBox]] = {}
    for box in document.annotations:
        if box.category_id not in numbers:
            raise ConfigError(f"{file}: annotation of picture {box.image_id}: there is no category {box.category_id}")
        if not box.iscrowd:
            boxes.setdefault(box.image_id, []).append(box)
    shown = [
        LabelledPicture(pictures / image.file_name, tuple(_coco_label(box, image, numbers) for box in boxes.get(image.id, [])))
        for image in document.images
    ]
    missing = next((one.file for one in shown if not one.file.is_file()), None)
    if missing is not None:
        raise ConfigError(f"{missing} is missing: name the pictures' folder with --pictures")
    val = tuple(shown[::val_every])
    return LabelledSet(tuple(kind.name for kind in document.categories), tuple(one for one in shown if one not in val), val)


def _coco_label(box: _CocoBox, image: _CocoImage, numbers: dict[int, int]) -> Label:
    left, top, width, height = box.bbox
    middle = ((left + width / 2) / image.width, (top + height / 2) / image.height)
    return Label(numbers[box.category_id], *middle, width / image.width, height / image.height)


def write_yolo(labelled: LabelledSet, folder: Path) -> Path:
    """The set as ultralytics reads it, pictures as links; returns the path of `data.yaml`."""
    for part, shown in (("train", labelled.train), ("val", labelled.val)):
        _write_part(folder, part, shown)
    described: dict[str, Any] = {"path": str(folder.resolve()), "train": "images/train", "val": "images/val"}
    described["names"] = dict(enumerate(labelled.names))
    (folder / "data.yaml").write_text(yaml.safe_dump(described, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return folder / "data.yaml"


def _write_part(folder: Path, part: str, pictures: Sequence[LabelledPicture]) -> None:
    images, labels = folder / "images" / part, folder / "labels" / part
    for made in (images, labels):
        made.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(pictures):
        link = images / f"{number:06d}{one.file.suffix.lower()}"
        link.unlink(missing_ok=True)
        link.symlink_to(one.file.resolve())
        lines = [f"{box.class_id} {box.x:.6f} {box.y:.6f} {box.width:.6f} {box.height:.6f}\n" for box in one.labels]
        (labels / f"{number:06d}.txt").write_text("".join(lines), encoding="utf-8")
