"""Questions and answers with one controller: sequence numbers, heartbeats, late answers, a line that breaks and is mended."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from central.dispatch.controllers.errors import ControllerAway, ControllerRefused, FrameError
from central.dispatch.controllers.gbt20999.frame import Frame, FrameType, Rules, Value
from central.dispatch.controllers.gbt20999.objects import VALUE_ERRORS
from central.dispatch.controllers.gbt20999.stream import StreamDecoder, from_datagram, to_datagram, to_stream
from central.dispatch.controllers.pipes import OpenPipe, Pipe

log = structlog.get_logger(__name__)

_ANSWERS = (FrameType.QUERY_REPLY, FrameType.QUERY_ERROR, FrameType.SET_REPLY, FrameType.SET_ERROR)
_ERRORS = (FrameType.QUERY_ERROR, FrameType.SET_ERROR)


@dataclass(frozen=True, slots=True)
class Address:
    """Numbers by which both sides know each other."""

    host: int = 1
    controller: int = 1
    junction: int = 1


@dataclass(frozen=True, slots=True)
class _Question:
    frame: Frame
    answer: asyncio.Future[Frame]

    def is_half(self, answer: Frame) -> bool:
        """Whether this tells only of the values that were written: a second frame with those that were not is on its way."""
        return answer.type == FrameType.SET_REPLY and 0 < len(answer.values) < len(self.frame.values)


class Session:
    """Opens the line when it is needed. An answer counts only for the question whose sequence number it copies."""

    def __init__(
        self, open_pipe: OpenPipe, rules: Rules, address: Address, *, datagrams: bool, answer_s: float, heartbeat_s: float
    ) -> None:
        self._open_pipe = open_pipe
        self._rules = rules
        self._address = address
        self._datagrams = datagrams
        self._answer_s = answer_s
        self._heartbeat_s = heartbeat_s
        self._pipe: Pipe | None = None
        self._decoder = StreamDecoder(rules)
        self._sequence = 0
        self._waiting: dict[int, _Question] = {}
        self._beat: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()

    async def query(self, values: Iterable[Value]) -> tuple[Value, ...]:
        """Ask for values; `ControllerRefused` names the value that it will not tell."""
        return (await self._exchange(FrameType.QUERY, values)).values

    async def set(self, values: Iterable[Value]) -> None:
        """Write values; `ControllerRefused` names the one that it does not take."""
        await self._exchange(FrameType.SET, values)

    async def close(self) -> None:
        """End the line."""
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None

    def received(self, data: bytes) -> None:
        """What comes in; nothing that comes in can end the session."""
        if not self._datagrams:
            before = self._decoder.broken
            for frame in self._decoder.feed(data):
                self._take(frame)
            if self._decoder.broken != before:
                log.warning("signal_frame_broken", controller=self._address.controller, reason=self._decoder.last_error)
            return
        try:
            self._take(from_datagram(data, self._rules))
        except FrameError as error:
            log.warning("signal_frame_broken", controller=self._address.controller, reason=str(error))

    def lost(self) -> None:
        """The line is cut: whoever waits learns it now."""
        self._pipe = None
        waiting, self._waiting = self._waiting, {}
        for question in waiting.values():
            if not question.answer.done():
                question.answer.set_exception(ControllerAway(f"controller {self._address.controller}: the line was cut"))

    async def _exchange(self, kind: FrameType, values: Iterable[Value]) -> Frame:
        pipe = await self._opened()
        numbered = tuple(Value(value.id, value.data, index) for index, value in enumerate(values, 1))
        frame = self._frame(kind, self._next_sequence(), numbered)
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._waiting[frame.sequence] = _Question(frame, future)
        try:
            pipe.send(self._bytes(frame))
            async with asyncio.timeout(self._answer_s):
                answer = await future
        except TimeoutError as error:
            raise ControllerAway(f"controller {self._address.controller}: no answer within {self._answer_s} s") from error
        finally:
            self._waiting.pop(frame.sequence, None)
        if answer.type in _ERRORS:
            raise ControllerRefused(_refusal(answer))
        if answer.type != {FrameType.QUERY: FrameType.QUERY_REPLY, FrameType.SET: FrameType.SET_REPLY}[kind]:
            raise FrameError(f"answer of type {answer.type:#04x} to a frame of type {kind:#04x}")
        return answer

    async def _opened(self) -> Pipe:
        async with self._opening:
            if self._pipe is None or not self._pipe.open:
                self._decoder = StreamDecoder(self._rules)
                self._pipe = await self._open_pipe(self)
                if self._beat is None:
                    self._beat = asyncio.create_task(self._heartbeats())
            return self._pipe

    async def _heartbeats(self) -> None:
        while True:
            if self._pipe is not None and self._pipe.open:
                self._pipe.send(self._bytes(self._frame(FrameType.HEARTBEAT, self._next_sequence())))
            await asyncio.sleep(self._heartbeat_s)

    def _take(self, frame: Frame) -> None:
        if frame.controller != self._address.controller:
            log.warning("signal_frame_of_another", controller=self._address.controller, other=frame.controller)
        elif frame.type in _ANSWERS:
            question = self._waiting.get(frame.sequence)
            if question is not None and not question.answer.done() and not question.is_half(frame):
                question.answer.set_result(frame)
        elif frame.type == FrameType.HEARTBEAT and self._pipe is not None:
            self._pipe.send(self._bytes(self._frame(FrameType.HEARTBEAT_REPLY, frame.sequence)))
        elif frame.type == FrameType.TRAP:
            log.info("signal_trap", controller=self._address.controller, values=[str(value.id) for value in frame.values])

    def _next_sequence(self) -> int:
        self._sequence = (self._sequence + 1) % 256
        return self._sequence

    def _frame(self, kind: FrameType, sequence: int, values: tuple[Value, ...] = ()) -> Frame:
        address = self._address
        return Frame(kind, sequence, values, address.host, address.controller, address.junction, self._rules.version)

    def _bytes(self, frame: Frame) -> bytes:
        return to_datagram(frame, self._rules) if self._datagrams else to_stream(frame, self._rules)


def _refusal(answer: Frame) -> str:
    reasons = [f"{value.id}: {_error_text(value.data)}" for value in answer.values if value.data]
    return "; ".join(reasons) or "refused without a reason"


def _error_text(data: bytes) -> str:
    code = data[-1]
    return f"value error {code:#04x} ({VALUE_ERRORS.get(code, 'unknown')})"
