"""The adapter against a controller of a few lines that answers in memory: what is asked, what is restored, what is left alone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from central.dispatch.controllers.errors import ControllerAway, ControllerRefused
from central.dispatch.controllers.gbt20999.adapter import Gbt20999Controller
from central.dispatch.controllers.gbt20999.frame import Frame, FrameType, ObjectId, Rules, Value
from central.dispatch.controllers.gbt20999.profile import CentreLayout, VendorProfile, Way
from central.dispatch.controllers.gbt20999.session import Address, Session
from central.dispatch.controllers.gbt20999.stream import StreamDecoder, from_datagram, to_datagram, to_stream
from central.dispatch.controllers.pipes import Pipe, Receiver
from central.dispatch.controllers.state import Control, Lamp
from tests.unit.central.dispatch.controllers.junction import model
from tests.unit.central.dispatch.controllers.test_supervised import wish

MODE, STAGE = ObjectId(13, 2, 2, 1), ObjectId(13, 2, 4, 1)


@dataclass
class Controller:
    """`values` are its objects; writing 17.4 or 17.1.4 changes its mode at once."""

    datagrams: bool = False
    silent: bool = False
    mute_sets: int = 0  # sets that it carries out without an answer
    refuses: int | None = None
    values: dict[ObjectId, int] = field(default_factory=dict)
    writes: list[tuple[str, int]] = field(default_factory=list)
    heartbeats: int = 0
    opened: int = 0
    receiver: Receiver | None = None
    decoder: StreamDecoder = field(default_factory=lambda: StreamDecoder(Rules()))
    open: bool = True

    def __post_init__(self) -> None:
        self.values = {MODE: 0x21, STAGE: 1, ObjectId(4, 2, 0x1B, 1): 12, ObjectId(6, 3, 3, 1): 9, ObjectId(6, 3, 4, 1): 21}
        self.values |= {ObjectId(3, 3, 1, group): code for group, code in ((1, 0x20), (2, 0x21), (3, 0x10), (4, 0x10))}

    async def connect(self, receiver: Receiver) -> Pipe:
        self.receiver, self.open = receiver, True
        self.opened += 1
        return self

    def send(self, data: bytes) -> None:
        frames = [from_datagram(data, Rules())] if self.datagrams else list(self.decoder.feed(data))
        for frame in frames:
            self.heard(frame)

    def close(self) -> None:
        self.open = False

    def heard(self, frame: Frame) -> None:
        if frame.type == FrameType.HEARTBEAT:
            self.heartbeats += 1
        if self.silent or frame.type not in (FrameType.QUERY, FrameType.SET):
            return
        if frame.type == FrameType.QUERY:
            known = tuple(Value(value.id, bytes((self.values[value.id],))) for value in frame.values if value.id in self.values)
            unknown = not known
            reply = (
                Frame(FrameType.QUERY_ERROR, frame.sequence, tuple(Value(v.id, b"\x30") for v in frame.values))
                if unknown
                else None
            )
            self.answer(reply or Frame(FrameType.QUERY_REPLY, frame.sequence, known))
        elif self.refuses is not None:
            for value in frame.values[1:]:
                self.answer(Frame(FrameType.SET_REPLY, frame.sequence, (Value(value.id, b"\x00"),)))
            self.answer(Frame(FrameType.SET_ERROR, frame.sequence, (Value(frame.values[0].id, bytes((self.refuses,))),)))
        else:
            self.write(frame)

    def write(self, frame: Frame) -> None:
        for value in frame.values:
            self.writes.append((str(value.id), value.number))
            self.values[value.id] = value.number
            if value.id in (ObjectId(17, 4), ObjectId(17, 1, 4, 1)):
                self.values[MODE] = value.number
        if self.mute_sets > 0:
            self.mute_sets -= 1
            return
        self.answer(Frame(FrameType.SET_REPLY, frame.sequence))

    def answer(self, frame: Frame) -> None:
        assert self.receiver is not None
        self.receiver.received(to_datagram(frame, Rules()) if self.datagrams else to_stream(frame, Rules()))


def play(
    story: Callable[[Gbt20999Controller, Controller], Awaitable[None]],
    controller: Controller | None = None,
    profile: VendorProfile | None = None,
) -> Controller:
    controller = controller or Controller()
    profile = profile or VendorProfile()

    async def run() -> None:
        session = Session(
            controller.connect, profile.rules, Address(), datagrams=controller.datagrams, answer_s=0.05, heartbeat_s=0.01
        )
        adapter = Gbt20999Controller(
            model(), profile, session, junction=1, phases={1: 1, 2: 9}, gives_back_s=15.0, monotonic=lambda: 0.0
        )
        await story(adapter, controller)
        await adapter.close()

    asyncio.run(run())
    return controller


@pytest.mark.parametrize("datagrams", [False, True])
def test_lamps_stage_and_mode_are_read_in_one_question(datagrams: bool) -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        state = await adapter.state()
        assert state.lamps == {1: Lamp.GREEN, 2: Lamp.GREEN_FLASH, 3: Lamp.RED, 4: Lamp.RED}
        assert (state.control, state.stage, state.elapsed_s, state.remaining_s) == (Control.PROGRAMME, 1, 9.0, 21.0)

    play(story, Controller(datagrams=datagrams))


def test_the_longer_minimum_green_counts_and_what_it_does_not_tell_is_configured() -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        groups = (await adapter.describe()).groups
        assert (groups[1].minimum_green_s, groups[2].minimum_green_s) == (12.0, 7.0)

    play(story)


def test_a_stage_is_asked_for_and_the_mode_before_is_restored() -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        await adapter.request(wish(stage=2))
        assert (await adapter.state()).control is Control.OURS
        await adapter.renew(wish(stage=2))
        await adapter.release()
        assert (await adapter.state()).control is Control.PROGRAMME

    written = play(story).writes
    assert written == [("17.4.0.0", 0x15), ("17.2.0.0", 2)] * 2 + [("17.4.0.0", 0x21)]


def test_a_maker_with_the_centres_table_and_a_mode_of_its_own_to_give_back() -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        await adapter.request(wish(stage=2))
        await adapter.release()

    profile = VendorProfile(centre=CentreLayout.TABLE, release_mode=0)
    assert play(story, profile=profile).writes == [("17.1.4.1", 0x15), ("17.1.2.1", 2), ("17.1.4.1", 0)]


@pytest.mark.parametrize(("mode", "control"), [(0x15, Control.MANUAL), (0x25, Control.MANUAL), (0x31, Control.SPECIAL)])
def test_a_person_or_a_flash_is_not_overridden(mode: int, control: Control) -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        controller.values[MODE] = mode
        assert (await adapter.state()).control is control
        with pytest.raises(ControllerRefused, match="not overridden"):
            await adapter.request(wish(stage=2))
        await adapter.release()

    assert play(story).writes == []


def test_who_takes_the_junction_from_us_keeps_it() -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        await adapter.request(wish(stage=2))
        controller.values[MODE] = 0x25  # the key in the cabinet
        controller.writes.clear()
        with pytest.raises(ControllerRefused, match="somebody has taken the junction"):
            await adapter.renew(wish(stage=2))
        assert (await adapter.state()).control is Control.MANUAL
        await adapter.release()

    assert play(story).writes == []


def test_a_wish_whose_answer_was_lost_is_given_back_as_well() -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        controller.mute_sets = 1
        with pytest.raises(ControllerAway, match="no answer"):
            await adapter.request(wish(stage=2))
        await adapter.release()

    assert play(story).writes[-1] == ("17.4.0.0", 0x21)


def test_a_refusal_names_the_value_and_the_reason_even_where_another_value_was_taken() -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        with pytest.raises(ControllerRefused, match=r"17\.4\.0\.0: value error 0x50 \(control failed\)"):
            await adapter.request(wish(stage=2))

    play(story, Controller(refuses=0x50))


def test_a_prepared_emergency_is_asked_for_and_withdrawn() -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        await adapter.request(wish(stage=2))
        assert (await adapter.state()).control is Control.OURS
        await adapter.release()
        assert (await adapter.state()).control is Control.PROGRAMME
        with pytest.raises(ControllerRefused, match="no emergency is prepared for stage 1"):
            await adapter.request(wish(stage=1))

    profile = VendorProfile(way=Way.EMERGENCY, emergencies={2: 5})
    assert play(story, profile=profile).writes == [("8.6.2.5", 1), ("8.6.2.5", 0)]


def test_late_and_strange_answers_harm_nothing() -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        await adapter.state()
        controller.answer(Frame(FrameType.SET_ERROR, 200, (Value(MODE, b"\x50"),)))
        controller.answer(Frame(FrameType.QUERY_REPLY, 1, (Value(MODE, b"\x31"),)))
        controller.answer(Frame(0xEE, 3))
        controller.answer(Frame(FrameType.QUERY_REPLY, 2, (Value(MODE, b"\x31"),), controller=77))
        assert controller.receiver is not None
        controller.receiver.received(b"\x7e\x7e\x5c\x00garbage\x7d")
        assert (await adapter.state()).control is Control.PROGRAMME

    play(story)


def test_a_cut_line_is_told_at_once_and_mended() -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        controller.silent = True
        waiting = asyncio.create_task(adapter.state())
        await asyncio.sleep(0.01)
        assert controller.receiver is not None
        controller.receiver.lost()
        with pytest.raises(ControllerAway, match="cut"):
            await waiting
        controller.silent = False
        await adapter.state()
        assert controller.opened == 2

    play(story)


def test_heartbeats_go_out_and_are_answered() -> None:
    async def story(adapter: Gbt20999Controller, controller: Controller) -> None:
        await adapter.state()
        await asyncio.sleep(0.05)
        before = controller.heartbeats
        controller.answer(Frame(FrameType.HEARTBEAT, 9))
        assert before >= 2

    play(story)
