"""The NTCIP 1202 adapter and the simulated controller, which were written apart, over real SNMP."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from central.dispatch.controllers.config import JunctionConfig
from central.dispatch.controllers.state import Control
from simulators.signals.kernel.controller import Controller
from simulators.signals.ntcip.agent import NtcipController, SnmpAccess
from tests.integration.signals import stories
from tests.integration.signals.stories import Site, wish

NORTH_SOUTH, EAST_WEST = 1, 2  # calls of the crossroads

pytestmark = pytest.mark.integration


def tell(story: Callable[[Site], Awaitable[None]], folder: Path, version: str = "v2c") -> None:
    for name, secret in (("community", "private"), ("auth", "authentication-key"), ("priv", "encryption-key")):
        (folder / name).write_text(secret + "\n", encoding="utf-8")
    v3 = {"user": "yuhang", "auth": "sha", "auth_key_file": folder / "auth", "priv_key_file": folder / "priv"}
    identity = v3 if version == "v3" else {"community_file": folder / "community"}

    def device(controller: Controller) -> NtcipController:
        return NtcipController(controller, SnmpAccess(user="yuhang", auth_key="authentication-key", privacy_key="encryption-key"))

    def junction(port: int) -> JunctionConfig:
        place = {"protocol": "ntcip1202", "host": "127.0.0.1", "port": port, "version": version, "longest_backup_s": 20}
        return stories.junction({**place, **identity}, {NORTH_SOUTH: [1, 5], EAST_WEST: [3, 6]})

    stories.tell(story, device, junction, datagrams=True)


@pytest.mark.parametrize("version", ["v1", "v2c", "v3"])
def test_a_green_is_asked_for_shown_and_given_back(tmp_path: Path, version: str) -> None:
    async def story(site: Site) -> None:
        await site.granted(wish(EAST_WEST))
        assert site.street.controller.observe().stage == 3
        await site.door.cancel("r1")
        await site.pass_time(2)
        assert not site.street.controller.is_called(EAST_WEST)
        assert (await site.door.state()).control is Control.PROGRAMME

    tell(story, tmp_path, version)


def test_law_26_the_end_of_the_task_gives_the_junction_back(tmp_path: Path) -> None:
    async def story(site: Site) -> None:
        request = wish(EAST_WEST)
        await site.granted(request)
        site.live.clear()
        await site.pass_time(1, renew=request)
        assert (await site.door.renew(request)).reason == "task_ended"
        assert not site.street.controller.is_called(EAST_WEST)

    tell(story, tmp_path)


def test_a_central_that_falls_silent_is_forgotten_by_the_controller(tmp_path: Path) -> None:
    async def story(site: Site) -> None:
        await site.granted(wish(EAST_WEST))
        site.street.to(25)  # nobody asks, renews or gives back
        assert site.street.controller.observe().is_backup
        assert not site.street.controller.is_called(EAST_WEST)

    tell(story, tmp_path)


def test_a_higher_call_takes_the_junction_and_is_left_alone(tmp_path: Path) -> None:
    async def story(site: Site) -> None:
        request = wish(EAST_WEST)
        await site.granted(request)
        site.street.controller.call(3, asked=True, may_wait=True)
        await site.pass_time(5, renew=request)
        ack = await site.door.renew(request)
        assert (ack.state.ended, ack.reason) == (True, "overridden_higher")
        assert site.street.controller.is_called(3)

    tell(story, tmp_path)
