"""Searching among all enrolled stays locked unless what was measured carries it. Pure.

A stranger before N templates is taken for somebody with a chance of up to N times the false-match rate. What counts is not the
rate that was seen but the upper 95 % bound of what it may be.
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from edge.faces.bounds import clopper_pearson
from yuhang.config.section import Section
from yuhang.messages import Sha256

MOST_STRANGERS = 0.001
"""Share of strangers that a search may let in at most."""


class MeasuredErrors(Section):
    """Error counts of one embedder at one threshold, as `yuhang bench faces --out` writes them."""

    embedder_sha256: Sha256 = Field(title="Network that was measured")
    threshold: float = Field(ge=-1, le=1, title="Likeness from which two faces were taken for one person")
    false_matches: int = Field(ge=0, title="Pairs of different people taken for one")
    different_pairs: int = Field(ge=0, title="Pairs of different people")
    measured_on: date = Field(title="Day of the measurement")
    pictures: str = Field(max_length=300, title="What was measured on")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.false_matches > self.different_pairs:
            raise ValueError(f"false_matches ({self.false_matches}) must not exceed different_pairs ({self.different_pairs})")
        return self


@dataclass(frozen=True, slots=True)
class SearchLock:
    """Whether everybody may be searched, and why not."""

    open: bool
    reason: str


def search_lock(measured: MeasuredErrors | None, enrolled: int, embedder_sha256: str, threshold: float) -> SearchLock:
    """The lock for a gate with so many enrolled, this network and this threshold."""
    if measured is None:
        return SearchLock(open=False, reason="nothing has been measured")
    if measured.embedder_sha256 != embedder_sha256:
        return SearchLock(open=False, reason="another network was measured")
    if threshold < measured.threshold:
        return SearchLock(
            open=False, reason=f"measured at the threshold {measured.threshold:g}, the gate's {threshold:g} is lower"
        )
    highest = clopper_pearson(measured.false_matches, measured.different_pairs)[1]
    strangers = highest * enrolled
    counts = f"{measured.false_matches} of {measured.different_pairs} pairs bound the false-match rate at {highest:.2g}"
    told = f"{counts}; times {enrolled} enrolled that is {strangers:.2g}, allowed {MOST_STRANGERS:g}"
    return SearchLock(open=strangers <= MOST_STRANGERS, reason=told)
