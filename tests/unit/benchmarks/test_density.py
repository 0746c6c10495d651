"""The density benchmark's plan and score, without any picture."""

from datetime import UTC, datetime, timedelta

from benchmarks.density.clips import Recipe
from benchmarks.density.node import Heard
from benchmarks.density.plan import DWELL_S, PlannedCamera, plan
from benchmarks.density.score import judge
from benchmarks.density.soak import settled
from benchmarks.processes import Usage
from tests.unit.edge.street import at
from yuhang.messages import Observation, ParkingLeft, ParkingLeftEvent, ParkingStopped, ParkingStoppedEvent

START = datetime(2026, 6, 1, tzinfo=UTC)


def usage(rss_mb: float) -> Usage:
    return Usage(cpu_s=0, rss_mb=rss_mb, pss_mb=rss_mb, processes=1, at_s=0)


def test_sixty_cameras_are_forty_quiet_fifteen_medium_five_busy_and_visits_are_spread() -> None:
    cameras = list(plan(60, 60, Recipe()))
    kinds = [camera.traffic for camera in cameras]
    assert (kinds.count("quiet"), kinds.count("medium"), kinds.count("busy")) == (40, 15, 5)
    assert sum(camera.visits for camera in cameras) == 28
    assert len({camera.parts[0].seconds for camera in cameras if camera.visits}) >= 5
    assert all(part.from_s % 2 == 0 for camera in cameras for part in camera.parts)


def test_memory_that_grows_is_seen_after_it_has_settled() -> None:
    assert settled([usage(500 + 10 * number) for number in range(100)])[1] > 1100
    early, late = settled([usage(min(900, 500 + 20 * number)) for number in range(100)])
    assert early == late == 900


def stopped(camera: str, second: float) -> ParkingStoppedEvent:
    data = ParkingStopped.model_construct(camera=camera, stopped_at=at(second), dwell_s=20.0, observation=_observation())
    return ParkingStoppedEvent.model_construct(time=at(second + 20), data=data)


def left(camera: str, second: float, dwell_s: float) -> ParkingLeftEvent:
    data = ParkingLeft.model_construct(camera=camera, stopped_at=at(second), left_at=at(second + dwell_s), dwell_s=dwell_s)
    return ParkingLeftEvent.model_construct(time=at(second + dwell_s), data=data)


def _observation() -> Observation:
    return Observation.model_construct(since=at(0), until=at(1), longest_gap_s=0.0, frames=1, min_overlap=1.0)


def heard(*events: ParkingStoppedEvent | ParkingLeftEvent, after_s: float = 0.5) -> list[Heard]:
    return [Heard(event, event.time + timedelta(seconds=after_s)) for event in events]


def visited() -> PlannedCamera:
    return next(camera for camera in plan(12, 60, Recipe()) if camera.visits == 1)


def test_the_whole_truth_passes_and_late_or_wrong_or_missing_does_not() -> None:
    camera = visited()
    right = (stopped(camera.name, 5), left(camera.name, 5, DWELL_S + 0.4))
    good = judge([camera], heard(*right))
    assert good.passed
    assert (good.dwell_error_s, good.latency_p95_s) == (0.4, 0.5)
    assert not judge([camera], heard(*right, after_s=2.5)).passed
    assert not judge([camera], heard(stopped(camera.name, 5))).passed
    assert not judge([camera], heard(stopped(camera.name, 5), stopped(camera.name, 9), right[1])).passed
    assert not judge([camera], heard(stopped(camera.name, 5), left(camera.name, 5, DWELL_S - 1.2))).passed
