"""The text that the driver gets: where, since when, until when to leave, and where there is room nearby."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from central.cases.calendar import BEIJING
from central.notify.templates import NoticeError, Template
from central.registry.service import NearCarPark

NO_CAR_PARK = "暂无空余车位信息"


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What goes into a notice; `place` is the address as people call it."""

    plate: str
    place: str
    stopped_at: datetime
    sent_at: datetime
    grace_s: float
    car_parks: tuple[NearCarPark, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice's text and the words in it."""

    text: str
    words: dict[str, str]


def write_notice(template: Template, facts: NoticeFacts) -> Notice:
    """The notice with as many of the car parks as fit; `NoticeError` if it does not fit even without them."""
    for count in range(len(facts.car_parks), -1, -1):
        words = _words(facts, facts.car_parks[:count])
        try:
            return Notice(template.render(words), words)
        except NoticeError:
            if count == 0:
                raise
    raise NoticeError("the notice does not fit")


def _words(facts: NoticeFacts, parks: Sequence[NearCarPark]) -> dict[str, str]:
    return {
        "plate": facts.plate,
        "place": facts.place,
        "stopped_at": f"{facts.stopped_at.astimezone(BEIJING):%m月%d日%H:%M}",
        "minutes": f"{facts.grace_s / 60:g}",
        "leave_by": f"{(facts.sent_at + timedelta(seconds=facts.grace_s)).astimezone(BEIJING):%H:%M}",
        "car_parks": "；".join(_park(park) for park in parks) or NO_CAR_PARK,
    }


def _park(park: NearCarPark) -> str:
    about = "约" if park.estimated else ""
    return f"{park.name_zh}（步行{about}{park.metres}米，空位{park.free}个）"
