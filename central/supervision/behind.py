"""The cases behind a figure: filters that stand in the address of a list of cases, and what they ask."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement

from central.cases.tables import Case
from central.supervision.beijing import BeijingDay, BeijingHour
from central.supervision.counted import Counted, condition
from central.supervision.period import CameraPlace, places


@dataclass(frozen=True, slots=True)
class Behind:
    """Filters beyond those of the queue, as texts of the address; empty ones do not narrow. Days and hours are Beijing's."""

    counted: str = ""
    since: str = ""
    until: str = ""
    camera: str = ""  # site/node/camera
    hour: str = ""
    ground: str = ""

    @classmethod
    def from_address(cls, values: Mapping[str, str]) -> "Behind":
        """Read the query of an address; what is not understood does not narrow."""
        hour = values.get("hour", "")
        return cls(
            counted=values.get("counted", "") if values.get("counted", "") in set(Counted) else "",
            since=_day(values.get("since", "")),
            until=_day(values.get("until", "")),
            camera=str(CameraPlace.parse(values.get("camera", "")[:200])),
            hour=hour if hour.isdecimal() and len(hour) <= 2 and int(hour) < 24 else "",
            ground=values.get("ground", "")[:40],
        )

    def filters(self) -> dict[str, str]:
        """For the address; also those that are empty."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """The filters as conditions on `Case`."""
        found = places("", CameraPlace.parse(self.camera))
        if self.counted:
            found.append(condition(Counted(self.counted)))
        if self.since:
            found.append(BeijingDay(Case.opened_at) >= self.since)
        if self.until:
            found.append(BeijingDay(Case.opened_at) <= self.until)
        if self.hour:
            found.append(BeijingHour(Case.opened_at) == int(self.hour))
        if self.ground:
            found.append(Case.void_ground == self.ground)
        return tuple(found)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
