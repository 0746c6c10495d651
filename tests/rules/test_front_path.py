"""Every row of the way from the stop to the review, played against the real service."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from central.authority.service import Place
from central.cases.calendar import BEIJING
from tests.rules.page import STEP, names, rows
from tests.unit.central.parking.street import ADMINISTRATOR, FIRE_ENGINE, FIRST, NINE, OFFICER, UNREACHABLE, Street, make_street
from tests.unit.central.procedure.office import profile
from yuhang.messages import Observation

FIRST_STOP, SECOND_STOP = "01JWN0000000000000000000TA", "01JWN0000000000000000000TB"
PHOTO = "f" * 64
VEHICLES: dict[str, dict[str, Any]] = {
    "fire_engine": {"plate": FIRE_ENGINE},
    "unreachable": {"plate": UNREACHABLE},
    "unread": {"plate": None},
    "lorry": {"colour": "yellow"},
}
SWITCHES: dict[str, dict[str, Any]] = {
    "commercial_observation": {"commercial_observation": True},
    "first_in_month": {"notice": "first_in_month"},
    "several_a_day": {"one_case_a_day": False},
}


@pytest.mark.parametrize(("given", "steps", "result"), rows("front_path"), ids=names("front_path"))
def test_law_06_07_from_the_stop_to_the_review(tmp_path: Path, given: list[str], steps: list[str], result: str) -> None:
    """Who is warned, who goes free and what comes before a reviewer, as a table for officers."""
    street = make_street(tmp_path)
    with street.database:
        told = StreetTold(street, given)
        for step in steps:
            told.play(step)
        assert street.state(told.track) == result


def moment(text: str) -> datetime:
    """`09:01:05` on 1 June 2026, or `06-02 09:01:05`, in Beijing."""
    day, time = text.split() if " " in text else ("06-01", text)
    return datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=BEIJING)


class StreetTold:
    """Plays the steps of a row."""

    def __init__(self, street: Street, given: list[str]) -> None:
        self.street = street
        self.track = FIRST_STOP
        self.vehicle = {key: value for name in given for key, value in VEHICLES.get(name, {}).items()}
        switches = {key: value for name in given for key, value in SWITCHES.get(name, {}).items()}
        if switches:
            self._switch(switches)

    def play(self, step: str) -> None:
        """Let time pass to the step, and do it."""
        told = STEP.fullmatch(step)
        assert told is not None, step
        at = moment(told["at"])
        self.street.to(at)
        argument = moment(told["argument"]) if told["argument"] else at
        getattr(self, f"_{told['word']}")(at, argument)
        self.street.work()

    def _switch(self, switches: dict[str, Any]) -> None:
        with self.street.database.session() as session:
            key = self.street.authorities.latest(session, "traffic_police")
            changed = profile("traffic_police", switches=switches)
            self.street.authorities.write(session, ADMINISTRATOR, changed, "for the test", after=key.version)
            self.street.authorities.assign(session, ADMINISTRATOR, Place(), "traffic_police", "for the test")

    def _stopped(self, at: datetime, _argument: datetime) -> None:
        self.street.take(self.street.stopped(self.track, at, **self.vehicle))

    def _again(self, at: datetime, _argument: datetime, zone: str = "zone-1") -> None:
        self.track = SECOND_STOP
        stopped_at = at - timedelta(minutes=1)
        self.street.take(self.street.stopped(self.track, at, stopped_at=stopped_at, zone=zone, **self.vehicle))

    def _elsewhere(self, at: datetime, argument: datetime) -> None:
        self._again(at, argument, "zone-2")

    def _delivered(self, at: datetime, _argument: datetime) -> None:
        self.street.receipt(self.track, at)

    def _receipt(self, _at: datetime, argument: datetime) -> None:
        self.street.receipt(self.track, argument)

    def _undeliverable(self, at: datetime, _argument: datetime) -> None:
        self.street.receipt(self.track, at, "failed")

    def _left(self, at: datetime, _argument: datetime) -> None:
        self.street.take(self.street.left(self.track, at, **self.vehicle))

    def _news(self, _at: datetime, argument: datetime) -> None:
        self.street.take(self.street.left(self.track, argument, **self.vehicle))

    def _hidden(self, at: datetime, _argument: datetime) -> None:
        self.street.take(self.street.unobserved(self.track, at))

    def _picture(self, at: datetime, _argument: datetime) -> None:
        self.street.take(self.street.present(self.track, at, **self.vehicle))

    def _gap(self, at: datetime, _argument: datetime) -> None:
        seen = Observation(since=NINE, until=at, longest_gap_s=10.4, frames=50, min_overlap=0.95)
        self.street.take(self.street.present(self.track, at, observation=seen, **self.vehicle))

    def _later(self, at: datetime, _argument: datetime) -> None:
        """Nothing but time."""

    def _handles(self, _at: datetime, _argument: datetime) -> None:
        self.street.do(self.track, "handle", OFFICER)

    def _posts(self, _at: datetime, _argument: datetime) -> None:
        self.street.files.add(PHOTO)
        self.street.do(self.track, "post", OFFICER, files=(PHOTO,), sheet="A-0017")

    def _finds_gone(self, _at: datetime, _argument: datetime) -> None:
        self.street.do(self.track, "found_gone", OFFICER)

    def _voids(self, _at: datetime, _argument: datetime) -> None:
        self.street.do(self.track, "void", FIRST, ground="unclear")
