"""Who may decide a draft, with what, and until when."""

import pytest

from central.cases.engine import Refusal, RefusalReason, Transition
from central.cases.playbook import Role
from central.registry.tables import ExemptPlate
from tests.unit.central.parking.stories import TRACK, at, draft, warn
from tests.unit.central.parking.street import Street


def test_law_06_an_officer_without_the_reviewers_role_cannot_decide(street: Street) -> None:
    draft(street)
    assert street.act(TRACK, "approve", Role.OFFICER) == Refusal(RefusalReason.NOT_ALLOWED)
    assert street.act(TRACK, "approve", Role.ADMINISTRATOR) == Refusal(RefusalReason.NOT_ALLOWED)
    assert street.act(TRACK, "approve", Role.SYSTEM) == Refusal(RefusalReason.NOT_ALLOWED)


def test_an_approval_needs_a_reason_and_is_given_once(street: Street) -> None:
    draft(street)
    assert street.act(TRACK, "approve", reason=" ") == Refusal(RefusalReason.REASON_MISSING)
    assert isinstance(street.act(TRACK, "approve"), Transition)
    assert street.act(TRACK, "approve") == Refusal(RefusalReason.NOT_HERE)


def test_law_10_voiding_needs_a_ground(street: Street) -> None:
    draft(street)
    assert street.act(TRACK, "void") == Refusal(RefusalReason.CHECKS_FAILED, ("ground_given",))
    assert isinstance(street.act(TRACK, "void", ground_given=True), Transition)
    assert street.state(TRACK) == "voided"


@pytest.mark.parametrize("stage", ["notifying", "grace"])
def test_nothing_can_be_approved_before_it_is_proven(street: Street, stage: str) -> None:
    if stage == "grace":
        warn(street)
    else:
        street.to(at(1))
        street.take(street.stopped(TRACK, at(1)))
    assert street.act(TRACK, "approve") == Refusal(RefusalReason.NOT_HERE)


def test_law_08_after_five_working_days_the_red_light_is_on_and_nothing_can_be_approved(street: Street) -> None:
    draft(street)
    street.clock.advance(8 * 86400)
    street.work()
    assert street.case(TRACK).red_light_at is not None
    assert street.act(TRACK, "approve") == Refusal(RefusalReason.CHECKS_FAILED, ("may_enter",))
    assert isinstance(street.act(TRACK, "void", ground_given=True), Transition)


def test_law_26_a_vehicle_found_to_be_exempt_later_is_not_approved(street: Street) -> None:
    draft(street)
    with street.database.session() as session:
        session.add(ExemptPlate(plate=street.case(TRACK).plate or "", reason="rescue"))
    assert street.act(TRACK, "approve") == Refusal(RefusalReason.CHECKS_FAILED, ("fully_proven",))
