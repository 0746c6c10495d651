"""What a site knows about vehicles, places and ways."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class Vehicle(Base):
    """A vehicle whose owner may be told something; the number is protected by the installation's key."""

    __tablename__ = "vehicles"

    plate: Mapped[str] = mapped_column(String(12), primary_key=True)
    phone_protected: Mapped[str | None] = mapped_column(String(400))
    phone_masked: Mapped[str | None] = mapped_column(String(20))
    reachable: Mapped[bool]
    commercial: Mapped[bool] = mapped_column(default=False)


class ExemptPlate(Base):
    """A vehicle that is not to be dealt with, and why (RTSL 53)."""

    __tablename__ = "exempt_plates"

    plate: Mapped[str] = mapped_column(String(12), primary_key=True)
    reason: Mapped[str] = mapped_column(String(100))


class Address(Base):
    """A place by its address code; positions are WGS-84."""

    __tablename__ = "addresses"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    latitude: Mapped[float]
    longitude: Mapped[float]


class CarPark(Base):
    """A car park with its free spaces as last counted."""

    __tablename__ = "car_parks"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    latitude: Mapped[float]
    longitude: Mapped[float]
    capacity: Mapped[int]
    free: Mapped[int]
    closed: Mapped[bool] = mapped_column(default=False)  # by its operator, whatever the hour
    counted_at: Mapped[datetime | None]  # None: nobody counts; `free` was written by hand
    written_at: Mapped[datetime | None]  # when it was written by hand
    opens: Mapped[str] = mapped_column(String(5))  # HH:MM in Beijing time; equal to `closes`: always open
    closes: Mapped[str] = mapped_column(String(5))


class FootpathNode(Base):
    """A point where footpaths meet."""

    __tablename__ = "footpath_nodes"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    latitude: Mapped[float]
    longitude: Mapped[float]


class FootpathEdge(Base):
    """A way on foot between two points, in both directions."""

    __tablename__ = "footpath_edges"

    start: Mapped[str] = mapped_column(ForeignKey("footpath_nodes.id", ondelete="CASCADE"), primary_key=True)
    end: Mapped[str] = mapped_column(ForeignKey("footpath_nodes.id", ondelete="CASCADE"), primary_key=True)
    metres: Mapped[float]


class RegistryRevision(Base):
    """Counts the changes of the footpaths, so that a graph in memory knows when it is out of date."""

    __tablename__ = "registry_revisions"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    revision: Mapped[int]
