"""Which of a camera's papers hold at a moment, and which will run out soon. Pure.

PROC 15-16 and APL 41: records of a device that is not certified, whose calibration has run out, whose site is not published or
whose signs are not registered are refused; VIDEO 7-8 and 13-14 ask for filing, purpose, location and angle.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from central.devices.papers import TIMEZONE, CameraPapers, DatedPaper

KEPT_DAYS = 30
"""Days for which video is kept at least (VIDEO 17)."""
WARN_DAYS = (60, 30, 7)
"""Days before a paper runs out at which a warning is given, each more urgent than the one before."""


class Item(StrEnum):
    """What a camera must have."""

    PAPERS = "papers"  # anything at all
    CERTIFICATE = "certificate"
    TEST_REPORT = "test_report"
    CALIBRATION = "calibration"
    FILING = "filing"
    PUBLICATION = "publication"
    SIGNS = "signs"
    PURPOSE = "purpose"
    LOCATION = "location"
    ANGLE = "angle"
    RECORDING = "recording"  # a duty: without it the pictures prove all the same
    VIEW = "view"  # a duty as well

    @property
    def zh(self) -> str:
        """In Chinese."""
        return _ITEMS[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return _ITEMS[self][1]


class Problem(StrEnum):
    """What is wrong with an item at a moment."""

    MISSING = "missing"
    EXPIRED = "expired"  # `day` is the last on which it was valid
    TOO_SHORT = "too_short"  # fewer days than the law asks for
    NOT_YET = "not_yet"  # `day` is the first on which it holds


_ITEMS: dict[Item, tuple[str, str]] = {
    Item.PAPERS: ("设备资料", "papers of the camera"),
    Item.CERTIFICATE: ("检定证书", "certificate"),
    Item.TEST_REPORT: ("检测报告", "test report"),
    Item.CALIBRATION: ("校准", "calibration"),
    Item.FILING: ("备案", "filing"),
    Item.PUBLICATION: ("设置地点公布", "publication of the site"),
    Item.SIGNS: ("标志登记", "registration of the signs"),
    Item.PURPOSE: ("用途", "purpose"),
    Item.LOCATION: ("安装位置", "location"),
    Item.ANGLE: ("拍摄角度", "angle"),
    Item.RECORDING: ("录像留存", "keeping of the video"),
    Item.VIEW: ("拍摄范围核查（不涉及私密空间）", "check of the view (no private rooms)"),
}
_PROBLEMS: dict[Problem, tuple[str, str]] = {
    Problem.MISSING: ("{item}缺失", "{item} missing"),
    Problem.EXPIRED: ("{item}已于 {day} 到期", "{item} expired on {day}"),
    Problem.TOO_SHORT: (f"{{item}}不足 {KEPT_DAYS} 日", f"{{item}} below {KEPT_DAYS} days"),
    Problem.NOT_YET: ("{item}自 {day} 起才有效", "{item} not before {day}"),
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One item that does not hold."""

    item: Item
    problem: Problem
    day: date | None = None

    @property
    def zh(self) -> str:
        """In Chinese."""
        return _PROBLEMS[self.problem][0].format(item=self.item.zh, day=self.day)

    @property
    def en(self) -> str:
        """In English."""
        return _PROBLEMS[self.problem][1].format(item=self.item.en, day=self.day)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the pictures of a camera were evidence when they were taken; `valid_until` is the first day that ends a paper.

    `duties`: what the law asks of the camera's operator besides; it takes no proof away and is shown until it is done.
    """

    flaws: tuple[Flaw, ...]
    valid_until: date | None = None
    duties: tuple[Flaw, ...] = ()

    @property
    def in_order(self) -> bool:
        """Whether nothing is missing."""
        return not self.flaws


@dataclass(frozen=True, slots=True)
class Expiry:
    """A paper that runs out soon or has run out; `days_left` counts whole days after today, negative afterwards."""

    item: Item
    valid_until: date
    days_left: int

    @property
    def stage(self) -> int | None:
        """The warning that is due: 60, 30 or 7 days, 0 when it has run out; None before the first."""
        if self.days_left < 0:
            return 0
        return min((days for days in WARN_DAYS if self.days_left <= days), default=None)


def day_of(moment: datetime) -> date:
    """The day in Beijing."""
    return moment.astimezone(TIMEZONE).date()


def standing_at(papers: CameraPapers | None, moment: datetime) -> Standing:
    """What the papers that held at `moment` are worth; every flaw is named, not only the first."""
    if papers is None:
        return Standing((Flaw(Item.PAPERS, Problem.MISSING),))
    until = min((paper.valid_until for _, paper in _dated(papers)), default=None)
    return Standing(tuple(_flaws(papers, day_of(moment))), until, tuple(_duties(papers, day_of(moment))))


def expiries(papers: CameraPapers, moment: datetime) -> tuple[Expiry, ...]:
    """When each paper runs out, the next one first."""
    today = day_of(moment)
    found = (Expiry(item, paper.valid_until, (paper.valid_until - today).days) for item, paper in _dated(papers))
    return tuple(sorted(found, key=lambda expiry: (expiry.valid_until, expiry.item)))


def _dated(papers: CameraPapers) -> Iterator[tuple[Item, DatedPaper]]:
    for item, paper in (
        (Item.CERTIFICATE, papers.certificate),
        (Item.TEST_REPORT, papers.test_report),
        (Item.CALIBRATION, papers.calibration),
    ):
        if paper is not None:
            yield item, paper


def _flaws(papers: CameraPapers, day: date) -> Iterator[Flaw]:
    dated = dict(_dated(papers))
    for item in (Item.CERTIFICATE, Item.TEST_REPORT, Item.CALIBRATION):
        yield from _out_of_date(item, dated.get(item), day)
    filed_on = papers.filing.filed_on if papers.filing else None
    published_on = papers.publication.published_on if papers.publication else None
    registered_on = min((sign.registered_on for sign in papers.signs), default=None)
    yield from _begun(Item.FILING, filed_on, day)
    yield from _begun(Item.PUBLICATION, published_on, day)
    yield from _begun(Item.SIGNS, registered_on, day)
    for item, value in ((Item.PURPOSE, papers.purpose), (Item.LOCATION, papers.location), (Item.ANGLE, papers.angle_deg)):
        if value is None:
            yield Flaw(item, Problem.MISSING)


def _duties(papers: CameraPapers, day: date) -> Iterator[Flaw]:
    """VIDEO 17: kept for thirty days; VIDEO 8: never aimed at private rooms, which somebody looks at."""
    if papers.recording is None:
        yield Flaw(Item.RECORDING, Problem.MISSING)
    elif papers.recording.days < KEPT_DAYS:
        yield Flaw(Item.RECORDING, Problem.TOO_SHORT)
    yield from _begun(Item.VIEW, papers.view.checked_on if papers.view else None, day)


def _out_of_date(item: Item, paper: DatedPaper | None, day: date) -> Iterator[Flaw]:
    if paper is None:
        yield Flaw(item, Problem.MISSING)
    elif day > paper.valid_until:
        yield Flaw(item, Problem.EXPIRED, paper.valid_until)
    elif day < paper.issued_on:
        yield Flaw(item, Problem.NOT_YET, paper.issued_on)


def _begun(item: Item, since: date | None, day: date) -> Iterator[Flaw]:
    if since is None:
        yield Flaw(item, Problem.MISSING)
    elif day < since:
        yield Flaw(item, Problem.NOT_YET, since)
