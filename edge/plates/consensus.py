"""Agreement on a vehicle's plate over several frames. Pure: readings in, verdict out.

A single look is wrong too often to write to anybody: at 60 pixels width the province alone comes out wrong on a third of the
looks. The rule: only clear readings vote, and where two readers look only those on which they agree; the text needs enough
votes, most of the votes, and the grammar of a plate; otherwise the plate is unread and a person looks.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from edge.plates.config import ConsensusRules
from edge.plates.types import PlateReading

Reason = Literal["agreed", "too_few_clear", "disagreement", "not_a_plate"]


@dataclass(frozen=True, slots=True)
class PlateVerdict:
    """What several frames say together. `text` is none unless `reason` is "agreed"."""

    text: str | None
    reason: Reason
    votes: int
    """Clear readings for the leading text."""
    clear: int
    """All clear readings."""
    seen: int
    """All readings."""
    best: PlateReading | None
    """The most confident reading of the agreed text (the most confident of all when there is none), for the crop."""


def agree(readings: Iterable[PlateReading], is_plate: Callable[[str], bool], rules: ConsensusRules) -> PlateVerdict:
    """The verdict on the readings of one vehicle; `is_plate` says whether a text follows the grammar of a plate."""
    seen = list(readings)
    clear = [reading for reading in seen if is_clear(reading, rules)]
    text, votes = next(iter(Counter(reading.text for reading in clear).most_common(1)), ("", 0))
    reason = _judge(text, votes, len(clear), is_plate, rules)
    pool = [reading for reading in clear if reading.text == text] if reason == "agreed" else seen
    best = max(pool, key=lambda reading: reading.min_char_confidence, default=None)
    return PlateVerdict(text if reason == "agreed" else None, reason, votes, len(clear), len(seen), best)


def is_clear(reading: PlateReading, rules: ConsensusRules) -> bool:
    """Whether a reading may vote."""
    return (
        bool(reading.text)
        and reading.confirmed
        and (reading.candidate is None or reading.width_px >= rules.min_width_px)
        and reading.min_char_confidence >= rules.min_char_confidence
        and reading.province_margin >= rules.min_province_margin
    )


def _judge(text: str, votes: int, clear: int, is_plate: Callable[[str], bool], rules: ConsensusRules) -> Reason:
    if clear < rules.votes:
        return "too_few_clear"
    if votes < rules.votes or votes < rules.share * clear:
        return "disagreement"
    return "agreed" if is_plate(text) else "not_a_plate"
