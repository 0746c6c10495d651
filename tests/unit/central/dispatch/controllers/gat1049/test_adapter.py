"""The adapter against a platform of a few lines that answers in memory: login, locks, an operator's hand, a cut line."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest

from central.dispatch.controllers.errors import ControllerAway, ControllerRefused
from central.dispatch.controllers.gat1049.adapter import Flow, Gat1049Controller
from central.dispatch.controllers.gat1049.message import Message, MessageType, Node, encode
from central.dispatch.controllers.gat1049.session import Login, Session
from central.dispatch.controllers.gat1049.stream import StreamDecoder
from central.dispatch.controllers.pipes import Pipe, Receiver
from central.dispatch.controllers.state import Control, Lamp
from tests.unit.central.dispatch.controllers.junction import model
from tests.unit.central.dispatch.controllers.test_supervised import wish
from yuhang.clock import ManualClock

CROSSING = "33011000000001"


@dataclass
class Platform:
    """Locks at once; `said` are the operations and objects that it was asked for."""

    mode: str = "21"
    password: str = "secret"
    token: str = "token-1"
    refuses_locks: bool = False
    silent: bool = False
    lamps: dict[int, str] = field(default_factory=lambda: {1: "112", 2: "113", 3: "211", 4: "221"})
    said: list[str] = field(default_factory=list)
    locks: list[tuple[str, str]] = field(default_factory=list)
    logins: int = 0
    beats: int = 0
    now_s: float = 0.0
    receiver: Receiver | None = None
    decoder: StreamDecoder = field(default_factory=StreamDecoder)
    open: bool = True

    async def connect(self, receiver: Receiver) -> Pipe:
        self.receiver, self.open = receiver, True
        return self

    def send(self, data: bytes) -> None:
        for message in self.decoder.feed(data):
            self.hear(message)

    def close(self) -> None:
        self.open = False

    def hear(self, message: Message) -> None:
        node = message.objects[0]
        if node.name == "SDO_HeartBeat":
            self.beats += 1
            return
        self.said.append(f"{message.operation} {node.value('Type') or node.value('ObjName') or node.name}")
        if self.silent:
            return
        if node.name == "SDO_User":
            self.login(message, node)
        elif message.token != self.token:
            self.error(message, "SDE_Token", "令牌失效")
        elif node.name == "LockFlowDirection" and self.refuses_locks:
            self.error(message, "SDE_NotAllow", "不允许锁定")
        else:
            self.answer(message, self.done(node))

    def login(self, message: Message, node: Node) -> None:
        self.logins += 1
        if node.value("Pwd") != self.password:
            self.error(message, "SDE_Pwd", "口令错误")
            return
        self.answer(replace(message, token=self.token), node)

    def done(self, node: Node) -> Node:
        if node.name == "LockFlowDirection":
            self.mode = "52"
            self.locks.append((node.value("LockStageNo"), node.value("Duration")))
        elif node.name == "UnlockFlowDirection":
            self.mode = "21"
            self.locks.append((f"unlock {node.value('Entrance')}-{node.value('Exit')}", ""))
        elif node.name == "TSCCmd":
            return self.object(node.value("ObjName"))
        return node

    def object(self, name: str) -> Node:
        if name == "CrossModePlan":
            return Node.of(name, CrossID=CROSSING, ControlMode=self.mode, PlanNo=1)
        if name == "CrossStage":
            return Node.of(name, CrossID=CROSSING, LastStageNo=2, LastStageLen=30, CurStageNo=1, CurStageLen=12)
        groups = tuple(Node.of("SignalGroupStatus", SignalGroupNo=number, LampStatus=lamp) for number, lamp in self.lamps.items())
        return Node(name, "", (Node("CrossID", CROSSING), Node("SignalGroupStatusList", "", groups)))

    def answer(self, message: Message, node: Node) -> None:
        self.put(replace(message, type=MessageType.RESPONSE, objects=(node,)))

    def error(self, message: Message, kind: str, text: str) -> None:
        node = Node.of("SDO_Error", ErrObj=message.objects[0].name, ErrType=kind, ErrDesc=text)
        self.put(replace(message, type=MessageType.ERROR, objects=(node,)))

    def put(self, message: Message) -> None:
        assert self.receiver is not None
        self.receiver.received(encode(message))


def play(story: Callable[[Gat1049Controller, Platform], Awaitable[None]], platform: Platform | None = None) -> Platform:
    platform = platform or Platform()

    async def run() -> None:
        session = Session(
            platform.connect,
            Login("yuhang", "secret"),
            answer_s=0.05,
            heartbeat_s=0.01,
            clock=ManualClock(),
            monotonic=lambda: platform.now_s,
        )
        flows = {1: Flow("1", "5"), 2: Flow("3", "7")}
        adapter = Gat1049Controller(model(), session, CROSSING, flows=flows, slack_s=1.5, monotonic=lambda: platform.now_s)
        await story(adapter, platform)
        await adapter.close()

    asyncio.run(run())
    return platform


def test_login_reports_and_the_lamps_in_three_colours() -> None:
    async def story(adapter: Gat1049Controller, platform: Platform) -> None:
        await adapter.describe()
        state = await adapter.state()
        assert state.lamps == {1: Lamp.GREEN, 2: Lamp.GREEN_FLASH, 3: Lamp.RED, 4: Lamp.RED_YELLOW}
        assert (state.control, state.stage, state.elapsed_s) == (Control.PROGRAMME, 1, 12.0)

    said = play(story).said
    assert said[:4] == ["Login SDO_User", "Set CrossStage", "Set CrossSignalGroupStatus", "Set CrossModePlan"]
    assert said.count("Login SDO_User") == 1


@pytest.mark.parametrize(
    ("status", "lamp"),
    [
        ("132", Lamp.UNKNOWN),
        ("131", Lamp.YELLOW_FLASH),
        ("111", Lamp.OFF),
        ("12", Lamp.UNKNOWN),
        ("9x1", Lamp.UNKNOWN),
        ("200", Lamp.RED),
    ],
)
def test_lamps_that_make_no_sense_are_unknown(status: str, lamp: Lamp) -> None:
    async def story(adapter: Gat1049Controller, platform: Platform) -> None:
        platform.lamps[1] = status
        assert (await adapter.state()).lamps[1] is lamp

    play(story)


def test_a_stage_is_locked_for_a_lease_and_unlocked() -> None:
    async def story(adapter: Gat1049Controller, platform: Platform) -> None:
        await adapter.request(wish(stage=2))
        assert (await adapter.state()).control is Control.OURS
        await adapter.renew(wish(stage=2))
        await adapter.release()
        assert (await adapter.state()).control is Control.PROGRAMME

    assert play(story).locks == [("2", "7"), ("2", "7"), ("unlock 3-7", "")]


def test_what_an_operator_unlocks_is_not_locked_again() -> None:
    async def story(adapter: Gat1049Controller, platform: Platform) -> None:
        await adapter.request(wish(stage=2))
        await adapter.state()
        platform.mode = "21"
        assert (await adapter.state()).control is Control.PROGRAMME
        with pytest.raises(ControllerRefused, match="unlocked by the platform"):
            await adapter.renew(wish(stage=2))
        await adapter.release()

    assert play(story).locks == [("2", "7")]


@pytest.mark.parametrize(
    ("mode", "control"), [("52", Control.MANUAL), ("51", Control.MANUAL), ("13", Control.SPECIAL), ("31", Control.PROGRAMME)]
)
def test_who_steers(mode: str, control: Control) -> None:
    async def story(adapter: Gat1049Controller, platform: Platform) -> None:
        platform.mode = mode
        assert (await adapter.state()).control is control
        await adapter.release()

    assert play(story).locks == []


def test_a_refusal_carries_the_platforms_reason() -> None:
    async def story(adapter: Gat1049Controller, platform: Platform) -> None:
        with pytest.raises(ControllerRefused, match="SDE_NotAllow: 不允许锁定"):
            await adapter.request(wish(stage=2))

    play(story, Platform(refuses_locks=True))


def test_a_wrong_password_is_said() -> None:
    async def story(adapter: Gat1049Controller, platform: Platform) -> None:
        with pytest.raises(ControllerRefused, match="SDE_Pwd: 口令错误"):
            await adapter.state()

    play(story, Platform(password="another"))


def test_a_token_that_has_expired_is_fetched_anew() -> None:
    async def story(adapter: Gat1049Controller, platform: Platform) -> None:
        await adapter.state()
        platform.token = "token-2"
        with pytest.raises(ControllerRefused, match="SDE_Token"):
            await adapter.state()
        assert (await adapter.state()).control is Control.PROGRAMME

    assert play(story).logins == 2


def test_after_a_cut_it_logs_in_and_subscribes_again() -> None:
    async def story(adapter: Gat1049Controller, platform: Platform) -> None:
        await adapter.state()
        platform.silent = True
        waiting = asyncio.create_task(adapter.state())
        await asyncio.sleep(0.01)
        assert platform.receiver is not None
        platform.open = False
        platform.receiver.lost()
        with pytest.raises(ControllerAway, match="cut"):
            await waiting
        platform.silent = False
        await adapter.state()

    assert play(story).said.count("Set CrossSignalGroupStatus") == 2


def test_a_fresh_report_spares_a_question_and_an_old_one_does_not() -> None:
    async def story(adapter: Gat1049Controller, platform: Platform) -> None:
        await adapter.state()
        platform.said.clear()
        platform.lamps[1] = "211"
        platform.put(Message(MessageType.PUSH, "9", "Notify", (platform.object("CrossSignalGroupStatus"),)))
        assert (await adapter.state()).lamps[1] is Lamp.RED
        assert "Get CrossSignalGroupStatus" not in platform.said
        platform.now_s = 1.5
        await adapter.state()
        assert "Get CrossSignalGroupStatus" in platform.said

    play(story)


def test_heartbeats_go_out_and_strange_messages_harm_nothing() -> None:
    async def story(adapter: Gat1049Controller, platform: Platform) -> None:
        await adapter.state()
        platform.put(Message("RESPONSE", "unasked", "Get"))
        platform.put(Message("REQUEST", "7", "Set", (Node("SDO_TimeOut"),)))
        assert platform.receiver is not None
        platform.receiver.received(b"<Message><!DOCTYPE a></Message>")
        await asyncio.sleep(0.05)
        assert platform.beats >= 2
        assert (await adapter.state()).control is Control.PROGRAMME

    play(story)
