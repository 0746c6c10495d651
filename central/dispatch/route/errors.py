"""What goes wrong with routes."""

from yuhang.errors import YuhangError


class NoWay(YuhangError):  # noqa: N818 - a state of the roads
    """No way leads there for this vehicle."""
