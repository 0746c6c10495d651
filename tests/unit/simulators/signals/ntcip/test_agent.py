"""Asked as a manager of another maker would ask: with messages built by pysnmp's low-level interface."""

import asyncio
import random
from typing import Any

import pytest
from pyasn1.codec.ber import decoder, encoder
from pysnmp.hlapi.v3arch import asyncio as hlapi
from pysnmp.proto import api

from simulators.signals.kernel.authority import Regime, Wish
from simulators.signals.kernel.controller import Controller
from simulators.signals.kernel.lamps import Lamp
from simulators.signals.kernel.stages import StagePhase
from simulators.signals.ntcip.agent import NtcipController, SnmpAccess
from simulators.signals.server import served_udp

ASC = (1, 3, 6, 1, 4, 1, 1206, 4, 2, 1)
CONTROL, STATE = (*ASC, 6, 3, 1, 2), (*ASC, 6, 2, 1, 16)
REDS, YELLOWS, GREENS, DONT_WALKS, PED_CLEARS, WALKS = ((*ASC, 1, 4, 1, column, 1) for column in range(2, 8))


class Manager:
    """Sends GET, GETNEXT and SET in version 1 or 2c and decodes the answer."""

    def __init__(self, device: NtcipController, version: int = api.SNMP_VERSION_2C, community: str = "private") -> None:
        self._device, self._api, self._community = device, api.PROTOCOL_MODULES[version], community

    def get(self, *oids: tuple[int, ...]) -> list[Any]:
        return self._ask(self._api.GetRequestPDU(), [(oid, self._api.Null("")) for oid in oids])

    def next(self, oid: tuple[int, ...]) -> tuple[tuple[int, ...], Any]:
        self._ask(self._api.GetNextRequestPDU(), [(oid, self._api.Null(""))])
        name, value = self.names_and_values[0]
        return tuple(name), value

    def set(self, *pairs: tuple[tuple[int, ...], int]) -> int:
        self._ask(self._api.SetRequestPDU(), [(oid, self._api.Integer(value)) for oid, value in pairs])
        return self.error

    def _ask(self, pdu: Any, pairs: list[tuple[tuple[int, ...], Any]]) -> list[Any]:
        self._api.apiPDU.set_defaults(pdu)
        self._api.apiPDU.set_varbinds(pdu, pairs)
        message = self._api.Message()
        self._api.apiMessage.set_defaults(message)
        self._api.apiMessage.set_community(message, self._community)
        self._api.apiMessage.set_pdu(message, pdu)
        answers = self._device.receive("127.0.0.1", encoder.encode(message))
        if not answers:
            raise TimeoutError
        answer = self._api.apiMessage.get_pdu(decoder.decode(answers[0], asn1Spec=self._api.Message())[0])
        self.error = int(self._api.apiPDU.get_error_status(answer))
        self.names_and_values = self._api.apiPDU.get_varbinds(answer)
        return [value for _, value in self.names_and_values]


@pytest.fixture
def device(controller: Controller) -> NtcipController:
    return NtcipController(controller)


def seconds(device: NtcipController, number: float) -> None:
    device.advance(round(number * 10))


@pytest.mark.parametrize("version", [api.SNMP_VERSION_1, api.SNMP_VERSION_2C])
def test_a_preempt_is_switched_on_read_back_in_lamps_and_switched_off(device: NtcipController, version: int) -> None:
    manager = Manager(device, version)
    assert [int(value) for value in manager.get((*STATE, 2), (*CONTROL, 2))] == [2, 0]

    assert manager.set(((*CONTROL, 2), 1)) == 0
    seconds(device, 0.2)
    assert [int(value) for value in manager.get((*STATE, 2), (*CONTROL, 2))] == [4, 1]

    for _ in range(60):
        seconds(device, 1)
        manager.set(((*CONTROL, 2), 1))
    state, greens, reds, walks, dont_walks = (int(value) for value in manager.get((*STATE, 2), GREENS, REDS, WALKS, DONT_WALKS))
    assert state == 6, "dwell"
    assert greens == 0b0100, "phase 3"
    assert reds == 0b1011
    assert walks == 0b0100
    assert dont_walks == 0b0001

    assert manager.set(((*CONTROL, 2), 0)) == 0
    seconds(device, 0.2)
    assert int(manager.get((*STATE, 2))[0]) == 8, "exit"
    seconds(device, 30)
    assert int(manager.get((*STATE, 2))[0]) == 2


def test_lamps_of_every_moment_add_up_to_one_lamp_a_phase(device: NtcipController) -> None:
    manager = Manager(device)
    for _ in range(240):
        seconds(device, 0.5)
        reds, yellows, greens = (int(value) for value in manager.get(REDS, YELLOWS, GREENS))
        assert reds ^ yellows ^ greens == 0b1111
        assert reds & yellows == reds & greens == yellows & greens == 0


def test_a_centre_that_falls_silent_loses_its_preempt(device: NtcipController) -> None:
    manager = Manager(device)
    assert int(manager.get((*ASC, 3, 3, 0))[0]) == 20
    manager.set(((*CONTROL, 1), 1))
    for _ in range(25):
        seconds(device, 1)
        manager.get((*STATE, 1))

    assert [int(value) for value in manager.get((*CONTROL, 1), (*ASC, 3, 5, 0))] == [0, 4], (
        "reading is no keep-alive; backup mode"
    )


def test_a_preempt_under_the_key_waits_and_is_served_afterwards(device: NtcipController, controller: Controller) -> None:
    manager = Manager(device)
    controller.turn_key(Wish(Regime.STAGES, 4))
    seconds(device, 1)
    manager.set(((*CONTROL, 1), 1))
    seconds(device, 5)
    assert [int(value) for value in manager.get((*STATE, 1), (*ASC, 3, 5, 0))] == [3, 5]

    controller.turn_key(None)
    seconds(device, 0.3)
    assert int(manager.get((*STATE, 1))[0]) == 4


def test_times_of_the_phases_are_those_of_the_groups(device: NtcipController) -> None:
    row = [int(value) for value in Manager(device).get(*((*ASC, 1, 2, 1, column, 1) for column in (2, 3, 4, 8, 9)))]
    assert row == [8, 8, 11, 30, 20], "walk, clearance, green with its flash in seconds; yellow and red in tenths"


@pytest.mark.parametrize(
    ("oid", "value", "error"),
    [
        ((*CONTROL, 1), 2, 10),
        ((*CONTROL, 9), 1, 17),
        ((*ASC, 3, 3, 0), 5, 17),
        ((*ASC, 1, 2, 1, 8, 1), 10, 17),
        ((*ASC, 1, 4, 1, 4, 1), 255, 17),
    ],
    ids=["an enum is not a switch", "no such preempt", "backup time", "yellow", "lamps"],
)
def test_what_may_not_be_written_is_refused(device: NtcipController, oid: tuple[int, ...], value: int, error: int) -> None:
    assert Manager(device).set((oid, value)) == error


def test_one_bad_value_of_several_changes_nothing(device: NtcipController, controller: Controller) -> None:
    assert Manager(device).set(((*CONTROL, 1), 1), ((*CONTROL, 9), 1)) == 17
    assert not controller.is_called(1)


def test_the_reading_community_cannot_write_and_an_unknown_one_gets_no_answer(
    device: NtcipController, controller: Controller
) -> None:
    assert Manager(device, community="public").set(((*CONTROL, 1), 1)) != 0
    assert not controller.is_called(1)
    with pytest.raises(TimeoutError):
        Manager(device, community="guess").get((*CONTROL, 1))


def test_walking_the_tree_meets_every_object_once_and_ends(device: NtcipController) -> None:
    manager, oid, seen = Manager(device), ASC, []
    while True:
        oid, _ = manager.next(oid)
        if seen and oid <= seen[-1]:
            break
        seen.append(oid)
    assert len(seen) == len(set(seen)) > 60
    assert (*CONTROL, 3) in seen


def test_the_flash_of_the_monitor_is_told(device: NtcipController, controller: Controller) -> None:
    while controller.observe().stage != 3 or controller.observe().phase is not StagePhase.RUNNING:
        seconds(device, 0.1)
    controller.stick(1, Lamp.GREEN)
    seconds(device, 1)
    flash, greens = (int(value) for value in Manager(device).get((*ASC, 3, 6, 0), GREENS))
    assert flash == 6
    assert greens == 0


def test_the_user_of_version_3_may_write_with_his_keys_only(controller: Controller) -> None:
    access = SnmpAccess(user="greenwave", auth_key="authentication", privacy_key="confidential")
    device = NtcipController(controller, access)

    assert asyncio.run(ask_v3(device, access, 1)) == ""
    assert controller.is_called(1)

    wrong = SnmpAccess(user="greenwave", auth_key="authentication", privacy_key="wrong-key-here")
    assert asyncio.run(ask_v3(device, wrong, 0)) != ""
    weaker = SnmpAccess(user="greenwave", auth_key="authentication")
    assert asyncio.run(ask_v3(device, weaker, 0)) != ""
    assert controller.is_called(1)


async def ask_v3(device: NtcipController, access: SnmpAccess, value: int) -> str:
    """Switch preempt 1 over a real socket; what went wrong, or nothing."""
    async with served_udp(device) as port:
        engine = hlapi.SnmpEngine()
        user = hlapi.UsmUserData(
            access.user,
            access.auth_key,
            access.privacy_key,
            authProtocol=hlapi.USM_AUTH_HMAC96_SHA,
            privProtocol=hlapi.USM_PRIV_CFB128_AES if access.privacy_key else hlapi.USM_PRIV_NONE,
        )
        target = await hlapi.UdpTransportTarget.create(("127.0.0.1", port), timeout=1, retries=1)
        wish = hlapi.ObjectType(hlapi.ObjectIdentity((*CONTROL, 1)), hlapi.Integer32(value))
        indication, status, _, _ = await hlapi.set_cmd(engine, user, target, hlapi.ContextData(), wish)
        engine.close_dispatcher()
    return str(indication or status or "")


def test_random_and_broken_messages_are_dropped(device: NtcipController) -> None:
    dice = random.Random(4)
    message = bytes.fromhex("302902010104067075626c6963a01c0204000000010201000201003011300f060b2b06010401890604020103000500")
    for _ in range(2000):
        broken = bytearray(message)
        for _ in range(dice.randint(1, 4)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        device.receive("127.0.0.1", bytes(broken)[: dice.randint(0, len(broken))])
        device.receive("127.0.0.1", dice.randbytes(dice.randint(0, 60)))
