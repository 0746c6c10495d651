import asyncio
from collections.abc import Callable

import pytest

from simulators.signals.gbt20999.device import Gbt20999Controller
from simulators.signals.gbt20999.frames import (
    DataValue,
    Frame,
    FrameRules,
    FrameType,
    StreamReader,
    decode,
    encode,
    from_datagram,
)
from simulators.signals.kernel.authority import Authority, Regime, Wish
from simulators.signals.kernel.controller import Controller
from simulators.signals.kernel.lamps import Lamp
from simulators.signals.server import served_tcp

MODE, STAGE = (17, 1, 4, 1), (17, 1, 2, 1)
CENTRE_MANUAL, LOCAL = b"\x15", b"\x00"


class Host:
    """A host computer in simulated time, on a stream."""

    def __init__(self, device: Gbt20999Controller, rules: FrameRules | None = None) -> None:
        self.device, self.rules = device, rules or FrameRules()
        self.traps: list[DataValue] = []
        self._sequence = 0

    def ask(self, kind: FrameType, *values: tuple[tuple[int, int, int, int], bytes]) -> list[Frame]:
        self._sequence = (self._sequence + 1) % 256
        places = tuple(DataValue(index, *place, content) for index, (place, content) in enumerate(values, start=1))
        wire = encode(Frame(kind, self._sequence, places), self.rules)
        answers = [self._read(data) for data in self.device.receive("host", wire)]
        assert all(answer.sequence == self._sequence for answer in answers)
        return answers

    def get(self, *place: int) -> list[bytes]:
        (answer,) = self.ask(FrameType.QUERY, (place, b""))  # type: ignore[arg-type]
        assert answer.kind is FrameType.QUERY_REPLY
        return [value.content for value in answer.values]

    def set(self, place: tuple[int, int, int, int], content: bytes) -> int:
        (answer,) = self.ask(FrameType.SET, (place, content))
        assert answer.kind is (FrameType.SET_ERROR if answer.values[0].content[0] else FrameType.SET_REPLY)
        return answer.values[0].content[0]

    def seconds(self, seconds: float, *, heartbeat: bool = True) -> None:
        for _ in range(round(seconds * 2)):
            for outgoing in self.device.advance(5):
                self.traps += self._read(outgoing.data).values
            if heartbeat:
                (answer,) = self.ask(FrameType.HEARTBEAT)
                assert answer.kind is FrameType.HEARTBEAT_REPLY

    def until(self, seen: Callable[[], bool]) -> None:
        for _ in range(400):
            if seen():
                return
            self.seconds(0.5)
        raise AssertionError("not seen within 200 s")

    def _read(self, data: bytes) -> Frame:
        (inner,) = StreamReader().feed(data) if self.rules.escaped else [from_datagram(data)]
        return decode(inner, self.rules)


@pytest.fixture
def host(controller: Controller) -> Host:
    return Host(Gbt20999Controller(controller))


def test_a_green_wave_takes_the_stage_reads_the_lamps_and_gives_back(host: Host) -> None:
    assert host.set(MODE, CENTRE_MANUAL) == 0
    assert host.set(STAGE, b"\x03") == 0
    host.until(lambda: host.get(6, 3, 2, 3) == [b"\x20"])

    assert host.get(3, 3, 1, 3) == [b"\x20"]
    assert host.get(3, 3, 1, 0) == [b"\x10", b"\x10", b"\x20", b"\x10", b"\x10", b"\x20"]
    assert host.get(13, 2, 2, 1) == [CENTRE_MANUAL]
    assert host.get(13, 2, 4, 1) == [b"\x03"]

    assert host.set(MODE, LOCAL) == 0
    host.seconds(0.5)
    assert host.get(13, 2, 2, 1) == [b"\x23"]


def test_a_stage_without_the_mode_is_a_failed_control(host: Host) -> None:
    assert host.set(STAGE, b"\x03") == 0x50


def test_the_key_makes_control_fail(host: Host, controller: Controller) -> None:
    controller.turn_key(Wish(Regime.STAGES, 2))
    host.seconds(1)
    assert host.set(MODE, CENTRE_MANUAL) == 0x50
    assert host.set((8, 6, 2, 1), b"\x01") == 0x50
    assert host.get(13, 2, 2, 1) == [b"\x25"]


def test_an_emergency_call_is_executed_and_ends(host: Host) -> None:
    assert host.set((8, 6, 2, 2), b"\x01") == 0
    host.until(lambda: host.get(13, 2, 4, 1) == [b"\x03"] and host.get(6, 3, 2, 3) == [b"\x20"])
    assert host.get(8, 6, 3, 0) == [b"\x00", b"\x01", b"\x00"]
    assert host.get(13, 2, 2, 1) == [b"\x30"]
    assert host.set((8, 6, 2, 2), b"\x00") == 0
    host.seconds(0.5)
    assert host.get(8, 6, 3, 2) == [b"\x00"]


def test_heartbeats_keep_control_and_silence_gives_it_back(host: Host, controller: Controller) -> None:
    host.set(MODE, CENTRE_MANUAL)
    host.seconds(60)
    assert controller.observe().authority is Authority.CENTRE
    host.seconds(20.5, heartbeat=False)
    assert controller.observe().authority is Authority.PROGRAMME
    assert host.set(STAGE, b"\x03") == 0x50, "the mode must be asked for anew"


def test_changes_of_lamps_stages_and_mode_come_by_themselves(host: Host) -> None:
    host.ask(FrameType.HEARTBEAT)
    host.seconds(110)
    told = {(value.data_class, value.object_number, value.attribute) for value in host.traps}
    assert {(3, 3, 1), (6, 3, 2), (13, 2, 4)} <= told
    lamps = [value.content[0] for value in host.traps if value.data_class == 3 and value.element == 1]
    at = lamps.index(0x21)
    assert lamps[at : at + 3] == [0x21, 0x30, 0x10], "green flash, yellow, red"


def test_a_stuck_green_is_a_fault_and_a_flashing_junction(host: Host, controller: Controller) -> None:
    host.until(lambda: host.get(6, 3, 2, 3) == [b"\x20"])
    controller.stick(1, Lamp.GREEN)
    host.seconds(1)
    assert host.get(16, 1, 0, 0) == [b"\x01"]
    assert host.get(16, 2, 2, 1) == [b"\x10"]
    assert host.get(16, 2, 4, 1) == [b"\x10"]
    assert host.get(13, 2, 2, 1) == [b"\x31"]
    assert host.set(MODE, CENTRE_MANUAL) == 0x50


@pytest.mark.parametrize(
    ("place", "content", "status"),
    [
        ((3, 3, 1, 1), b"\x20", 0x20),
        ((99, 1, 0, 0), b"\x00", 0x30),
        (MODE, b"\x15\x00", 0x11),
        (MODE, b"\x77", 0x12),
        (MODE, b"\x14", 0x12),
        ((8, 6, 2, 9), b"\x01", 0x12),
        ((17, 1, 3, 1), b"\x09", 0x12),
        ((13, 1, 10, 0), bytes(7), 0x10),
    ],
    ids=["lamps", "unknown class", "length", "unknown mode", "adaptive", "unknown call", "unknown plan", "no date"],
)
def test_what_cannot_be_set_is_told_with_its_status(
    host: Host, place: tuple[int, int, int, int], content: bytes, status: int
) -> None:
    assert host.set(place, content) == status


def test_good_and_bad_values_of_one_frame_come_back_in_two(host: Host) -> None:
    good, bad = host.ask(FrameType.QUERY, ((13, 2, 4, 1), b""), ((77, 1, 0, 0), b""))
    assert (good.kind, good.values[0].index) == (FrameType.QUERY_REPLY, 1)
    assert (bad.kind, bad.values[0].index, bad.values[0].content) == (FrameType.QUERY_ERROR, 2, b"\x30")


def test_a_frame_under_another_reading_gets_no_answer(controller: Controller) -> None:
    device = Gbt20999Controller(controller, FrameRules(length_counts="body"))
    wire = encode(Frame(FrameType.HEARTBEAT, 1), FrameRules())
    assert device.receive("host", wire) == []
    assert Host(device, FrameRules(length_counts="body")).get(6, 1, 0, 0) == [b"\x04"]


def test_some_makers_have_the_number_before_the_lamp(controller: Controller) -> None:
    host = Host(Gbt20999Controller(controller, lamp_attribute=2))
    assert host.get(3, 3, 1, 0) == [bytes([number]) for number in range(1, 7)]
    assert set(host.get(3, 3, 2, 0)) <= {b"\x10", b"\x20"}


def test_the_same_by_datagrams(controller: Controller) -> None:
    rules = FrameRules(escaped=False)
    host = Host(Gbt20999Controller(controller, rules), rules)
    assert host.set(MODE, CENTRE_MANUAL) == 0
    assert host.get(13, 1, 3, 0) == [b"\x00"]


def test_over_a_real_socket(controller: Controller) -> None:
    async def talk() -> list[Frame]:
        async with served_tcp(Gbt20999Controller(controller), speed=20) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(encode(Frame(FrameType.QUERY, 9, (DataValue(1, 13, 2, 4, 1),)), FrameRules()))
            cutter, seen = StreamReader(), list[Frame]()
            while not {FrameType.TRAP, FrameType.QUERY_REPLY} <= {frame.kind for frame in seen}:
                data = await asyncio.wait_for(reader.read(1000), 20)
                seen += [decode(inner, FrameRules()) for inner in cutter.feed(data)]
            writer.close()
            return seen

    assert asyncio.run(talk())[0].sequence == 9
