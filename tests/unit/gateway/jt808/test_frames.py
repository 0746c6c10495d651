"""Frames of JT/T 808: golden ones of public implementations, there and back, and whatever a line may bring."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.jt808.bodies import BEIJING, Id, authentication, fix, fixes, registration
from gateway.jt808.frames import MAX_BODY, MAX_FRAME, Frame, FrameError, FrameReader, Part, encode

# The README of go-jt808 (cuteLittleDevil), a registration of 2013.
REGISTRATION_2013 = (
    "7e010000300000000000010001001f006e63643132337777772e3830382e636f6d0000000000000000003736353433323101b2e24131323334353637"
    "38797e"
)
# Tests of xtream-codec (hylexus), 2019: a registration and a batch of two positions.
REGISTRATION_2019 = (
    "7e0100405601000000000139123443290000000b000269643132333435363738397479706531323334353637383930313233343536373839303132"
    "3334353669643132333435363738393031323334353637383930313233343536373801b8ca4a2d313233343539517e"
)
BATCH_2019 = (
    "7e0704403f01000000000139123443290000000200001c000000010000000101d907f2073d336c029a00210059241029213903001c0000000100000001"
    "01d907f3073d336d03090043005a241029213903f87e"
)
# Tests of SmallChi/JT808: the body of a position with two additional items.
POSITION_2013 = "000000010000000200BA7F0E07E4F11C0028003C000018071510101001040000006402020037"


def read(text: str) -> Frame:
    (found,) = FrameReader().feed(bytes.fromhex(text))
    assert isinstance(found, Frame), found
    return found


def test_a_registration_of_2013() -> None:
    frame = read(REGISTRATION_2013)
    assert (frame.message, frame.phone, frame.serial, frame.edition) == (Id.REGISTRATION, "1", 1, 2013)
    told = registration(frame.body, 2013)
    assert (told.province, told.city, told.maker, told.model, told.terminal) == (31, 110, "cd123", "www.808.com", "7654321")
    assert (told.colour, told.plate) == (1, "测A12345678")
    assert encode(frame).hex() == REGISTRATION_2013


def test_a_registration_of_2019() -> None:
    frame = read(REGISTRATION_2019)
    assert (frame.message, frame.phone, frame.edition) == (Id.REGISTRATION, "13912344329", 2019)
    assert registration(frame.body, 2019).plate == "甘J-123459"
    assert encode(frame).hex() == REGISTRATION_2019


def test_a_batch_of_2019() -> None:
    first, second = fixes(read(BATCH_2019).body)
    assert (first.latitude, first.longitude, first.altitude_m, first.speed_kmh, first.course_deg) == (
        31.000562,
        121.451372,
        666,
        3.3,
        89,
    )
    assert first.at.astimezone(BEIJING).isoformat() == "2024-10-29T21:39:03+08:00"
    assert (second.latitude, second.located) == (31.000563, False)


def test_a_position_with_additional_items() -> None:
    found = fix(bytes.fromhex(POSITION_2013))
    assert (found.latitude, found.longitude, found.speed_kmh, found.located) == (12.222222, 132.444444, 6.0, True)
    assert found.at.astimezone(BEIJING).isoformat() == "2018-07-15T10:10:10+08:00"
    assert found.extras == {1: bytes.fromhex("00000064"), 2: bytes.fromhex("0037")}


def test_south_and_west_and_the_code_of_2019() -> None:
    status = (1 << 1) | (1 << 2) | (1 << 3)
    body = bytes(4) + status.to_bytes(4, "big") + (33_000_000).to_bytes(4, "big") + (70_000_000).to_bytes(4, "big") + bytes(6)
    found = fix(body + bytes.fromhex("260101000000"))
    assert (found.latitude, found.longitude) == (-33.0, -70.0)
    assert authentication(b"\x04abcdIMEI", 2019) == "abcd"
    assert authentication(b"abcd", 2013) == "abcd"


FRAMES = st.builds(
    Frame,
    message=st.integers(0, 0xFFFF),
    phone=st.from_regex(r"[1-9][0-9]{0,11}", fullmatch=True),
    serial=st.integers(0, 0xFFFF),
    body=st.one_of(st.binary(max_size=MAX_BODY), st.text(alphabet="\x7d\x7e\x01\x02", max_size=60).map(str.encode)),
    edition=st.sampled_from([2013, 2019]),
    part=st.one_of(st.none(), st.integers(1, 9).map(lambda number: Part(number, 9))),
)


@given(st.lists(FRAMES, max_size=5), st.integers(1, 64), st.binary(max_size=20).filter(lambda noise: 0x7E not in noise))
def test_what_was_written_is_read_however_the_line_cuts_it(frames: list[Frame], size: int, noise: bytes) -> None:
    stream = noise + b"".join(encode(frame) for frame in frames)
    reader = FrameReader()
    found = [one for at in range(0, len(stream), size) for one in reader.feed(stream[at : at + size])]
    assert found == frames


@given(FRAMES, st.integers(min_value=0), st.integers(1, 255))
def test_one_changed_byte_is_noticed(frame: Frame, where: int, change: int) -> None:
    data = bytearray(encode(frame))
    at = 1 + where % (len(data) - 2)
    data[at] ^= change
    for one in FrameReader().feed(bytes(data)):
        assert one != frame or isinstance(one, FrameError)


def test_a_line_without_marks_is_forgotten() -> None:
    reader = FrameReader()
    assert list(reader.feed(b"~")) == []
    found = list(reader.feed(bytes(MAX_FRAME + 1)))
    assert [type(one) for one in found] == [FrameError]
    whole = Frame(2, "1", 1)
    assert list(reader.feed(encode(whole))) == [whole]
