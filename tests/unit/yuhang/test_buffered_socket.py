"""The buffer behind paho's socket hands out exactly what came, in any pieces."""

import contextlib
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuhang.mqtt.client import BufferedSocket


@given(st.lists(st.binary(min_size=1, max_size=2000), min_size=1, max_size=5), st.lists(st.integers(1, 700), min_size=1))
def test_what_was_sent_is_received_in_order_whatever_the_pieces(chunks: list[bytes], sizes: list[int]) -> None:
    here, there = socket.socketpair()
    with here, there:
        buffered = BufferedSocket(here)
        for chunk in chunks:
            there.sendall(chunk)
        there.shutdown(socket.SHUT_WR)
        received, turn = b"", 0
        while piece := buffered.recv(sizes[turn % len(sizes)]):
            assert len(piece) <= sizes[turn % len(sizes)]
            received += piece
            turn += 1
        assert received == b"".join(chunks)
        assert buffered.pending() == 0


def test_what_is_buffered_is_pending_and_nothing_to_read_is_said_as_a_socket_says_it() -> None:
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        buffered = BufferedSocket(here)
        with pytest.raises(BlockingIOError):
            buffered.recv(1)
        there.sendall(b"abc")
        assert buffered.recv(1) == b"a"
        assert buffered.pending() == 2
        assert buffered.fileno() == here.fileno()


def test_small_pieces_are_sent_together_when_flushed() -> None:
    here, there = socket.socketpair()
    with here, there:
        there.setblocking(False)
        buffered = BufferedSocket(here)
        assert [buffered.send(b"xy"), buffered.send(b"z")] == [2, 1]
        with pytest.raises(BlockingIOError):
            there.recv(10)
        assert buffered.unsent() == 3
        buffered.flush()
        assert there.recv(10) == b"xyz"
        assert buffered.unsent() == 0


def test_what_the_connection_does_not_take_waits_and_arrives_in_order() -> None:
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        buffered = BufferedSocket(here)
        sent = bytearray()

        def send_without_end() -> None:
            for number in range(10_000):
                piece = b"%06d" % number * 500
                buffered.send(piece)
                sent.extend(piece)

        with pytest.raises(BlockingIOError):
            send_without_end()
        assert buffered.unsent() > 0
        arrived = bytearray()
        while len(arrived) < len(sent):
            with contextlib.suppress(BlockingIOError):
                buffered.flush()
            arrived += there.recv(1 << 20)
        assert arrived == sent


def test_closing_sends_the_goodbye() -> None:
    here, there = socket.socketpair()
    with there:
        buffered = BufferedSocket(here)
        buffered.send(b"bye")
        buffered.close()
        assert there.recv(10) == b"bye"
        assert there.recv(10) == b""
