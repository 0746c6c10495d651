import random
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from simulators.signals.gat1049.platform import Gat1049Platform
from simulators.signals.junction import Junction
from simulators.signals.kernel.authority import Authority, Regime, Wish
from simulators.signals.kernel.controller import Controller

CROSS = "33011000000001"


class Client:
    """A client that writes its XML by hand."""

    def __init__(self, platform: Gat1049Platform, peer: str = "client", *, password: str = "greenwave") -> None:
        self.platform, self.peer, self.token = platform, peer, ""
        self.pushed: list[ET.Element] = []
        self.login = self.ask("Login", f"<SDO_User><UserName>yuhang</UserName><Pwd>{password}</Pwd></SDO_User>")
        self.token = self.login.findtext("Token") or ""

    def send(self, operation: str, body: str, kind: str = "REQUEST") -> list[ET.Element]:
        text = (
            '<?xml version="1.0" encoding="UTF-8"?><Message><Version>1.0</Version>'
            f"<Token>{self.token}</Token><From><Address><Sys>TICP</Sys><SubSys/><Instance/></Address></From>"
            "<To><Address><Sys>UTCS</Sys><SubSys/><Instance/></Address></To>"
            f"<Type>{kind}</Type><Seq>20260601090000000001</Seq>"
            f'<Body><Operation order="1" name="{operation}">{body}</Operation></Body></Message>\n'
        )
        return [ET.fromstring(answer) for answer in self.platform.receive(self.peer, text.encode())]

    def ask(self, operation: str, body: str) -> ET.Element:
        (answer,) = self.send(operation, body)
        return answer

    def get(self, name: str, cross: str = CROSS) -> ET.Element:
        answer = self.ask("Get", f"<TSCCmd><ObjName>{name}</ObjName><ID>{cross}</ID><No/></TSCCmd>")
        return answer.find("Body/Operation")[0]  # type: ignore[index]

    def lock(self, lock_type: int = 1, stage: int = 0, duration: int = 60, entrance: str = "3", leave: str = "7") -> str:
        return self.verdict(
            f"<LockFlowDirection><CrossID>{CROSS}</CrossID><Type>1</Type><Entrance>{entrance}</Entrance><Exit>{leave}</Exit>"
            f"<LockType>{lock_type}</LockType><LockStageNo>{stage}</LockStageNo><Duration>{duration}</Duration></LockFlowDirection>"
        )

    def unlock(self, entrance: str = "3", leave: str = "7") -> str:
        flow = f"<CrossID>{CROSS}</CrossID><Type>1</Type><Entrance>{entrance}</Entrance><Exit>{leave}</Exit>"
        return self.verdict(f"<UnlockFlowDirection>{flow}</UnlockFlowDirection>")

    def verdict(self, body: str) -> str:
        answer = self.ask("Set", body)
        return answer.findtext("Body/Operation/SDO_Error/ErrType") or answer.findtext("Type") or ""

    def seconds(self, seconds: float, *, heartbeat: bool = True) -> None:
        for _ in range(round(seconds)):
            for outgoing in self.platform.advance(10):
                if outgoing.peer == self.peer:
                    self.pushed.append(ET.fromstring(outgoing.data).find("Body/Operation")[0])  # type: ignore[index, arg-type]
            if heartbeat:
                assert self.send("Notify", "<SDO_HeartBeat/>", "PUSH") == []

    def told(self, name: str, key: str) -> list[str]:
        return [found.findtext(key) or "" for found in self.pushed if found.tag == name]


@pytest.fixture
def platform(controller: Controller) -> Gat1049Platform:
    return Gat1049Platform([controller])


@pytest.fixture
def client(platform: Gat1049Platform) -> Client:
    return Client(platform)


def test_a_lock_turns_the_flow_green_and_ends_with_its_duration(client: Client, controller: Controller) -> None:
    assert client.lock(duration=90) == "RESPONSE"
    client.seconds(45)
    assert client.get("CrossStage").findtext("CurStageNo") == "3"
    assert client.get("CrossModePlan").findtext("ControlMode") == "52"
    lamps = {
        found.findtext("SignalGroupNo"): found.findtext("LampStatus") for found in client.get("CrossSignalGroupStatus").iter()
    }
    assert (lamps["3"], lamps["1"]) == ("112", "211")

    client.seconds(46)
    assert controller.observe().authority is Authority.PROGRAMME
    assert client.told("CrossModePlan", "ControlMode") == ["52", "31"]


def test_renewing_a_lock_begins_its_duration_anew_and_unlocking_ends_it(client: Client, controller: Controller) -> None:
    for _ in range(4):
        assert client.lock(duration=20) == "RESPONSE"
        client.seconds(15)
    assert controller.observe().authority is Authority.CENTRE
    assert client.unlock("1", "5") == "SDE_NotAllow", "another flow"
    assert client.unlock() == "RESPONSE"
    client.seconds(1)
    assert controller.observe().authority is Authority.PROGRAMME


def test_the_operator_takes_a_lock_away_and_may_refuse_the_next(client: Client, platform: Gat1049Platform) -> None:
    client.lock(duration=600)
    client.seconds(5)
    platform.unlock_by_operator(CROSS)
    client.seconds(2)
    assert client.told("CrossModePlan", "ControlMode")[-1] == "31"
    assert client.unlock() == "SDE_NotAllow"
    platform.refusing.add(CROSS)
    assert client.lock() == "SDE_NotAllow"


def test_a_flow_locked_by_one_is_not_given_to_another(client: Client, platform: Gat1049Platform) -> None:
    client.lock(duration=600)
    assert Client(platform, "second").lock(entrance="1", leave="5") == "SDE_NotAllow"


@pytest.mark.parametrize(
    ("lock", "verdict"),
    [
        ({"lock_type": 4, "stage": 2}, "RESPONSE"),
        ({"lock_type": 4, "stage": 9}, "SDE_Value"),
        ({"lock_type": 3}, "SDE_Value"),
        ({"lock_type": 2}, "SDE_Value"),
        ({"lock_type": 8}, "SDE_Value"),
        ({"duration": 4000}, "SDE_Value"),
        ({"entrance": "2"}, "SDE_Value"),
    ],
    ids=["a stage", "no such stage", "one group", "two stages for one entrance", "no such type", "too long", "no such flow"],
)
def test_what_a_lock_may_ask(client: Client, lock: dict[str, int], verdict: str) -> None:
    assert client.lock(**lock) == verdict  # type: ignore[arg-type]


def test_under_the_key_the_controller_does_not_follow(client: Client, controller: Controller) -> None:
    controller.turn_key(Wish(Regime.STAGES, 1))
    client.seconds(1)
    assert client.lock() == "SDE_Failure"
    assert client.told("CrossModePlan", "ControlMode") == ["51"]


def test_nothing_goes_without_a_login_and_its_token(platform: Gat1049Platform) -> None:
    stranger = Client(platform, "stranger", password="guess")
    assert stranger.login.findtext("Body/Operation/SDO_Error/ErrType") == "SDE_Pwd"
    assert stranger.lock() == "SDE_Token"

    client = Client(platform)
    assert client.token
    client.token = "SIM-00000099"
    assert client.lock() == "SDE_Token"


def test_a_client_without_heartbeats_loses_its_session_but_not_its_lock(client: Client, controller: Controller) -> None:
    client.lock(duration=120)
    client.seconds(61, heartbeat=False)
    assert client.lock() == "SDE_Token"
    assert controller.observe().authority is Authority.CENTRE
    client.seconds(60, heartbeat=False)
    assert controller.observe().authority is Authority.PROGRAMME


def test_lamps_are_pushed_when_asked_for_and_only_their_changes(client: Client) -> None:
    body = f"<Cmd>Start</Cmd><Type>CrossSignalGroupStatus</Type><CrossIDList><CrossID>{CROSS}</CrossID></CrossIDList>"
    assert client.verdict(f"<CrossReportCtrl>{body}</CrossReportCtrl>") == "RESPONSE"
    client.seconds(104)
    lamps = [found for found in client.pushed if found.tag == "CrossSignalGroupStatus"]
    shown = [[group.findtext("LampStatus") for group in found.iter("SignalGroupStatus")] for found in lamps]
    assert len(shown) >= 8
    assert all(one != other for one, other in pairwise(shown))
    assert client.told("SDO_HeartBeat", "none") == [""] * 10
    client.verdict(f"<CrossReportCtrl>{body.replace('Start', 'Stop')}</CrossReportCtrl>")
    client.pushed.clear()
    client.seconds(104)
    assert client.told("CrossSignalGroupStatus", "CrossID") == []


def test_the_junction_describes_itself(client: Client, junction: Junction) -> None:
    groups = client.get("SignalGroupParam")
    assert [found.findtext("SignalGroupNo") for found in groups] == [str(group.number) for group in junction.groups]
    assert [found.findtext("StageNo") for found in client.get("StageParam")] == ["1", "2", "3", "4"]
    assert client.get("SysInfo", "").findtext("CrossIDList/CrossID") == CROSS
    assert client.get("CrossStage", "99999999999999").findtext("ErrType") == "SDE_Value"


def test_documents_arrive_in_pieces_and_hostile_ones_are_refused(platform: Gat1049Platform) -> None:
    document = b"<Message><Type>REQUEST</Type><Body><Operation name='Login'><SDO_User/></Operation></Body></Message>"
    answers = [answer for at in range(0, len(document), 7) for answer in platform.receive("pieces", document[at : at + 7])]
    assert len(answers) == 1
    bomb = b'<!DOCTYPE m [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><Message><Type>&b;</Type></Message>'
    (answer,) = platform.receive("bomb", bomb)
    assert b"SDE_MsgType" in answer

    dice = random.Random(1049)
    for _ in range(2000):
        broken = bytearray(document)
        for _ in range(dice.randint(1, 4)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        platform.receive("dice", bytes(broken) + dice.randbytes(dice.randint(0, 30)))
