"""The parking rules as a table: what stands over time -> what is reported, and when."""

from dataclasses import dataclass, field
from itertools import count

import pytest

from edge.boxes import Rect
from edge.detectors.parking.config import ParkingConfig, QueueConfig
from edge.detectors.parking.rules import Finding, Left, ParkingDetector, Parting, Present, Stander, Stopped, Unobserved
from edge.dwell import Confirmation, Dwell
from edge.standing import Outcome
from tests.unit.edge.street import at, every, seconds
from yuhang.messages import UnobservedReason, VehicleClass

CONFIG = ParkingConfig()


@dataclass(slots=True)
class Vehicle:
    """A vehicle that stands from `since` until it parts; seen by the detector except in `hidden` and `pixels_only` spans."""

    key: int
    since: float
    until: float
    left: float = 0.0
    outcome: Outcome | None = None
    vehicle: VehicleClass = VehicleClass.CAR
    in_zone: bool = True
    in_lane: bool = False
    height: float = 80
    steadiness: float = 1.0
    pixels_only: tuple[float, float] = (0, 0)
    dwell: Dwell = field(init=False)

    def __post_init__(self) -> None:
        self.dwell = Dwell.begin(at(self.since))

    def stander(self) -> Stander:
        box = Rect(self.left, 100, self.left + 120, 100 + self.height)
        return Stander(self.key, box, self.vehicle, self.dwell, self.in_zone, self.in_lane, self.steadiness)

    def look(self, time_s: float) -> None:
        pixels = self.pixels_only[0] <= time_s < self.pixels_only[1]
        self.dwell = self.dwell.confirm(at(time_s), Confirmation.PIXELS if pixels else Confirmation.DETECTOR, 0.9)


def play(
    config: ParkingConfig, end: float, *vehicles: Vehicle, ask: tuple[float, float] | None = None, step: float = 0.5
) -> list[tuple[str, float]]:
    """Run the scene to `end`; `ask` is (when, due): a `reobserve` for the first stop."""
    numbers = count(1)
    rules = ParkingDetector("zone", config, lambda _: f"stop-{next(numbers)}")
    findings: list[Finding] = []
    for time_s in every(step, 0, end):
        partings = []
        standing = []
        for vehicle in vehicles:
            if vehicle.since <= time_s <= vehicle.until:
                vehicle.look(time_s)
                standing.append(vehicle.stander())
            elif vehicle.outcome is not None and vehicle.until < time_s <= vehicle.until + step:
                partings.append(Parting(vehicle.stander(), vehicle.outcome, at(time_s), UnobservedReason.CANNOT_SEE))
        findings += rules.step(at(time_s), standing, partings)
        if ask is not None and time_s == ask[0]:
            assert rules.reobserve("stop-1", "COMMAND", at(ask[1]))
    return [told(finding) for finding in findings]


def told(finding: Finding) -> tuple[str, float]:
    match finding:
        case Stopped():
            return "stopped", seconds(finding.at)
        case Present():
            return ("answer" if finding.reobserve else "present"), seconds(finding.at)
        case Left():
            return "left", seconds(finding.at)
        case Unobserved():
            return f"unobserved {finding.reason.value}", seconds(finding.at)


LEAVES = Outcome.LEFT
LOST = Outcome.GAP

SCENES = {
    "stays": (200, [Vehicle(1, 5, 200)], [("stopped", 65), ("present", 125), ("present", 185)]),
    "leaves before the warning": (100, [Vehicle(1, 5, 40, outcome=LEAVES)], []),
    "lost before the warning": (100, [Vehicle(1, 5, 40, outcome=LOST)], []),
    "leaves after the warning": (100, [Vehicle(1, 5, 80, outcome=LEAVES)], [("stopped", 65), ("left", 80.5)]),
    "lost after the warning": (100, [Vehicle(1, 5, 80, outcome=LOST)], [("stopped", 65), ("unobserved cannot_see", 80.5)]),
    "leaves and comes back": (
        200,
        [Vehicle(1, 0, 80, outcome=LEAVES), Vehicle(2, 100, 200)],
        [("stopped", 60), ("left", 80.5), ("stopped", 160)],
    ),
    "lost and seen again: nothing of the first watching counts": (
        170,
        [Vehicle(1, 0, 80, outcome=LOST), Vehicle(2, 95, 170)],
        [("stopped", 60), ("unobserved cannot_see", 80.5), ("stopped", 155)],
    ),
    "two cars": (70, [Vehicle(1, 0, 70), Vehicle(2, 5, 70, left=130)], [("stopped", 60), ("stopped", 65)]),
    "outside the zone": (100, [Vehicle(1, 0, 100, in_zone=False)], []),
    "too far away": (100, [Vehicle(1, 0, 100, height=39)], []),
    "no kind that is watched": (100, [Vehicle(1, 0, 100, vehicle=VehicleClass.BICYCLE)], []),
    "only now and then seen": (100, [Vehicle(1, 0, 100, steadiness=0.3)], []),
    "unchanged pixels do not warn, the next look does": (
        80,
        [Vehicle(1, 0, 80, pixels_only=(58, 66))],
        [("stopped", 66)],
    ),
}


@pytest.mark.parametrize("scene", SCENES, ids=lambda name: name.replace(" ", "-"))
def test_scene(scene: str) -> None:
    end, vehicles, expected = SCENES[scene]
    assert play(CONFIG, end, *[Vehicle(**facts(vehicle)) for vehicle in vehicles]) == expected


def facts(vehicle: Vehicle) -> dict[str, object]:
    """A fresh copy's arguments: scenes are played more than once."""
    return {name: getattr(vehicle, name) for name in Vehicle.__slots__ if name != "dwell"}


@pytest.mark.parametrize(("asked", "due", "answered"), [(70, 100, 100), (110, 100, 110.5)])
def test_reobserve_is_answered_by_the_first_look_at_or_after_its_time(asked: float, due: float, answered: float) -> None:
    found = play(CONFIG, 125, Vehicle(1, 0, 125), ask=(asked, due))
    assert found == [("stopped", 60), ("answer", answered), ("present", 120)]


def test_reobserve_waits_for_the_detector_itself() -> None:
    found = play(CONFIG, 119, Vehicle(1, 0, 119, pixels_only=(95, 104)), ask=(70, 100))
    assert found == [("stopped", 60), ("answer", 104)]


def test_reobserve_of_a_stop_that_is_over_is_refused() -> None:
    rules = ParkingDetector("zone", CONFIG, lambda _: "stop-1")
    assert not rules.reobserve("stop-1", "COMMAND", at(0))


def test_a_repeated_command_is_answered_once() -> None:
    rules = ParkingDetector("zone", CONFIG, lambda _: "stop-1")
    vehicle = Vehicle(1, 0, 200)
    answers = []
    for time_s in every(0.5, 0, 90):
        vehicle.look(time_s)
        answers += [found for found in rules.step(at(time_s), [vehicle.stander()]) if isinstance(found, Present)]
        if time_s in {60, 61}:
            assert rules.reobserve("stop-1", "COMMAND", at(80))
    assert [seconds(answer.at) for answer in answers] == [80]


def test_late_frames_do_not_make_up_for_missed_minutes() -> None:
    assert play(CONFIG, 400, Vehicle(1, 0, 400), step=100) == [
        ("stopped", 100),
        ("present", 200),
        ("present", 300),
        ("present", 400),
    ]


QUEUE = ParkingConfig(queue=QueueConfig(min_vehicles=3, max_spacing=1.0, longest_s=120))


def in_line(**changes: object) -> list[Vehicle]:
    return [Vehicle(**{"key": key, "since": 0, "until": 90, "left": key * 180, "in_lane": True, **changes}) for key in (1, 2, 3)]


def test_cars_in_line_at_a_red_light_raise_nothing() -> None:
    assert play(QUEUE, 100, *in_line()) == []


def test_without_the_queue_rule_the_same_cars_are_reported() -> None:
    assert play(CONFIG, 80, *in_line()) == [("stopped", 60)] * 3


def test_two_parked_cars_are_no_queue() -> None:
    assert play(QUEUE, 80, *in_line()[:2]) == [("stopped", 60)] * 2


def test_cars_far_apart_are_no_queue() -> None:
    apart = [Vehicle(key, 0, 90, left=key * 400, in_lane=True) for key in (1, 2, 3)]
    assert play(QUEUE, 80, *apart) == [("stopped", 60)] * 3


def test_who_stays_when_the_queue_drives_off_gets_the_whole_warning_dwell() -> None:
    first, second, third = in_line()
    second.until = third.until = 70
    first.until = 115
    assert play(QUEUE, 150, first, second, third) == []
    first, second, third = in_line(since=30)
    second.until = third.until = 50
    first.until = 115
    assert play(QUEUE, 115, first, second, third) == [("stopped", 110)]


def test_no_red_light_lasts_for_ever() -> None:
    assert play(QUEUE, 125, *in_line(until=125)) == [("stopped", 120.5)] * 3
