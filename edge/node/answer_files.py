"""What people answered about each lift, in a file on the node: one JSON object a line, the last about a track counts."""

import base64
import json
import os
from pathlib import Path

import numpy as np
import structlog

from edge.detectors.learning import Answer
from yuhang.errors import StorageError

log = structlog.get_logger(__name__)


class AnswerFile:
    """An `AnswerBook` on disk."""

    def __init__(self, path: Path) -> None:
        """Raises `StorageError` when the file is there and cannot be read; a line that is cut off (loss of power) is left out."""
        self._path = path
        self._answers: dict[str, Answer] = {}
        try:
            lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        except (OSError, UnicodeDecodeError) as error:
            raise StorageError(f"{path} cannot be read: {error}") from error
        for number, line in enumerate(lines, start=1):
            try:
                answer = _parsed(line)
            except (ValueError, KeyError, TypeError) as error:
                log.warning("a line with an answer is left out", file=str(path), line=number, reason=str(error))
                continue
            self._answers[answer.track] = answer

    def answers(self) -> tuple[Answer, ...]:
        """All of them, the oldest first."""
        return tuple(self._answers.values())

    def add(self, answer: Answer) -> None:
        """Keep one more, durably; raises `StorageError`."""
        features = base64.b64encode(answer.features.astype("<f4").tobytes()).decode("ascii")
        line = json.dumps({"track": answer.track, "confirmed": answer.confirmed, "features": features})
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror}") from error
        self._answers[answer.track] = answer


def _parsed(line: str) -> Answer:
    found = json.loads(line)
    features = np.frombuffer(base64.b64decode(found["features"]), "<f4").astype(np.float32)
    return Answer(str(found["track"]), bool(found["confirmed"]), features)
