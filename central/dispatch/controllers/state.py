"""What a controller shows and who steers it, as read back from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Lamp(StrEnum):
    """What a lamp group shows."""

    OFF = "off"
    RED = "red"
    RED_YELLOW = "red_yellow"
    GREEN = "green"
    GREEN_FLASH = "green_flash"
    YELLOW = "yellow"
    YELLOW_FLASH = "yellow_flash"
    UNKNOWN = "unknown"

    @property
    def lets_go(self) -> bool:
        """Whether traffic of this group may be on its way."""
        return self in (Lamp.GREEN, Lamp.GREEN_FLASH)


class Control(StrEnum):
    """Who steers the junction."""

    PROGRAMME = "programme"  # its own plan, or the centre's: it may be asked
    OURS = "ours"  # it follows, or is about to follow, our request
    HIGHER = "higher"  # a call of higher or unknown right: railway, another centre, another brigade
    MANUAL = "manual"  # a person, at the junction or in the police's centre
    SPECIAL = "special"  # flash, all red, off, fault

    @property
    def may_be_asked(self) -> bool:
        """Whether a wish for a stage overrides nobody."""
        return self in (Control.PROGRAMME, Control.OURS)


@dataclass(frozen=True, slots=True)
class SignalState:
    """One reading, true at some moment from `read_at_s` (asked for) to `heard_at_s` (answered); monotonic seconds.

    Seconds that the controller did not tell are None.
    """

    lamps: Mapping[int, Lamp]
    control: Control
    read_at_s: float
    stage: int | None = None
    elapsed_s: float | None = None
    remaining_s: float | None = None
    faults: tuple[str, ...] = ()
    heard_at_s: float | None = None

    @property
    def green(self) -> frozenset[int]:
        """Groups whose traffic may be on its way."""
        return frozenset(number for number, lamp in self.lamps.items() if lamp.lets_go)

    @property
    def latest_s(self) -> float:
        """The last moment at which it may have been true."""
        return self.read_at_s if self.heard_at_s is None else max(self.read_at_s, self.heard_at_s)

    def age_s(self, now_s: float) -> float:
        """Seconds since it was read."""
        return now_s - self.read_at_s
