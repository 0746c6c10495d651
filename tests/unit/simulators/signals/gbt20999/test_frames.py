import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.signals.gbt20999.frames import (
    DataValue,
    Frame,
    FrameError,
    FrameRules,
    FrameType,
    StreamReader,
    crc16,
    decode,
    encode,
    from_datagram,
)

OTHER_READINGS = [
    FrameRules(),
    FrameRules(length_counts="without_crc"),
    FrameRules(length_counts="body"),
    FrameRules(polynomial=0x1021, crc_start=0xFFFF, length_counts="body"),
]
byte = st.integers(0, 255)
values = st.builds(DataValue, byte, byte, byte, byte, byte, st.binary(max_size=40))
frames = st.builds(
    Frame,
    kind=st.sampled_from(FrameType),
    sequence=byte,
    values=st.lists(values, max_size=8).map(tuple),
    host=byte,
    controller=st.integers(0, 2**32 - 1),
    junction=byte,
)


def test_the_check_is_that_of_the_public_firmware() -> None:
    """OpenATC shifts bit by bit with 0x1005; written down here independently of the table in the code."""
    data = bytes.fromhex("00110102010000000101010 0".replace(" ", "")) + b"\x10\x01\x7e\x7d\x5c"
    check = 0
    for number in data:
        for bit in range(7, -1, -1):
            check = (check << 1) ^ (0x1005 if check & 0x8000 else 0)
            check ^= 0x1005 if number >> bit & 1 else 0
            check &= 0xFFFF
    assert crc16(data, FrameRules()) == check


def test_a_heartbeat_byte_by_byte() -> None:
    frame = Frame(FrameType.HEARTBEAT, sequence=5, controller=1)
    wire = encode(frame, FrameRules())
    assert wire[:-3].hex(" ") == "7e 00 0f 01 02 01 00 00 00 01 01 05 70 00"
    assert wire[-1] == 0x7D


def test_marks_within_are_escaped_on_streams_and_not_in_datagrams() -> None:
    frame = Frame(FrameType.SET, 0x7E, (DataValue(1, 17, 1, 2, 1, b"\x7e\x7d\x5c"),))
    assert b"\x5c\x7e\x5c\x7d\x5c\x5c" in encode(frame, FrameRules())
    datagram = encode(frame, FrameRules(escaped=False))
    assert b"\x7e\x7d\x5c" in datagram
    assert decode(from_datagram(datagram), FrameRules(escaped=False)) == frame


@pytest.mark.parametrize("rules", OTHER_READINGS)
@given(sent=st.lists(frames, min_size=1, max_size=4), cut=st.integers(1, 30), noise=st.binary(max_size=5))
def test_frames_survive_any_cutting_of_the_stream(rules: FrameRules, sent: list[Frame], cut: int, noise: bytes) -> None:
    noise = noise.replace(b"\x7e", b"")
    stream = noise + noise.join(encode(frame, rules) for frame in sent)
    reader = StreamReader()
    inner = [found for at in range(0, len(stream), cut) for found in reader.feed(stream[at : at + cut])]
    assert [decode(found, rules) for found in inner] == sent


@pytest.mark.parametrize("rules", OTHER_READINGS[1:])
def test_another_reading_of_the_standard_is_noticed(rules: FrameRules) -> None:
    wire = encode(Frame(FrameType.QUERY, 1, (DataValue(1, 13, 2, 2, 1),)), rules)
    with pytest.raises(FrameError):
        decode(StreamReader().feed(wire)[0], FrameRules())


def test_random_bytes_are_errors_and_nothing_else() -> None:
    dice = random.Random(20999)
    reader = StreamReader()
    for _ in range(3000):
        inner = bytearray(encode(Frame(FrameType.SET, 1, (DataValue(1, 17, 1, 2, 1, b"\x03"),)), FrameRules())[1:-1])
        for _ in range(dice.randint(1, 3)):
            inner[dice.randrange(len(inner))] = dice.randrange(256)
        check = crc16(bytes(inner[:-2]), FrameRules()).to_bytes(2, "big")
        for candidate in (bytes(inner), bytes(inner[:-2]) + check, dice.randbytes(dice.randint(0, 40))):
            try:
                decode(candidate, FrameRules())
            except FrameError:
                continue
        reader.feed(dice.randbytes(50))
