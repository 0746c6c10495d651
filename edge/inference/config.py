"""Configuration of inference, as a node's YAML may state it."""

from pydantic import BaseModel, ConfigDict, Field


class SessionConfig(BaseModel):
    """How ONNX Runtime runs a network.

    One thread a session is the default: a node scales by processes, and on a busy machine a second thread costs more than
    it gives.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    threads: int = Field(default=1, ge=1, le=64)
    providers: tuple[str, ...] = ("CPUExecutionProvider",)
    """ONNX Runtime execution providers, the preferred one first."""


class DetectorConfig(BaseModel):
    """Which model finds objects, and what is kept of what it finds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = "nanodet-g-416"
    """A name in the model manifest, or the path of an .onnx file with its entry in a .yaml file beside it."""
    min_score: float = Field(default=0.35, gt=0, lt=1)
    overlap: float = Field(default=0.6, gt=0, lt=1)
    """Of two boxes of one class that overlap more than this (intersection over union), the weaker is dropped."""
    classes: tuple[str, ...] = ()
    """Labels to keep; empty keeps all."""
    same_thing: tuple[tuple[str, ...], ...] = (("car", "bus", "truck"),)
    """Labels that name one and the same object to the overlap rule, so a van is not both car and truck."""
    limit: int = Field(default=100, ge=1)
    """At most this many objects a picture, the best scores first."""
    session: SessionConfig = SessionConfig()
