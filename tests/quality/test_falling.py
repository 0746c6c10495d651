"""The same ratchet for what falls: rendered facades of a fixed seed, short, so that CI stays short."""

import json
from pathlib import Path

import pytest

from benchmarks.falling.scene_run import Outcome, run_scene
from simulators.facade.random_scenes import random_scene

SCORES = json.loads(Path(__file__).with_name("scores.json").read_text(encoding="utf-8"))
SECONDS = 16.0
THROWN, QUIET = (100, 103), (102, 104)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def thrown() -> list[Outcome]:
    return [run_scene(random_scene(seed, SECONDS), plain=False) for seed in THROWN]


def test_throws_are_found(thrown: list[Outcome]) -> None:
    hits = [hit for outcome in thrown for _, hit in outcome.hits]
    assert sum(hits) / len(hits) >= SCORES["falling_recall_rendered"]


def test_their_floors_are_named(thrown: list[Outcome]) -> None:
    found = sum(hit for outcome in thrown for _, hit in outcome.hits)
    assert sum(outcome.floors_right for outcome in thrown) / found >= SCORES["falling_floor_in_range_rendered"]


def test_wind_rain_and_birds_are_not(thrown: list[Outcome]) -> None:
    quiet = [run_scene(random_scene(seed, SECONDS, throws=False), plain=False) for seed in QUIET]
    assert sum(outcome.false_alarms for outcome in (*thrown, *quiet)) <= SCORES["falling_false_alarms_rendered"]
