"""Small things drawn with soft edges and smeared by their motion."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


def draw_disc(image: Image, places: Sequence[tuple[float, float]], radius: float, grey: float, opacity: float = 1.0) -> None:
    """Blend a disc into a picture, seen at all `places` (pixels) in turn while the shutter was open."""
    xs, ys = [x for x, _ in places], [y for _, y in places]
    reach = radius + 1.5
    left, right = max(0, int(min(xs) - reach)), min(image.shape[1], int(max(xs) + reach) + 2)
    top, bottom = max(0, int(min(ys) - reach)), min(image.shape[0], int(max(ys) + reach) + 2)
    if left >= right or top >= bottom:
        return
    row, column = np.mgrid[top:bottom, left:right]
    share = np.zeros(row.shape)
    for x, y in places:
        share += np.clip(radius + 0.5 - np.hypot(column - x, row - y), 0, 1) * min(1.0, 2 * radius)
    alpha = (share / len(places) * opacity)[..., None]
    part = image[top:bottom, left:right]
    part[:] = np.clip(part * (1 - alpha) + grey * alpha, 0, 255).astype(np.uint8)
