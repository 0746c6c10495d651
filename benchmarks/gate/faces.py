"""Faces: from the picture of the third look that agrees to the decision, within a household, and among twenty thousand."""

import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import cv2
import numpy as np

from benchmarks.faces.command import bench_faces
from benchmarks.falling.scene_run import Nothing
from benchmarks.kerb.node import CLOCK, START, NoPlates
from edge.assembly import LoadedModels, build_pipeline, build_tools
from edge.config import NodeConfig
from edge.config_mark import ConfigMark
from edge.detectors.tools import DetectorTools
from edge.faces.consent import Consent
from edge.faces.desk import FaceDesk
from edge.faces.eyes import load_faces
from edge.faces.matching import likeness
from edge.faces.opening import open_desk
from edge.faces.types import Template
from edge.frames import Clip, Frame
from edge.image import PlanarImage
from edge.inference.preprocess import Image
from models.store import ModelStore
from yuhang.errors import ConfigError
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.ids import new_ulid
from yuhang.messages import EntryMeans, FaceDecidedEvent, FaceDecision, FaceRequest

WIDTH, HEIGHT = 1280, 720
HOUSEHOLD, ALBUM = 6, 3  # people, and pictures of each
CROWD = 20_000


@dataclass(slots=True)
class _Gate:
    """Somebody asks at each picture at which nobody does yet."""

    request: FaceRequest | None = None

    def asked(self, gate: str, at: datetime) -> FaceRequest | None:
        if self.request is None:
            expires = at + timedelta(minutes=1)
            self.request = FaceRequest(id=new_ulid(at), expires_at=expires, gate=gate, means=EntryMeans.CARD, holder="flat")
        return self.request

    def answer(self, request: FaceRequest, decision: FaceDecision, at: datetime) -> None:
        del request, at
        if decision is not FaceDecision.RETRY:
            self.request = None


@dataclass(frozen=True, slots=True)
class FaceTimes:
    """Milliseconds of each decision; `crowd_ms` those of comparing with all of the crowd instead of a household."""

    decided_ms: tuple[float, ...]
    crowd_ms: tuple[float, ...]


def face_times(portrait: Path, decisions: int) -> FaceTimes:
    """Let the person of a portrait pass so many times; raises `ConfigError` when the portrait cannot be used."""
    picture = before_a_gate(portrait)
    models = load_faces(bench_faces(), ModelStore.standard())
    look = models.look(picture)
    if look.template is None:
        raise ConfigError(f"{portrait} cannot be used: {look.problem}")
    with tempfile.TemporaryDirectory(prefix="yuhang-bench-") as name:
        folder = Path(name)
        config = _config(folder)
        key = NodeKey.open(folder / "key")
        desk = open_desk(bench_faces(), models, folder, key, new_ulid)
        _enrol(desk, look.template)
        with closing(EvidenceChain(folder / "evidence", "bench", "gate", key)) as chain:
            shared = build_tools(config, ConfigMark(0, "0" * 64), LoadedModels(Nothing(), NoPlates(), {}), chain, _no_clip)
            decided = _decided(config, replace(shared, faces=desk, gate=_Gate()), picture, decisions)
    return FaceTimes(tuple(decided), tuple(_crowd_ms(look.template, min(decisions, 20))))


def before_a_gate(portrait: Path) -> Image:
    """The portrait as large as it fits into a camera's picture, on grey."""
    image = cv2.imread(str(portrait))
    if image is None:
        raise ConfigError(f"{portrait} is no picture")
    share = min(WIDTH / image.shape[1], HEIGHT / image.shape[0])
    scaled = cv2.resize(image, (int(image.shape[1] * share), int(image.shape[0] * share)), interpolation=cv2.INTER_AREA)
    picture: Image = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    left = (WIDTH - scaled.shape[1]) // 2
    picture[: scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return picture


def _config(folder: Path) -> NodeConfig:
    zone = {
        "zone": "door",
        "address": "bench",
        "polygon": ((0.1, 0.0), (0.9, 0.0), (0.9, 1.0), (0.1, 1.0)),
        "detector": {"kind": "face_entry", "gate": "east", "min_alive": 0.0},
    }
    camera = {"camera": "door", "source": {"kind": "file", "path": "x.mp4"}, "analysis_fps": 10, "zones": [zone]}
    return NodeConfig.model_validate(
        {"site": "bench", "node": "gate", "data_dir": folder, "faces": bench_faces(), "cameras": [camera]}
    )


def _enrol(desk: FaceDesk, template: Template) -> None:
    for number in range(HOUSEHOLD):
        consent = Consent(
            person=str(number), holder="flat", notice_version="bench", given_at=START, keep_until=START + timedelta(days=1)
        )
        desk.store.enrol(consent, [template if number == 0 else vector for vector in random_templates(ALBUM, number)])


def _decided(config: NodeConfig, tools: DetectorTools, picture: Image, decisions: int) -> Sequence[float]:
    pipeline = build_pipeline(config.cameras[0], tools)
    planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
    taken: list[float] = []
    for index in range(10 * decisions):
        frame = Frame("door", index, START + timedelta(seconds=index / 10), CLOCK, PlanarImage(planes))
        begun = time.perf_counter()
        events = pipeline.process(frame).events
        passed_ms = (time.perf_counter() - begun) * 1000
        found = [event.data.decision for event in events if isinstance(event, FaceDecidedEvent)]
        if found and found[-1] is not FaceDecision.PASS:
            raise ConfigError(f"the person of the portrait was not let in: {found[-1].value}")
        taken += [passed_ms] * bool(found)
        if len(taken) == decisions:
            break
    return taken


def _crowd_ms(template: Template, times: int) -> list[float]:
    crowd = random_templates(CROWD, 1)
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        likeness(template, crowd)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def random_templates(count: int, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Vectors of unit length that are nobody's face: `count` x 1024."""
    vectors = np.random.default_rng(seed).normal(size=(count, 1024)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _no_clip(camera: str, start: datetime, end: datetime) -> Clip | None:
    del camera, start, end
    return None
