"""From things that stand to suspicions: how long, what they look like, whether power is drawn. Pure; time is the frames'."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from edge.boxes import Rect
from edge.detectors.ebike_charging.config import EbikeChargingConfig
from yuhang.messages import ChargingBasis, SocketReport

SAME_THING = 0.4


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that stands in the place; `score` is what the second stage says of it, none while it has not learned."""

    box: Rect
    score: float | None = None


@dataclass(slots=True)
class Stay:
    """One thing from `since` to `seen_at`, and what it was reported on."""

    box: Rect
    since: datetime
    seen_at: datetime
    scores: list[float] = field(default_factory=list)
    basis: ChargingBasis | None = None
    track: str = ""

    @property
    def score(self) -> float | None:
        """The median of what the second stage has said of it: passers-by spoil single looks."""
        return median(self.scores) if self.scores else None

    def seen(self, at: datetime, thing: Thing) -> None:
        """Take in another look at it."""
        self.box, self.seen_at = thing.box, at
        if thing.score is not None:
            self.scores.append(thing.score)

    @property
    def seconds(self) -> float:
        return (self.seen_at - self.since).total_seconds()


@dataclass(frozen=True, slots=True)
class Suspected:
    """A stay is to be reported; once for each."""

    stay: Stay


@dataclass(frozen=True, slots=True)
class Over:
    """A reported stay has ended."""

    stay: Stay


@dataclass(slots=True)
class ChargingRules:
    """The things of one place."""

    config: EbikeChargingConfig
    stays: list[Stay] = field(default_factory=list)

    def step(self, at: datetime, things: Sequence[Thing], *, drawn: bool) -> tuple[Suspected | Over, ...]:
        """Take in one look; `drawn` says whether power is drawn from the place's socket."""
        if not self.config.forbidden_at(at):
            return self.end()
        left = list(things)
        for stay in self.stays:
            near = max(left, key=lambda thing, stay=stay: stay.box.overlap(thing.box), default=None)  # type: ignore[misc]
            if near is not None and stay.box.overlap(near.box) >= SAME_THING:
                stay.seen(at, near)
                left.remove(near)
        gone = [stay for stay in self.stays if (at - stay.seen_at).total_seconds() >= self.config.gone_s]
        self.stays = [stay for stay in self.stays if stay not in gone] + [_begun(at, one) for one in left]
        found = [Suspected(stay) for stay in self.stays if self._reported(stay, at, drawn=drawn)]
        return (*(Over(stay) for stay in gone if stay.basis is not None), *found)

    def end(self) -> tuple[Over, ...]:
        """The watching breaks off, or it may be charged from now on."""
        ended, self.stays = [stay for stay in self.stays if stay.basis is not None], []
        return tuple(Over(stay) for stay in ended)

    def _reported(self, stay: Stay, at: datetime, *, drawn: bool) -> bool:
        if stay.basis is not None or stay.seen_at != at:
            return False
        like = self.config.ask if stay.score is None else stay.score >= self.config.min_score
        if drawn and like and stay.seconds >= self.config.socket_dwell_s:
            stay.basis = ChargingBasis.SOCKET
        elif like and stay.seconds >= self.config.dwell_s:
            stay.basis = ChargingBasis.PICTURE
        return stay.basis is not None


def _begun(at: datetime, thing: Thing) -> Stay:
    stay = Stay(thing.box, at, at)
    stay.seen(at, thing)
    return stay


def socket_says(reports: Sequence[SocketReport], socket: str | None, at: datetime, news_s: float) -> SocketReport | None:
    """The last word of this socket that is not too old; one from the future by more than that does not count either."""
    known = [one for one in reports if one.socket == socket and abs((at - one.time).total_seconds()) <= news_s]
    return max(known, key=lambda one: one.time, default=None)
