"""A pipeline that sees only key frames, two seconds apart, and asks for what lies between."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.assembly import LoadedModels, build_pipeline, build_tools
from edge.config import NodeConfig
from edge.config_mark import ConfigMark
from edge.frames import Moments, Part
from tests.unit.edge.drawn_street import CAR, CONFIG, GROUND, HEIGHT, PLACE, WIDTH, DrawnStreet, NoPlates
from tests.unit.edge.street import at, seconds
from yuhang.messages import NodeEvent, ParkingLeftEvent, ParkingStoppedEvent

STEP_S = 0.1


@dataclass
class DrawnPast:
    """Knows what the street looked like at any moment: a car stands from `comes_s` to `goes_s`."""

    comes_s: float
    goes_s: float
    apart_s: float = 0.0
    wishes: list[float | None] = field(default_factory=list)
    asked: list[tuple[int, datetime, datetime, Part]] = field(default_factory=list)

    def car(self, time_s: float) -> tuple[int, int, int, int] | None:
        return PLACE if self.comes_s <= time_s < self.goes_s else None

    def attend(self, camera: str, within_s: float | None, apart_s: float = 0.0) -> None:
        del camera
        self.apart_s = apart_s
        if within_s != (self.wishes[-1] if self.wishes else None):
            self.wishes.append(within_s)

    def look_back(self, camera: str, start: datetime, end: datetime, part: Part) -> int:
        del camera
        self.asked.append((len(self.asked), start, end, part))
        return len(self.asked) - 1

    def answers(self) -> list[Moments]:
        answered, self.asked = self.asked, []
        return [self._moments(*question) for question in answered]

    def _moments(self, number: int, start: datetime, end: datetime, part: Part) -> Moments:
        count = int((end - start).total_seconds() / STEP_S)
        times = [at(seconds(start) + (index + 1) * STEP_S) for index in range(count)]
        times = [time for time in times if time < end]
        return Moments("c", number, tuple(times), np.stack([self._grey(seconds(time), part) for time in times]))

    def _grey(self, time_s: float, part: Part) -> np.ndarray:
        image = GROUND.copy()
        if self.car(time_s) is not None:
            image[PLACE[1] : PLACE[3], PLACE[0] : PLACE[2]] = CAR
        left, right = round(part[0] * WIDTH), round(part[2] * WIDTH)
        top, bottom = round(part[1] * HEIGHT), round(part[3] * HEIGHT)
        return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)[top:bottom, left:right]


def sparse(config: NodeConfig) -> NodeConfig:
    camera = config.cameras[0]
    source = camera.source.model_copy(update={"decode": "keyframes"})
    watching = camera.watching.model_copy(update={"confirm_every_s": 6.0, "idle_every_s": 30.0})
    return config.model_copy(update={"cameras": (camera.model_copy(update={"source": source, "watching": watching}),)})


def watch(folder: Path, past: DrawnPast, until_s: float, *, answers: bool = True) -> list[NodeEvent]:
    """What the pipeline says of key frames every two seconds, and of the pictures that it asks for while something leaves."""
    street, config = DrawnStreet(folder), sparse(CONFIG)
    models = LoadedModels(street.detector, NoPlates(), {"told": "0" * 64})  # type: ignore[arg-type]
    tools = build_tools(config, ConfigMark(0, "1" * 64), models, street.chain, street.clip)
    pipeline = build_pipeline(config.cameras[0], replace(tools, hindsight=past))
    events: list[NodeEvent] = []
    shown_s = 0.0
    for number in range(int(until_s / 0.2)):
        time_s = number * 0.2
        within_s = past.wishes[-1] if past.wishes else None
        if number % 10 and (within_s is None or time_s - shown_s < within_s):
            continue
        if shown_s and time_s - shown_s < past.apart_s:
            continue
        shown_s = time_s
        events += pipeline.process(street.frame(time_s, past.car(time_s))).events
        for moments in past.answers() if answers else ():
            pipeline.looked_back(moments)
    street.chain.close()
    return events


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(comes_s=st.floats(4.3, 8.2), stays_s=st.floats(26.0, 34.0))
def test_a_stay_is_right_to_a_fifth_of_a_second(tmp_path_factory: pytest.TempPathFactory, comes_s: float, stays_s: float) -> None:
    past = DrawnPast(comes_s, comes_s + stays_s)
    stopped, left = watch(tmp_path_factory.mktemp("past"), past, comes_s + stays_s + 12)
    assert isinstance(stopped, ParkingStoppedEvent)
    assert isinstance(left, ParkingLeftEvent)
    assert 0 <= seconds(left.data.stopped_at) - comes_s <= 0.2
    assert -0.01 <= seconds(left.data.left_at) - (comes_s + stays_s) <= 0.2


def test_without_answers_the_times_are_coarse_and_never_too_long(tmp_path: Path) -> None:
    past = DrawnPast(5.0, 35.0)
    stopped, left = watch(tmp_path, past, 50, answers=False)
    assert isinstance(stopped, ParkingStoppedEvent)
    assert isinstance(left, ParkingLeftEvent)
    assert seconds(stopped.data.stopped_at) == pytest.approx(6.0)
    assert seconds(left.data.left_at) == pytest.approx(36.0)


def test_it_wants_a_picture_often_enough_while_a_car_stands_and_often_while_it_leaves(tmp_path: Path) -> None:
    past = DrawnPast(5.0, 35.0)
    watch(tmp_path, past, 50)
    assert past.wishes == [6.0, 0.4, None]
