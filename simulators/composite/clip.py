"""The pictures of a real clip, as a background."""

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.errors import ClipError

Image = NDArray[np.uint8]
Size = tuple[int, int]


def pictures_of(clip: Path, fps: float, seconds: float, size: Size | None = None) -> Iterator[tuple[float, Image]]:
    """`fps` pictures a second for `seconds`, BGR, as width x height `size`.

    A clip that is shorter runs backwards and forwards again.

    Raises:
        ClipError: the clip cannot be read.
    """
    kept: list[Image] = []
    for index in range(round(seconds * fps)):
        if index == 0:
            kept = list(_sampled(clip, fps, seconds, size))
        turn, place = divmod(index, max(1, len(kept) - 1))
        yield index / fps, kept[place if turn % 2 == 0 else len(kept) - 1 - place].copy()


def _sampled(clip: Path, fps: float, seconds: float, size: Size | None) -> Iterator[Image]:
    try:
        with av.open(str(clip)) as container:
            wanted = 0
            for frame in container.decode(video=0):
                at_s = frame.time or 0.0
                if at_s + 1e-3 < wanted / fps:
                    continue
                if at_s > seconds:
                    return
                wanted += 1
                image = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                yield image if size is None else np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    except av.error.FFmpegError as error:
        raise ClipError(f"{clip}: {error}") from error
