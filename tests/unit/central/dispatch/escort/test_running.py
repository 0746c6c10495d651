"""An engine on the site's road, second by second: signals while its task lives and it is heard, and no lease longer."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from central.core import Core
from central.dispatch.controllers.config import JunctionConfig
from central.dispatch.controllers.state import Control, Lamp
from central.dispatch.controllers.supervised import Settings, SupervisedController
from central.dispatch.escort.course import Act
from central.dispatch.escort.feature import Dispatch
from central.dispatch.escort.running.live import LiveTasks
from central.dispatch.escort.running.picture import Showcase
from central.dispatch.escort.running.planning import GreenWave
from central.dispatch.escort.running.records import Notebook, OrdersTable
from central.dispatch.escort.running.runner import Runner, Site
from central.dispatch.escort.running.tender import Tender, Times
from central.dispatch.escort.tables import EscortNote, EscortTask, SignalOrder
from tests.unit.central.dispatch.controllers.junction import Device
from tests.unit.central.dispatch.escort.site import BLOCK_M, east
from yuhang.clock import ManualClock
from yuhang.errors import StorageError
from yuhang.messages import EmergencyCall, VehiclePosition

ENGINE_MPS = 15.0
LEASE_S = 5.0
NAMES = ("j1", "j2", "j3")


def config_of(name: str) -> JunctionConfig:
    """The junction of `Device`: its east-west group lets the road's link go."""
    groups = [
        {"number": number, "minimum_green_s": 7, "all_red_s": 1, "links": [0] if number == 3 else []} for number in (1, 2, 3)
    ]
    groups.append({"number": 4, "kind": "pedestrian", "minimum_green_s": 7, "yellow_s": 0, "all_red_s": 1})
    return JunctionConfig.model_validate(
        {
            "id": name,
            "controller": {"protocol": "gbt20999", "host": "127.0.0.1", "port": 1},
            "groups": groups,
            "stages": [{"number": 1, "green": [1, 2]}, {"number": 2, "green": [3, 4]}],
            "conflicts": [[1, 3], [2, 3], [1, 4], [2, 4]],
        }
    )


@dataclass
class Street:
    """The road with its three junctions, and one engine that drives at an even speed and stops at red."""

    core: Core
    dispatch: Dispatch
    clock: ManualClock
    devices: dict[str, Device] = field(default_factory=lambda: {name: Device() for name in NAMES})
    at_m: float = 0.0
    heard: bool = True
    now_s: float = 0.0
    stood_s: float = 0.0
    held: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in NAMES})

    def __post_init__(self) -> None:
        async def pause(seconds: float) -> None:
            raise AssertionError("nobody waits in this test")

        times = Times(self.clock, lambda: self.now_s, pause)
        roads = self.dispatch.desk.roads
        assert roads is not None
        self.live = LiveTasks(times.now_s)
        self.notebook = Notebook(self.core.database, self.dispatch.desk.escorts, times.now_s)
        self.showcase = Showcase()
        junctions = {name: config_of(name) for name in NAMES}
        site = Site(self.dispatch.desk, roads, self.core.database, junctions, self.live, self.notebook, self.showcase, times)
        self.tenders = [self._tender(name, times) for name in NAMES]
        self.runner = Runner(site, GreenWave(self.dispatch.desk.escorts.config.lost_s), self.tenders)

    def _tender(self, name: str, times: Times) -> Tender:
        door = SupervisedController(
            self.devices[name],
            Settings(name),
            tasks=self.live,
            audit=OrdersTable(self.core.database),
            clock=self.clock,
            monotonic=times.now_s,
        )
        return Tender(name, door, 0.5, times, self.notebook.heard)

    async def pass_time(self, seconds: float, *, central: bool = True) -> None:
        """Let it pass; `central`: the second and the junctions' coroutines run."""
        for _ in range(round(seconds * 2)):
            self.now_s += 0.5
            self.clock.advance(0.5)
            self._drive(ENGINE_MPS * 0.5)
            for device in self.devices.values():
                device.to(0.5)
                device.now_s = self.now_s
            if self.heard and self.now_s % 1 == 0:
                self.dispatch.desk.positions.put("engine-1", self.position())
            if central and self.now_s % 1 == 0:
                self.runner.second()
                self.notebook.run_once()
            for tender in self.tenders if central else []:
                await tender.round()
            for name, device in self.devices.items():
                if device.held is not None:
                    self.held[name].append(self.now_s)

    def _drive(self, metres: float) -> None:
        for number, name in enumerate(NAMES, start=1):
            line_m = BLOCK_M * number
            if self.at_m < line_m <= self.at_m + metres and self.devices[name].read().lamps[3] is not Lamp.GREEN:
                self.stood_s += 0.5
                return
        self.at_m += metres

    def position(self) -> VehiclePosition:
        place = east(self.at_m)
        return VehiclePosition(
            latitude=place.latitude, longitude=place.longitude, time=self.clock.now(), speed_mps=ENGINE_MPS, heading_deg=90.0
        )

    def set_out(self, *, confirm: bool = True) -> str:
        """A call at the end of the road, and engine 1 on its way."""
        self.dispatch.desk.positions.put("engine-1", self.position())
        call = EmergencyCall(reference="1", called_at=self.clock.now(), address="文一西路969号")
        escorts = self.dispatch.desk.escorts
        with self.core.database.session() as session:
            task = escorts.take(session, "operator", call, "li").task
            escorts.assign(session, task.id, "engine-1", "li")
            if confirm:
                escorts.act(session, task.id, Act.CONFIRM, "wu")
            return task.id

    def act(self, task_id: str, act: Act) -> None:
        with self.core.database.session() as session:
            self.dispatch.desk.escorts.act(session, task_id, act, "li", "reason")

    def task(self, task_id: str) -> EscortTask:
        with self.core.database.reader() as session:
            return self.dispatch.desk.escorts.find(session, task_id)

    def notes(self, what: str) -> list[EscortNote]:
        with self.core.database.reader() as session:
            return list(session.scalars(select(EscortNote).where(EscortNote.what == what).order_by(EscortNote.id)))

    @property
    def free(self) -> bool:
        return all(device.held is None for device in self.devices.values())


@pytest.fixture
def street(site: Core, dispatch: Dispatch, clock: ManualClock) -> Street:
    street = Street(site, dispatch, clock)
    dispatch.desk.positions._now_s = lambda: street.now_s
    return street


@contextmanager
def database_away(core: Core, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def away(*_: object) -> None:
        raise StorageError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(type(core.database), "reader", away)
        patch.setattr(type(core.database), "session", away)
        yield


def test_the_whole_way(street: Street) -> None:
    async def story() -> None:
        task_id = street.set_out()
        await street.pass_time(110)
        assert street.stood_s <= 4.0
        assert [note.data["junction"] for note in street.notes("passed")] == list(NAMES)
        assert street.free
        for name in NAMES:  # one hold each, and each given back when the engine has passed
            held = street.held[name]
            assert held[-1] - held[0] == pytest.approx(len(held) / 2 - 0.5)
        assert (street.task(task_id).planned_s or 0) <= (street.task(task_id).unaided_s or 0)
        answers = {(note.data["junction"], note.data["state"]) for note in street.notes("answer")}
        assert {(name, "granted") for name in NAMES} <= answers
        assert {(name, "released") for name in NAMES} <= answers

    asyncio.run(story())


def test_it_arrives_by_its_position(street: Street) -> None:
    async def story() -> None:
        task_id = street.set_out()
        await street.pass_time(95)
        street.at_m = 1490.0
        place = east(1490.0)
        for _ in range(2):
            street.heard = False
            await street.pass_time(1)
            message = street.position().model_copy(update={"longitude": place.longitude, "speed_mps": 0.5})
            street.dispatch.desk.positions.put("engine-1", message)
        await street.pass_time(2)
        assert street.task(task_id).state == "arrived"
        assert street.task(task_id).arrived_at is not None

    asyncio.run(story())


def test_law_26_without_the_polices_word_nothing_is_asked(street: Street) -> None:
    async def story() -> None:
        task_id = street.set_out(confirm=False)
        await street.pass_time(20)
        street.act(task_id, Act.REFUSE)
        await street.pass_time(40)
        assert all(held == [] for held in street.held.values())
        with street.core.database.reader() as session:
            assert session.scalars(select(SignalOrder)).all() == []

    asyncio.run(story())


@pytest.mark.parametrize("act", [Act.CANCEL, Act.END, Act.ARRIVE, Act.REFUSE, Act.RUN_OUT])
def test_law_26_the_end_of_the_task_gives_every_signal_back(street: Street, act: Act) -> None:
    async def story() -> None:
        task_id = street.set_out()
        await street.pass_time(20)
        assert not street.free
        street.act(task_id, act)
        await street.pass_time(2)
        assert street.free
        await street.pass_time(30)
        assert street.free

    asyncio.run(story())


def test_a_lost_position_ends_in_normal_operation_and_is_taken_up_again(street: Street) -> None:
    async def story() -> None:
        street.set_out()
        await street.pass_time(16)
        assert not street.free
        street.heard = False
        await street.pass_time(street.dispatch.desk.escorts.config.lost_s + 2)
        assert street.free
        street.heard = True
        for _ in range(25):
            await street.pass_time(1)
            if not street.free:
                break
        assert not street.free
        assert [len(street.notes(what)) for what in ("position_lost", "position_found")] == [1, 1]

    asyncio.run(story())


def test_without_the_database_every_signal_is_given_back(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        street.set_out()
        await street.pass_time(20)
        assert not street.free
        with database_away(street.core, monkeypatch):
            for _ in range(round(2 * LEASE_S) + 2):
                street.now_s += 0.5
                street.clock.advance(0.5)
                for device in street.devices.values():
                    device.to(0.5)
                street.runner.second()
                for tender in street.tenders:
                    await tender.round()
            assert street.free

    asyncio.run(story())


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_steps_leaves_no_signal_held(street: Street, hours: int) -> None:
    async def story() -> None:
        task_id = street.set_out()
        await street.pass_time(20)
        street.clock.current += timedelta(hours=hours)
        street.heard = False  # the terminal's own clock has not stepped: what it sends looks old, or from tomorrow
        await street.pass_time(12)
        assert street.free
        street.act(task_id, Act.CANCEL)
        await street.pass_time(2)
        assert street.free

    asyncio.run(story())


def test_one_controller_that_falls_silent_holds_up_no_other(street: Street) -> None:
    async def story() -> None:
        street.set_out()
        await street.pass_time(5)
        street.devices["j2"].silent = True
        await street.pass_time(95)
        assert street.held["j1"]
        assert street.held["j2"] == []
        assert street.held["j3"]
        assert street.free

    asyncio.run(story())


def test_a_hand_at_the_junction_is_left_alone(street: Street) -> None:
    async def story() -> None:
        street.set_out()
        street.devices["j1"].control = Control.MANUAL
        await street.pass_time(30)
        assert street.held["j1"] == []
        assert street.devices["j1"].told == []

    asyncio.run(story())


def test_every_order_is_on_record_before_it_is_sent(street: Street) -> None:
    async def story() -> None:
        task_id = street.set_out()
        await street.pass_time(20)
        with street.core.database.reader() as session:
            orders = street.dispatch.desk.escorts.orders(session, task_id)
        calls = [order for order in orders if order.action == "call"]
        assert [(order.outcome) for order in calls[:2]] == ["", "taken"]
        assert calls[0].lamps["lamps"].keys() == {"1", "2", "3", "4"}

    asyncio.run(story())
