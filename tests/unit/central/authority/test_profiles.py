"""Profiles are checked when they are written, kept in versions, and hold where they are laid down to hold."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from central.app import make_app
from central.authority.profile import Confirmation, confirmation, shipped_profiles
from central.authority.service import AuthorityService, Place, parse_profile
from central.authority.tables import ProfileVersion
from central.cases.composition import Procedure
from central.cases.playbook import shipped_playbook
from central.core import Core
from central.database import Database
from central.errors import Conflict, NotFound, Unprocessable
from central.features import platform
from central.matters import build_matters
from central.users.roles import Principal, Role
from yuhang.clock import ManualClock

ADMINISTRATOR = Principal("1", "sun", "孙", "", "", Role.ADMINISTRATOR)
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def authorities(clock: ManualClock) -> AuthorityService:
    return AuthorityService(clock, [shipped_playbook("parking")])


def document(name: str) -> dict[str, Any]:
    return shipped_profiles()[name].model_dump(mode="json")


def test_law_00_two_authorities_are_shipped_and_hold_together(authorities: AuthorityService) -> None:
    shipped = shipped_profiles()
    assert {name: profile.procedure for name, profile in shipped.items()} == {
        "traffic_police": Procedure.SIMPLE,
        "urban_management": Procedure.GENERAL,
    }
    assert [shipped[name].reviewers for name in ("traffic_police", "urban_management")] == [1, 2]
    for profile in shipped.values():
        assert authorities.compose("parking", profile).parameter("review_limit") == 5


WRONG: list[tuple[str, str, Change, str]] = [
    (
        "law 06: a fine below the law's range",
        "traffic_police",
        lambda d: d.update(fine=10),
        "fine: Input should be greater than or equal to 20",
    ),
    (
        "law 06: a fine above it",
        "traffic_police",
        lambda d: d.update(fine=201),
        "fine: Input should be less than or equal to 200",
    ),
    ("nobody enforces", "traffic_police", lambda d: d.update(officers=[]), "officers: Tuple should have at least 1 item"),
    ("no certificate", "traffic_police", lambda d: d["officers"][0].pop("certificate"), "officers.0.certificate: Field required"),
    (
        "an empty certificate",
        "traffic_police",
        lambda d: d["officers"][0].update(certificate=""),
        "officers.0.certificate: String should",
    ),
    (
        "law 06: two reviewers, one person",
        "traffic_police",
        lambda d: d.update(reviewers=2, officers=d["officers"][:1]),
        "add an officer with a certificate or set it to 1",
    ),
    (
        "the same person twice",
        "urban_management",
        lambda d: d["officers"][1].update(user="reviewer"),
        "each person is named once",
    ),
    (
        "law 06: general procedure with one officer",
        "urban_management",
        lambda d: d.update(reviewers=1, officers=d["officers"][:1]),
        "needs two certified officers (APL 42); add one",
    ),
    (
        "three reviewers",
        "urban_management",
        lambda d: d.update(reviewers=3),
        "reviewers: Input should be less than or equal to 2",
    ),
    (
        "informing with the decision in the general procedure",
        "urban_management",
        lambda d: d["switches"].update(informing_with_decision=True),
        "switch it off or set procedure to simple",
    ),
    ("an unknown key", "traffic_police", lambda d: d.update(fines=3), "fines: Extra inputs are not permitted"),
    (
        "a late fee above the law",
        "traffic_police",
        lambda d: d["late_fee"].update(percent_a_day=4),
        "late_fee.percent_a_day: Input should be less",
    ),
    (
        "handing over to itself",
        "traffic_police",
        lambda d: d.update(hand_over_to=["traffic_police"]),
        "does not hand over to itself",
    ),
]


@pytest.mark.parametrize(("name", "change", "text"), [line[1:] for line in WRONG], ids=[line[0] for line in WRONG])
def test_law_00_06_what_cannot_be_is_refused_with_its_key(name: str, change: Change, text: str) -> None:
    changed = document(name)
    change(changed)
    with pytest.raises(Unprocessable) as caught:
        parse_profile(changed)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("written_on", "review", "expected"),
    [
        (None, None, Confirmation.MISSING),
        (None, date(2026, 5, 1), Confirmation.HOLDS),
        (date(2026, 5, 1), date(2026, 5, 1), Confirmation.HOLDS),
        (date(2026, 5, 2), date(2026, 5, 1), Confirmation.CHANGED),
    ],
)
def test_law_00_a_profile_says_whether_the_legal_officer_stands_behind_it(
    written_on: date | None, review: date | None, expected: Confirmation
) -> None:
    """Confirmed with the day up to which amendments were looked at; what was changed afterwards is confirmed no more."""
    given = {"by": "Wang", "on": review, "law_as_of": "2026-04-30"} if review else None
    profile = parse_profile(document("traffic_police") | {"legal_review": given})
    assert confirmation(profile, written_on) is expected


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"limits": {"grade": 3}}, "limits.grade: no parameter is called so; known:"),
        ({"limits": {"review_limit": 6}}, "limits.review_limit: must be at most 5 working_day (PROC 19), not 6"),
        ({"hand_over_to": ["coast_guard"]}, "hand_over_to: there is no profile 'coast_guard'; write that profile first"),
    ],
)
def test_law_00_what_does_not_fit_the_playbook_is_refused(
    authorities: AuthorityService, database: Database, change: dict[str, Any], text: str
) -> None:
    profile = parse_profile(document("traffic_police") | change)
    with database.session() as session, pytest.raises(Unprocessable) as caught:
        authorities.write(session, ADMINISTRATOR, profile, "trying", after=1)
    assert text in str(caught.value)


def test_law_00_a_case_keeps_the_version_it_was_opened_under(authorities: AuthorityService, database: Database) -> None:
    with database.session() as session:
        first = authorities.for_new_case(session, Place("s", "n", "z"))
        profile = parse_profile(document("traffic_police") | {"fine": 100, "limits": {"review_limit": 3}})
        second = authorities.write(session, ADMINISTRATOR, profile, "council decision 7", after=1)
        assert (first.version, second.version) == (1, 2)
        assert authorities.for_new_case(session, Place("s", "n", "z")) == second
        assert [authorities.profile(session, key).fine for key in (first, second)] == [150, 100]
        limits = [authorities.playbook(session, "parking", key).parameter("review_limit") for key in (first, second)]
        assert limits == [5, 3]
        with pytest.raises(Conflict, match="is at version 2 by now"):
            authorities.write(session, ADMINISTRATOR, profile, "again", after=1)
        rows = authorities.versions(session, "traffic_police")
        assert [(row.version, row.written_by, row.reason) for row in rows] == [
            (2, "sun", "council decision 7"),
            (1, "", "shipped with Yuhang"),
        ]


def test_law_00_a_restart_reads_the_same_versions(authorities: AuthorityService, database: Database, clock: ManualClock) -> None:
    with database.session() as session:
        key = authorities.write(session, ADMINISTRATOR, parse_profile(document("traffic_police") | {"fine": 50}), "why", after=1)
    again = AuthorityService(clock, [shipped_playbook("parking")])
    with database.reader() as session:
        assert again.latest(session, "traffic_police") == key
        assert again.profile(session, key).fine == 50
        with pytest.raises(NotFound):
            again.profile(session, type(key)("traffic_police", 9))


PLACES = [
    (("s", "n", "z"), "zone"),
    (("s", "n", "other"), "node"),
    (("s", "other", "z"), "site"),
    (("other", "n", "z"), "everywhere"),
]


@pytest.mark.parametrize(("place", "expected"), PLACES)
def test_law_00_the_narrowest_place_says_who_enforces(
    authorities: AuthorityService, database: Database, place: tuple[str, str, str], expected: str
) -> None:
    with database.session() as session:
        assert authorities.competent(session, Place(*place)) == "traffic_police"
        for name, where in (("zone", ("s", "n", "z")), ("node", ("s", "n")), ("site", ("s",)), ("everywhere", ())):
            profile = parse_profile(document("traffic_police") | {"name": name})
            authorities.write(session, ADMINISTRATOR, profile, "new", after=0)
            authorities.assign(session, ADMINISTRATOR, Place(*where), name, "new")
        assert authorities.competent(session, Place(*place)) == expected
        with pytest.raises(Unprocessable, match="a zone is named with its node and site"):
            authorities.assign(session, ADMINISTRATOR, Place(zone="z"), "zone", "new")
        with pytest.raises(NotFound, match="there is no profile 'nobody'"):
            authorities.assign(session, ADMINISTRATOR, Place(), "nobody", "new")


def test_what_was_shipped_is_stored_with_the_first_case(authorities: AuthorityService, database: Database) -> None:
    with database.session() as session:
        authorities.for_new_case(session, Place())
        authorities.for_new_case(session, Place())
    with database.reader() as session:
        (row,) = session.query(ProfileVersion).all()
        assert row.document == document("traffic_police")


def test_over_the_interface_only_an_administrator_writes_with_a_reason(core: Core, tokens: dict[Role, str]) -> None:
    def headers(role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {tokens[role]}"}

    with TestClient(make_app(core, (*platform(core), *build_matters(core).features))) as web:
        read = web.get("/api/v1/authorities/urban_management", headers=headers(Role.VIEWER)).json()
        assert (read["version"], read["profile"]["fine"]) == (1, 150)
        body = {"profile": read["profile"] | {"fine": 120}, "after": 1, "reason": "notice 3/2026"}
        url = "/api/v1/authorities/urban_management"
        assert web.put(url, json=body, headers=headers(Role.REVIEWER)).status_code == 403
        assert web.put(url, json=body | {"reason": ""}, headers=headers(Role.ADMINISTRATOR)).status_code == 422
        assert web.put(url, json=body, headers=headers(Role.ADMINISTRATOR)).json()["version"] == 2
        assert web.put(url, json=body, headers=headers(Role.ADMINISTRATOR)).status_code == 409
        wrong = web.put(
            url, json=body | {"after": 2, "profile": body["profile"] | {"fine": 500}}, headers=headers(Role.ADMINISTRATOR)
        )
        assert (wrong.status_code, "fine: Input should be less than or equal to 200" in wrong.json()["detail"]) == (422, True)
        other = web.put("/api/v1/authorities/x", json=body, headers=headers(Role.ADMINISTRATOR))
        assert "make them the same" in other.json()["detail"]
        lines = web.get(f"{url}/versions", headers=headers(Role.VIEWER)).json()
        assert [(line["version"], line["written_by"], line["reason"]) for line in lines] == [
            (2, "administrator", "notice 3/2026"),
            (1, "", "shipped with Yuhang"),
        ]
        assert web.get(url, params={"version": 1}, headers=headers(Role.VIEWER)).json()["profile"]["fine"] == 150
        place = {"site": "s", "node": "n", "zone": "z", "profile": "urban_management", "reason": "pavement"}
        assert web.post("/api/v1/authorities/competences", json=place, headers=headers(Role.OFFICER)).status_code == 403
        assert web.post("/api/v1/authorities/competences", json=place, headers=headers(Role.ADMINISTRATOR)).status_code == 201
        (line,) = web.get("/api/v1/authorities/competences", headers=headers(Role.VIEWER)).json()
        assert (line["zone"], line["profile"], line["set_by"]) == ("z", "urban_management", "administrator")
        names = [each["name"] for each in web.get("/api/v1/authorities", headers=headers(Role.VIEWER)).json()]
        assert names == ["traffic_police", "urban_management"]
