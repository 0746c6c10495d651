"""One case as an officer sees it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from central.screens.components.checks import CheckLine
from central.screens.components.pictures import Picture
from central.screens.components.timeline import Happening
from central.screens.theme import Tone


class Decision(StrEnum):
    """What a person can do with a case."""

    APPROVE = "approve"
    VOID = "void"
    HANDLE = "handle"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's decision: the version of the case that they saw, the ground of a void, and why, in their own words."""

    decision: Decision
    version: int
    ground: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A decision that the visitor may take now: what it is called, what will happen, and the reason to start from."""

    decision: Decision
    label: str
    what_happens: str
    reason: str


@dataclass(frozen=True, slots=True)
class GroundChoice:
    """A ground for voiding, with its legal basis."""

    name: str
    title: str
    basis: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known about the case, with its name."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A deadline of the case that is still running or was passed."""

    title: str
    due_at: datetime
    passed: bool


@dataclass(frozen=True, slots=True)
class Clip:
    """A film of a moment of the case."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything on the page of a case."""

    id: str
    version: int
    number: str
    plate: str | None
    plate_colour: str | None
    place: str
    tone: Tone
    state: str
    red_light: bool
    facts: tuple[Fact, ...]
    pictures: tuple[Picture, ...]
    happenings: tuple[Happening, ...]
    checks: tuple[CheckLine, ...]
    missing: tuple[str, ...]
    limits: tuple[Limit, ...]
    clips: tuple[Clip, ...]
    offers: tuple[Offer, ...]
    why_no_offer: str
    grounds: tuple[GroundChoice, ...]
    previous_href: str | None
    next_href: str | None

    def offer(self, decision: Decision) -> Offer | None:
        """The offer of a decision, if the visitor may take it."""
        return next((offer for offer in self.offers if offer.decision is decision), None)
