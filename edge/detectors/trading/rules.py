"""From goods and people who stay to spells of trade. Pure; time comes from the frames."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from edge.boxes import Rect
from edge.detectors.trading.config import TradingConfig
from yuhang.messages import TradingEnd

SAME_PERSON = 0.35  # overlap of two looks at somebody who stays
UNSEEN_S = 12.0  # for which somebody who stays may be hidden
NEAR_ASIDE, NEAR_UP = 1.2, 0.35  # of a person's width and height: within reach of the goods


@dataclass(frozen=True, slots=True)
class Look:
    """What one picture shows of the zone. Boxes in the picture's pixels."""

    at: datetime
    goods: tuple[Rect, ...] = ()
    staying: tuple[Rect, ...] = ()
    counts: bool = True
    """False in permitted hours and outside those in which it counts."""


@dataclass(slots=True)
class Spell:
    """Trade from `began_at` to `until`, as far as it was seen."""

    began_at: datetime
    until: datetime
    looks: int = 1
    attended: int = 1
    people: int = 1
    goods: tuple[Rect, ...] = ()
    reported: bool = False

    @property
    def seconds(self) -> float:
        return (self.until - self.began_at).total_seconds()

    @property
    def share(self) -> float:
        """Of the looks up to the last that found it."""
        return min(1.0, self.attended / max(1, self.looks))


@dataclass(frozen=True, slots=True)
class Reported:
    """A spell has lasted long enough."""

    spell: Spell


@dataclass(frozen=True, slots=True)
class Over:
    """A reported spell has ended."""

    spell: Spell
    reason: TradingEnd


@dataclass(slots=True)
class TradingRules:
    """The spells of one zone, one after the other."""

    config: TradingConfig
    spell: Spell | None = None
    _unattended: int = 0

    def step(self, look: Look) -> tuple[Reported | Over, ...]:
        """Take in one look; looks come in the order of their time."""
        over = self._over(look)
        attended = attended_goods(look.goods, look.staying, self.config.goods_share) if look.counts else ((), 0)
        if attended[0]:
            self._go_on(look.at, *attended)
        elif self.spell is not None:
            self._unattended += 1
        return (*over, *self._reported())

    def end(self) -> tuple[Over, ...]:
        """The watching breaks off."""
        return self._closed(TradingEnd.UNOBSERVED)

    def _over(self, look: Look) -> tuple[Over, ...]:
        if self.spell is None:
            return ()
        if not look.counts:
            return self._closed(TradingEnd.PERMITTED)
        if (look.at - self.spell.until).total_seconds() > self.config.pause_s:
            return self._closed(TradingEnd.CLEARED)
        return ()

    def _go_on(self, at: datetime, goods: tuple[Rect, ...], people: int) -> None:
        if self.spell is None:
            self.spell, self._unattended = Spell(at, at, people=people, goods=goods), 0
            return
        spell = self.spell
        spell.looks += 1 + self._unattended
        spell.attended += 1
        spell.until, spell.goods, spell.people = at, goods, max(spell.people, people)
        self._unattended = 0

    def _reported(self) -> tuple[Reported, ...]:
        spell, config = self.spell, self.config
        if spell is None or spell.reported or spell.seconds < config.reported_after_s or spell.share < config.attended_share:
            return ()
        spell.reported = True
        return (Reported(spell),)

    def _closed(self, reason: TradingEnd) -> tuple[Over, ...]:
        spell, self.spell = self.spell, None
        return (Over(spell, reason),) if spell is not None and spell.reported else ()


def attended_goods(goods: Sequence[Rect], staying: Sequence[Rect], share: float) -> tuple[tuple[Rect, ...], int]:
    """The goods within reach of somebody who stays and not too small beside them, and how many people those are."""
    found, people = [], set()
    for thing in goods:
        for number, person in enumerate(staying):
            dx, dy = person.width * NEAR_ASIDE, person.height * NEAR_UP
            reach = Rect(person.left - dx, person.top - dy, person.right + dx, person.bottom + dy)
            if thing.common_area(reach) > 0 and thing.area >= share * person.area:
                people.add(number)
                if thing not in found:
                    found.append(thing)
    return tuple(found), len(people)


@dataclass(slots=True)
class _Seen:
    box: Rect
    since: datetime
    last: datetime


@dataclass(slots=True)
class StayingPeople:
    """Who stays in one place, within one camera and for as long as they stay; nothing about them is kept beyond that."""

    stays_s: float
    _seen: list[_Seen] = field(default_factory=list)

    def look(self, at: datetime, people: Sequence[Rect]) -> tuple[Rect, ...]:
        """Take in the boxes of all people; returns those who have stayed, also while they are hidden for a moment."""
        left = list(people)
        for known in self._seen:
            near = max(left, key=known.box.overlap, default=None)
            if near is not None and known.box.overlap(near) >= SAME_PERSON:
                known.box, known.last = near, at
                left.remove(near)
        self._seen = [known for known in self._seen if (at - known.last).total_seconds() <= UNSEEN_S]
        self._seen += [_Seen(box, at, at) for box in left]
        return tuple(known.box for known in self._seen if (known.last - known.since).total_seconds() >= self.stays_s)
