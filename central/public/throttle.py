"""How often somebody may guess: counted for each network address and each plate, kept in the database, forgotten after a while.

A flood of wrong look-ups of one plate makes everybody careful and locks nobody out: from then on each address has three wrong
look-ups in the window, so the owner at another address still comes in. A right look-up is never counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.database import claim, insert_missing
from central.public.config import PublicConfig
from central.public.tables import PublicTries
from central.secrets import SecretKey
from yuhang.clock import Clock

CAREFUL = 3
"""Wrong look-ups that each address has while a plate is being guessed at."""
_FORGOTTEN_AT_ONCE = 200  # rows
_PURPOSE = "public tries"


def allowed(of_address: int, of_plate: int, config: PublicConfig) -> bool:
    """Whether one more look-up may be tried after so many wrong ones."""
    return of_address < (CAREFUL if of_plate >= config.tries_per_plate else config.tries_per_address)


def network_of(address: str) -> str:
    """What is counted as one address: an IPv4 address, or the /64 that one IPv6 connection is given."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))


@dataclass(frozen=True, slots=True)
class Attempt:
    """A look-up that is about to be made, counted as wrong until it is taken back."""

    rows: tuple[PublicTries, PublicTries]

    def was_right(self) -> None:
        """Take it back."""
        for row in self.rows:
            row.count -= 1


class Throttle:
    """Counts look-ups, always in the caller's transaction, so that many at once are counted too."""

    def __init__(self, secret: SecretKey, clock: Clock, config: PublicConfig) -> None:
        self._secret = secret
        self._clock = clock
        self._config = config
        self._window = timedelta(minutes=config.window_minutes)

    def attempt(self, session: Session, address: str, plate: str) -> Attempt | datetime:
        """Count a look-up of a plate (in its normal form); or the time from which it may be tried again."""
        now = self._clock.now()
        for row in claim(session, select(PublicTries).where(PublicTries.since <= now - self._window).limit(_FORGOTTEN_AT_ONCE)):
            session.delete(row)
        session.flush()
        keys = tuple(self._secret.token(thing, _PURPOSE) for thing in (f"address {network_of(address)}", f"plate {plate}"))
        insert_missing(session, PublicTries, [{"key": key, "since": now, "count": 0} for key in sorted(keys)])
        held = select(PublicTries).where(PublicTries.key.in_(keys)).order_by(PublicTries.key).with_for_update()
        rows = {row.key: row for row in session.scalars(held)}
        of_address, of_plate = (rows[key] for key in keys)
        if not allowed(of_address.count, of_plate.count, self._config):
            return of_address.since + self._window
        for row in (of_address, of_plate):
            row.count += 1
        return Attempt((of_address, of_plate))
