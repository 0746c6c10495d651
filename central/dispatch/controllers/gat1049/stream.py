"""Messages in a TCP stream, which has no lengths: each ends with `</Message>`."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from central.dispatch.controllers.errors import FrameError
from central.dispatch.controllers.gat1049.message import LONGEST, Message, decode

_START, _END = b"<Message", b"</Message>"


@dataclass(slots=True)
class StreamDecoder:
    """Puts a stream's pieces together. What is no message is counted and skipped; one without an end is given up."""

    broken: int = 0
    last_error: str = ""
    _buffer: bytearray = field(default_factory=bytearray)
    _searched: int = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take in the next piece; the messages that it completes come out."""
        self._buffer += data
        while (document := self._next()) is not None:
            try:
                yield decode(document)
            except FrameError as error:
                self._give_up(str(error))
        if len(self._buffer) > LONGEST:
            self._give_up(f"no end after {LONGEST} bytes")
            self._buffer.clear()
            self._searched = 0

    def _next(self) -> bytes | None:
        end = self._buffer.find(_END, max(0, self._searched - len(_END)))
        if end < 0:
            self._searched = len(self._buffer)
            return None
        document = bytes(self._buffer[: end + len(_END)])
        del self._buffer[: end + len(_END)]
        self._searched = 0
        start = document.find(_START)
        return document[max(start, 0) :]

    def _give_up(self, reason: str) -> None:
        self.broken += 1
        self.last_error = reason
