"""The supervisor's page: what became of the stops, by place and time, each figure with the way to its cases; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from central.cases.playbook import Playbook
from central.devices.rules import Flaw
from central.screens.components.figures import Figure
from central.screens.components.filters import Choice, address
from central.screens.i18n import Language
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.screens.views.naming import say, state_title
from central.supervision.counted import Counted
from central.supervision.figures import BY_PLACE, LeftShare, OpenStep, PeriodFigures, PlaceFigures
from central.supervision.period import ANYWHERE, LONGEST_DAYS, CameraPlace, Period, Scope

HERE = "/supervision"
TABLE = "/api/v1/supervision/figures.csv"
HOURS = range(24)
_NOTICES = (Counted.NOTICE_DELIVERED, Counted.NOTICE_FAILED)
_OBJECTIONS = (Counted.OBJECTIONS, Counted.OBJECTIONS_UPHELD, Counted.OBJECTIONS_DISMISSED, Counted.OBJECTIONS_OPEN)
_FOOT = (Counted.FOOT_OPEN, Counted.FOOT_POSTED, Counted.FOOT_HANDLED, Counted.FOOT_NOT_REACHED)
_TO_SEE_TO = frozenset({Counted.OBJECTIONS_OPEN, Counted.FOOT_OPEN, Counted.NOTICE_FAILED})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: a period in Beijing days, a zone and a camera."""

    period: Period
    zone: str = ""
    camera: CameraPlace = ANYWHERE

    @classmethod
    def from_address(cls, values: Mapping[str, str], today: date) -> "Asked":
        """Read the query of an address; what is not understood or cannot be becomes the last four weeks."""
        first, last = _day(values.get("since", "")), _day(values.get("until", "")) or today
        possible = first is not None and timedelta(0) <= last - first < timedelta(days=LONGEST_DAYS)
        period = Period(first, last) if first is not None and possible else Period.ending(last)
        return cls(period, values.get("zone", "")[:63], CameraPlace.parse(values.get("camera", "")[:200]))

    def scope(self) -> Scope:
        """For the figures."""
        return Scope(self.period, self.zone, self.camera)

    def filters(self) -> dict[str, str]:
        """For addresses, of this page and of the lists behind its figures."""
        days = {"since": self.period.first.isoformat(), "until": self.period.last.isoformat()}
        return days | {"zone": self.zone, "camera": str(self.camera)}


@dataclass(frozen=True, slots=True)
class CameraWithout:
    """A camera whose pictures prove nothing now."""

    place: str
    name: str
    flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class SupervisionFacts:
    """What the page is made from: the figures, and names of zones and cameras."""

    figures: PeriodFigures
    zones: Mapping[str, str]
    cameras: Mapping[str, str]
    without: tuple[CameraWithout, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a plot and the line of its table: a share with the number of cases it rests on."""

    name: str
    share: LeftShare
    href: str

    @property
    def percent_text(self) -> str:
        """As it stands in the table."""
        return "–" if self.share.percent is None else f"{self.share.percent:.1f} %"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A zone before a camera with its counts, each with the address of its cases."""

    zone: str
    camera: str
    share: Bar
    counts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StepRow:
    """An open step: cases, red lights, the oldest, the next limit."""

    title: str
    cases: int
    href: str
    red_lights: int
    red_href: str
    oldest_at: datetime
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class WithoutRow:
    """A camera and what is missing, in words."""

    name: str
    place: str
    missing: str
    href: str


@dataclass(frozen=True, slots=True)
class SupervisionView:
    """What the page shows."""

    asked: Asked
    simulated: bool
    share: Bar
    groups: tuple[tuple[str, tuple[Figure, ...]], ...]
    weeks: tuple[Bar, ...]
    hours: tuple[Bar, ...]
    zones: tuple[Bar, ...]
    voids: tuple[tuple[str, int, str], ...]
    places: tuple[PlaceRow, ...]
    steps: tuple[StepRow, ...]
    without: tuple[WithoutRow, ...]
    zone_choices: tuple[Choice, ...]
    camera_choices: tuple[Choice, ...]
    table_href: str

    @property
    def empty(self) -> bool:
        """Whether nothing happened in the period."""
        return not self.places


def supervision_view(scene: Scene, playbook: Playbook, asked: Asked, facts: SupervisionFacts) -> SupervisionView:
    """The page from its figures."""
    figures = facts.figures
    return SupervisionView(
        asked=asked,
        simulated=scene.clock_speed != 1.0,
        share=Bar("", figures.share, _behind(asked, counted=Counted.WARNED.value)),
        groups=(
            *(
                (scene.t(f"supervision.group.{name}"), tuple(_figure(scene, asked, figures, counted) for counted in group))
                for name, group in (("notices", _NOTICES), ("objections", _OBJECTIONS), ("foot", _FOOT))
            ),
            (scene.t("supervision.group.payments"), _payments(scene, asked, figures)),
        ),
        weeks=tuple(_week(asked, week, share) for week, share in sorted(figures.weeks.items())),
        hours=tuple(_hour(scene, asked, hour, figures.hours.get(hour, LeftShare(0, 0))) for hour in HOURS),
        zones=tuple(_zones(asked, facts)),
        voids=tuple(_voids(scene, playbook, asked, figures)),
        places=tuple(_place(asked, place, facts) for place in figures.places),
        steps=tuple(_step(scene, playbook, asked, step) for step in figures.steps),
        without=tuple(_without(scene, one) for one in facts.without),
        zone_choices=tuple(Choice(zone, name) for zone, name in sorted(facts.zones.items(), key=lambda item: item[1])),
        camera_choices=tuple(Choice(place, f"{name} ({place})") for place, name in sorted(facts.cameras.items())),
        table_href=address(TABLE, asked.filters()),
    )


def _behind(asked: Asked, **more: str) -> str:
    """The queue with the cases behind a figure."""
    return address("/queue", asked.filters() | more)


def _figure(scene: Scene, asked: Asked, figures: PeriodFigures, counted: Counted) -> Figure:
    count = figures.counts[counted]
    tone = (Tone.WARNING if count else Tone.DONE) if counted in _TO_SEE_TO else Tone.NORMAL
    return Figure(scene.t(f"supervision.counted.{counted.value}"), str(count), _behind(asked, counted=counted.value), tone=tone)


def _payments(scene: Scene, asked: Asked, figures: PeriodFigures) -> tuple[Figure, ...]:
    behind = _figure(scene, asked, figures, Counted.UNSETTLED)
    strangers = sum(count for outcome, count in figures.payments.items() if outcome.value == "unknown")
    note = scene.t("supervision.payments_unknown_note")
    tone = Tone.WARNING if strangers else Tone.DONE
    return (behind, Figure(scene.t("supervision.payments_unknown"), str(strangers), behind.href, note, tone))


def _week(asked: Asked, monday: date, share: LeftShare) -> Bar:
    first, last = max(monday, asked.period.first), min(monday + timedelta(days=6), asked.period.last)
    days = {"since": first.isoformat(), "until": last.isoformat()}
    return Bar(f"{first:%m-%d}", share, _behind(asked, counted=Counted.WARNED.value, **days))


def _hour(scene: Scene, asked: Asked, hour: int, share: LeftShare) -> Bar:
    name = scene.t("supervision.hour", hour=hour)
    return Bar(name, share, _behind(asked, counted=Counted.WARNED.value, hour=str(hour)))


def _zones(asked: Asked, facts: SupervisionFacts) -> list[Bar]:
    """By zone, whichever camera saw it; in the order of their names."""
    shares: dict[str, LeftShare] = {}
    for place in facts.figures.places:
        shares[place.zone] = shares.get(place.zone, LeftShare(0, 0)) + place.share
    bars = (
        Bar(facts.zones.get(zone, zone), share, _behind(asked, counted=Counted.WARNED.value, zone=zone))
        for zone, share in shares.items()
    )
    return sorted(bars, key=lambda bar: bar.name)


def _voids(scene: Scene, playbook: Playbook, asked: Asked, figures: PeriodFigures) -> list[tuple[str, int, str]]:
    """By a person's ground first, in the playbook's order; then what ended without result by itself."""
    known = [(name, say(scene, ground.title)) for name, ground in playbook.void_grounds.items()]
    by_ground = [
        (title, figures.grounds[name], _behind(asked, counted=Counted.VOIDED.value, ground=name))
        for name, title in known
        if name in figures.grounds
    ]
    return by_ground + [
        (state_title(scene, playbook, state), figures.ended[state], _behind(asked, state=state))
        for state in playbook.states
        if state in figures.ended
    ]


def _place(asked: Asked, place: PlaceFigures, facts: SupervisionFacts) -> PlaceRow:
    where = {"zone": place.zone, "camera": str(place.camera)}
    counts = tuple(
        (str(place.counts[counted]), _behind(asked, counted=counted.value, **where))
        for counted in BY_PLACE
        if counted is not Counted.LEFT
    )
    bar = Bar("", place.share, _behind(asked, counted=Counted.LEFT.value, **where))
    camera = facts.cameras.get(str(place.camera), place.camera.camera)
    return PlaceRow(facts.zones.get(place.zone, place.zone), camera, bar, counts)


def _step(scene: Scene, playbook: Playbook, asked: Asked, step: OpenStep) -> StepRow:
    where = {"zone": asked.zone, "camera": str(asked.camera), "state": step.state}
    return StepRow(
        title=state_title(scene, playbook, step.state) if step.state in playbook.states else step.state,
        cases=step.cases,
        href=address("/queue", where),
        red_lights=step.red_lights,
        red_href=address("/queue", where | {"red": "yes"}),
        oldest_at=step.oldest_at,
        next_due_at=step.next_due_at,
    )


def _without(scene: Scene, one: CameraWithout) -> WithoutRow:
    chinese = scene.t.language is Language.CHINESE
    words = (flaw.zh if chinese else flaw.en for flaw in one.flaws)
    return WithoutRow(one.name, one.place, "; ".join(words), address("/queue", {"camera": one.place}))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
