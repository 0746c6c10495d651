"""From the call to the end over the REST interface, by the people who may."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from central.core import Core
from central.dispatch.escort.feature import Dispatch
from central.users.roles import Role
from tests.unit.central.dispatch.escort.site import east
from tests.unit.central.dispatch.escort.test_calls import call
from yuhang.clock import ManualClock
from yuhang.messages import VehiclePosition


class People:
    """The interface as each role sees it."""

    def __init__(self, web: TestClient, tokens: dict[Role, str]) -> None:
        self.web, self.tokens = web, tokens

    def post(self, role: Role, path: str, **body: object) -> tuple[int, dict[str, object]]:
        answer = self.web.post(f"/api/v1/escorts{path}", json=body, headers=self._as(role))
        return answer.status_code, answer.json()

    def get(self, role: Role, path: str) -> list[dict[str, object]]:
        answer = self.web.get(f"/api/v1/escorts{path}", headers=self._as(role))
        assert answer.status_code == 200, answer.text
        found: list[dict[str, object]] = answer.json()
        return found

    def _as(self, role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[role]}"}


@pytest.fixture
def people(web: TestClient, tokens: dict[Role, str]) -> People:
    return People(web, tokens)


def at(core: Core, metres: float, speed_mps: float = 12.0) -> VehiclePosition:
    place = east(metres)
    return VehiclePosition(
        latitude=place.latitude, longitude=place.longitude, time=core.clock.now(), speed_mps=speed_mps, heading_deg=90.0
    )


def test_the_nearest_engine_first(people: People, site: Core, dispatch: Dispatch) -> None:
    dispatch.desk.positions.put("engine-1", at(site, 100))
    dispatch.desk.positions.put("engine-2", at(site, 900))
    _, task = people.post(Role.DISPATCHER, "", **call())
    found = people.get(Role.DISPATCHER, f"/{task['id']}/engines")
    assert [(one["engine"], one["reason"]) for one in found] == [("engine-2", ""), ("engine-1", "")]
    assert found[0]["seconds"] == pytest.approx((1494 - 900) / (13.9 * 1.2) + 20 / 13.9 + 30**2 / (2 * 60), abs=1.0)
    people.post(Role.DISPATCHER, f"/{task['id']}/assign", engine="engine-2")
    _, other = people.post(Role.DISPATCHER, "", **call(reference="2"))
    found = people.get(Role.DISPATCHER, f"/{other['id']}/engines")
    assert [(one["engine"], one["busy"]) for one in found] == [("engine-1", False), ("engine-2", True)]
    assert people.post(Role.DISPATCHER, f"/{other['id']}/assign", engine="engine-2")[0] == 409


def test_an_engine_that_is_not_heard_comes_last(people: People, site: Core, dispatch: Dispatch, clock: ManualClock) -> None:
    dispatch.desk.positions.put("engine-2", at(site, 1400))
    clock.advance(61)
    dispatch.desk.positions.put("engine-1", at(site, 100))
    _, task = people.post(Role.DISPATCHER, "", **call())
    found = people.get(Role.DISPATCHER, f"/{task['id']}/engines")
    assert [(one["engine"], one["reason"]) for one in found] == [("engine-1", ""), ("engine-2", "no_position")]


def test_who_may_do_what(people: People) -> None:
    _, task = people.post(Role.DISPATCHER, "", **call())
    path = f"/{task['id']}"
    assert people.post(Role.OFFICER, "", **call(reference="2"))[0] == 403
    assert people.post(Role.DISPATCHER, f"{path}/confirm")[0] == 403
    assert people.post(Role.SIGNAL_POLICE, f"{path}/assign", engine="engine-1")[0] == 403
    assert people.post(Role.SIGNAL_POLICE, f"{path}/confirm")[1]["consent"] == "given"
    assert people.post(Role.SIGNAL_POLICE, f"{path}/refuse", reason="marathon")[1]["consent"] == "refused"
    assert people.post(Role.DISPATCHER, f"{path}/cancel")[0] == 422
    assert people.post(Role.DISPATCHER, f"{path}/cancel", reason="false alarm")[1]["state"] == "cancelled"
    assert people.post(Role.DISPATCHER, f"{path}/assign", engine="engine-1")[0] == 409
    assert [note["what"] for note in people.get(Role.SUPERVISOR, f"{path}/notes")] == [
        "received",
        "placed",
        "confirm",
        "refuse",
        "cancel",
    ]


def test_a_forgotten_task_ends_by_itself(people: People, site: Core, dispatch: Dispatch, clock: ManualClock) -> None:
    _, task = people.post(Role.DISPATCHER, "", **call())
    people.post(Role.DISPATCHER, f"/{task['id']}/assign", engine="engine-1")
    clock.current += timedelta(hours=2, seconds=1)
    with site.database.session() as session:
        assert dispatch.desk.escorts.end_forgotten(session) == 1
        assert dispatch.desk.escorts.live(session) == []


def test_positions_that_come_late_or_twice(site: Core, dispatch: Dispatch, clock: ManualClock) -> None:
    positions = dispatch.desk.positions
    first, second = at(site, 100), None
    positions.put("engine-1", first)
    clock.advance(1)
    second = at(site, 112)
    positions.put("engine-1", second)
    positions.put("engine-1", first)
    last = positions.last("engine-1")
    assert last is not None
    assert last.time == second.time
    clock.advance(30)
    delayed = second.model_copy(update={"time": second.time + timedelta(seconds=1)})
    positions.put("engine-1", delayed)
    last = positions.last("engine-1")
    assert last is not None
    assert last.age_s(clock.now().timestamp()) == pytest.approx(29.0)
