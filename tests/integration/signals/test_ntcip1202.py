"""The NTCIP 1202 adapter and the simulated controller, which were written apart, over real SNMP."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import simulators.signals
from central.dispatch.controllers.config import JunctionConfig
from central.dispatch.controllers.request import RequestState
from central.dispatch.controllers.state import Control
from simulators.signals.junction import load_junction
from simulators.signals.kernel.controller import Controller
from simulators.signals.kernel.display import Display
from simulators.signals.ntcip.agent import NtcipController, SnmpAccess
from simulators.signals.server import served_udp
from tests.integration.signals.stories import CONFLICTS, CROSSROADS_GROUPS, SPEED, Site, open_site, wish

CROSSROADS = Path(simulators.signals.__file__).with_name("junctions") / "crossroads.yaml"
NORTH_SOUTH, EAST_WEST = 1, 2  # calls of the crossroads

pytestmark = pytest.mark.integration


def junction(port: int, folder: Path, version: str) -> JunctionConfig:
    secrets = {"community": "private", "auth": "authentication-key", "priv": "encryption-key"}
    for name, secret in secrets.items():
        (folder / name).write_text(secret + "\n", encoding="utf-8")
    identity = (
        {"user": "yuhang", "auth": "sha", "auth_key_file": folder / "auth", "priv_key_file": folder / "priv"}
        if version == "v3"
        else {"community_file": folder / "community"}
    )
    return JunctionConfig.model_validate(
        {
            "id": "crossroads",
            "controller": {
                "protocol": "ntcip1202",
                "host": "127.0.0.1",
                "port": port,
                "version": version,
                "longest_backup_s": 20,
                **identity,
            },
            "groups": CROSSROADS_GROUPS,
            "stages": [{"number": NORTH_SOUTH, "green": [1, 5]}, {"number": EAST_WEST, "green": [3, 6]}],
            "conflicts": CONFLICTS,
        }
    )


def tell(story: Callable[[Site, Controller], Awaitable[None]], folder: Path, version: str = "v2c") -> None:
    async def play() -> None:
        controller = Controller(load_junction(CROSSROADS), datetime(2026, 6, 1, 1, 0, tzinfo=UTC))
        while controller.observe().display is not Display.GROUPS:
            controller.advance()
        access = SnmpAccess(user="yuhang", auth_key="authentication-key", privacy_key="encryption-key")
        async with served_udp(NtcipController(controller, access), speed=SPEED) as port:
            site = await open_site(junction(port, folder, version))
            try:
                await story(site, controller)
            finally:
                await site.door.close()
        assert controller.observe().fault is None

    asyncio.run(play())


@pytest.mark.parametrize("version", ["v1", "v2c", "v3"])
def test_a_green_is_asked_for_shown_and_given_back(tmp_path: Path, version: str) -> None:
    async def story(site: Site, controller: Controller) -> None:
        request = wish(EAST_WEST)
        await site.door.request(request)
        await site.until(lambda ack: ack.state is RequestState.GRANTED, request, 60)
        assert controller.observe().stage == 3
        await site.door.cancel("r1")
        await site.pass_time(2)
        assert not controller.is_called(EAST_WEST)
        assert (await site.door.state()).control is Control.PROGRAMME

    tell(story, tmp_path, version)


def test_law_26_the_end_of_the_task_gives_the_junction_back(tmp_path: Path) -> None:
    async def story(site: Site, controller: Controller) -> None:
        request = wish(EAST_WEST)
        await site.door.request(request)
        await site.until(lambda ack: ack.state is RequestState.GRANTED, request, 60)
        site.live.clear()
        ack = await site.until(lambda ack: ack.state.ended, request, 5)
        assert ack.reason == "task_ended"
        await site.pass_time(1)
        assert not controller.is_called(EAST_WEST)

    tell(story, tmp_path)


def test_a_central_that_falls_silent_is_forgotten_by_the_controller(tmp_path: Path) -> None:
    async def story(site: Site, controller: Controller) -> None:
        request = wish(EAST_WEST)
        await site.door.request(request)
        await site.until(lambda ack: ack.state is RequestState.GRANTED, request, 60)
        await asyncio.sleep(25 / SPEED)  # nobody asks, renews or gives back
        assert controller.observe().is_backup
        assert not controller.is_called(EAST_WEST)

    tell(story, tmp_path)
