import random

import pytest

from simulators.signals.device import Outgoing
from simulators.signals.line import FaultyLine, LineFaults


class Echo:
    """Answers every message with itself and remembers who hung up."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.gone: list[str] = []

    def receive(self, peer: str, data: bytes) -> list[bytes]:
        self.heard.append(data)
        return [data]

    def advance(self, ticks: int) -> list[Outgoing]:
        return []

    def disconnected(self, peer: str) -> None:
        self.gone.append(peer)


def talk(faults: LineFaults, *, is_stream: bool = False, messages: int = 1000) -> tuple[list[bytes], Echo]:
    echo = Echo()
    line = FaultyLine(echo, faults, random.Random(1), is_stream=is_stream)
    answers: list[bytes] = []
    for number in range(messages):
        assert line.receive("client", str(number).encode()) == []
        answers += [outgoing.data for outgoing in line.advance(1)]
    answers += [outgoing.data for outgoing in line.advance(100)]
    return answers, echo


def test_an_answer_takes_twice_the_delay() -> None:
    line = FaultyLine(Echo(), LineFaults(delay_s=0.2), random.Random(1))
    line.receive("client", b"?")
    assert line.advance(3) == []
    assert line.advance(1) == [Outgoing("client", b"?")]


def test_two_in_a_hundred_are_lost_each_way() -> None:
    answers, echo = talk(LineFaults(loss=0.02))
    assert 960 <= len(echo.heard) < 1000
    assert len(answers) / 1000 == pytest.approx(0.96, abs=0.02)


def test_datagrams_may_come_twice() -> None:
    answers, echo = talk(LineFaults(duplicates=0.1))
    assert len(echo.heard) == pytest.approx(1100, abs=40)
    assert len(answers) > len(echo.heard)


def test_a_stream_loses_nothing_and_keeps_its_order() -> None:
    answers, _ = talk(LineFaults(delay_s=0.2, loss=0.1, duplicates=0.2), is_stream=True)
    assert answers == [str(number).encode() for number in range(1000)]


def test_nothing_passes_a_cut_cable_and_everything_after() -> None:
    echo = Echo()
    line = FaultyLine(echo, LineFaults(is_silent=True), random.Random(1))
    line.receive("client", b"lost")
    assert line.advance(50) == []
    line.faults.is_silent = False
    line.receive("client", b"heard")
    line.advance(2)
    assert echo.heard == [b"heard"]


def test_what_is_under_way_dies_with_its_connection() -> None:
    echo = Echo()
    line = FaultyLine(echo, LineFaults(delay_s=1), random.Random(1), is_stream=True)
    line.receive("client", b"?")
    line.disconnected("client")
    assert line.advance(30) == []
    assert echo.gone == ["client"]
