"""The administrator's pages as forms: what will change is said, a conflict loses nothing, nobody else comes in."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from central.api.access import SESSION_COOKIE
from central.app import make_app
from central.audit.service import log_look
from central.authority.profile import shipped_profiles
from central.cases.tables import Case
from central.core import Core
from central.errors import Conflict, Unauthorized
from central.features import features
from central.screens.pages.office.cameras import papers_of
from central.screens.pages.office.cameras import values_of as papers_values
from central.screens.views.profile_form import document_of, values_of
from central.users.roles import Principal, Role
from tests.unit.central.conftest import PASSWORD
from tests.unit.central.devices.papers import papers
from yuhang.clock import ManualClock

CITY = "/administration/authorities/urban_management"
CAMERA = "/administration/cameras/yuhang/n1/cam-1"
PAGES = (
    "/administration",
    "/administration/authorities",
    CITY,
    "/administration/holidays",
    "/administration/cameras",
    CAMERA,
    "/administration/people",
    "/administration/holds",
    "/administration/looks",
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 20, 1, 0, tzinfo=UTC))


@pytest.fixture
def site(core: Core) -> Iterator[TestClient]:
    with TestClient(make_app(core, features(core)), raise_server_exceptions=False, follow_redirects=False) as client:
        client.headers["sec-fetch-site"] = "same-origin"
        client.headers["accept-language"] = "en"
        yield client


@pytest.fixture
def web(site: TestClient, tokens: dict[Role, str]) -> TestClient:
    """As the administrator."""
    site.cookies.set(SESSION_COOKIE, tokens[Role.ADMINISTRATOR])
    return site


def form(web: TestClient, url: str) -> dict[str, str]:
    """Names and values of a page's first form, as a browser sends them."""
    text = web.get(url).text
    found = {name: html.unescape(value) for name, value in re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', text)}
    for name, options in re.findall(r'<select name="([^"]+)">(.*?)</select>', text, re.DOTALL):
        found[name] = re.findall(r'value="([^"]*)" selected', options)[0]
    return found


def words(answer: Any) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def save(web: TestClient, answer: Any, reason: str = "council decision 7") -> Any:
    """Confirm what a review page has shown."""
    hidden = {
        name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)
    }
    return web.post(CITY, data=hidden | {"reason": reason})


def test_the_form_holds_the_whole_profile_and_gives_it_back_unchanged() -> None:
    for profile in shipped_profiles().values():
        assert type(profile).model_validate(document_of(profile.name, values_of(profile))) == profile


def test_law_00_an_administrator_edits_a_profile_and_sees_the_difference_first(web: TestClient) -> None:
    """The difference is shown in words, nothing is saved before a reason is given, older versions stay to be read."""
    sent = form(web, CITY) | {"fine": "100", "officers.0.valid_until": "2027-06-30", "limits.review_limit": "3"}
    review = web.post(CITY, data=sent)
    assert review.status_code == 200
    text = re.sub(r"\s+", " ", words(review))
    assert "Fine 150 100" in text
    assert "Officer reviewer certificate EXAMPLE-0001, no end entered certificate EXAMPLE-0001, 2027-06-30" in text
    assert "Time for review usual 5 working days 3 working days" in text
    assert "version 1" in words(web.get(CITY))
    assert save(web, review, reason=" ").status_code == 422
    saved = save(web, review)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{CITY}?saved=2")
    assert 'name="fine" value="100"' in web.get(CITY).text
    older = web.get(f"{CITY}?version=1")
    assert 'name="fine" value="150"' in older.text
    assert "disabled" in older.text
    assert "council decision 7" in words(web.get(CITY))


def test_a_conflict_shows_both_and_loses_nothing(web: TestClient) -> None:
    """Two administrators have opened version 1; the second sees what the first has changed and still has their own words."""
    mine = form(web, CITY) | {"fine": "100"}
    theirs = form(web, CITY) | {"contact": "0571-11111111"}
    save(web, web.post(CITY, data=theirs))
    conflict = web.post(CITY, data=mine)
    assert conflict.status_code == 409
    text = re.sub(r"\s+", " ", words(conflict))
    assert "Telephone 0571-00000000 0571-11111111" in text
    assert "Fine 150 100" in text
    assert save(web, conflict).headers["location"] == f"{CITY}?saved=3"
    assert 'name="fine" value="100"' in web.get(CITY).text


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"fine": "300"}, "Fine: is at most 200"),
        ({"contact": ""}, "Telephone: is to be filled in"),
        ({"limits.review_limit": "9"}, "Time for review: is at most 5 (PROC 19)"),
        (
            {f"officers.{place}.{field}": "" for place in (1, 2) for field in ("user", "certificate")},
            "Two reviewers need at least two people",
        ),
        ({"procedure": "simple", "hand_over_to": "nobody"}, "May hand over to: There is no authority nobody"),
        ({"officers.0.valid_until": "soon"}, "Officers with certificates 1, Certificate valid until: is to be a day"),
    ],
)
def test_law_00_what_cannot_be_lawful_is_refused_and_the_form_keeps_its_words(
    web: TestClient, change: dict[str, str], finding: str
) -> None:
    """A profile that cannot be lawful is refused with its key."""
    answer = web.post(CITY, data=form(web, CITY) | {"contact": "0571-22222222", "address": "a new address"} | change)
    assert answer.status_code == 422
    assert finding in words(answer)
    assert "a new address" in answer.text
    web.headers["accept-language"] = "zh"
    chinese = words(web.post(CITY, data=form(web, CITY) | change))
    said = chinese.split("未保存", 1)[-1][:60]
    assert not re.search(r"[a-z]{4,}", said.replace("nobody", "").replace("PROC", "")), said


def test_law_00_screens_say_whether_the_legal_officer_has_confirmed_a_profile(web: TestClient) -> None:
    """The shipped examples are confirmed by nobody; a site's own is, with the day up to which the law was looked at."""
    listed = "/administration/authorities"
    assert "nobody has confirmed it" in words(web.get(listed))
    confirmed = {"legal_review.by": "Wang", "legal_review.on": "2026-11-20", "legal_review.law_as_of": "2026-04-30"}
    save(web, web.post(CITY, data=form(web, CITY) | confirmed))
    assert "Wang, law as of 2026-04-30" in words(web.get(listed))


def test_law_00_who_enforces_in_a_zone_is_laid_down_with_a_reason(web: TestClient, core: Core) -> None:
    """The administrator lays down who enforces at a place, by name and with a reason."""
    url = "/administration/authorities/competences"
    body = {"place": "yuhang/n1/zone-1", "profile": "urban_management", "reason": "pavement"}
    assert web.post(url, data=body | {"reason": ""}).status_code == 422
    assert web.post(url, data=body).status_code == 303
    assert "pavement" in words(web.get("/administration/authorities"))


def test_law_08_the_year_is_read_from_the_notice_and_entered(web: TestClient) -> None:
    """A pasted notice is shown day by day with its weekdays before it is entered."""
    url = "/administration/holidays"
    assert "To be entered now" in words(web.get(url))
    body = {"year": "2027", "text": "元旦：1月1日（周五）放假1天。1月9日（周六）上班。"}
    shown = words(web.post(url, data=body))
    assert "2027-01-01 Fri" in shown
    assert "2027-01-09 Sat" in shown
    wrong = web.post(url, data=body | {"text": "1月1日（周四）放假"})
    assert wrong.status_code == 422
    assert "is not a" in words(wrong)
    assert web.post(url, data=body | {"step": "save", "reason": "notice 2026-12"}).headers["location"] == f"{url}?moved=0"
    assert "To be entered now" not in words(web.get(url))


def test_law_17_papers_are_entered_and_a_conflict_says_who_was_faster(web: TestClient) -> None:
    """Filing, purpose, sign, location and angle are entered on the page; what is missing is named."""
    assert "papers of the camera missing" in words(web.get(CAMERA))
    sent = papers_values(papers(filing=None)) | {"seen": "0", "reason": "put into service"}
    assert web.post(CAMERA, data=sent).status_code == 303
    assert "filing missing" in words(web.get(CAMERA))
    again = web.post(CAMERA, data=sent)
    assert again.status_code == 409
    assert "administrator has entered papers of this camera meanwhile (put into service)" in words(again)
    assert web.post(CAMERA, data=papers_values(papers()) | {"seen": "1", "reason": "filed"}).status_code == 303
    assert "Proves nothing" not in words(web.get(CAMERA))
    wrong = web.post(CAMERA, data=sent | {"seen": "2", "certificate.issued_on": "yesterday"})
    assert wrong.status_code == 422
    assert "certificate.issued_on" in words(wrong)


def test_papers_come_back_from_their_form() -> None:
    assert papers_of(papers_values(papers(date(2027, 1, 1)))) == papers(date(2027, 1, 1))


def test_a_file_of_cameras_is_taken_whole_or_not_at_all(web: TestClient) -> None:
    url = "/administration/cameras/import"
    good = "cameras:\n- {site: yuhang, node: n1, camera: cam-1, purpose: parking}\n"
    bad = good + "- {site: yuhang, node: n1, camera: cam-2, colour: red}\n"
    refused = web.post(url, files={"file": ("cameras.yaml", bad)}, data={"reason": "put into service"})
    assert refused.status_code == 422
    assert "colour" in words(refused)
    assert "cam-1" not in words(web.get("/administration/cameras"))
    taken = web.post(url, files={"file": ("cameras.yaml", good)}, data={"reason": "put into service"})
    assert taken.headers["location"].endswith("changed=1")


def test_people_are_added_and_locked_out_but_not_oneself(web: TestClient, core: Core) -> None:
    url = "/administration/people"
    new = {"name": "zhao", "password": PASSWORD, "role": "supervisor", "display_name": "赵"}
    assert web.post(url, data=new | {"password": "short"}).status_code == 422
    assert web.post(url, data=new).status_code == 303
    assert web.post(url, data=new).status_code == 409
    assert web.post(f"{url}/zhao", data={"act": "lock"}).status_code == 303
    assert {person.name: person.disabled for person in core.users.people()}["zhao"] is True
    assert web.post(f"{url}/administrator", data={"act": "lock"}).status_code == 409


def test_law_21_a_role_is_changed_and_a_one_time_password_opens_one_page_only(web: TestClient, core: Core) -> None:
    """Every change is on record with who made it; a forgotten password is replaced without anybody knowing the next one."""
    url = "/administration/people"
    web.post(url, data={"name": "zhao", "password": PASSWORD, "role": "officer"})
    assert web.post(f"{url}/zhao", data={"act": "role", "role": "reviewer"}).status_code == 303
    assert web.post(f"{url}/zhao", data={"act": "role", "role": "king"}).status_code == 422
    given = web.post(f"{url}/zhao", data={"act": "reset"})
    found = re.search(r'class="secret">([a-z0-9-]+)<', given.text)
    assert found is not None
    assert found[1] not in web.get(url).text  # shown once
    with pytest.raises(Unauthorized):
        core.users.log_in("zhao", PASSWORD)
    web.cookies.set(SESSION_COOKIE, core.users.log_in("zhao", found[1]))
    assert web.get("/queue").headers["location"] == "/account"
    assert web.get("/api/v1/me").status_code == 403
    same = {"old": found[1], "new": "a password of my own", "again": "a password of my own"}
    assert web.post("/account", data=same | {"again": "another"}).status_code == 422
    assert web.post("/account", data=same | {"old": "wrong"}).status_code == 422
    assert web.post("/account", data=same | {"new": found[1], "again": found[1]}).status_code == 422
    assert web.post("/account", data=same).headers["location"] == "/login?changed=1"
    token = core.users.log_in("zhao", "a password of my own")
    assert core.users.authenticate(token).role is Role.REVIEWER
    changes = [(row.user_name, row.by, row.what, row.before, row.after) for row in core.users.changes.latest()]
    assert changes == [
        ("zhao", "zhao", "own_password", "", ""),
        ("zhao", "administrator", "reset", "", ""),
        ("zhao", "administrator", "role", "officer", "reviewer"),
    ]


def test_the_last_administrator_stays_one(web: TestClient, core: Core) -> None:
    url = "/administration/people"
    web.post(url, data={"name": "zhao", "password": PASSWORD, "role": "administrator"})
    assert web.post(f"{url}/zhao", data={"act": "lock"}).status_code == 303  # another one is left
    with pytest.raises(Conflict, match="last administrator"):
        core.users.changes.set_role("administrator", Role.VIEWER, "zhao")


@pytest.mark.parametrize(("language", "said"), [("en", "There is already a person"), ("zh", "已有名为 zhao 的人员")])
def test_refusals_speak_the_administrators_language(web: TestClient, language: str, said: str) -> None:
    web.headers["accept-language"] = language
    new = {"name": "zhao", "password": PASSWORD, "role": "viewer"}
    web.post("/administration/people", data=new)
    assert said in words(web.post("/administration/people", data=new))


def test_law_15_a_case_that_does_not_exist_cannot_be_held(web: TestClient) -> None:
    """The administrator is told where the number of a case stands."""
    answer = web.post("/administration/holds", data={"number": "X-1", "reason": "lawsuit"})
    assert answer.status_code == 404
    assert "the number stands on its papers" in words(answer)


def test_law_16_the_log_of_looks_is_filtered_by_person_and_day(web: TestClient, tokens: dict[Role, str]) -> None:
    """Who looked at what is found by person and day."""
    officer = {"Authorization": f"Bearer {tokens[Role.OFFICER]}"}
    web.get("/api/v1/cases", params={"reason": "shift begins"}, headers=officer)
    url = "/administration/looks"
    assert "shift begins" in words(web.get(url))
    assert "shift begins" in words(web.get(url, params={"person": "officer", "day": "2026-11-20"}))
    assert "shift begins" not in words(web.get(url, params={"person": "reviewer"}))
    assert "shift begins" not in words(web.get(url, params={"day": "2026-11-19"}))
    assert "shift begins" not in words(web.get(url, params={"case": "no such"}))


def test_law_16_a_look_is_shown_by_the_number_of_its_case(web: TestClient, core: Core) -> None:
    """An identifier says nothing to who asks who looked at a case."""
    case, at = "0" * 26, core.clock.now()
    with core.database.session() as session:
        names = {"kind": "parking", "profile": "traffic_police", "state": "draft", "state_kind": "open", "site": "s", "node": "n"}
        names |= {
            "camera": "c",
            "zone": "z",
            "address": "a",
            "plate": "浙A12345",
            "number": "余2026-000077",
            "public_code": "0" * 10,
        }
        session.add(
            Case(id=case, playbook_version=1, profile_version=1, opened_at=at, changed_at=at, red_lights=[], moments={}, **names)
        )
        officer = Principal("1", "officer", "Li", "unit 3", "", Role.OFFICER)
        log_look(session, officer, f"case/{case}", "review", at=at)
    text = words(web.get("/administration/looks"))
    assert "余2026-000077" in text
    assert f"case/{case}" not in text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_comes_in(site: TestClient, tokens: dict[Role, str], role: Role, page: str) -> None:
    site.cookies.set(SESSION_COOKIE, tokens[role])
    assert site.get(page).headers["location"] == "/?denied=1"
    assert site.post(page, data={"reason": "because"}).status_code in {303, 404, 405}


def test_another_site_cannot_send_a_form(web: TestClient) -> None:
    answer = web.post(CITY, data={"after": "1"}, headers={"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"})
    assert answer.status_code in {401, 403}
