"""Who steers a junction, and what somebody who is not in charge is told.

The order is the kernel's, not the caller's: a fault before the key in the cabinet, the key before a command to flash, that
before an emergency call, that before a stage chosen by the centre, and the programme when nobody else wants anything.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Authority(IntEnum):
    """Who can steer, the weakest first."""

    PROGRAMME = 0
    CENTRE = 1
    EMERGENCY = 2
    COMMAND = 3
    KEY = 4
    START = 5
    FAULT = 6


class Regime(StrEnum):
    """What the lamps are to do."""

    STAGES = "stages"
    ALL_RED = "all_red"
    FLASH = "flash"
    DARK = "dark"


class Answer(StrEnum):
    """What became of a wish."""

    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    OVERRULED = "overruled"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: a regime and, for `STAGES`, the stage."""

    regime: Regime
    stage: int = 0


@dataclass(slots=True)
class Desk:
    """What each of those in charge wants at present; none means that he does not care."""

    centre: Wish | None = None
    command: Wish | None = None
    key: Wish | None = None

    def clear_remote(self) -> None:
        """Forget all that came over a wire."""
        self.centre = self.command = None
