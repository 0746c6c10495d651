"""Configuration of inference, as a node's YAML may state it."""

from typing import Literal

from pydantic import Field

from yuhang.config.section import Section

Provider = Literal["cpu", "openvino", "cuda"]


class SessionConfig(Section):
    """How ONNX Runtime runs a network.

    One thread a session is the default: a node scales by processes, and on a busy machine a second thread costs more than
    it gives.
    """

    threads: int = Field(default=1, ge=1, le=64, title="Threads of one network")
    providers: tuple[Provider, ...] = Field(
        default=("cpu",),
        min_length=1,
        title="Execution providers of ONNX Runtime, the preferred one first",
        description="openvino and cuda need another build: onnxruntime-openvino or onnxruntime-gpu in place of onnxruntime",
    )


class DetectorConfig(Section):
    """Which model finds objects, and what is kept of what it finds."""

    model: str = Field(
        default="nanodet-g-416",
        title="Model",
        description="a name that `yuhang models list` shows, from the product's manifest or from the site's own",
    )
    min_score: float = Field(default=0.35, gt=0, lt=1, title="Score from which an object is kept")
    overlap: float = Field(
        default=0.6,
        gt=0,
        lt=1,
        title="Overlap (IoU) above which the weaker of two boxes of one object is dropped",
    )
    classes: tuple[str, ...] = Field(default=(), title="Classes to keep", description="empty keeps all that the model knows")
    same_thing: tuple[tuple[str, ...], ...] = Field(
        default=(("car", "bus", "truck"),),
        title="Classes that compete for one object",
        description="so that a van is not both a car and a truck; names that the model does not know do nothing",
    )
    limit: int = Field(default=100, ge=1, le=1000, title="Objects kept a picture, the best scores first")
    session: SessionConfig = Field(default=SessionConfig(), title="ONNX Runtime")
