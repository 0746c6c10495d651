"""What goes wrong with road networks."""

from yuhang.errors import YuhangError


class NetworkError(YuhangError):
    """A network file that cannot be used; the text names file, line and what to do."""
