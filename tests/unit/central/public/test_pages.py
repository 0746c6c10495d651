"""The public page over HTTP: who comes in, what is shown, what is logged, and that nothing is ever an error for people."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from central.audit.service import looks
from central.cases.public_address import public_path
from central.documents.papers import PaperKind
from central.evidence.tables import EvidenceRow
from central.ids import new_id
from central.matters import ERASERS
from central.retention.proofs import deletion_key
from central.retention.purge import Purge, PurgeParts
from central.retention.rules import load_rules
from central.retention.tables import RetentionPlan
from tests.integration.screens.pictures import CAR, HEIGHT, WIDTH
from tests.unit.central.public.counter import LEFT, NO_SUCH_CODE, REVIEWER, STAYED, TOKEN, Counter, found
from yuhang.errors import StorageError
from yuhang.messages import Box

ENGLISH = {"Accept-Language": "en"}
PERSON = Box(left=900, top=400, right=960, bottom=560)


def test_a_case_opens_with_plate_and_code_and_the_visit_ends_by_itself(counter: Counter) -> None:
    counter.walk("approve", "inform")
    number = counter.case().number
    assert "您可以陈述申辩" in counter.look_up().text
    assert number in counter.page().text
    cookie = counter.web.cookies.jar
    assert [(one.name, one.path, one.has_nonstandard_attr("HttpOnly")) for one in cookie] == [("yuhang_case", "/c", True)]
    counter.clock.current += timedelta(minutes=61)
    again = counter.page()
    assert "查询您的停车事项" in again.text
    assert number in again.text  # as in the address; nothing else of the case
    assert STAYED not in again.text


def test_the_cookie_is_strict_sealed_and_says_nothing(counter: Counter) -> None:
    answer = counter.web.post("/c", data={"plate": STAYED, "code": counter.case().public_code}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == public_path(counter.case().number)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert counter.case().id not in cookie
    tampered = cookie.split("=", 1)[1].split(";")[0][:-4] + "AAAA"
    counter.web.cookies.clear()
    assert "查询您的停车事项" in counter.web.get(counter.path, headers={"Cookie": f"yuhang_case={tampered}"}).text


def test_a_visit_to_one_case_opens_no_other(counter: Counter) -> None:
    counter.look_up(STAYED)
    assert "查询您的停车事项" in counter.page(plate=LEFT).text
    assert counter.page("/picture/arrival", plate=LEFT).headers["content-type"].startswith("text/html")


def test_unknown_plate_and_wrong_code_get_the_same_answer(counter: Counter) -> None:
    wrong_code = counter.look_up(STAYED, NO_SUCH_CODE)
    unknown_plate = counter.look_up("京A00001", counter.case().public_code)
    assert wrong_code.status_code == unknown_plate.status_code == 404
    assert wrong_code.text.replace(STAYED, "") == unknown_plate.text.replace("京A00001", "")
    assert "没有查到" in wrong_code.text


def test_law_11_the_code_on_a_windscreen_opens_nothing_once_the_matter_is_told_to_one_person(counter: Counter) -> None:
    """Who passed by could read plate and code; from the informing paper on a new code counts, which stands on that paper only."""
    counter.issue(PaperKind.NOTICE_SHEET)
    on_the_sheet = counter.case().public_code
    assert counter.look_up(code=on_the_sheet).status_code == 200
    counter.walk("approve", "inform")
    counter.web.cookies.clear()
    assert counter.look_up(code=on_the_sheet).status_code == 404
    assert "<img" not in counter.page().text
    assert counter.look_up(code=counter.case().public_code).status_code == 200
    assert counter.case().public_code != on_the_sheet


def test_law_11_a_visit_by_the_old_code_ends_with_it(counter: Counter) -> None:
    """Who stood beside the car with plate and code is out again the moment the new code counts, forms included."""
    counter.issue(PaperKind.NOTICE_SHEET)
    counter.look_up()
    counter.walk("approve")
    token = {"token": found(TOKEN, counter.page().text)}
    counter.walk("inform")
    assert "查询您的停车事项" in counter.page().text
    assert "<img" not in counter.page("/picture/arrival").text
    sent = counter.send("state", {**token, "form": "x" * 22, "text": "it was not me"})
    assert sent.status_code == 403
    assert counter.case().state == "informed"


def test_without_a_sheet_in_the_street_the_code_stays(counter: Counter) -> None:
    before = counter.case().public_code
    counter.walk("approve", "inform")
    assert counter.case().public_code == before


def test_a_square_code_alone_shows_only_the_number_that_it_holds(counter: Counter) -> None:
    text = counter.page(**ENGLISH).text
    assert counter.case().number in text
    assert not any(word in text for word in (STAYED, "文一西路", "Wenyi", "<img", "Stopped at"))


def test_who_guesses_is_slowed_down_with_a_page_that_says_until_when(counter: Counter) -> None:
    answers = [counter.look_up(STAYED, NO_SUCH_CODE).status_code for _ in range(11)]
    assert answers == [404] * 10 + [429]
    slow = counter.look_up(STAYED, **ENGLISH)
    assert slow.status_code == 429
    assert slow.headers["Retry-After"] == "900"
    assert "Try again in about 15 min" in slow.text
    assert "0571-00000000" in slow.text
    counter.clock.current += timedelta(minutes=15)
    assert counter.look_up(STAYED).status_code == 200


def test_an_empty_look_up_and_one_from_another_site_do_nothing(counter: Counter) -> None:
    assert counter.look_up("", "").status_code == 422
    foreign = counter.look_up(STAYED, **{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    assert "<h1>" in foreign.text


def test_no_script_no_store_no_index_and_nothing_from_elsewhere(counter: Counter) -> None:
    counter.walk("approve", "inform")
    counter.look_up()
    for answer in (counter.web.get("/c"), counter.page(), counter.page("/state"), counter.web.get("/c/none/at/all")):
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "script" not in answer.headers["content-security-policy"]
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "<script" not in answer.text
        assert " style=" not in answer.text
        assert "http" not in answer.text.replace("charset", "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_is_small_on_a_bad_network(counter: Counter, language: str) -> None:
    counter.walk("approve", "inform", "decide", "serve")
    counter.look_up()
    page = counter.page(**{"Accept-Language": language})
    style = counter.web.get(page.text.split('rel="stylesheet" href="')[1].split('"')[0])
    assert style.status_code == 200
    assert len(page.content) + len(style.content) < 30_000


def test_before_a_person_has_looked_no_picture_is_shown(counter: Counter) -> None:
    page = counter.look_up()
    assert "还没有经过人工审核" in page.text
    assert "<img" not in page.text
    assert counter.page("/picture/notice").status_code == 404


def test_law_08_a_record_can_be_looked_up_the_moment_it_is_entered(counter: Counter) -> None:
    """PROC 19 asks for the same day."""
    counter.look_up(**{"Accept-Language": "en"})
    assert "<img" not in counter.page().text
    counter.walk("approve")
    assert counter.case().state == "entered"
    assert "<img" in counter.page().text


def test_law_16_people_and_other_plates_are_hidden_and_each_look_is_logged(counter: Counter) -> None:
    with counter.core.database.session() as session:
        for row in session.scalars(select(EvidenceRow)):
            row.details = {"width": WIDTH, "height": HEIGHT, "subject": CAR.model_dump(), "blur": [PERSON.model_dump()]}
    counter.walk("approve")
    counter.look_up()
    answer = counter.page("/picture/notice")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"
    shown = Image.open(io.BytesIO(answer.content)).convert("RGB")
    assert shown.size == (WIDTH, HEIGHT)
    hidden = shown.crop((PERSON.left + 4, PERSON.top + 4, PERSON.right - 4, PERSON.bottom - 4))
    assert max(high - low for low, high in hidden.getextrema()) <= 8  # one colour  # type: ignore[operator, misc]
    vehicle = shown.crop((CAR.left, CAR.top, CAR.right, CAR.bottom))
    assert max(high - low for low, high in vehicle.getextrema()) > 100  # the own vehicle is there  # type: ignore[operator, misc]
    with counter.core.database.reader() as session:
        picture, case = looks(session)[0], looks(session)[1]
    assert (picture.user_name, picture.action, picture.purpose) == ("party", "view", "disclosure")
    assert picture.subject.startswith("evidence/")
    assert picture.content == "preview screen, blurred, public page"
    assert "PIPL 45" in picture.reason
    assert case.subject == f"case/{counter.case().id}"


def test_law_07_who_has_left_in_time_is_told_so_kindly(counter: Counter) -> None:
    page = counter.look_up(LEFT, **ENGLISH)
    assert "Thank you for driving on. Nothing follows from this stop" in page.text
    assert "no violation was recorded" in page.text
    assert 'class="button"' not in page.text  # there is nothing to send in


def test_law_09_to_13_the_page_says_at_each_step_what_to_do_by_when_and_where(counter: Counter) -> None:
    story = (
        ("approve", "Entered", ()),
        ("inform", "Statements until 2026-07-01", ("150 yuan", "it will not be more")),
        ("decide", "Decided", ("0000000000", "first ask for reconsideration", "within fifteen days")),
        ("serve", "To be paid by 2026-06-16", ("余杭区非税收入专户", "2026-07-31")),
    )
    counter.look_up()
    for trigger, title, more in story:
        counter.walk(trigger)
        page = counter.page(**ENGLISH).text
        for words in (title, *more):
            assert words in page, (trigger, words)
    counter.later(17)
    counter.look_up()
    late = counter.page(**ENGLISH).text
    assert "Payment overdue" in late
    assert "the late fee 9.00 yuan" in late  # two days after the last one, 3 % of 150 each


def test_a_voided_case_names_its_ground(counter: Counter) -> None:
    counter.act("void", REVIEWER, ground="wrong_plate")
    page = counter.look_up(**ENGLISH).text
    assert "Wrong plate (Road traffic violation procedure rules, article 22)" in page
    assert "No violation is on record" in page
    assert "<img" not in page


def test_law_15_what_was_deleted_is_shown_as_deleted_on_its_day(counter: Counter) -> None:
    code = counter.case(LEFT).public_code
    counter.later(32)
    core = counter.core
    rules, run = load_rules(), new_id(counter.clock)
    key = deletion_key(core.config.data_dir)
    purge = Purge(PurgeParts(core.database, counter.clock, rules, core.evidence, core.secret, key, ERASERS))
    with core.database.session() as session:
        session.add(RetentionPlan(id=1, run=run, planned_at=counter.clock.now()))
    while purge.step(run, counter.clock.now()):
        pass
    page = counter.look_up(LEFT, code, **ENGLISH)
    assert page.status_code == 200
    assert "were deleted on 2026-07-03" in page.text
    assert "30 days after the end" in page.text
    assert LEFT not in page.text
    assert counter.look_up("浙A10009", code).status_code == 404  # another plate still opens nothing


def test_a_page_that_does_not_exist_is_a_page(counter: Counter) -> None:
    for path in ("/c/none/at/all", f"{counter.path}/nothing", f"{counter.path}/receipt/99", f"{counter.path}/picture/none"):
        answer = counter.web.get(path, headers=ENGLISH)
        assert "<h1>" in answer.text, path


def test_a_database_that_is_away_is_a_page(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise StorageError("gone")

    monkeypatch.setattr(counter.core.database, "session", away)
    answer = counter.look_up(code=NO_SUCH_CODE, **ENGLISH)
    assert answer.status_code == 503
    assert "Not possible right now" in answer.text


def test_leaving_ends_the_visit(counter: Counter) -> None:
    counter.walk("approve")
    page = counter.look_up().text
    token = page.split('name="token" value="')[1].split('"')[0]
    assert counter.web.post(f"{counter.path}/leave", data={"token": "wrong"}).status_code == 403
    assert "查询您的停车事项" in counter.web.post(f"{counter.path}/leave", data={"token": token}).text
    assert "查询您的停车事项" in counter.page().text
