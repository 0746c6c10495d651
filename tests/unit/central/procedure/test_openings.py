"""What is offered to whom: the acts of the playbook with what they need, and why what is not possible is not."""

from datetime import date

import pytest

from central.cases.calendar import BEIJING
from central.cases.openings import Opening
from central.cases.people import Wish
from central.cases.playbook import Role
from central.cases.queries import evidence_of
from central.documents.papers import PaperKind
from central.errors import Conflict
from central.users.roles import Principal
from tests.unit.central.parking.street import FIRST, OFFICER, SECOND, STRANGER, Street
from tests.unit.central.procedure.office import TRACK, Office, drafted, on, profile


def opening(street: Street, user: Principal, trigger: str) -> Opening:
    with street.database.reader() as session:
        found = street.people.openings(session, user, street.case(TRACK))
    return next(each for each in found if each.trigger == trigger)


def offered(street: Street, user: Principal) -> set[str]:
    with street.database.reader() as session:
        return {each.trigger for each in street.people.openings(session, user, street.case(TRACK)) if each.possible}


def test_a_draft_is_for_reviewers_and_says_so_to_others(street: Street) -> None:
    drafted(street)
    assert offered(street, FIRST) == {"approve", "void", "hand_over"}
    assert offered(street, OFFICER) == set()
    approve = opening(street, OFFICER, "approve")
    assert (approve.mine, approve.who) == (False, (Role.REVIEWER,))


def test_an_act_says_what_it_does_and_needs(street: Street) -> None:
    drafted(street)
    street.to(on(0))
    approve = opening(street, FIRST, "approve")
    assert (approve.target, approve.needs, approve.reason_required) == ("entered", (), True)
    limits = {each.deadline: each.due_at.astimezone(BEIJING).date() for each in approve.begins}
    assert limits == {"notify": date(2026, 6, 9), "decision": date(2026, 8, 31), "limitation": date(2028, 6, 2)}
    assert "PROC 20" in approve.basis
    assert opening(street, FIRST, "void").needs == ("ground",)
    assert opening(street, FIRST, "hand_over").needs == ("target",)


def test_informing_needs_its_service_and_takes_an_amount(street: Street) -> None:
    drafted(street)
    Office(street).play("1 first approve")
    assert opening(street, OFFICER, "inform").failed == ("informing_paper",)
    street.issue(TRACK, PaperKind.INFORMING)
    inform = opening(street, OFFICER, "inform")
    assert (inform.needs, inform.takes) == (("service",), ("amount",))
    assert "statement" in opening(street, OFFICER, "object").takes


def test_the_first_reviewer_is_told_that_somebody_else_must_confirm(street: Street) -> None:
    drafted(street, profile("urban_management", switches={"notice": "always"}))
    office = Office(street)
    assert office.play("1 first approve") == "second_review"
    assert opening(street, FIRST, "confirm").failed == ("other_person",)
    assert opening(street, SECOND, "take_back").failed == ("first_reviewer",)
    assert offered(street, FIRST) == {"take_back", "hand_over", "notify", "void"}
    assert {"confirm", "send_back"} <= offered(street, SECOND)


def test_who_thinks_better_of_it_takes_the_approval_back(street: Street) -> None:
    drafted(street, profile("urban_management", switches={"notice": "always"}))
    office = Office(street)
    office.play("1 first approve")
    assert office.play("1 second take_back").startswith("refused")
    assert office.play("1 first take_back") == "draft"
    assert street.case(TRACK).reviewed_by is None
    assert office.play("1 second approve") == "second_review"
    assert office.play("1 first confirm") == "entered"


def test_without_a_certificate_a_decision_is_not_offered_and_the_reason_is_given(street: Street) -> None:
    """LAW 4: certificates are asked for at the decision."""
    drafted(street)
    office = Office(street)
    office.play("1 first approve")
    street.issue(TRACK, PaperKind.INFORMING)
    assert "authorised" in opening(street, STRANGER, "decide").failed
    decide = opening(street, FIRST, "decide")
    assert (decide.possible, decide.needs) == (True, ("statement",))


@pytest.mark.parametrize("content", ["preview screen, blurred", ""])
def test_nobody_approves_what_was_not_shown_to_them(street: Street, content: str) -> None:
    drafted(street)
    if content:
        street.look(TRACK, FIRST, content)  # a copy in which everything is hidden is no look at the evidence
    street.look(TRACK, SECOND)  # nor is another person's look
    with pytest.raises(Conflict, match="pictures_seen"):
        act(street, FIRST, "approve")
    street.look(TRACK, FIRST, "preview screen, as captured")
    act(street, FIRST, "approve")
    assert street.state(TRACK) == "entered"


def test_one_picture_may_be_that_of_the_notice_and_that_of_the_presence(street: Street) -> None:
    drafted(street)
    with street.database.session() as session:
        files = {file.kind: file for file in evidence_of(session, street.case(TRACK).id)}
        files["present"].sha256 = files["notice"].sha256
    street.look(TRACK, FIRST)
    act(street, FIRST, "approve")
    assert street.state(TRACK) == "entered"


def act(street: Street, user: Principal, trigger: str) -> None:
    with street.database.session() as session:
        street.people.act(session, user, Wish(street.case(TRACK).id, trigger, "looked into"))
