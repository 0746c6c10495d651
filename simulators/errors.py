"""What can go wrong in the simulators on purpose."""

from yuhang.errors import ConfigError, YuhangError


class SceneError(ConfigError):
    """A scene that cannot be rendered; the text names file and key."""


class RenderedFolderError(YuhangError):
    """A folder that does not hold what `yuhang sim render` writes."""
