"""The adapter against a table of numbers: what is read, what is written, which controllers are refused."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from central.dispatch.controllers.errors import FrameError, UnsafeJunction
from central.dispatch.controllers.model import GroupKind, JunctionModel, LampGroup, Stage
from central.dispatch.controllers.ntcip1202 import objects
from central.dispatch.controllers.ntcip1202.adapter import Ntcip1202Controller
from central.dispatch.controllers.ntcip1202.objects import Oid, PhaseColumn, PreemptColumn, PreemptState, StatusColumn
from central.dispatch.controllers.state import Control, Lamp
from tests.unit.central.dispatch.controllers.test_supervised import wish

NORTH_SOUTH, EAST_WEST = 3, 4  # preempts


def junction() -> JunctionModel:
    """Phases 2 and 10 against 4; pedestrians of phase 4 as group 14."""
    groups = [LampGroup(2), LampGroup(10), LampGroup(4), LampGroup(14, GroupKind.PEDESTRIAN, yellow_s=0.0)]
    stages = [Stage(NORTH_SOUTH, frozenset({2, 10})), Stage(EAST_WEST, frozenset({4, 14}))]
    return JunctionModel.of("export", groups, stages, [(2, 4), (10, 4), (2, 14), (10, 14)])


@dataclass
class Agent:
    """A controller's numbers; writing a preempt's control starts or ends it at once."""

    numbers: dict[Oid, int] = field(default_factory=dict)
    writes: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.numbers |= {objects.UNIT_BACKUP_TIME: 10, objects.MAX_PREEMPTS: 4, objects.UNIT_CONTROL_STATUS: 6}
        self.numbers |= {objects.UNIT_FLASH_STATUS: 2}
        for number in range(1, 5):
            self.numbers |= {objects.preempt(PreemptColumn.STATE, number): 2, objects.preempt_control(number): 0}
            for column in (PreemptColumn.MINIMUM_GREEN, PreemptColumn.ENTER_YELLOW_CHANGE, PreemptColumn.ENTER_RED_CLEAR):
                self.numbers[objects.preempt(column, number)] = 255
        for phase in (2, 4, 10):
            times = {PhaseColumn.MINIMUM_GREEN: 12, PhaseColumn.YELLOW_CHANGE: 35, PhaseColumn.RED_CLEAR: 15}
            self.numbers |= {objects.phase(column, phase): number for column, number in times.items()}
        self.show(
            {StatusColumn.GREENS: (2,), StatusColumn.YELLOWS: (10,), StatusColumn.REDS: (4,), StatusColumn.DONT_WALKS: (4,)}
        )

    def show(self, lit: Mapping[StatusColumn, Sequence[int]]) -> None:
        for column in StatusColumn:
            for phase in (2, 4, 10):
                self.numbers[objects.phase_status(column, phase)] = 0
        for column, phases in lit.items():
            for phase in phases:
                self.numbers[objects.phase_status(column, phase)] |= objects.phase_bit(phase)

    def state_of(self, number: int, state: PreemptState) -> None:
        self.numbers[objects.preempt(PreemptColumn.STATE, number)] = state

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, int]:
        return {oid: self.numbers[oid] for oid in oids if oid in self.numbers}

    async def set(self, oid: Oid, number: int) -> None:
        assert oid[:-1] == objects.preempt_control(0)[:-1], "nothing but preemptControlState is written"
        self.writes.append((oid[-1], number))
        self.numbers[oid] = number
        self.state_of(oid[-1], PreemptState.DWELL if number else PreemptState.NOT_ACTIVE)

    def close(self) -> None:
        pass


def play(story: Callable[[Ntcip1202Controller, Agent], Awaitable[None]], agent: Agent | None = None) -> Agent:
    agent = agent or Agent()
    phases = {2: 2, 10: 10, 4: 4, 14: 4}
    adapter = Ntcip1202Controller(junction(), agent, phases=phases, longest_backup_s=15.0, monotonic=lambda: 1.0)

    async def run() -> None:
        await adapter.describe()
        await story(adapter, agent)

    asyncio.run(run())
    return agent


def test_the_object_identifiers_are_those_of_the_standard() -> None:
    """NTCIP 1202 v02.19 through the public library of MMITSS and a compiled MIB; `.N` as in the standard's text."""
    dotted = ".".join
    assert dotted(map(str, objects.preempt_control(3))) == "1.3.6.1.4.1.1206.4.2.1.6.3.1.2.3"
    assert dotted(map(str, objects.phase_status(StatusColumn.GREENS, 9))) == "1.3.6.1.4.1.1206.4.2.1.1.4.1.4.2"
    assert dotted(map(str, objects.preempt(PreemptColumn.STATE, 1))) == "1.3.6.1.4.1.1206.4.2.1.6.2.1.16.1"
    assert dotted(map(str, objects.UNIT_BACKUP_TIME)) == "1.3.6.1.4.1.1206.4.2.1.3.3.0"
    assert dotted(map(str, objects.UNIT_FLASH_STATUS)) == "1.3.6.1.4.1.1206.4.2.1.3.6.0"


def test_the_controllers_own_longer_times_count() -> None:
    async def story(adapter: Ntcip1202Controller, agent: Agent) -> None:
        group = (await adapter.describe()).groups[2]
        assert (group.minimum_green_s, group.yellow_s, group.all_red_s) == (12, 3.5, 1.5)
        assert adapter.capabilities.gives_back_s == 10

    play(story)


@pytest.mark.parametrize(
    ("oid", "number", "text"),
    [
        (objects.UNIT_BACKUP_TIME, 0, "unitBackupTime is 0: the controller would keep our call without us"),
        (objects.UNIT_BACKUP_TIME, 600, "unitBackupTime is 600"),
        (objects.preempt(PreemptColumn.ENTER_YELLOW_CHANGE, 3), 20, "preemptEnterYellowChange 20, phases 35"),
        (objects.preempt(PreemptColumn.ENTER_RED_CLEAR, 4), 0, "preemptEnterRedClear 0, phases 15"),
        (objects.preempt(PreemptColumn.MINIMUM_GREEN, 3), 2, "preemptMinimumGreen 2, phases 12"),
    ],
)
def test_a_controller_that_would_shorten_a_light_or_never_give_back_is_refused(oid: Oid, number: int, text: str) -> None:
    async def story(adapter: Ntcip1202Controller, agent: Agent) -> None:
        raise AssertionError("it must not get here")

    agent = Agent()
    agent.numbers[oid] = number
    with pytest.raises(UnsafeJunction, match=text):
        play(story, agent)


def test_lamps_are_read_by_phase_and_group() -> None:
    async def story(adapter: Ntcip1202Controller, agent: Agent) -> None:
        assert (await adapter.state()).lamps == {2: Lamp.GREEN, 10: Lamp.YELLOW, 4: Lamp.RED, 14: Lamp.RED}
        agent.show({StatusColumn.GREENS: (4,), StatusColumn.PEDESTRIAN_CLEARS: (4,), StatusColumn.REDS: (2,)})
        assert (await adapter.state()).lamps == {2: Lamp.RED, 10: Lamp.OFF, 4: Lamp.GREEN, 14: Lamp.GREEN_FLASH}

    play(story)


def test_a_preempt_is_asked_for_kept_alive_and_withdrawn() -> None:
    async def story(adapter: Ntcip1202Controller, agent: Agent) -> None:
        await adapter.request(wish(stage=NORTH_SOUTH))
        state = await adapter.state()
        assert (state.control, state.stage) == (Control.OURS, NORTH_SOUTH)
        await adapter.renew(wish(stage=NORTH_SOUTH))
        await adapter.request(wish("r2", stage=EAST_WEST))
        await adapter.release()
        agent.state_of(EAST_WEST, PreemptState.EXIT_STARTED)
        assert (await adapter.state()).control is Control.PROGRAMME

    written = play(story).writes
    assert written == [(3, 1), (3, 1), (3, 0), (4, 1), (3, 0), (4, 0)]


@pytest.mark.parametrize(
    ("numbers", "control"),
    [
        ({objects.preempt(PreemptColumn.STATE, 1): PreemptState.TRACK_SERVICE}, Control.HIGHER),  # the railway
        ({objects.preempt(PreemptColumn.STATE, 3): PreemptState.DWELL}, Control.HIGHER),  # the physical input of our own number
        ({objects.preempt_control(3): 1}, Control.HIGHER),  # another centre asks for it
        ({objects.UNIT_FLASH_STATUS: 4}, Control.MANUAL),
        ({objects.UNIT_FLASH_STATUS: 6}, Control.SPECIAL),  # the conflict monitor
        ({objects.UNIT_CONTROL_STATUS: 5}, Control.MANUAL),
        ({objects.UNIT_CONTROL_STATUS: 4}, Control.PROGRAMME),  # backup: its own plan
    ],
)
def test_who_steers(numbers: dict[Oid, int], control: Control) -> None:
    async def story(adapter: Ntcip1202Controller, agent: Agent) -> None:
        agent.numbers |= numbers
        assert (await adapter.state()).control is control
        await adapter.release()

    assert play(story).writes == []


def test_a_call_that_the_controller_dropped_is_no_longer_ours() -> None:
    async def story(adapter: Ntcip1202Controller, agent: Agent) -> None:
        await adapter.request(wish(stage=NORTH_SOUTH))
        agent.state_of(NORTH_SOUTH, PreemptState.MAX_PRESENCE)
        assert (await adapter.state()).control is Control.HIGHER
        agent.numbers |= {objects.preempt_control(NORTH_SOUTH): 0}
        agent.state_of(NORTH_SOUTH, PreemptState.NOT_ACTIVE)
        assert (await adapter.state()).control is Control.PROGRAMME

    play(story)


def test_a_state_that_the_standard_does_not_know_is_said() -> None:
    async def story(adapter: Ntcip1202Controller, agent: Agent) -> None:
        agent.numbers[objects.preempt(PreemptColumn.STATE, 3)] = 77
        with pytest.raises(FrameError, match=r"preemptState\.3 is 77"):
            await adapter.state()

    play(story)
