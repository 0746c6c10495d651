"""From the wish to the lamps and back, through the only door to a signal."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from central.dispatch.controllers.audit import AuditFile, SignalRecord
from central.dispatch.controllers.request import Ack, PriorityClass, PriorityRequest, RequestState
from central.dispatch.controllers.state import Control
from central.dispatch.controllers.supervised import Settings, SupervisedController
from tests.unit.central.dispatch.controllers.junction import Device
from yuhang.clock import ManualClock
from yuhang.errors import StorageError

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


@dataclass
class Records:
    """An audit in memory that can be full."""

    kept: list[SignalRecord] = field(default_factory=list)
    full: bool = False

    def record(self, record: SignalRecord) -> None:
        if self.full:
            raise StorageError("the disk is full")
        self.kept.append(record)


@dataclass
class Junction:
    """One junction and all that is around it; `pass_time` lets both the lamps and the supervisor go on."""

    device: Device = field(default_factory=Device)
    live: set[str] = field(default_factory=lambda: {"fire-1", "fire-2", "police-1"})
    records: Records = field(default_factory=Records)
    clock: ManualClock = field(default_factory=ManualClock)
    dry_run: bool = False
    newest: dict[str, PriorityRequest] = field(default_factory=dict)

    async def open(self) -> SupervisedController:
        self.door = SupervisedController(
            self.device,
            Settings("demo", dry_run=self.dry_run),
            tasks=self.live.__contains__,
            audit=self.records,
            clock=self.clock,
            monotonic=lambda: self.device.now_s,
        )
        await self.door.describe()
        await self.pass_time(1)
        return self.door

    async def pass_time(self, seconds: float, renew: PriorityRequest | None = None) -> None:
        for _ in range(int(seconds * 2)):
            self.device.to(0.5)
            self.clock.advance(0.5)
            if renew is not None:
                self.newest[renew.id] = self.newest.get(renew.id, renew).renewed(NOON, NOON)
                await self.door.renew(self.newest[renew.id])
            await self.door.step()

    async def became(self, request_id: str) -> Ack:
        return await self.door.request(wish(request_id))


def wish(
    number: str = "r1", stage: int = 2, task: str = "fire-1", priority: PriorityClass = PriorityClass.FIRE
) -> PriorityRequest:
    return PriorityRequest(number, task, priority, stage, NOON, NOON, lease_s=5.0)


def run(story: Callable[[Junction], Awaitable[None]], junction: Junction | None = None) -> Junction:
    junction = junction or Junction()

    async def play() -> None:
        await junction.open()
        await story(junction)

    asyncio.run(play())
    return junction


def test_law_26_only_a_live_task_holds_a_signal() -> None:
    async def story(junction: Junction) -> None:
        ack = await junction.door.request(wish(task="nobody"))
        assert (ack.state, ack.reason) == (RequestState.REJECTED, "no_live_task")
        held = wish("r2")
        await junction.door.request(held)
        await junction.pass_time(20, renew=held)
        assert (await junction.became("r2")).state is RequestState.GRANTED
        junction.live.clear()  # the fire is out; the planner goes on renewing
        await junction.pass_time(1, renew=held)
        ack = await junction.became("r2")
        assert (ack.state, ack.reason) == (RequestState.RELEASED, "task_ended")
        assert junction.device.held is None

    junction = run(story)
    assert [told for told in junction.device.told if told == "request 2"] == ["request 2"]


def test_granted_only_when_the_lamps_show_it() -> None:
    async def story(junction: Junction) -> None:
        held = wish()
        ack = await junction.door.request(held)
        assert ack.state is RequestState.REQUESTED  # minimum green of the other direction has not run
        await junction.pass_time(5, renew=held)
        assert junction.device.held is None
        await junction.pass_time(2, renew=held)
        assert (await junction.became("r1")).state is RequestState.PROCESSING
        await junction.pass_time(8, renew=held)
        assert (await junction.became("r1")).state is RequestState.GRANTED

    run(story)


def test_a_lease_that_nobody_renews_gives_the_junction_back() -> None:
    async def story(junction: Junction) -> None:
        held = wish()
        await junction.door.request(held)
        await junction.pass_time(10, renew=held)
        await junction.pass_time(5.5)
        assert junction.device.held is None
        ack = await junction.door.renew(held.renewed(NOON, NOON))
        assert (ack.state, ack.reason) == (RequestState.RELEASED, "lease_ran_out")

    run(story)


def test_a_controller_that_takes_the_wish_and_does_nothing_is_found_out() -> None:
    async def story(junction: Junction) -> None:
        junction.device.deaf = True
        junction.device.began_s = -5.0
        junction.device.to(4)
        held = wish("r1", stage=1 if junction.device.stage == 2 else 2)
        junction.device.told.clear()
        await junction.door.request(held)
        for _ in range(60):
            junction.device.began_s = junction.device.now_s - 10  # stays where it is
            await junction.pass_time(0.5, renew=held)
            ack = await junction.became("r1")
            if ack.state.ended:
                break
        assert (ack.state, ack.reason) == (RequestState.REJECTED, "not_confirmed")
        assert junction.device.held is None

    run(story)


def test_a_refusal_is_told_at_once() -> None:
    async def story(junction: Junction) -> None:
        await junction.pass_time(7)
        junction.device.refuses = False
        real = junction.device.request

        async def refuse(request: PriorityRequest) -> Ack:
            junction.device.refuses = True
            try:
                return await real(request)
            finally:
                junction.device.refuses = False

        junction.device.request = refuse  # type: ignore[method-assign]
        ack = await junction.door.request(wish())
        assert (ack.state, ack.reason) == (RequestState.REJECTED, "refused")

    run(story)


@pytest.mark.parametrize("control", [Control.MANUAL, Control.HIGHER, Control.SPECIAL])
def test_a_higher_hand_is_never_overridden(control: Control) -> None:
    async def story(junction: Junction) -> None:
        await junction.pass_time(7)
        junction.device.control = control
        ack = await junction.door.request(wish())
        assert (ack.state, ack.reason) == (RequestState.REJECTED, f"overridden_{control}")
        assert not [told for told in junction.device.told if told.startswith("request")]

    run(story)


def test_presence_is_bounded_and_the_junction_rests() -> None:
    async def story(junction: Junction) -> None:
        held = wish()
        await junction.door.request(held)
        await junction.pass_time(115, renew=held)
        ack = await junction.became("r1")
        assert (ack.state, ack.reason) == (RequestState.MAX_PRESENCE, "max_presence")
        assert junction.device.held is None
        assert (await junction.became("r9")).reason == "resting"

    run(story)


def test_the_fire_brigade_goes_before_the_police_who_are_told() -> None:
    async def story(junction: Junction) -> None:
        await junction.pass_time(7)
        police = wish("p", stage=1, task="police-1", priority=PriorityClass.POLICE)
        await junction.door.request(police)
        await junction.door.request(wish("f", stage=2))
        ack = await junction.door.renew(police.renewed(NOON, NOON))
        assert ack.state is RequestState.WATCH_OTHER_TRAFFIC
        await junction.pass_time(1)
        await junction.door.cancel("f")
        await junction.pass_time(9, renew=police)
        assert junction.device.held == 2  # the green that had begun to come has its minimum
        await junction.pass_time(3, renew=police)
        assert junction.device.held == 1

    run(story)


def test_two_engines_on_one_movement_share_it() -> None:
    async def story(junction: Junction) -> None:
        await junction.pass_time(7)
        await junction.door.request(wish("a"))
        second = wish("b", task="fire-2")
        await junction.door.request(second)
        await junction.pass_time(8, renew=second)
        await junction.door.cancel("a")
        assert (await junction.became("b")).state is RequestState.GRANTED
        assert junction.device.held == 2

    run(story)


def test_a_junction_that_goes_silent_is_lost_and_given_back_when_it_is_heard_again() -> None:
    async def story(junction: Junction) -> None:
        await junction.pass_time(7)
        held = wish()
        await junction.door.request(held)
        junction.device.silent = True
        await junction.pass_time(8, renew=held)
        ack = await junction.became("r1")
        assert (ack.state, ack.reason) == (RequestState.REJECTED, "silent")
        junction.device.silent = False
        await junction.pass_time(2)
        assert junction.device.held is None

    run(story)


def test_a_shortened_yellow_ends_everything_for_good() -> None:
    async def story(junction: Junction) -> None:
        await junction.pass_time(7)
        junction.device.yellow_s = 1.0
        held = wish()
        await junction.door.request(held)
        await junction.pass_time(4, renew=held)
        ack = await junction.became("r1")
        assert ack.state is RequestState.REJECTED
        assert ack.reason.startswith("unsafe_short_yellow")
        assert (await junction.became("r2")).reason.startswith("unsafe_short_yellow")

    run(story)


def test_what_cannot_be_recorded_is_not_asked_but_what_is_held_is_given_back() -> None:
    async def story(junction: Junction) -> None:
        await junction.pass_time(7)
        junction.records.full = True
        ack = await junction.door.request(wish())
        assert (ack.state, ack.reason) == (RequestState.REJECTED, "no_record")
        assert "request 2" not in junction.device.told
        junction.records.full = False
        held = wish("r2")
        await junction.door.request(held)
        junction.records.full = True
        await junction.pass_time(4, renew=held)
        assert junction.device.held is None

    run(story)


def test_every_order_is_on_record_before_and_after() -> None:
    async def story(junction: Junction) -> None:
        await junction.pass_time(7)
        await junction.door.request(wish())
        await junction.door.cancel("r1")

    junction = run(story)
    orders = [(record.action, record.outcome, record.task_id) for record in junction.records.kept]
    assert orders == [
        ("call", "", "fire-1"),
        ("call", "taken", "fire-1"),
        ("give_back", "", "fire-1"),
        ("give_back", "taken", "fire-1"),
    ]
    assert all(record.lamps is not None and record.at.tzinfo is not None for record in junction.records.kept)


def test_a_dry_run_decides_and_records_and_asks_for_nothing() -> None:
    async def story(junction: Junction) -> None:
        await junction.pass_time(7)
        assert (await junction.door.request(wish())).reason == "dry_run"
        await junction.pass_time(3)
        assert junction.device.told == []

    assert run(story, Junction(dry_run=True)).records.kept[0].action == "call"


def test_closing_gives_back() -> None:
    async def story(junction: Junction) -> None:
        await junction.pass_time(7)
        await junction.door.request(wish())
        await junction.door.close()

    assert run(story).device.told == ["request 2", "release", "close"]


def test_the_audit_file_has_a_line_an_order(tmp_path: Path) -> None:
    audit = AuditFile(tmp_path / "signals.jsonl")
    audit.record(SignalRecord(NOON, "demo", "r1", "fire-1", "call", lamps=Device().read()))
    line = json.loads((tmp_path / "signals.jsonl").read_text(encoding="utf-8"))
    assert line["at"] == "2026-06-01T04:00:00+00:00"
    assert line["lamps"]["lamps"]["1"] == "green"


def test_an_audit_file_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="signals"):
        AuditFile(tmp_path / "missing" / "signals.jsonl").record(SignalRecord(NOON, "demo", "", "", "call"))
