"""Frames of GB/T 20999-2017: the layout that public implementations agree on, their differences, and hostile bytes."""

import binascii
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.dispatch.controllers.errors import FrameError
from central.dispatch.controllers.gbt20999.frame import (
    Frame,
    FrameType,
    LengthRule,
    ObjectId,
    Rules,
    Value,
    crc16,
    decode,
    encode,
)
from central.dispatch.controllers.gbt20999.stream import StreamDecoder, from_datagram, to_datagram, to_stream

SDK = Rules(LengthRule.PAYLOAD, crc_polynomial=0x1021, crc_initial=0xFFFF, version=0x0100)
byte = st.integers(0, 255)
rules = st.builds(Rules, st.sampled_from(LengthRule), st.sampled_from([0x1005, 0x1021]), st.sampled_from([0, 0xFFFF]))
values = st.builds(Value, st.builds(ObjectId, byte, byte, byte, byte), st.binary(max_size=40), byte)
frames = st.builds(
    Frame, byte, byte, st.lists(values, max_size=12).map(tuple), byte, st.integers(0, 2**32 - 1), byte, st.integers(0, 0xFFFF)
)


def by_division(data: bytes, polynomial: int, initial: int) -> int:
    """The checksum as what it is: the rest of a division of polynomials, digit by digit."""
    rest = int.from_bytes(data + b"\0\0", "big") ^ (initial << (8 * len(data)))
    for digit in range(8 * len(data) + 15, 15, -1):
        if rest >> digit & 1:
            rest ^= (1 << 16 | polynomial) << (digit - 16)
    return rest


def test_the_readmes_query_of_the_public_java_sdk() -> None:
    """ahiose/signal-protocol-core (Apache-2.0), README: host 1, controller 1, junction 1, sequence 0x0A asks for 4.1.0.0.

    Its FrameEncoder counts the payload alone and uses 0x1021 from 0xFFFF, which is what `binascii.crc_hqx` computes.
    """
    frame = Frame(FrameType.QUERY, 0x0A, (Value(ObjectId(4, 1)),), version=0x0100)
    body = bytes.fromhex("0011 0100 01 00000001 01 0A 10 01 00 04 04 01 00 00")
    expected = body + binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "big")
    assert encode(frame, SDK) == expected
    assert decode(expected, SDK) == frame


@given(st.binary(min_size=2, max_size=60), st.sampled_from([0x1005, 0x1021]), st.sampled_from([0, 0xFFFF]))
def test_the_checksum_is_the_rest_of_a_division(data: bytes, polynomial: int, initial: int) -> None:
    chosen = Rules(crc_polynomial=polynomial, crc_initial=initial)
    assert crc16(data, chosen) == by_division(data, polynomial, initial)


def test_by_default_the_length_counts_everything_between_start_and_end() -> None:
    data = to_datagram(Frame(FrameType.HEARTBEAT, 1), Rules())
    assert data[0] == 0x7E
    assert data[-1] == 0x7D
    assert int.from_bytes(data[1:3], "big") == len(data) - 2


def test_escapes_stand_in_a_stream_and_not_in_a_datagram() -> None:
    frame = Frame(FrameType.SET, 0x5C, (Value(ObjectId(17, 2), b"\x7e\x7d\x5c"),))
    assert b"\x5c\x7e\x5c\x7d\x5c\x5c" in to_stream(frame, Rules())
    assert b"\x7e\x7d\x5c" in to_datagram(frame, Rules())
    assert list(StreamDecoder(Rules()).feed(to_stream(frame, Rules()))) == [frame]


@given(frames, rules)
def test_what_is_written_is_read(frame: Frame, chosen: Rules) -> None:
    assert decode(encode(frame, chosen), chosen) == frame
    assert from_datagram(to_datagram(frame, chosen), chosen) == frame


@given(
    st.lists(frames, min_size=1, max_size=4), rules, st.lists(st.integers(1, 30), min_size=1, max_size=60), st.binary(max_size=9)
)
def test_a_stream_in_any_pieces_with_noise_between(sent: list[Frame], chosen: Rules, pieces: list[int], noise: bytes) -> None:
    noise = noise.replace(b"\x7e", b"")
    stream = b"".join(noise + to_stream(frame, chosen) for frame in sent)
    decoder = StreamDecoder(chosen)
    got: list[Frame] = []
    at = turn = 0
    while at < len(stream):
        size = pieces[turn % len(pieces)]
        got += decoder.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert got == sent
    assert decoder.skipped == len(noise) * len(sent)


@given(st.binary(max_size=300))
def test_hostile_bytes_are_refused_and_the_next_frame_is_read(data: bytes) -> None:
    decoder = StreamDecoder(Rules())
    list(decoder.feed(data))
    whole = Frame(FrameType.TRAP, 7)
    assert whole in list(decoder.feed(to_stream(whole, Rules()) * 2))  # the first may be swallowed by an open escape
    with pytest.raises(FrameError):
        from_datagram(b"\x7e" + data + b"\x00", Rules())


@pytest.mark.parametrize("seed", range(4))
def test_one_changed_bit_is_always_noticed(seed: int) -> None:
    frame = Frame(FrameType.SET, 3, (Value(ObjectId(17, 2), b"\x03"), Value(ObjectId(17, 4), b"\x15")))
    body = bytearray(encode(frame, Rules()))
    bit = random.Random(seed).randrange(8 * len(body))
    body[bit // 8] ^= 1 << bit % 8
    with pytest.raises(FrameError):
        decode(bytes(body), Rules())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\x00" * 5, "5 bytes are too few"),
        (b"\x00\x00" + b"\x00" * 13, "length says 0, counted 15"),
    ],
)
def test_an_error_says_what_was_expected(body: bytes, text: str) -> None:
    with pytest.raises(FrameError, match=text):
        decode(body, Rules())


@pytest.mark.parametrize("count", [2, 0])
def test_a_count_that_does_not_match_the_values(count: int) -> None:
    body = bytearray(encode(Frame(FrameType.QUERY, 1, (Value(ObjectId(4, 1)),)), Rules())[:-2])
    body[12] = count
    whole = bytes(body) + crc16(bytes(body), Rules()).to_bytes(2, "big")
    with pytest.raises(FrameError, match=r"of 2 is cut off|after the last of 0 values"):
        decode(whole, Rules())


def test_a_value_too_long_for_its_field_is_not_sent() -> None:
    with pytest.raises(FrameError, match="does not fit"):
        encode(Frame(FrameType.SET, 1, (Value(ObjectId(1, 1), b"x" * 300),)), Rules())
