"""Look-ups in the registry, always in the caller's transaction."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.registry.occupancy.rules import Ages, is_known, may_be_offered
from central.registry.tables import (
    Address,
    CarPark,
    ExemptPlate,
    FootpathEdge,
    FootpathNode,
    RegistryRevision,
    Vehicle,
)
from central.registry.walking import Edge, FootpathNetwork
from central.secrets import SecretKey
from yuhang.coordinates import Position

PHONE_PURPOSE = "telephone number"
FOOTPATHS = "footpaths"


@dataclass(frozen=True, slots=True)
class Owner:
    """How the owner of a vehicle is reached; `phone` is the plain number and never shown or logged, `masked` may be."""

    phone: str
    masked: str

    def __repr__(self) -> str:
        return f"Owner({self.masked})"


@dataclass(frozen=True, slots=True)
class NearCarPark:
    """A car park that is open and has room, and how far it is on foot."""

    code: str
    name_zh: str
    name_en: str
    free: int
    metres: int
    estimated: bool


def mask_phone(phone: str) -> str:
    """`138****5678`: enough to recognise a number, not enough to call it."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else f"{phone[:1]}****"


class RegistryService:
    """Answers questions about vehicles and places; keeps the footpath network in memory until it changes."""

    def __init__(self, secret: SecretKey, stale_s: float = 900.0, written_stale_s: float = 86_400.0) -> None:
        self._secret = secret
        self._ages = Ages(timedelta(seconds=stale_s), timedelta(seconds=written_stale_s))
        self._lock = threading.Lock()
        self._network: FootpathNetwork | None = None
        self._revision = -1

    def owner(self, session: Session, plate: str) -> Owner | None:
        """The owner of a vehicle, or None where nobody is known or the number does not work."""
        row = session.get(Vehicle, plate)
        if row is None or not row.reachable or row.phone_protected is None:
            return None
        return Owner(self._secret.decrypt(row.phone_protected, PHONE_PURPOSE), row.phone_masked or "")

    def is_commercial(self, session: Session, plate: str) -> bool:
        """Whether a vehicle is registered for commercial use."""
        row = session.get(Vehicle, plate)
        return row is not None and row.commercial

    def exempt_reason(self, session: Session, plate: str) -> str | None:
        """Why a vehicle is exempt, or None."""
        row = session.get(ExemptPlate, plate)
        return row.reason if row else None

    def address(self, session: Session, code: str) -> Address | None:
        """The place of an address code."""
        return session.get(Address, code)

    def nearest_car_parks(self, session: Session, start: Position, now: datetime, count: int = 3) -> tuple[NearCarPark, ...]:
        """The nearest car parks by walking distance; never one that is full, closed or of which nothing is known any more."""
        candidates = session.scalars(select(CarPark).where(CarPark.free > 0).order_by(CarPark.code))
        parks = [park for park in candidates if may_be_offered(park, now, self._ages)]
        return self._by_walk(session, start, parks)[:count]

    def is_known(self, park: CarPark, now: datetime) -> bool:
        """Whether its number of free spaces can be relied on."""
        return is_known(park, now, self._ages)

    def _by_walk(self, session: Session, start: Position, parks: Sequence[CarPark]) -> tuple[NearCarPark, ...]:
        walks = self._footpaths(session).walks(start, [Position(park.latitude, park.longitude) for park in parks])
        near = [
            NearCarPark(park.code, park.name_zh, park.name_en, park.free, round(walk.metres), walk.estimated)
            for park, walk in zip(parks, walks, strict=True)
        ]
        return tuple(sorted(near, key=lambda park: (park.metres, park.code)))

    def _footpaths(self, session: Session) -> FootpathNetwork:
        row = session.get(RegistryRevision, FOOTPATHS)
        revision = row.revision if row else 0
        with self._lock:
            if self._network is None or self._revision != revision:
                self._network, self._revision = _load_network(session), revision
            return self._network


def _load_network(session: Session) -> FootpathNetwork:
    nodes = {row.id: Position(row.latitude, row.longitude) for row in session.scalars(select(FootpathNode))}
    edges = [Edge(row.start, row.end, row.metres) for row in session.scalars(select(FootpathEdge))]
    return FootpathNetwork(nodes, edges)
