"""The ratchet for what happens at the kerb: a few rendered stages of fixed seeds, with the shipped object detector."""

import json
from pathlib import Path

import pytest

from benchmarks.kerb import tipping, trading
from benchmarks.kerb.score import Outcome, scored
from simulators.stage.tipping import TippingStory
from simulators.stage.trading import TradingStory

SCORES = json.loads(Path(__file__).with_name("scores.json").read_text(encoding="utf-8"))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def f1(outcomes: list[Outcome]) -> float:
    figures = scored(outcomes)["ours"]
    assert isinstance(figures, dict)
    return float(figures["f1"])


def test_tipping_is_found_and_a_stop_is_not() -> None:
    outcomes = [tipping.run_scene(100, TippingStory.CREEPS), tipping.run_scene(101, TippingStory.SHADE)]
    assert f1(outcomes) >= SCORES["tipping_f1_rendered"]


def test_trade_is_found_and_boxes_left_alone_are_not() -> None:
    outcomes = [trading.run_scene(100, TradingStory.TRICYCLE), trading.run_scene(101, TradingStory.DROPPED)]
    assert f1(outcomes) >= SCORES["trading_f1_rendered"]
