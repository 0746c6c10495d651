"""What goes wrong with signal controllers."""

from yuhang.errors import YuhangError


class ControllerError(YuhangError):
    """Root of all errors of signal controllers."""


class ControllerAway(ControllerError):  # noqa: N818 - a state of the other side
    """The controller does not answer, or not in time."""


class ControllerRefused(ControllerError):  # noqa: N818 - a state of the other side
    """The controller answers that it will not."""


class FrameError(ControllerError):
    """Bytes that do not follow the protocol; the text names the place and what was expected."""


class UnsafeJunction(ControllerError):  # noqa: N818 - a state of the junction
    """What a controller or a configuration says of the junction cannot be steered safely."""
