"""A zone's outline in a configuration file: checked corners, as fractions of the picture's width and height."""

from typing import Annotated

from pydantic import AfterValidator, Field

from yuhang.geometry import GeometryError, Point, outline


def check_polygon(corners: tuple[Point, ...]) -> tuple[Point, ...]:
    """The corners unchanged, or `ValueError` saying which corner is wrong or that edges cross, and where."""
    for number, (x, y) in enumerate(corners, start=1):
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise ValueError(
                f"corner {number} ({x:g}, {y:g}) lies outside the picture: corners are fractions of its width and height, 0 to 1"
            )
    try:
        outline(corners)
    except GeometryError as error:
        raise ValueError(str(error)) from error
    return corners


Polygon = Annotated[tuple[Point, ...], Field(max_length=64), AfterValidator(check_polygon)]
