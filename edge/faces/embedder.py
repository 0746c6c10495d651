"""Makes a template of a face: a vector of unit length that is alike for pictures of one person."""

import numpy as np

from edge.faces.alignment import aligned
from edge.faces.types import FacePoints, Template
from edge.inference.decoder import shape_error
from edge.inference.preprocess import Image
from edge.inference.session import OnnxSession
from models.manifest import FaceEmbedderModel


class FaceEmbedder:
    """Makes templates; one instance serves one thread."""

    def __init__(self, model: FaceEmbedderModel, session: OnnxSession) -> None:
        self._model = model
        self._session = session

    @property
    def sha256(self) -> str:
        """Hash of the network: templates of another one cannot be compared with its own."""
        return self._model.file.sha256

    def template(self, image_bgr: Image, points: FacePoints) -> Template:
        """The template of one face in a picture; raises `ModelError` when the network gives something else."""
        upright = aligned(image_bgr, points, self._model.side, self._model.margin)
        ordered = upright[:, :, ::-1] if self._model.channels == "rgb" else upright
        outputs = self._session.run((ordered.astype(np.float32) - np.array(self._model.mean, np.float32))[None])
        if len(outputs) != 1 or outputs[0].shape != (1, self._model.length):
            raise shape_error(outputs, f"1 x {self._model.length}")
        vector = outputs[0][0]
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
