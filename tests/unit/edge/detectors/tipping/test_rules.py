"""What the looks at one stopped truck add up to. Times are seconds after it came to rest."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.boxes import Rect
from edge.detectors.tipping.config import TippingConfig
from edge.detectors.tipping.reports import joined
from edge.detectors.tipping.rules import Finding, HeapSight, Phase, Sight, TruckMatter
from yuhang.coordinates import Position
from yuhang.messages import ReportedTruck, TippingSign, TruckReport

RESTS = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
CONFIG = TippingConfig(kind="tipping")
HEAP = HeapSight(Rect(10, 10, 60, 40), 2.0)
HERE = Position(30.27, 120.02)


def at(seconds: float) -> datetime:
    return RESTS + timedelta(seconds=seconds)


def stands(seconds: float, rise: float | None = 0.0) -> Sight:
    return Sight(at(seconds), rise=rise, there=True)


def gone(seconds: float, heap: HeapSight | None = None) -> Sight:
    return Sight(at(seconds), there=False, heap=heap, ground_seen=True)


def played(matter: TruckMatter, sights: list[Sight]) -> list[tuple[float, Finding]]:
    return [((sight.at - RESTS).total_seconds(), found) for sight in sights for found in matter.step(sight)]


def rising(begins: int, ends: int) -> list[Sight]:
    return [stands(second, min(0.6, 0.05 * (second - begins))) for second in range(begins, ends)]


def test_a_bed_that_stays_up_is_suspected_once_and_its_heap_ends_the_matter() -> None:
    matter = TruckMatter(CONFIG, RESTS)
    sights = [*(stands(s) for s in range(25)), *rising(25, 45), *(stands(s) for s in range(45, 50))]
    sights += [gone(s, HEAP) for s in range(50, 90)]
    assert played(matter, sights) == [(27, Finding.BED_BEGAN), (33, Finding.SUSPECTED), (82, Finding.ENDED)]
    assert matter.signs == [TippingSign.BED, TippingSign.HEAP]
    assert matter.left_at == at(50)
    assert matter.heap_stayed_s >= CONFIG.heap_stays_s


def test_a_bed_raised_before_the_truck_has_stood_long_enough_waits_for_that() -> None:
    matter = TruckMatter(CONFIG, RESTS)
    found = played(matter, [*rising(2, 20), *(stands(s, 0.6) for s in range(20, 23))])
    assert found == [(4, Finding.BED_BEGAN), (20, Finding.SUSPECTED)]


def test_a_truck_that_only_stops_is_nothing() -> None:
    matter = TruckMatter(CONFIG, RESTS)
    assert played(matter, [*(stands(s) for s in range(60)), *(gone(s) for s in range(60, 400))]) == []
    assert matter.phase is Phase.ENDED


def test_something_tall_that_passes_for_two_seconds_is_no_bed() -> None:
    matter = TruckMatter(CONFIG, RESTS)
    found = played(
        matter, [*(stands(s) for s in range(30)), stands(30, 0.8), stands(31, 0.8), *(stands(s) for s in range(32, 60))]
    )
    assert Finding.SUSPECTED not in {finding for _, finding in found}


def test_a_bed_is_not_held_up_while_nobody_can_see_it() -> None:
    matter = TruckMatter(CONFIG, RESTS)
    sights = [*(stands(s) for s in range(25)), stands(25, 0.5), *(stands(s, None) for s in range(26, 50)), stands(50, 0.5)]
    played(matter, sights)
    assert matter.bed_held_s == 0


@pytest.mark.parametrize(("area_m2", "signs"), [(1.2, []), (2.0, [TippingSign.HEAP])])
def test_a_heap_alone_must_be_larger(area_m2: float, signs: list[TippingSign]) -> None:
    matter = TruckMatter(CONFIG, RESTS)
    heap = HeapSight(HEAP.box, area_m2)
    played(matter, [*(stands(s) for s in range(30)), *(gone(s, heap) for s in range(30, 120))])
    assert matter.signs == signs


def test_what_is_taken_away_within_half_a_minute_is_no_heap() -> None:
    matter = TruckMatter(CONFIG, RESTS)
    sights = [*(stands(s) for s in range(30)), *(gone(s, HEAP) for s in range(30, 55)), *(gone(s) for s in range(55, 400))]
    assert played(matter, sights) == []


def test_a_truck_that_was_only_hidden_has_not_left() -> None:
    matter = TruckMatter(CONFIG, RESTS)
    played(matter, [*(stands(s) for s in range(30)), *(gone(s) for s in range(30, 36)), *(stands(s) for s in range(36, 40))])
    assert matter.phase is Phase.STANDING
    assert matter.left_at is None


def test_the_trucks_own_tilt_is_a_sign() -> None:
    matter = TruckMatter(CONFIG, RESTS)
    report = ReportedTruck(plate="浙A12345", time=at(30), apart_s=1, distance_m=20, tilt_deg=32)
    sights = [Sight(at(s), rise=None, there=True, report=report if s == 30 else None) for s in range(40)]
    assert played(matter, sights) == [(30, Finding.SUSPECTED)]
    assert matter.signs == [TippingSign.REPORT]


@given(
    st.lists(st.tuples(st.floats(0.1, 20), st.none() | st.floats(0, 1), st.none() | st.booleans(), st.booleans()), max_size=120)
)
def test_whatever_is_seen_a_matter_is_suspected_at_most_once_and_ended_only_after_that(
    looks: list[tuple[float, float | None, bool | None, bool]],
) -> None:
    matter, now, found = TruckMatter(CONFIG, RESTS), 0.0, []
    for wait, rise, there, heap in looks:
        now += wait
        sight = Sight(at(now), rise=rise, there=there, heap=HEAP if heap else None, ground_seen=there is False)
        found += matter.step(sight)
    found += matter.end()
    acts = [finding for finding in found if finding is not Finding.BED_BEGAN]
    assert acts in ([], [Finding.SUSPECTED, Finding.ENDED])
    assert (Finding.SUSPECTED in acts) == bool(acts)


def report(plate: str, seconds: float, north: float = 0.0, **more: object) -> TruckReport:
    return TruckReport.model_validate(
        {"plate": plate, "time": at(seconds), "latitude": HERE.latitude + north, "longitude": HERE.longitude, **more}
    )


def test_reports_are_joined_by_place_and_time() -> None:
    near, far = report("浙A11111", 5), report("浙A22222", 0, north=0.01)  # a kilometre away
    late, drives = report("浙A33333", 60), report("浙A44444", 0, speed_m_s=9)
    found = joined([far, late, drives, near], HERE, at(0), CONFIG.reports)
    assert found is not None
    assert (found.plate, found.apart_s) == ("浙A11111", 5)
    assert joined([far, late, drives], HERE, at(0), CONFIG.reports) is None


def test_of_several_the_one_with_its_bed_up_and_never_another_plate() -> None:
    down, up = report("浙A11111", 0, tilt_deg=1), report("浙A22222", 20, bed_raised=True)
    found = joined([down, up], HERE, at(0), CONFIG.reports)
    assert found is not None
    assert found.plate == "浙A22222"
    known = joined([down, up], HERE, at(0), CONFIG.reports, plate="浙A11111")
    assert known is not None
    assert known.plate == "浙A11111"
    assert joined([down, up], HERE, at(0), CONFIG.reports, plate="浙A99999") is None
