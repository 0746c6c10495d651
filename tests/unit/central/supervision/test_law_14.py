"""LAW.md 14 (PROC 66): nobody can ask for a ranking of officers or places, or for a sum of fines, by page or by program."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from central.app import make_app
from central.core import Core
from central.features import features
from central.supervision.counted import Counted
from central.users.roles import Role

PEOPLE = r"officer|reviewer|user|person|actor|_by$"
MONEY = r"fine|amount|sum|fee|yuan|fen$"
ORDER = r"rank|best|sort|order"
FORBIDDEN = re.compile(f"{PEOPLE}|{MONEY}|{ORDER}", re.IGNORECASE)
BY_PLACE_AND_TIME = {"since", "until", "zone", "camera", "day"}
FIGURES = ("/api/v1/supervision/figures", "/api/v1/supervision/figures.csv", "/api/v1/parking/figures")


@pytest.fixture
def web(core: Core) -> Iterator[TestClient]:
    with TestClient(make_app(core, features(core)), raise_server_exceptions=False) as client:
        yield client


def names_in(schema: Any) -> Iterator[str]:
    """Every property name of a resolved answer."""
    for name, child in schema.get("properties", {}).items():
        yield name
        yield from names_in(child)
    if "items" in schema:
        yield from names_in(schema["items"])


def resolved(document: dict[str, Any], schema: Any) -> Any:
    if isinstance(schema, dict) and "$ref" in schema:
        return resolved(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if isinstance(schema, dict):
        return {key: resolved(document, value) for key, value in schema.items()}
    return [resolved(document, one) for one in schema] if isinstance(schema, list) else schema


def test_law_14_figures_are_asked_by_place_and_time_only(web: TestClient) -> None:
    """The figures can be asked by place and time and by nothing else; no answer holds a person or an amount."""
    document = web.get("/api/v1/openapi.json").json()
    known = [path for path in document["paths"] if "figures" in path or "statistic" in path]
    assert sorted(known) == sorted(FIGURES)
    for path in known:
        operation = document["paths"][path]["get"]
        assert {one["name"] for one in operation.get("parameters", ())} <= BY_PLACE_AND_TIME, path
        answer = operation["responses"]["200"].get("content", {}).get("application/json", {}).get("schema", {})
        names = list(names_in(resolved(document, answer)))
        assert [name for name in names if FORBIDDEN.search(name)] == [], path


def test_law_14_no_list_of_cases_can_be_asked_by_who_worked_on_them(web: TestClient) -> None:
    """A list of cases with its total cannot be narrowed to an officer or a reviewer, so nobody counts people that way."""
    document = web.get("/api/v1/openapi.json").json()
    asked = {one["name"] for one in document["paths"]["/api/v1/cases"]["get"]["parameters"]}
    assert {name for name in asked if re.search(r"officer|reviewer|decided|reviewed|actor|user|amount|sort|order", name)} == set()


def test_law_14_no_figure_is_about_people_or_money() -> None:
    """Every figure that can stand in an address is about what became of cases."""
    assert [counted.value for counted in Counted if FORBIDDEN.search(counted.value)] == []


def test_law_14_asking_for_persons_fines_or_an_order_changes_nothing(web: TestClient, tokens: dict[Role, str]) -> None:
    """Whoever asks for officers, sums or an order all the same gets the plain figures."""
    headers = {"Authorization": f"Bearer {tokens[Role.SUPERVISOR]}"}
    plain = web.get(FIGURES[0], headers=headers).json()
    for asked in ({"officer": "reviewer"}, {"group_by": "reviewed_by"}, {"sort": "-left"}, {"sum": "amount"}):
        assert web.get(FIGURES[0], params=asked, headers=headers).json() == plain
    lines = csv.reader(io.StringIO(web.get(FIGURES[1], headers=headers).text.lstrip("\ufeff")))
    assert [line for line in lines if FORBIDDEN.search(line[0])] == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERVISOR])
def test_the_figures_are_the_supervisors(web: TestClient, tokens: dict[Role, str], role: Role) -> None:
    headers = {"Authorization": f"Bearer {tokens[role]}"}
    assert web.get(FIGURES[0], headers=headers).status_code == 403


def test_a_supervisor_looks_and_acts_on_nothing(web: TestClient, tokens: dict[Role, str]) -> None:
    headers = {"Authorization": f"Bearer {tokens[Role.SUPERVISOR]}"}
    assert web.get("/api/v1/cases", params={"reason": "supervision"}, headers=headers).status_code == 200
    body = {"trigger": "void", "reason": "because"}
    assert web.post("/api/v1/cases/any/acts", json=body, headers=headers).status_code == 403
    answer = web.get(f"/api/v1/evidence/{'0' * 64}", params={"reason": "supervision"}, headers=headers)
    assert answer.status_code == 403
    preview = {"reason": "supervision", "blurred": "false"}
    assert web.get(f"/api/v1/evidence/{'0' * 64}/preview", params=preview, headers=headers).status_code == 403
