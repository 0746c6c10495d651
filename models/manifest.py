"""What `manifest.yaml` says about each model: where it comes from, how to check it, and how to use it.

A model is swapped by naming another entry: everything the code must know to run it (size, normalisation, decoder, labels)
stands in the entry and nowhere else.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.labels import COCO_80
from yuhang.config import load_yaml

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Triple = tuple[float, float, float]
LABEL_SETS: dict[str, tuple[str, ...]] = {"coco-80": COCO_80}


class _Strict(BaseModel):
    """Unknown keys are errors: a misspelt key must not silently change what a model does."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FileRef(_Strict):
    """A file by name and content; it lies in one of the store's folders."""

    name: FileName
    sha256: Sha256
    bytes: int = Field(gt=0)
    url: str | None = Field(default=None, pattern=r"^https://")
    """Where `yuhang models fetch` gets it; none for a file that ships with the product."""


class Source(_Strict):
    """The published thing that the file was taken or converted from."""

    package: str
    version: str
    path: str
    upstream: str = ""


class ImageInput(_Strict):
    """How a picture becomes the network's input tensor (1 x 3 x height x width, float32)."""

    width: int = Field(gt=0, multiple_of=8)
    height: int = Field(gt=0, multiple_of=8)
    fit: Literal["stretch", "letterbox_centre", "letterbox_corner"]
    pad: int = Field(default=0, ge=0, le=255)
    """Grey level of the letterbox's bars."""
    channels: Literal["bgr", "rgb"]
    mean: Triple = (0.0, 0.0, 0.0)
    """Subtracted from each 0-255 channel, in the order of `channels`."""
    std: Triple = (1.0, 1.0, 1.0)
    """Divides each channel after the mean was taken off."""


class _Entry(_Strict):
    """What every model has in common."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    title: str
    file: FileRef
    licence: str
    source: Source
    rebuild: str
    """The command that makes the file again from its source."""


class ObjectModel(_Entry):
    """Finds objects: boxes with a class and a score."""

    job: Literal["objects"]
    decoder: Literal["nanodet", "yolox", "yolo"]
    input: ImageInput
    strides: tuple[int, ...] = (8, 16, 32)
    labels: Literal["coco-80"] | tuple[str, ...]

    @property
    def label_names(self) -> tuple[str, ...]:
        """Class names by class id."""
        return LABEL_SETS[self.labels] if isinstance(self.labels, str) else self.labels


class PlateFinderModel(_Entry):
    """Finds number plates: boxes with four corners."""

    job: Literal["plate_finder"]
    decoder: Literal["anchor_corners"]
    mean: Triple
    strides: tuple[int, ...]
    anchors: tuple[tuple[float, ...], ...]
    """Sides of the square anchors in pixels, one group a stride."""

    @model_validator(mode="after")
    def _one_group_a_stride(self) -> "PlateFinderModel":
        if len(self.anchors) != len(self.strides):
            raise ValueError("anchors: give one group of anchor sides for each stride")
        return self


class PlateReaderModel(_Entry):
    """Reads an upright plate crop as a sequence of characters (CTC)."""

    job: Literal["plate_reader"]
    decoder: Literal["ctc", "ctc_plate"]
    """`ctc`: the likeliest characters one by one; `ctc_plate`: the likeliest text that a plate may carry."""
    crop_width: int = Field(gt=0)
    crop_height: int = Field(gt=0)
    canvas_width: int = Field(gt=0)
    """The crop is scaled to `crop_width` and laid at the left of a canvas this wide."""
    characters: FileRef
    """One character a line; class 0 is the blank, class 1 the first line."""


class FaceFinderModel(_Entry):
    """Finds faces: boxes with six points, of which the eyes, the nose and the mouth are used."""

    job: Literal["face_finder"]
    decoder: Literal["blazeface"]
    side: int = Field(gt=0)
    """Side of the square input (1 x side x side x 3, RGB, -1..1); the picture lies in its upper left."""


class FaceEmbedderModel(_Entry):
    """Makes a template of an upright face."""

    job: Literal["face_embedder"]
    decoder: Literal["vector"]
    side: int = Field(gt=0)
    """Side of the square input (1 x side x side x 3)."""
    channels: Literal["bgr", "rgb"]
    mean: Triple = (0.0, 0.0, 0.0)
    """Subtracted from each 0-255 channel, in the order of `channels`."""
    margin: float = Field(ge=0, le=1)
    """More of the face's surroundings than the ArcFace crop shows, as a share of its side."""
    length: int = Field(gt=0)


class FaceLivenessModel(_Entry):
    """Tells a face from a picture of one."""

    job: Literal["face_liveness"]
    decoder: Literal["share"]
    side: int = Field(gt=0)
    """Side of the square input (1 x side x side x 3, RGB, 0..1)."""
    crop: float = Field(gt=0, le=4)
    """Side of the crop, in sides of the face's box."""
    live: int = Field(ge=0)
    """Which output says that the face is alive."""


ModelEntry = Annotated[
    ObjectModel | PlateFinderModel | PlateReaderModel | FaceFinderModel | FaceEmbedderModel | FaceLivenessModel,
    Field(discriminator="job"),
]


class Manifest(_Strict):
    """All models that the product knows."""

    models: tuple[ModelEntry, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> "Manifest":
        names = [entry.name for entry in self.models]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"models: the names {', '.join(repeated)} are given more than once")
        return self


def load_manifest(path: Path) -> Manifest:
    """The manifest in `path`; raises `ConfigError` that names file, line and key."""
    return load_yaml(path, Manifest)
