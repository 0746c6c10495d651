"""The node's clock against an NTP server of our own on loopback (LAW 1)."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.node.clock_check import CentralReference, CentralTimeError, ClockCheck, TimeUnknownError, measure
from edge.node.config import NodeClockConfig
from edge.node.sntp import NtpReference
from yuhang.clock import ManualClock, SystemClock

EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
Answer = Callable[[bytes], bytes]


def stamp(moment: datetime) -> int:
    return int((moment - EPOCH).total_seconds() * 2**32) % 2**64


def packet(question: bytes, at: datetime, *, first: int = 0x24, stratum: int = 2, dispersion_s: float = 0.0) -> bytes:
    """What a server says to a question at a time."""
    head = struct.pack("!BBbbII4s", first, stratum, 6, -20, int(0.01 * 2**16), int(dispersion_s * 2**16), b"TEST")
    return head + struct.pack("!Q8sQQ", stamp(at), question[40:48], stamp(at), stamp(at))


class Server:
    """Answers every question as told; with None it stays silent."""

    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._answer = answer
        self.questions: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def reference(self) -> NtpReference:
        return NtpReference("127.0.0.1", self._socket.getsockname()[1], timeout_s=0.5)

    def _serve(self) -> None:
        while True:
            question, address = self._socket.recvfrom(1024)
            if question == b"end":
                return
            self.questions.append(question)
            answer = self._answer(question)
            if answer is not None:
                self._socket.sendto(answer, address)

    def close(self) -> None:
        self._socket.sendto(b"end", self._socket.getsockname())
        self._thread.join()
        self._socket.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers = []

    def start(answer: Callable[[bytes], bytes | None]) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.mark.parametrize("ahead_s", [0.0, 2.5, -0.75, 86400.0])
def test_law_01_the_offset_against_a_server_is_measured(serve: Callable[..., Server], ahead_s: float) -> None:
    server = serve(lambda question: packet(question, datetime.now(UTC) + timedelta(seconds=ahead_s)))
    offset = measure(server.reference, SystemClock())
    assert offset.offset_s == pytest.approx(-ahead_s, abs=offset.error_s + 0.001)
    assert offset.reference == "ntp:127.0.0.1"
    assert len(server.questions) == 3
    assert len({question[40:] for question in server.questions}) == 3, "every question is another one"
    assert {question[:40] for question in server.questions} == {b"\x23" + bytes(39)}, "nothing of our own time is told"


def test_law_01_the_error_has_the_way_and_the_servers_own(serve: Callable[..., Server]) -> None:
    server = serve(lambda question: packet(question, datetime.now(UTC), dispersion_s=0.25))
    offset = measure(server.reference, SystemClock())
    assert 0.255 <= offset.error_s < 0.5


BAD: list[tuple[str, Callable[[bytes], bytes | None]]] = [
    ("silent", lambda _: None),
    ("cut off", lambda question: packet(question, datetime.now(UTC))[:47]),
    ("not synchronised", lambda question: packet(question, datetime.now(UTC), first=0xE4)),
    ("kiss of death", lambda question: packet(question, datetime.now(UTC), stratum=0)),
    ("stratum 16", lambda question: packet(question, datetime.now(UTC), stratum=16)),
    ("another client", lambda question: packet(question, datetime.now(UTC), first=0x23)),
    ("answer to another question", lambda question: packet(bytes(48), datetime.now(UTC))),
]


@pytest.mark.parametrize(("story", "answer"), BAD, ids=[story for story, _ in BAD])
def test_law_01_what_is_no_sound_answer_is_no_measurement(serve: Callable[..., Server], story: str, answer: Answer) -> None:
    with pytest.raises(TimeUnknownError):
        serve(answer).reference.ask(SystemClock())


def test_a_name_that_is_not_known_and_a_closed_port_are_no_crash(free_port: int) -> None:
    for reference in (NtpReference("no-such-host.invalid", 123), NtpReference("127.0.0.1", free_port, timeout_s=0.2)):
        with pytest.raises(TimeUnknownError):
            reference.ask(SystemClock())


@given(st.datetimes(datetime(1970, 1, 1), datetime(2099, 1, 1)), st.floats(-1000, 1000))  # noqa: DTZ001
def test_the_era_of_a_time_stamp_is_the_nearest(moment: datetime, ahead_s: float) -> None:
    """Time stamps begin anew on 2036-02-07."""
    clock = ManualClock(moment.replace(tzinfo=UTC))
    answer = packet(bytes(48), clock.now() + timedelta(seconds=ahead_s))
    offset = NtpReference("t", 1)._judge(answer, bytes(8), clock.now(), clock.now())
    assert offset.offset_s == pytest.approx(-ahead_s, abs=1e-3)


@given(st.binary(max_size=80))
def test_no_bytes_make_it_fall_over(answer: bytes) -> None:
    now = ManualClock().now()
    with pytest.raises(TimeUnknownError):
        NtpReference("t", 1)._judge(answer, b"nonce678", now, now)


def test_central_stands_in_while_the_server_is_silent(serve: Callable[..., Server]) -> None:
    class Central:
        def time(self) -> datetime:
            return datetime.now(UTC)

    class Away:
        def time(self) -> datetime:
            raise CentralTimeError("away")

    found = []
    silent = NtpReference("127.0.0.1", 9, timeout_s=0.1)
    good = serve(lambda question: packet(question, datetime.now(UTC)))
    for references in (
        [silent, CentralReference(Central())],
        [good.reference, CentralReference(Central())],
        [silent, CentralReference(Away())],
    ):
        done = threading.Event()
        check = ClockCheck(references, SystemClock())
        check.on_measured(done.set)
        check.start()
        done.wait(0.7)
        check.stop()
        found.append(check.latest.reference if check.latest else None)
    assert found == ["central", "ntp:127.0.0.1", None]


def test_a_demos_clock_is_not_compared_with_real_time() -> None:
    assert NodeClockConfig(ntp_server="ntp.ntsc.ac.cn").ntp_port == 123
    with pytest.raises(ValueError, match="cannot be compared"):
        NodeClockConfig(ntp_server="ntp.ntsc.ac.cn", speed=4)
