"""Who gets in, for how long, and what the role lets them do."""

import pytest
from fastapi.testclient import TestClient

from central.api.access import SESSION_COOKIE
from central.core import Core
from central.errors import Conflict, NotFound, TooMany, Unauthorized
from central.users.roles import Role
from central.users.tables import User, UserToken
from tests.unit.central.conftest import PASSWORD
from yuhang.clock import ManualClock
from yuhang.errors import ConfigError


@pytest.fixture
def officer(core: Core) -> str:
    core.users.add("li", PASSWORD, Role.OFFICER, display_name="李警官", unit="城管中队", certificate="ZF-1")
    return "li"


def test_a_person_logs_in_and_is_known(core: Core, officer: str) -> None:
    user = core.users.authenticate(core.users.log_in(officer, PASSWORD))
    assert (user.name, user.display_name, user.unit, user.certificate, user.role) == (
        "li",
        "李警官",
        "城管中队",
        "ZF-1",
        Role.OFFICER,
    )


def test_neither_password_nor_token_is_in_the_database(core: Core, officer: str) -> None:
    token = core.users.log_in(officer, PASSWORD)
    content = b"".join(path.read_bytes() for path in core.config.data_dir.glob("central.db*"))
    assert PASSWORD.encode() not in content
    assert token.encode() not in content


@pytest.mark.parametrize(("name", "password"), [("li", "wrong password"), ("nobody", PASSWORD), ("li", "x" * 100_000), ("", "")])
def test_a_wrong_name_and_a_wrong_password_look_the_same(core: Core, officer: str, name: str, password: str) -> None:
    with pytest.raises(Unauthorized, match="name or password is wrong"):
        core.users.log_in(name, password)


def test_after_five_wrong_passwords_the_name_is_locked_for_a_while(core: Core, clock: ManualClock, officer: str) -> None:
    for _ in range(5):
        with pytest.raises(Unauthorized):
            core.users.log_in(officer, "wrong password")
    with pytest.raises(TooMany):
        core.users.log_in(officer, PASSWORD)
    clock.advance(5 * 60 + 1)
    assert core.users.log_in(officer, PASSWORD)


def test_a_good_password_forgives_the_failures_before(core: Core, officer: str) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(Unauthorized):
                core.users.log_in(officer, "wrong password")
        core.users.log_in(officer, PASSWORD)


def test_a_login_ends_by_itself_by_logging_out_and_with_the_password(core: Core, clock: ManualClock, officer: str) -> None:
    old = core.users.log_in(officer, PASSWORD)
    clock.advance(12 * 3600 + 1)
    left = core.users.log_in(officer, PASSWORD)
    core.users.log_out(left)
    changed = core.users.log_in(officer, PASSWORD)
    core.users.changes.change_own_password(officer, PASSWORD, "another good one")
    for token in (old, left, changed, "made up"):
        with pytest.raises(Unauthorized):
            core.users.authenticate(token)
    with core.database.reader() as session:
        assert session.query(UserToken).count() == 0


def test_a_disabled_person_is_out_at_once(core: Core, officer: str) -> None:
    token = core.users.log_in(officer, PASSWORD)
    core.users.changes.lock(officer, "administrator", out=True)
    with pytest.raises(Unauthorized):
        core.users.authenticate(token)
    with pytest.raises(Unauthorized):
        core.users.log_in(officer, PASSWORD)
    core.users.changes.lock(officer, "administrator", out=False)
    assert core.users.log_in(officer, PASSWORD)


def test_names_are_unique_and_passwords_long_enough(core: Core, officer: str) -> None:
    with pytest.raises(Conflict):
        core.users.add(officer, PASSWORD, Role.VIEWER)
    with pytest.raises(ConfigError):
        core.users.add("wang", "short", Role.VIEWER)
    with pytest.raises(NotFound):
        core.users.changes.lock("nobody", "administrator", out=True)


def test_a_program_has_a_token_of_its_own(core: Core, officer: str) -> None:
    assert core.users.authenticate(core.users.give_token(officer, "export", 30)).name == officer


# --- over HTTP -------------------------------------------------------------------------------------------------------


def log_in(client: TestClient, name: str = "officer", password: str = PASSWORD) -> str:
    answer = client.post("/api/v1/login", json={"name": name, "password": password})
    assert answer.status_code == 200
    return str(answer.json()["token"])


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(client: TestClient, tokens: dict[Role, str]) -> None:
    answer = client.post("/api/v1/login", json={"name": "officer", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_with_the_cookie_another_site_cannot_act(client: TestClient, tokens: dict[Role, str]) -> None:
    log_in(client)
    assert client.get("/api/v1/me").json()["role"] == "officer"
    assert client.post("/api/v1/logout").status_code == 403
    assert client.post("/api/v1/logout", headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert client.post("/api/v1/logout", headers={"Origin": "http://testserver"}).status_code == 204
    assert client.get("/api/v1/me").status_code == 401


def test_a_bearer_token_logs_out_itself(client: TestClient, tokens: dict[Role, str]) -> None:
    headers = {"Authorization": f"Bearer {tokens[Role.VIEWER]}"}
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    assert client.post("/api/v1/logout", headers=headers).status_code == 204
    assert client.get("/api/v1/me", headers=headers).status_code == 401


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OFFICER, Role.REVIEWER])
def test_only_administrators_manage_people_nodes_and_logs(client: TestClient, tokens: dict[Role, str], role: Role) -> None:
    headers = {"Authorization": f"Bearer {tokens[role]}"}
    for path in ("users", "events", "dead-letters", "looks", "nodes/yuhang/gate-1"):
        assert client.get(f"/api/v1/{path}", headers=headers).status_code == 403
    assert client.post("/api/v1/nodes", json={"site": "a", "node": "b"}, headers=headers).status_code == 403


def test_an_administrator_adds_disables_and_lists_people(client: TestClient, core: Core, tokens: dict[Role, str]) -> None:
    headers = {"Authorization": f"Bearer {tokens[Role.ADMINISTRATOR]}"}
    new = {"name": "zhao", "password": PASSWORD, "role": "reviewer"}
    assert client.post("/api/v1/users", json=new, headers=headers).status_code == 201
    assert client.post("/api/v1/users", json=new, headers=headers).status_code == 409
    assert client.patch("/api/v1/users/zhao", json={"disabled": True}, headers=headers).status_code == 204
    listed = {person["name"]: person for person in client.get("/api/v1/users", headers=headers).json()}
    assert listed["zhao"]["disabled"] is True
    assert "password" not in str(listed)
    with core.database.reader() as session:
        assert session.query(User).count() == len(Role) + 1
