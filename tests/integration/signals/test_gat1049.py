"""The GA/T 1049.2 adapter and the simulated platform, which were written apart, over real TCP."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from central.dispatch.controllers.config import JunctionConfig
from central.dispatch.controllers.state import Control
from simulators.signals.gat1049.platform import Gat1049Platform
from simulators.signals.kernel.controller import Controller
from tests.integration.signals import stories
from tests.integration.signals.stories import Site, wish

pytestmark = pytest.mark.integration

FLOWS = {1: ("1", "5"), 2: ("1", "3"), 3: ("3", "7"), 4: ("3", "5")}
STAGES = {1: [1, 5], 2: [2], 3: [3, 6], 4: [4]}


def tell(story: Callable[[Site, Gat1049Platform], Awaitable[None]], folder: Path) -> None:
    (folder / "password").write_text("greenwave\n", encoding="utf-8")
    platforms: list[Gat1049Platform] = []
    crossings: list[str] = []

    def device(controller: Controller) -> Gat1049Platform:
        crossings.append(controller.junction.cross_id)
        platforms.append(Gat1049Platform([controller]))
        return platforms[0]

    def junction(port: int) -> JunctionConfig:
        place = {"protocol": "gat1049", "host": "127.0.0.1", "port": port, "user": "yuhang", "crossing": crossings[0]}
        flows = {stage: {"entrance": entrance, "exit": leaving} for stage, (entrance, leaving) in FLOWS.items()}
        return stories.junction({**place, "password_file": folder / "password", "flows": flows}, STAGES)

    async def with_platform(site: Site) -> None:
        await story(site, platforms[0])

    stories.tell(with_platform, device, junction, datagrams=False)


def test_a_green_is_asked_for_shown_and_given_back(tmp_path: Path) -> None:
    async def story(site: Site, platform: Gat1049Platform) -> None:
        await site.granted(wish(3))
        assert site.street.controller.observe().stage == 3
        await site.door.cancel("r1")
        await site.pass_time(2)
        assert (await site.door.state()).control is Control.PROGRAMME

    tell(story, tmp_path)


def test_law_26_the_end_of_the_task_gives_the_junction_back(tmp_path: Path) -> None:
    async def story(site: Site, platform: Gat1049Platform) -> None:
        await site.granted(wish(3))
        site.live.clear()
        await site.pass_time(1, renew=wish(3))
        assert (await site.door.renew(wish(3))).reason == "task_ended"
        assert (await site.door.state()).control is Control.PROGRAMME

    tell(story, tmp_path)


def test_a_lock_that_nobody_renews_ends_by_itself(tmp_path: Path) -> None:
    async def story(site: Site, platform: Gat1049Platform) -> None:
        await site.granted(wish(3))
        site.street.to(8)  # a lease of 5 s and 2 s of slack
        assert not site.street.controller.is_held_by_centre

    tell(story, tmp_path)


def test_what_the_platforms_operator_unlocks_stays_unlocked(tmp_path: Path) -> None:
    async def story(site: Site, platform: Gat1049Platform) -> None:
        await site.granted(wish(3))
        platform.unlock_by_operator(site.street.controller.junction.cross_id)
        await site.pass_time(10, renew=wish(3))
        assert (await site.door.renew(wish(3))).state.ended
        assert not site.street.controller.is_held_by_centre

    tell(story, tmp_path)


def test_a_refusal_is_told(tmp_path: Path) -> None:
    async def story(site: Site, platform: Gat1049Platform) -> None:
        platform.refusing.add(site.street.controller.junction.cross_id)
        await site.door.request(wish(3))
        ack = await site.until(lambda ack: ack.state.ended, wish(3), 90)
        assert ack.reason == "refused"

    tell(story, tmp_path)


def test_after_a_cut_it_logs_in_again(tmp_path: Path) -> None:
    async def story(site: Site, platform: Gat1049Platform) -> None:
        await site.granted(wish(3))
        for peer in list(platform._sessions):
            platform.disconnected(peer)  # the platform has restarted: no token of before is known
        await asyncio.sleep(0)
        await site.pass_time(3, renew=wish(3))
        assert (await site.door.state()).lamps

    tell(story, tmp_path)
