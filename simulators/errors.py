"""What can go wrong in the simulators on purpose."""

from yuhang.errors import ConfigError, YuhangError


class SceneError(ConfigError):
    """A scene that cannot be rendered; the text names file and key."""


class RenderedFolderError(YuhangError):
    """A folder that does not hold what `yuhang sim render` writes."""


class JunctionError(YuhangError):
    """A traffic light of SUMO that no controller can run; the text says why."""


class ClipError(YuhangError):
    """A real clip that cannot be read."""
