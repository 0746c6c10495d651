"""A terminal at the gateway's port: let in or not, heard, and what a hostile one gets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.jt808.bodies import Fix
from gateway.jt808.config import Jt808Config, TruckConfig
from gateway.jt808.server import Jt808Server, PortError
from gateway.jt808.trucks import Codes, TruckTeller
from simulators.community.trucks import Terminal
from yuhang.clock import SystemClock
from yuhang.messages import TruckReport

PHONE, PLATE = "13900001234", "浙A12345"
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


class Yard:
    """A port with one truck, and what was heard."""

    def __init__(self, folder: Path) -> None:
        self.reports: list[TruckReport] = []
        config = Jt808Config(host="127.0.0.1", port=0, bed_item=0xE4, trucks=(TruckConfig(phone=PHONE, plate=PLATE),))
        self.codes = Codes(folder / "jt808.key")
        teller = TruckTeller(self, "telemetry/truck", config)
        self.heard: list[Fix] = []

        def hear(truck: TruckConfig, fixes: list[Fix]) -> None:
            self.heard += fixes
            teller.hear(truck, fixes)

        self.server = Jt808Server(config, self.codes.of, hear, SystemClock())

    def publish(self, _topic: str, payload: bytes, qos: int = 1) -> bool:
        assert qos == 1
        self.reports.append(TruckReport.model_validate_json(payload))
        return True


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    yard = Yard(tmp_path)
    yard.server.start()
    yield yard
    yard.server.stop()


def connected(yard: Yard, edition: int = 2013, phone: str = PHONE, plate: str = PLATE) -> Terminal:
    terminal = Terminal(phone, plate, edition)
    terminal.connect(yard.server.port)
    return terminal


@pytest.mark.parametrize("edition", [2013, 2019])
def test_a_truck_registers_authenticates_and_is_heard(yard: Yard, edition: int) -> None:
    terminal = connected(yard, edition)
    assert terminal.register() == 0
    assert terminal.authenticate() == 0
    assert terminal.tell(NOON, 30.27, 120.12, extras=b"\xe4\x01\x01") == 0
    assert terminal.tell(NOON + timedelta(seconds=10), 30.28, 120.13, located=False) == 0
    (report,) = yard.reports
    assert (report.plate, report.time, report.latitude, report.longitude) == (PLATE, NOON, 30.27, 120.12)
    assert report.bed_raised is True
    assert report.speed_m_s == pytest.approx(30.5 / 3.6)


def test_what_waited_in_a_tunnel_comes_in_parts_and_in_order(yard: Yard) -> None:
    terminal = connected(yard)
    terminal.register()
    terminal.authenticate()
    times = [NOON + timedelta(seconds=10 * number) for number in range(90)]
    assert terminal.tell_many([terminal.position(at, 30.2, 120.1) for at in times]) == 0
    assert [one.time for one in yard.reports] == times


def test_a_code_holds_over_a_restart_of_the_gateway(yard: Yard, tmp_path: Path) -> None:
    terminal = connected(yard)
    terminal.register()
    yard.server.stop()
    again = Yard(tmp_path)
    again.server.start()
    terminal.connect(again.server.port)
    assert terminal.authenticate() == 0
    again.server.stop()


def test_who_has_not_authenticated_is_not_heard_and_thrown_out_in_the_end(yard: Yard) -> None:
    terminal = connected(yard)
    assert terminal.authenticate("0000000000000000") == 1
    assert [terminal.tell(NOON, 30.0, 120.0) for _ in range(4)] == [1, 1, 1, 1]
    with pytest.raises(ConnectionError):
        terminal.tell(NOON, 30.0, 120.0)
    assert yard.reports == []


@pytest.mark.parametrize(("phone", "plate", "result"), [("13900009999", PLATE, 4), (PHONE, "浙A99999", 2)])
def test_a_stranger_gets_no_code(yard: Yard, phone: str, plate: str, result: int) -> None:
    terminal = connected(yard, phone=phone, plate=plate)
    assert terminal.register() == result
    assert terminal.code == ""
    with pytest.raises(ConnectionError):
        terminal.register()


def test_a_connection_speaks_for_one_terminal(yard: Yard) -> None:
    terminal = connected(yard)
    terminal.register()
    terminal.authenticate()
    terminal.phone = "13900005678"
    with pytest.raises(ConnectionError):
        terminal.tell(NOON, 30.0, 120.0)


def test_noise_is_survived_and_ends_the_connection(yard: Yard) -> None:
    terminal = connected(yard)
    terminal.send(b"GET / HTTP/1.1\r\n" + b"~noise~" * 9)
    with pytest.raises(ConnectionError):
        terminal.receive()
    assert connected(yard).register() == 0


def test_a_message_that_is_not_known_is_said_to_be_so(yard: Yard) -> None:
    terminal = connected(yard)
    terminal.register()
    terminal.authenticate()
    assert terminal.ask(0x0900, b"\x41rest")[1][4] == 3
    assert terminal.ask(0x0200, b"short")[1][4] == 2
    assert terminal.tell(NOON, 30.0, 120.0) == 0


def test_a_port_that_is_taken_is_named(yard: Yard) -> None:
    config = Jt808Config(host="127.0.0.1", port=yard.server.port)
    with pytest.raises(PortError, match=r"jt808\.port"):
        Jt808Server(config, yard.codes.of, lambda _truck, _fixes: None, SystemClock()).start()
