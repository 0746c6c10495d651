"""The police platform: who logs in may read its junctions and ask for locks; the platform's own people have the last word."""

import hmac
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from simulators.signals.device import Outgoing
from simulators.signals.gat1049 import objects
from simulators.signals.gat1049.locks import Flow, Lock, LockError, duration_of, stage_of
from simulators.signals.gat1049.messages import (
    DocumentError,
    DocumentReader,
    ErrorType,
    Message,
    MessageType,
    decode,
    element,
    encode,
    error,
)
from simulators.signals.junction import Junction
from simulators.signals.kernel.authority import Answer
from simulators.signals.kernel.controller import Controller, Observation
from simulators.signals.kernel.lamps import ticks

Describe = Callable[[Junction, Observation], Element]

ALWAYS_PUSHED: dict[str, Describe] = {
    "CrossModePlan": objects.cross_mode_plan,
    "CrossState": objects.cross_state,
    "SignalControllerError": objects.controller_error,
}
SUBSCRIBED: dict[str, Describe] = {
    "CrossStage": objects.cross_stage,
    "CrossSignalGroupStatus": objects.signal_group_status,
}
HEARTBEAT_EVERY_S, HEARTBEAT_LIMIT_S = 10.0, 60.0
"""The platform's own heartbeat, and how long it waits for a client's before it forgets the session."""


class RequestError(Exception):
    """A request that is refused, with the error that says so."""

    def __init__(self, about: str, kind: ErrorType, description: str) -> None:
        super().__init__(description)
        self.payload = error(about, kind, description)


@dataclass(slots=True)
class Session:
    """One client after its login."""

    token: str
    silent_for: int = 0
    reports: set[tuple[str, str]] = field(default_factory=set)
    """Objects that it wants to be told, with the junction."""
    told: dict[tuple[str, str], str] = field(default_factory=dict)


class Gat1049Platform:
    """A simulated platform as a `Device`, with one user and any number of junctions."""

    def __init__(self, controllers: list[Controller], user: str = "yuhang", password: str = "greenwave") -> None:  # noqa: S107 - a simulator's
        self._controllers = {controller.junction.cross_id: controller for controller in controllers}
        self._user, self._password = user, password
        self._readers: dict[str, DocumentReader] = {}
        self._sessions: dict[str, Session] = {}
        self._locks: dict[str, Lock] = {}
        self._numbers = itertools.count(1)
        self._to_heartbeat = ticks(HEARTBEAT_EVERY_S)
        self.refusing: set[str] = set()
        """Junctions whose locks the platform's people refuse at present."""

    def unlock_by_operator(self, cross_id: str) -> None:
        """Somebody at the platform takes a lock away; its holder sees the junction's mode change and nothing else."""
        self._release(cross_id)

    def receive(self, peer: str, data: bytes) -> list[bytes]:
        """Bytes of a stream; what is no message is answered with an error, as far as it can be read."""
        reader = self._readers.setdefault(peer, DocumentReader())
        return [encode(answer) for document in reader.feed(data) if (answer := self._answer(peer, document))]

    def advance(self, ticks: int) -> list[Outgoing]:
        """Let time pass: locks run out, sessions are forgotten, changes are pushed."""
        sent = []
        for _ in range(ticks):
            for controller in self._controllers.values():
                controller.hear_centre()  # the platform itself is the controllers' centre and is alive
                controller.advance()
            for cross_id in [cross_id for cross_id, lock in self._locks.items() if lock.step()]:
                self._release(cross_id)
            self._forget_silent()
            sent += self._pushes()
        return sent

    def disconnected(self, peer: str) -> None:
        """The session ends with its connection; its locks last as long as they were asked for."""
        self._readers.pop(peer, None)
        self._sessions.pop(peer, None)

    def _answer(self, peer: str, document: bytes) -> Message | None:
        try:
            request = decode(document)
        except DocumentError as problem:
            payload = error("Message", ErrorType.MESSAGE, str(problem))
            return Message(MessageType.ERROR, "Error", payload)
        try:
            payload_or_none = self._carried_out(peer, request)
        except RequestError as refused:
            return Message(MessageType.ERROR, request.operation, refused.payload, request.token, request.sequence)
        if payload_or_none is None:
            return None
        token = self._sessions[peer].token if peer in self._sessions else ""
        return Message(MessageType.RESPONSE, request.operation, payload_or_none, token, request.sequence)

    def _carried_out(self, peer: str, request: Message) -> Element | None:
        """The answer's object; none for what is not answered."""
        asked = request.payload
        if request.operation == "Login":
            return self._log_in(peer, asked)
        session = self._sessions.get(peer)
        if session is None or not hmac.compare_digest(session.token.encode(), request.token.encode()):
            raise RequestError("Token", ErrorType.TOKEN, "log in first; the token is that of the login's answer")
        session.silent_for = 0
        if asked.tag == "SDO_HeartBeat":
            return None
        if request.operation == "Logout":
            self._sessions.pop(peer)
            return asked
        act = self._acts(peer, session).get((request.operation, asked.tag))
        if act is None:
            raise RequestError(asked.tag, ErrorType.OPERATION, f"this platform does not know {request.operation} {asked.tag}")
        return act(asked)

    def _acts(self, peer: str, session: Session) -> dict[tuple[str, str], Callable[[Element], Element]]:
        return {
            ("Get", "TSCCmd"): self._described,
            ("Set", "CrossReportCtrl"): lambda asked: self._subscribed(session, asked),
            ("Set", "LockFlowDirection"): lambda asked: self._lock(peer, asked),
            ("Set", "UnlockFlowDirection"): lambda asked: self._unlock(peer, asked),
        }

    def _log_in(self, peer: str, asked: Element) -> Element:
        if asked.findtext("UserName", "") != self._user:
            raise RequestError("SDO_User", ErrorType.USER, "unknown user")
        if not hmac.compare_digest(asked.findtext("Pwd", "").encode(), self._password.encode()):
            raise RequestError("SDO_User", ErrorType.PASSWORD, "wrong password")
        self._sessions[peer] = Session(token=f"SIM-{next(self._numbers):08d}")
        return element("SDO_User", "", element("UserName", self._user))

    def _described(self, asked: Element) -> Element:
        name, cross_id = asked.findtext("ObjName", ""), asked.findtext("ID", "")
        if name == "SysInfo":
            crosses = [element("CrossID", known) for known in self._controllers]
            return element("SysInfo", "", element("SysName", "simulated"), element("CrossIDList", "", *crosses))
        controller = self._controller(cross_id)
        junction, seen = controller.junction, controller.observe()
        describe = (ALWAYS_PUSHED | SUBSCRIBED).get(name)
        if describe is not None:
            return describe(junction, seen)
        rows = {
            "StageParam": [objects.stage_param(junction, stage) for stage in junction.stages],
            "SignalGroupParam": [objects.signal_group_param(junction, group) for group in junction.groups],
        }.get(name)
        if rows is None:
            raise RequestError(name, ErrorType.VALUE, f"this platform has no {name}")
        return element(f"{name}List", "", *rows)

    def _subscribed(self, session: Session, asked: Element) -> Element:
        name = asked.findtext("Type", "")
        crosses = [found.text or "" for found in asked.findall("CrossIDList/CrossID")]
        if name not in SUBSCRIBED:
            raise RequestError(name, ErrorType.VALUE, f"Type is one of {', '.join(SUBSCRIBED)}")
        wanted = {(name, self._controller(cross_id).junction.cross_id) for cross_id in crosses}
        if asked.findtext("Cmd", "") == "Start":
            session.reports |= wanted
        else:
            session.reports -= wanted
        return asked

    def _lock(self, peer: str, asked: Element) -> Element:
        flow = Flow.of(asked)
        controller = self._controller(flow.cross_id)
        held = self._locks.get(flow.cross_id)
        if flow.cross_id in self.refusing or (held and held.peer != peer):
            raise RequestError("LockFlowDirection", ErrorType.NOT_ALLOWED, "the platform does not allow this lock now")
        try:
            seconds = duration_of(asked)
            stage = stage_of(asked, controller.junction, controller.observe().programme)
        except LockError as problem:
            raise RequestError("LockFlowDirection", ErrorType.VALUE, str(problem)) from problem
        if controller.choose_stage(stage) is not Answer.ACCEPTED:
            raise RequestError("LockFlowDirection", ErrorType.FAILURE, "the controller does not follow: manual, fault or flash")
        self._locks[flow.cross_id] = Lock(peer, flow, stage, ticks(seconds) or None)
        return asked

    def _unlock(self, peer: str, asked: Element) -> Element:
        flow = Flow.of(asked)
        self._controller(flow.cross_id)
        held = self._locks.get(flow.cross_id)
        if held is None or held.peer != peer or held.flow != flow:
            raise RequestError("UnlockFlowDirection", ErrorType.NOT_ALLOWED, "you have not locked this flow")
        self._release(flow.cross_id)
        return asked

    def _release(self, cross_id: str) -> None:
        if self._locks.pop(cross_id, None) is not None:
            self._controllers[cross_id].choose_stage(None)

    def _controller(self, cross_id: str) -> Controller:
        controller = self._controllers.get(cross_id)
        if controller is None:
            raise RequestError("CrossID", ErrorType.VALUE, f"there is no junction {cross_id!r}")
        return controller

    def _forget_silent(self) -> None:
        for peer, session in tuple(self._sessions.items()):
            session.silent_for += 1
            if session.silent_for >= ticks(HEARTBEAT_LIMIT_S):
                self._sessions.pop(peer)

    def _pushes(self) -> list[Outgoing]:
        self._to_heartbeat -= 1
        payloads: list[tuple[str, str, Element]] = []
        if self._to_heartbeat <= 0:
            self._to_heartbeat = ticks(HEARTBEAT_EVERY_S)
            payloads.append(("SDO_HeartBeat", "", element("SDO_HeartBeat")))
        if self._sessions:
            payloads += self._descriptions()
        return [
            Outgoing(peer, encode(Message(MessageType.PUSH, "Notify", payload, session.token, str(next(self._numbers)))))
            for peer, session in self._sessions.items()
            for name, cross_id, payload in payloads
            if self._is_news(session, name, cross_id, payload)
        ]

    def _descriptions(self) -> list[tuple[str, str, Element]]:
        return [
            (name, cross_id, describe(controller.junction, seen))
            for cross_id, controller in self._controllers.items()
            for seen in [controller.observe()]
            for name, describe in (ALWAYS_PUSHED | SUBSCRIBED).items()
        ]

    def _is_news(self, session: Session, name: str, cross_id: str, payload: Element) -> bool:
        """Whether this client wants it and was not told the same last time; what only counts seconds is no news."""
        if name == "SDO_HeartBeat":
            return True
        if name in SUBSCRIBED and (name, cross_id) not in session.reports:
            return False
        content = "".join(
            found.text or ""
            for found in payload.iter()
            if found.tag not in {"LampStatusTime", "CurStageStartTime", "CurStageLen"}
        )
        was, session.told[name, cross_id] = session.told.get((name, cross_id)), content
        return was != content
