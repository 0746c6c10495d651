"""Days in Beijing from one to another, and where one looks: what every figure is about."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement

from central.cases.calendar import BEIJING
from central.cases.tables import Case
from central.errors import Unprocessable
from central.parking.parts import KIND

LONGEST_DAYS = 366
DEFAULT_DAYS = 28


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Beijing, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Unprocessable("until: the last day lies before the first; exchange them")
        if (self.last - self.first).days >= LONGEST_DAYS:
            raise Unprocessable(f"since: a period has at most {LONGEST_DAYS} days; choose a later first day")

    @classmethod
    def ending(cls, last: date, days: int = DEFAULT_DAYS) -> "Period":
        """The `days` days up to and including `last`."""
        return cls(last - timedelta(days=days - 1), last)

    @property
    def start(self) -> datetime:
        """Midnight at the beginning of the first day."""
        return datetime.combine(self.first, time(), BEIJING)

    @property
    def end(self) -> datetime:
        """Midnight at the end of the last day."""
        return datetime.combine(self.last + timedelta(days=1), time(), BEIJING)


@dataclass(frozen=True, slots=True)
class CameraPlace:
    """A camera of a node; empty parts stand for all."""

    site: str = ""
    node: str = ""
    camera: str = ""

    @classmethod
    def parse(cls, text: str) -> "CameraPlace":
        """From `site/node/camera`; anything else stands for all."""
        parts = text.split("/")
        return cls(*parts) if len(parts) == 3 else cls()

    def __str__(self) -> str:
        return f"{self.site}/{self.node}/{self.camera}" if self.camera else ""


ANYWHERE = CameraPlace()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases are looked at: opened in the period, in a zone, before a camera, at an hour of the day in Beijing."""

    period: Period
    zone: str = ""
    camera: CameraPlace = ANYWHERE

    def conditions(self) -> list[ColumnElement[bool]]:
        """The scope as conditions on `Case`."""
        return [
            Case.kind == KIND,
            Case.opened_at >= self.period.start,
            Case.opened_at < self.period.end,
            *places(self.zone, self.camera),
        ]


def places(zone: str, camera: CameraPlace) -> list[ColumnElement[bool]]:
    """Conditions on where a case happened; what is empty does not narrow it."""
    pairs = ((Case.zone, zone), (Case.site, camera.site), (Case.node, camera.node), (Case.camera, camera.camera))
    return [column == value for column, value in pairs if value]
