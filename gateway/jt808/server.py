"""The port that terminals connect to: one thread with an event loop for all of them."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from gateway.jt808.config import Jt808Config
from gateway.jt808.frames import Frame, FrameError, FrameReader, encode
from gateway.jt808.session import Answer, Hear, TerminalSession
from yuhang.clock import Clock
from yuhang.errors import YuhangError

log = structlog.get_logger(__name__)

_CHUNK = 4096
_START_S = 10.0


class PortError(YuhangError):
    """The port cannot be listened on."""


@dataclass(slots=True)
class ServerCounters:
    """What has happened since the start."""

    connections: int = 0
    turned_away: int = 0
    frames: int = 0
    bad_frames: int = 0


class Jt808Server:
    """Listens for terminals. `code_of` gives each number the code with which it authenticates; `hear` runs on this thread."""

    def __init__(self, config: Jt808Config, code_of: Callable[[str], str], hear: Hear, clock: Clock) -> None:
        self.counters = ServerCounters()
        self.port = config.port
        self._config = config
        self._trucks = {one.phone: one for one in config.trucks}
        self._code_of = code_of
        self._hear = hear
        self._clock = clock
        self._open: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None
        self._listens = threading.Event()
        self._problem: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="jt808", daemon=True)

    def start(self) -> None:
        """Listen; `PortError` if that is not possible."""
        self._thread.start()
        if not self._listens.wait(_START_S) or self._problem is not None:
            raise PortError(f"jt808.port: cannot listen on {self._config.host}:{self._config.port}: {self._problem}")
        log.info("terminals may connect", host=self._config.host, port=self.port, trucks=len(self._trucks))

    def stop(self) -> None:
        """Close the port and every connection; once more does nothing."""
        if self._loop is not None and self._ended is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await asyncio.start_server(self._talk, self._config.host, self._config.port)
        except OSError as error:
            self._problem = error
            self._listens.set()
            return
        async with server:
            self.port = server.sockets[0].getsockname()[1]
            self._listens.set()
            await self._ended.wait()
            for task in list(self._open):
                task.cancel()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._open) >= self._config.connections:
            self.counters.turned_away += 1
            writer.close()
            return
        self._open.add(task)
        self.counters.connections += 1
        try:
            await self._converse(reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError) as error:
            log.info("a terminal's connection has ended", reason=type(error).__name__)
        finally:
            self._open.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session, frames = TerminalSession(self._trucks, self._code_of, self._hear), FrameReader()
        while data := await asyncio.wait_for(reader.read(_CHUNK), self._config.idle_s):
            for one in frames.feed(data):
                answer = self._one(session, one)
                writer.writelines(encode(frame) for frame in answer.frames)
                if answer.close:
                    await writer.drain()
                    return
            await asyncio.wait_for(writer.drain(), self._config.idle_s)

    def _one(self, session: TerminalSession, one: Frame | FrameError) -> Answer:
        self.counters.frames += 1
        if isinstance(one, FrameError):
            self.counters.bad_frames += 1
            return session.bad()
        return session.take(one, self._clock.now())
