"""From a picture to one look at a face: find, judge, compare-ready; the models of one node."""

from collections.abc import Sequence
from typing import Protocol

from edge.boxes import Rect
from edge.faces.alignment import SIDE, aligned
from edge.faces.config import FaceQualityConfig, FacesConfig
from edge.faces.embedder import FaceEmbedder
from edge.faces.finder import FaceFinder
from edge.faces.liveness import LivenessCheck, mean_score
from edge.faces.quality import problem_of
from edge.faces.types import FaceLook, FoundFace
from edge.inference.config import SessionConfig
from edge.inference.preprocess import Image
from edge.inference.session import OnnxSession
from models.manifest import FaceEmbedderModel, FaceFinderModel, FaceLivenessModel
from models.store import ModelStore
from yuhang.errors import ModelError
from yuhang.messages import FaceProblem

RIVAL = 0.5  # a second face of at least this share of the largest one's area: nobody knows who of them asks


class FaceEyes(Protocol):
    """Who looks at faces."""

    @property
    def embedder_sha256(self) -> str:
        """Hash of the network that makes the templates."""

    def look(self, image_bgr: Image, region: Rect | None = None) -> FaceLook:
        """The face in a picture, or in a part of it (pixels), or why none can be judged."""


class FaceModels:
    """The networks that look at faces; one instance serves one thread."""

    def __init__(
        self, finder: FaceFinder, embedder: FaceEmbedder, liveness: Sequence[LivenessCheck], quality: FaceQualityConfig
    ) -> None:
        self.finder = finder
        self.embedder = embedder
        self.liveness = tuple(liveness)
        self._quality = quality

    @property
    def embedder_sha256(self) -> str:
        return self.embedder.sha256

    def look(self, image_bgr: Image, region: Rect | None = None) -> FaceLook:
        if region is not None:
            height, width = image_bgr.shape[:2]
            part = region.inside(width, height)
            image_bgr = image_bgr[int(part.top) : round(part.bottom), int(part.left) : round(part.right)]
        if image_bgr.size == 0:
            return FaceLook(FaceProblem.NO_FACE)
        faces = sorted(self.finder.find(image_bgr), key=lambda face: -face.box.area)
        if not faces:
            return FaceLook(FaceProblem.NO_FACE)
        if len(faces) > 1 and faces[1].box.area >= RIVAL * faces[0].box.area:
            return FaceLook(FaceProblem.SEVERAL)
        return self.judged(image_bgr, faces[0])

    def judged(self, image_bgr: Image, face: FoundFace) -> FaceLook:
        """The look at one face that was found in the picture."""
        problem = problem_of(face, aligned(image_bgr, face.points, int(SIDE)), self._quality)
        if problem is not None:
            return FaceLook(problem)
        template = self.embedder.template(image_bgr, face.points)
        return FaceLook(None, template, self.alive(image_bgr, face))

    def alive(self, image_bgr: Image, face: FoundFace) -> float:
        """How much a face looks like one before the camera rather than a picture of one, 0..1."""
        return mean_score(self.liveness, image_bgr, face.box)


def load_faces(config: FacesConfig, store: ModelStore, session: SessionConfig | None = None) -> FaceModels:
    """The networks that the configuration names; raises `ModelError` when one is missing or does another job."""
    session = session or SessionConfig()
    finder, embedder = store.resolve(config.finder), store.resolve(config.embedder)
    if not isinstance(finder.entry, FaceFinderModel):
        raise ModelError(f"model {config.finder} does the job {finder.entry.job!r}, not 'face_finder'")
    if not isinstance(embedder.entry, FaceEmbedderModel):
        raise ModelError(f"model {config.embedder} does the job {embedder.entry.job!r}, not 'face_embedder'")
    return FaceModels(
        FaceFinder(finder.entry, OnnxSession(finder.path, session), config.quality.min_score),
        FaceEmbedder(embedder.entry, OnnxSession(embedder.path, session)),
        [_liveness(name, store, session) for name in config.liveness],
        config.quality,
    )


def _liveness(name: str, store: ModelStore, session: SessionConfig) -> LivenessCheck:
    found = store.resolve(name)
    if not isinstance(found.entry, FaceLivenessModel):
        raise ModelError(f"model {name} does the job {found.entry.job!r}, not 'face_liveness'")
    return LivenessCheck(found.entry, OnnxSession(found.path, session))
