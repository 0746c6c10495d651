"""What can go wrong with a source of pictures."""

from yuhang.errors import YuhangError


class SourceError(YuhangError):
    """A source that cannot be opened or read; the text never holds a credential."""
