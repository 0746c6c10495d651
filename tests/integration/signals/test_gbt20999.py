"""The GB/T 20999-2017 adapter and the simulated controller, which were written apart, over real TCP and UDP."""

from collections.abc import Awaitable, Callable
from typing import Literal

import pytest

from central.dispatch.controllers.config import JunctionConfig
from central.dispatch.controllers.state import Control
from simulators.signals.gbt20999.device import Gbt20999Controller
from simulators.signals.gbt20999.frames import FrameRules
from simulators.signals.kernel.authority import Regime, Wish
from simulators.signals.kernel.controller import Controller
from tests.integration.signals import stories
from tests.integration.signals.stories import Site, wish

pytestmark = pytest.mark.integration

STAGES = {1: [1, 5], 2: [2], 3: [3, 6], 4: [4]}


def tell(
    story: Callable[[Site], Awaitable[None]],
    *,
    transport: str = "tcp",
    rules: FrameRules | None = None,
    profile: dict[str, object] | None = None,
    lamp_attribute: Literal[1, 2] = 1,
) -> None:
    rules = rules or FrameRules(escaped=transport == "tcp")

    def device(controller: Controller) -> Gbt20999Controller:
        return Gbt20999Controller(controller, rules, lamp_attribute=lamp_attribute)

    def junction(port: int) -> JunctionConfig:
        place = {"protocol": "gbt20999", "host": "127.0.0.1", "port": port, "transport": transport}
        return stories.junction({**place, "profile": profile or {}}, STAGES)

    stories.tell(story, device, junction, datagrams=transport == "udp")


async def there_and_back(site: Site) -> None:
    await site.granted(wish(3))
    assert site.street.controller.observe().stage == 3
    await site.pass_time(6, renew=wish(3))
    assert (await site.door.state()).control is Control.OURS
    await site.door.cancel("r1")
    await site.pass_time(2)
    assert (await site.door.state()).control is Control.PROGRAMME


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_green_is_asked_for_shown_and_given_back(transport: str) -> None:
    tell(there_and_back, transport=transport)


def test_a_maker_who_counts_otherwise_and_has_the_centres_table() -> None:
    rules = FrameRules(length_counts="body", polynomial=0x1021, crc_start=0xFFFF)
    profile = {"length": "payload", "crc_polynomial": 0x1021, "crc_initial": 0xFFFF, "centre": "table", "release_mode": 0}
    tell(there_and_back, rules=rules, profile={**profile, "lamp_attribute": 2}, lamp_attribute=2)


def test_a_prepared_emergency() -> None:
    tell(there_and_back, profile={"way": "emergency", "emergencies": {1: 1, 3: 2, 2: 3}})


def test_law_26_the_end_of_the_task_gives_the_junction_back() -> None:
    async def story(site: Site) -> None:
        await site.granted(wish(3))
        site.live.clear()
        await site.pass_time(1, renew=wish(3))
        assert (await site.door.renew(wish(3))).reason == "task_ended"
        assert (await site.door.state()).control is Control.PROGRAMME

    tell(story)


def test_a_central_that_falls_silent_is_forgotten_by_the_controller() -> None:
    async def story(site: Site) -> None:
        await site.granted(wish(3))
        site.street.to(25)
        assert site.street.controller.observe().is_backup

    tell(story)


def test_the_key_in_the_cabinet_wins_and_is_left_alone() -> None:
    async def story(site: Site) -> None:
        await site.granted(wish(3))
        site.street.controller.turn_key(Wish(Regime.STAGES, 1))
        await site.pass_time(2, renew=wish(3))
        ack = await site.door.renew(wish(3))
        assert (ack.state.ended, ack.reason) == (True, "overridden_manual")
        assert (await site.door.state()).control is Control.MANUAL

    tell(story)
