"""The text that the driver gets: where, since when, until when to leave, and where there is room nearby."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from central.cases.calendar import BEIJING
from central.notify.templates import TemplateSet, Value, WrittenNotice
from central.registry.service import NearCarPark


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What goes into a notice; `place` is the address as people call it."""

    plate: str
    place: str
    stopped_at: datetime
    sent_at: datetime
    grace_s: float
    car_parks: tuple[NearCarPark, ...]


def write_notice(templates: TemplateSet, name: str, facts: NoticeFacts) -> WrittenNotice:
    """The notice with as many of the car parks as fit; `NoticeError` if it does not fit even without them."""
    return templates.write(name, _words(facts))


def _words(facts: NoticeFacts) -> dict[str, Value]:
    return {
        "plate": facts.plate,
        "place": facts.place,
        "time": f"{facts.stopped_at.astimezone(BEIJING):%m月%d日%H:%M}",
        "minutes": f"{facts.grace_s / 60:g}",
        "leave_by": f"{(facts.sent_at + timedelta(seconds=facts.grace_s)).astimezone(BEIJING):%H:%M}",
        "car_parks": tuple(_park(park) for park in facts.car_parks),
    }


def _park(park: NearCarPark) -> str:
    about = "约" if park.estimated else ""
    return f"{park.name_zh}步行{about}{park.metres}米余{park.free}位"
