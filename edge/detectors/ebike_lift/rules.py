"""When a thing in the cabin is reported, and when its door may be held. Pure."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from edge.detectors.ebike_lift.config import DoorConfig, EbikeLiftConfig
from yuhang.messages import LiftState


@dataclass(slots=True)
class Stay:
    """Something that may be an e-bike, from `entered_at` to `seen_at`."""

    entered_at: datetime
    seen_at: datetime
    looks: int = 0
    of_looks: int = 0
    reported: bool = False


@dataclass(slots=True)
class CabinRules:
    """One alarm for each stay: N of the last M looks; re-armed when the thing has been gone for a while."""

    config: EbikeLiftConfig
    stay: Stay | None = None
    _hits: deque[bool] = field(default_factory=deque)

    def step(self, at: datetime, *, hit: bool) -> bool:
        """Take in one look; true when it is to be reported."""
        self._hits.append(hit)
        while len(self._hits) > self.config.of_looks:
            self._hits.popleft()
        if hit:
            self.stay = self.stay or Stay(at, at)
            self.stay.seen_at = at
        if self.stay is None or self.stay.reported or sum(self._hits) < self.config.looks:
            return False
        self.stay.reported = True
        self.stay.looks, self.stay.of_looks = sum(self._hits), len(self._hits)
        return True

    def gone(self, at: datetime) -> Stay | None:
        """The stay that is over at this time, if one is."""
        stay = self.stay
        if stay is None or (at - stay.seen_at).total_seconds() < self.config.gone_s:
            return None
        self.stay = None
        self._hits.clear()
        return stay


def why_not_hold(config: DoorConfig, state: LiftState | None, at: datetime, held_s: float) -> str:
    """Why the door may not be held now; empty where it may."""
    if not config.hold:
        return "holding is switched off"
    if state is None or abs((at - state.time).total_seconds()) > config.news_s:
        return "no news from the lift"
    reasons = {
        "fire": state.fire,
        "something is in the way of the door": state.door_blocked,
        "the door is closed": not state.door_open,
        "held for as long as allowed": held_s >= config.longest_s,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")
