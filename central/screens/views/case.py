"""One case as an officer sees it."""

from dataclasses import dataclass
from datetime import datetime

from central.screens.components.checks import CheckLine
from central.screens.components.pictures import Picture
from central.screens.components.sheet import Sheet
from central.screens.components.timeline import Happening
from central.screens.theme import Tone
from central.screens.views.acts import ActOffer
from central.screens.views.papers import PapersView
from central.screens.views.payments import PaymentsView
from central.screens.views.trail import TrailView


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
class Said:
    """Something that the person concerned has brought: words, pictures, a named driver; and what came of it."""

    title: str
    at: datetime
    text: str
    pictures: tuple[str, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class LikeCase:
    """A case that waits for the same act at the same place or for the same vehicle."""

    href: str
    number: str
    plate: str | None
    plate_colour: str | None
    since: datetime
    why: str


NO_PAPERS = PapersView((), ())
NO_PAYMENTS = PaymentsView((), "", None)


@dataclass(frozen=True, slots=True)
class Work:
    """What the visitor can do on the page, and what others have done."""

    acts: tuple[ActOffer, ...] = ()
    comes_next: str = ""
    papers: PapersView = NO_PAPERS
    payments: PaymentsView = NO_PAYMENTS
    said: tuple[Said, ...] = ()
    like: tuple[LikeCase, ...] = ()
    trail: TrailView | None = None

    def sheets(self) -> tuple[Sheet, ...]:
        """All sheets that can be opened on the page."""
        acts = (offer.sheet for offer in self.acts)
        return tuple(sheet for sheet in (*acts, *self.papers.sheets, self.payments.sheet) if sheet is not None)


NO_WORK = Work()


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
    missing: tuple[str, ...] | None  # None: nothing is sought
    limits: tuple[Limit, ...]
    clips: tuple[Clip, ...]
    work: Work
    previous_href: str | None
    next_href: str | None

    def sheet(self, key: str) -> Sheet | None:
        """The sheet of this key, if the visitor may open it."""
        return next((sheet for sheet in self.work.sheets() if sheet.key == key), None)

    def sheet_of_letter(self, letter: str) -> Sheet | None:
        """The sheet of the act that this key opens."""
        return next((offer.sheet for offer in self.work.acts if offer.key.lower() == letter), None)
