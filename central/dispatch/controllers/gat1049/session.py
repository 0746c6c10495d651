"""One login at a signal platform for all its junctions: token, heartbeat, subscriptions, and all of them again after a cut."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta, timezone

import structlog

from central.dispatch.controllers.errors import ControllerAway, ControllerRefused
from central.dispatch.controllers.gat1049.message import Message, MessageType, Node, encode
from central.dispatch.controllers.gat1049.stream import StreamDecoder
from central.dispatch.controllers.pipes import OpenPipe, Pipe
from yuhang.clock import Clock

log = structlog.get_logger(__name__)

_BEIJING = timezone(timedelta(hours=8))
REPORTS = ("CrossStage", "CrossSignalGroupStatus", "CrossModePlan")


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are at the platform."""

    user: str
    password: str
    sender: str = "TICP"
    receiver: str = "UTCS"
    version: str = "2.0"

    def __repr__(self) -> str:
        return f"Login({self.user})"  # the password does not belong in logs


@dataclass(frozen=True, slots=True)
class Report:
    """What the platform said of a junction, and when (monotonic seconds)."""

    node: Node
    at_s: float


class Session:
    """Opens the line and logs in when it is needed; who waits when the line is cut learns it at once."""

    def __init__(
        self,
        open_pipe: OpenPipe,
        login: Login,
        *,
        answer_s: float,
        heartbeat_s: float,
        clock: Clock,
        monotonic: Callable[[], float],
    ) -> None:
        self._open_pipe = open_pipe
        self._login = login
        self._answer_s = answer_s
        self._heartbeat_s = heartbeat_s
        self._clock = clock
        self._now_s = monotonic
        self._pipe: Pipe | None = None
        self._decoder = StreamDecoder()
        self._token = ""
        self._count = 0
        self._crossings: dict[str, int] = {}
        self._reports: dict[tuple[str, str], Report] = {}
        self._waiting: dict[str, asyncio.Future[Message]] = {}
        self._beat: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()

    def join(self, crossing: str) -> None:
        """A junction of this platform will be looked after: its reports are subscribed to at every login."""
        self._crossings[crossing] = self._crossings.get(crossing, 0) + 1

    async def leave(self, crossing: str) -> None:
        """It no longer is; with the last one the line ends."""
        self._crossings.pop(crossing, None)
        if self._crossings:
            return
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None

    def report(self, crossing: str, name: str) -> Report | None:
        """The last report of that name that the platform sent by itself since the login."""
        return self._reports.get((crossing, name))

    async def get(self, crossing: str, name: str) -> Report:
        """Ask for an object of a junction; `ControllerRefused` with the platform's reason."""
        at_s = self._now_s()
        answer = await self._ask("Get", Node.of("TSCCmd", ObjName=name, ID=crossing, No=""))
        node = answer.object(name)
        if node is None:
            raise ControllerRefused(f"{crossing}: the platform has no {name}")
        return Report(node, at_s)

    async def set(self, node: Node) -> None:
        """Have the platform do something; `ControllerRefused` with its reason."""
        await self._ask("Set", node)

    def received(self, data: bytes) -> None:
        """What comes in; nothing that comes in can end the session."""
        before = self._decoder.broken
        for message in self._decoder.feed(data):
            self._take(message)
        if self._decoder.broken != before:
            log.warning("signal_message_broken", reason=self._decoder.last_error)

    def lost(self) -> None:
        """The line is cut: the token is gone, and whoever waits learns it now."""
        self._pipe, self._token = None, ""
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(ControllerAway("the line to the signal platform was cut"))

    async def _ask(self, operation: str, node: Node) -> Message:
        await self._logged_in()
        return await self._exchange(operation, node)

    async def _exchange(self, operation: str, node: Node) -> Message:
        if self._pipe is None:
            raise ControllerAway("the line to the signal platform was cut")
        message = self._message(MessageType.REQUEST, operation, node)
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[message.seq] = future
        try:
            self._pipe.send(encode(message))
            async with asyncio.timeout(self._answer_s):
                answer = await future
        except TimeoutError as error:
            raise ControllerAway(f"the signal platform gave no answer within {self._answer_s} s") from error
        finally:
            self._waiting.pop(message.seq, None)
        if answer.type == MessageType.ERROR:
            self._refused(answer)
        return answer

    async def _logged_in(self) -> None:
        async with self._opening:
            if self._pipe is not None and self._pipe.open and self._token:
                return
            if self._pipe is None or not self._pipe.open:
                self._decoder = StreamDecoder()
                self._pipe = await self._open_pipe(self)
            self._token = ""
            self._reports.clear()
            user = Node.of("SDO_User", UserName=self._login.user, Pwd=self._login.password)
            token = (await self._exchange("Login", user)).token
            if not token:
                raise ControllerRefused("the signal platform answered the login without a token")
            self._token = token
            if self._beat is None:
                self._beat = asyncio.create_task(self._heartbeats())
            for name in REPORTS:
                await self._subscribe(name)

    async def _subscribe(self, name: str) -> None:
        """Reports make readings quicker; a platform that sends none is asked instead."""
        crossings = Node("CrossIDList", "", tuple(Node("CrossID", crossing) for crossing in self._crossings))
        node = Node("CrossReportCtrl", "", (Node("Cmd", "Start"), Node("Type", name), crossings))
        try:
            await self._exchange("Set", node)
        except ControllerRefused as error:
            log.info("signal_reports_refused", type=name, reason=str(error))

    async def _heartbeats(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat_s)
            if self._pipe is not None and self._pipe.open and self._token:
                self._pipe.send(encode(self._message(MessageType.PUSH, "Notify", Node("SDO_HeartBeat"))))

    def _take(self, message: Message) -> None:
        if message.type in (MessageType.RESPONSE, MessageType.ERROR):
            future = self._waiting.get(message.seq)
            if future is not None and not future.done():
                future.set_result(message)
        elif message.type == MessageType.PUSH:
            for node in message.objects:
                if node.name in REPORTS:
                    self._reports[node.value("CrossID"), node.name] = Report(node, self._now_s())

    def _refused(self, answer: Message) -> None:
        error = answer.object("SDO_Error")
        kind = error.value("ErrType") if error is not None else ""
        if "token" in kind.lower():  # it has expired: the next question logs in anew
            self._token = ""
        raise ControllerRefused(f"{kind or 'refused'}: {error.value('ErrDesc') if error is not None else 'without a reason'}")

    def _message(self, kind: MessageType, operation: str, node: Node) -> Message:
        self._count = (self._count + 1) % 1_000_000
        seq = f"{self._clock.now().astimezone(_BEIJING):%Y%m%d%H%M%S}{self._count:06d}"
        login = self._login
        return Message(kind, seq, operation, (node,), self._token, login.version, login.sender, login.receiver)
