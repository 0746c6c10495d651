"""Figures of a story whose truth is known; the same run on PostgreSQL in `tests/integration/central/test_supervision.py`."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from central.cases.queries import CaseQuery, find_cases
from central.errors import Unprocessable
from central.payment.rules import Outcome
from central.supervision.behind import Behind
from central.supervision.counted import Counted
from central.supervision.figures import LeftShare, PeriodFigures, period_figures
from central.supervision.period import CameraPlace, Period, Scope
from tests.unit.central.parking.street import Street, make_street
from tests.unit.central.supervision.story import tell, track

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
EXPECTED = {
    Counted.STOPS: "ABCDE",
    Counted.WARNED: "ABC",
    Counted.LEFT: "A",
    Counted.NOTICE_DELIVERED: "ABC",
    Counted.NOTICE_FAILED: "D",
    Counted.OBJECTIONS: "C",
    Counted.OBJECTIONS_OPEN: "",
    Counted.OBJECTIONS_UPHELD: "C",
    Counted.OBJECTIONS_DISMISSED: "",
    Counted.FOOT_OPEN: "E",
    Counted.FOOT_POSTED: "",
    Counted.FOOT_HANDLED: "",
    Counted.FOOT_NOT_REACHED: "D",
    Counted.VOIDED: "BC",
    Counted.UNSETTLED: "C",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    street = make_street(Path(tmp_path_factory.mktemp("street")))
    with street.database:
        tell(street)
        yield street


def asked(street: Street, **scope: object) -> PeriodFigures:
    with street.database.reader() as session:
        return period_figures(session, Scope(**({"period": JUNE} | scope)))  # type: ignore[arg-type]


def behind(street: Street, **filters: str) -> str:
    """Letters of the cases that an address leads to."""
    query = CaseQuery(also=Behind.from_address(filters).conditions())
    with street.database.reader() as session:
        tracks = {case.track for case in find_cases(session, query).cases}
    return "".join(letter for letter in "ABCDE" if track(letter) in tracks)


@pytest.mark.parametrize("counted", list(Counted))
def test_each_figure_counts_and_leads_to_its_cases(told: Street, counted: Counted) -> None:
    assert behind(told, counted=counted.value) == EXPECTED[counted]
    assert asked(told).counts[counted] == len(EXPECTED[counted])


def test_a_case_that_ended_without_a_receipt_counts_as_not_delivered(tmp_path: Path) -> None:
    """No gateway said that it failed: it only never said that it arrived."""
    street = make_street(tmp_path)
    with street.database:
        tell(street)
        with street.database.session() as session:
            street.cases.locked(session, street.case(track("A")).id).state = "not_delivered"
        assert behind(street, counted=Counted.NOTICE_FAILED.value) == "AD"


def test_the_share_by_week_hour_and_place(told: Street) -> None:
    figures = asked(told)
    assert figures.share == LeftShare(3, 1)
    assert figures.weeks == {date(2026, 6, 1): LeftShare(3, 1), date(2026, 6, 8): LeftShare(0, 0)}
    assert figures.hours == {9: LeftShare(2, 1), 14: LeftShare(1, 0), 23: LeftShare(0, 0)}
    assert [(place.zone, place.share) for place in figures.places] == [("zone-1", LeftShare(2, 1)), ("zone-2", LeftShare(1, 0))]
    assert figures.places[0].share.percent == 50
    assert LeftShare(0, 0).percent is None


def test_grounds_open_steps_and_payments(told: Street) -> None:
    figures = asked(told)
    assert figures.grounds == {"unclear": 1, "wrong_plate": 1}
    assert figures.ended == {"not_reached": 1}
    assert {step.state: (step.cases, step.red_lights) for step in figures.steps} == {"on_foot": (1, 0), "removing": (1, 1)}
    assert figures.payments == {Outcome.NOT_OWED: 1, Outcome.UNKNOWN: 1}


def test_days_are_beijing_days(told: Street) -> None:
    """E was opened on the evening of 9 June in Beijing; D on the 8th."""
    assert asked(told, period=Period(date(2026, 6, 9), date(2026, 6, 9))).counts[Counted.STOPS] == 1
    assert behind(told, since="2026-06-09", until="2026-06-09") == "E"
    assert behind(told, hour="23") == "E"
    assert behind(told, since="2026-06-02", until="2026-06-08") == "CD"


def test_a_zone_and_a_camera_narrow(told: Street) -> None:
    assert asked(told, zone="zone-2").counts[Counted.STOPS] == 2
    assert asked(told, camera=CameraPlace("yuhang", "n1", "cam-9")).counts[Counted.STOPS] == 0
    assert asked(told, camera=CameraPlace("yuhang", "n1", "cam-9")).places == ()
    assert behind(told, camera="yuhang/n1/cam-9") == ""
    assert behind(told, ground="unclear") == "B"


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"counted": "fines", "hour": "24", "since": "yesterday", "camera": "cam-1"}, {}),
        ({"counted": "left", "hour": "9"}, {"counted": "left", "hour": "9"}),
        ({"hour": "²"}, {}),
    ],
)
def test_what_is_not_understood_does_not_narrow(values: dict[str, str], kept: dict[str, str]) -> None:
    assert {name: value for name, value in Behind.from_address(values).filters().items() if value} == kept


def test_a_period_that_cannot_be_says_why() -> None:
    with pytest.raises(Unprocessable, match="exchange them"):
        Period(date(2026, 6, 2), date(2026, 6, 1))
    with pytest.raises(Unprocessable, match="366 days"):
        Period(date(2025, 1, 1), date(2026, 6, 1))
