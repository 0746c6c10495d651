"""One vehicle after the other through one lane: looks in, decisions out. Pure.

A plate is read when enough clear looks, on which both readers agree, say the same and nothing else is said as often; otherwise
it is doubtful, and a person decides. Once a vehicle is decided, only a plate that is quite another one begins the next.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from edge.detectors.plate_entry.config import PlateEntryConfig
from edge.plates.config import ConsensusRules
from edge.plates.consensus import PlateVerdict, agree, is_clear
from edge.plates.types import PlateReading

ANOTHER = 3
"""Characters in which a plate must differ to be another vehicle's and not a bad look at the same."""
MOST_LOOKS = 60


@dataclass(frozen=True, slots=True)
class LaneLook:
    """What one frame shows of the lane: the nearest plate, and whether a vehicle stands there."""

    at: datetime
    reading: PlateReading | None
    vehicle: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What is reported: `vehicle` counts the vehicles of the lane, `outcome` is as on the wire."""

    vehicle: int
    outcome: Literal["read", "doubtful", "no_plate"]
    appeared_at: datetime
    verdict: PlateVerdict
    readings: tuple[PlateReading, ...]


@dataclass(slots=True)
class _Passage:
    number: int
    since: datetime
    seen_at: datetime
    plate_since: datetime | None = None
    readings: list[PlateReading] = field(default_factory=list)
    text: str | None = None
    reported: str | None = None


class LaneRules:
    """The decisions of one lane; looks come in the order of their time."""

    def __init__(self, config: PlateEntryConfig, consensus: ConsensusRules, is_plate: Callable[[str], bool]) -> None:
        self._config = config
        self._consensus = consensus.model_copy(update={"votes": config.looks})
        self._is_plate = is_plate
        self._passage: _Passage | None = None
        self._following: list[PlateReading] = []
        self._number = 0
        self._last: tuple[str, datetime] | None = None

    @property
    def undecided(self) -> bool:
        """Whether a vehicle waits for its decision."""
        return self._passage is not None and self._passage.text is None

    @property
    def busy(self) -> bool:
        """Whether a vehicle is in the lane."""
        return self._passage is not None

    def forget(self) -> None:
        """Nobody can say what became of the vehicle in the lane."""
        self._passage, self._following = None, []

    def step(self, look: LaneLook) -> Decision | None:
        """Take in one look."""
        if look.reading is None and not look.vehicle:
            self._leave(look.at)
            return None
        passage = self._passage or self._begin(look.at)
        passage.seen_at = look.at
        if passage.text is not None:
            return self._behind(passage, look)
        if look.reading is not None:
            passage.plate_since = passage.plate_since or look.at
            passage.readings.append(look.reading)
            del passage.readings[:-MOST_LOOKS]
        return self._decide(passage, look.at)

    def _begin(self, at: datetime) -> _Passage:
        self._number += 1
        self._passage = _Passage(self._number, at, at)
        self._following = []
        return self._passage

    def _leave(self, at: datetime) -> None:
        passage = self._passage
        if passage is not None and (at - passage.seen_at).total_seconds() >= self._config.gone_s:
            if passage.text is not None:
                self._last = (passage.text, passage.seen_at)
            self.forget()

    def _decide(self, passage: _Passage, at: datetime) -> Decision | None:
        verdict = agree(passage.readings, self._is_plate, self._consensus)
        if verdict.text is not None:
            passage.text = verdict.text
            return None if self._is_repeated(verdict.text, at) else self._report(passage, "read", verdict)
        if passage.reported is not None:
            return None
        if passage.plate_since is not None:
            waited = (at - passage.plate_since).total_seconds() >= self._config.decide_s
            return self._report(passage, "doubtful", verdict) if waited else None
        if (at - passage.since).total_seconds() >= self._config.no_plate_s:
            return self._report(passage, "no_plate", verdict)
        return None

    def _is_repeated(self, text: str, at: datetime) -> bool:
        return self._last is not None and self._last[0] == text and (at - self._last[1]).total_seconds() < self._config.repeat_s

    def _report(self, passage: _Passage, outcome: Literal["read", "doubtful", "no_plate"], verdict: PlateVerdict) -> Decision:
        passage.reported = outcome
        appeared = passage.plate_since or passage.since
        return Decision(passage.number, outcome, appeared, verdict, tuple(passage.readings))

    def _behind(self, passage: _Passage, look: LaneLook) -> Decision | None:
        """Whether the next vehicle has come up behind one that is decided."""
        reading = look.reading
        if reading is None or passage.text is None:
            return None
        if not is_clear(reading, self._consensus) or _differ(reading.text, passage.text) < ANOTHER:
            self._following = [] if reading.text == passage.text else self._following
            return None
        self._following.append(reading)
        if agree(self._following, self._is_plate, self._consensus).text is None:
            return None
        readings = self._following
        self._last = (passage.text, passage.seen_at)
        following = self._begin(look.at)
        following.plate_since, following.readings = look.at, readings
        return self._decide(following, look.at)


def _differ(one: str, other: str) -> int:
    """Places in which two texts differ; a missing one counts."""
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))
