"""When a socket must be switched off. Pure: readings and the time come in, a danger comes out."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.readings import Quantity, Reading
from gateway.sockets.config import SocketLimits
from yuhang.hours import in_any
from yuhang.messages import CutReason

_SHORTEST_RISE_S = 15.0  # over less than this, a sensor's noise looks like a fire
_DANGEROUS = frozenset(
    {
        CutReason.OVERCURRENT,
        CutReason.TEMPERATURE,
        CutReason.TEMPERATURE_RISE,
        CutReason.SMOKE,
        CutReason.SWITCHED_ON_AGAIN,
    }
)


@dataclass(frozen=True, slots=True)
class Danger:
    """Why to switch off, what was measured, what is allowed, and when that was noticed."""

    reason: CutReason
    at: datetime
    measured: float | None = None
    limit: float | None = None


@dataclass(slots=True)
class SocketGuard:
    """Watches one socket. A socket known to be off is in no danger; one that has not said so counts as on."""

    limits: SocketLimits
    _off: bool = False
    _has_charged: bool = False
    _low_since: datetime | None = None
    _barred_until: datetime | None = None
    _temperatures: deque[tuple[datetime, float]] = field(default_factory=deque)

    @property
    def is_off(self) -> bool:
        """Whether the socket has said that it is off."""
        return self._off

    def take(self, reading: Reading) -> Danger | None:
        """What a reading means; None where all is well."""
        match reading.quantity:
            case Quantity.SWITCH:
                return self._switched(reading)
            case Quantity.CURRENT:
                return self._over(CutReason.OVERCURRENT, reading, self.limits.max_current_a)
            case Quantity.TEMPERATURE:
                return self._over(CutReason.TEMPERATURE, reading, self.limits.max_temperature_c) or self._rise(reading)
            case Quantity.SMOKE if reading.value > 0 and not self._off:
                return Danger(CutReason.SMOKE, reading.at)
            case Quantity.POWER:
                return self._power(reading)
            case _:
                return None

    def tick(self, now: datetime) -> Danger | None:
        """What the mere passing of time means: hours that end, a battery that has long been full."""
        if self._off:
            return None
        if not in_any(self.limits.hours, now):
            return Danger(CutReason.FORBIDDEN_HOURS, now)
        if self._low_since is None:
            return None
        low_s = (now - self._low_since).total_seconds()
        if self._has_charged and low_s >= self.limits.full_after_s:
            return Danger(CutReason.FULL, now, round(low_s), self.limits.full_after_s)
        if not self._has_charged and low_s >= self.limits.phantom_after_s:
            return Danger(CutReason.PHANTOM_LOAD, now, round(low_s), self.limits.phantom_after_s)
        return None

    def cut(self, danger: Danger) -> None:
        """The socket is off for this reason: what was dangerous bars it for a while."""
        self._forget_session()
        if danger.reason in _DANGEROUS:
            self._barred_until = danger.at + timedelta(seconds=self.limits.barred_s)

    def _switched(self, reading: Reading) -> Danger | None:
        was_off, self._off = self._off, reading.value <= 0
        if self._off or was_off:
            self._forget_session()
        if self._off:
            return None
        if self._barred_until is not None and reading.at < self._barred_until:
            return Danger(CutReason.SWITCHED_ON_AGAIN, reading.at)
        return self.tick(reading.at)

    def _over(self, reason: CutReason, reading: Reading, limit: float) -> Danger | None:
        if self._off or reading.value <= limit:
            return None
        return Danger(reason, reading.at, reading.value, limit)

    def _rise(self, reading: Reading) -> Danger | None:
        if self._temperatures and reading.at <= self._temperatures[-1][0]:
            self._temperatures.clear()  # the clock was set back: a rise over no time is none
        self._temperatures.append((reading.at, reading.value))
        oldest_allowed = reading.at - timedelta(seconds=self.limits.rise_window_s)
        while self._temperatures[0][0] < oldest_allowed:
            self._temperatures.popleft()
        since, coldest = self._temperatures[0]
        seconds = (reading.at - since).total_seconds()
        if self._off or seconds < _SHORTEST_RISE_S:
            return None
        rise = (reading.value - coldest) / seconds * 60
        if rise <= self.limits.max_rise_c_per_min:
            return None
        return Danger(CutReason.TEMPERATURE_RISE, reading.at, round(rise, 1), self.limits.max_rise_c_per_min)

    def _power(self, reading: Reading) -> Danger | None:
        if self._off:
            return None
        if reading.value >= self.limits.charging_w:
            self._has_charged, self._low_since = True, None
        elif reading.value < self.limits.idle_w and not self._has_charged:
            self._low_since = None  # nothing is plugged in
        elif self._low_since is None:
            self._low_since = reading.at
        return self.tick(reading.at)

    def _forget_session(self) -> None:
        self._has_charged, self._low_since = False, None
