"""What the law asks at each step of the procedure, answered from the case, the authority's profile and the act. Pure.

The names are those of the checks in `playbooks/procedures/*.yaml`, with texts and articles; what is not known does not hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from central.authority.profile import SMALLEST_FINE, AuthorityProfile
from central.cases.acts import ActData, Service, ServiceWay
from central.cases.calendar import PUBLISHED, Calendar, beijing_day, end_of, months_later
from central.cases.engine import due_at
from central.cases.issued import DECISION, INFORMING, PaperReference
from central.cases.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as the procedure sees it; `amount` is the yuan told when informing, `reviewed_by` who approved first.

    `papers` are the latest of each kind.
    """

    playbook: Playbook
    profile: AuthorityProfile
    moments: Mapping[str, datetime]
    amount: int | None
    reviewed_by: str | None
    now: datetime
    calendar: Calendar = PUBLISHED
    papers: Mapping[str, PaperReference] = field(default_factory=dict)

    @property
    def informing(self) -> PaperReference | None:
        """The informing paper of this step: issued since the entry, the hand-over and the confirmation of another driver."""
        since = [self.moments[name] for name in ("entered_at", "handed_over_at", "driver_confirmed_at") if name in self.moments]
        return self._issued(INFORMING, max(since, default=None))

    @property
    def decision(self) -> PaperReference | None:
        """The decision as a paper, issued since the decision was taken."""
        return self._issued(DECISION, self.moments.get("decided_at"))

    def _issued(self, kind: str, since: datetime | None) -> PaperReference | None:
        paper = self.papers.get(kind)
        return paper if paper is not None and since is not None and paper.issued_at >= since else None

    def due(self, deadline: str) -> datetime | None:
        """When a limit of this case is over; None before it has begun."""
        start = self.moments.get(self.playbook.deadlines[deadline].starts_at)
        return None if start is None else due_at(self.playbook, deadline, start, self.calendar)


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the name of the account, the certificate on it, and whether the pictures of this case were shown to them."""

    name: str = ""
    certificate: str = ""
    saw_pictures: bool = False


def standing_checks(case: Standing) -> dict[str, bool]:
    """Checks that hold or not whoever acts."""
    known = case.moments
    entered = "entered_at" in known
    return {
        "two_reviewers_needed": case.profile.reviewers == 2,
        "entered_already": entered,
        "may_enter": entered or _not_over(case, case.due("review")),
        "informed_already": "informed_at" in known,
        "decision_in_time": _not_over(case, decision_due(case)),
        "limitation_running": _not_over(case, case.due("limitation")),
        "paid_already": "paid_at" in known,
        "served_already": "served_at" in known,
        "remedy_open": _not_over(case, case.due("remedy")),
        "informing_together": case.profile.switches.informing_with_decision,
        "informing_paper": case.informing is not None,
        "decision_paper": case.decision is not None,
        "told_before": not known.keys().isdisjoint({"owner_notified_at", "informed_at"}),
    }


def act_checks(case: Standing, person: Person, data: ActData) -> dict[str, bool]:
    """Checks on what somebody brings along."""
    return {
        "ground_given": data.ground in case.playbook.void_grounds,
        "other_person": case.reviewed_by is not None and person.name != case.reviewed_by,
        "first_reviewer": case.reviewed_by is not None and person.name == case.reviewed_by,
        "pictures_seen": person.saw_pictures,
        "authorised": authorised(case.profile, person, beijing_day(case.now)),
        "second_officer_named": second_officer_named(case.profile, person, data.second_officer, beijing_day(case.now)),
        "amount_allowed": amount_allowed(case, data),
        "amount_as_informed": case.informing is None or data.amount in {None, case.informing.fine},
        "amount_within_informed": case.informing is None or proposed_amount(case, data) <= case.informing.fine,
        "statement_heard": bool(data.statement.strip()),
        "extension_allowed": extension_allowed(case, data),
        "service_recorded": data.service is not None and service_possible(case, data.service),
        "service_agreed": service_agreed(case, data.service),
        "driver_given": data.driver is not None,
        "photos_given": bool(data.files),
        "sheet_given": bool(data.sheet.strip()),
        "target_allowed": data.target in case.profile.hand_over_to,
    }


def decision_due(case: Standing) -> datetime | None:
    """The last moment for the decision: 90 days after entry (APL 60), or as extended (PROC 53)."""
    return case.due("extended") or case.due("decision")


def authorised(profile: AuthorityProfile, person: Person, day: date) -> bool:
    """Whether somebody has a certificate on this day (APL 42): the profile's, where they stand in it, else the account's."""
    officer = profile.officer(person.name)
    return officer.certified_on(day) if officer is not None else bool(person.certificate)


def second_officer_named(profile: AuthorityProfile, person: Person, second: str, day: date) -> bool:
    """Whether a second officer of the authority, with a certificate, stands beside the first where two are needed (APL 42)."""
    officer = profile.officer(second)
    return profile.reviewers == 1 or (second != person.name and officer is not None and officer.certified_on(day))


def proposed_amount(case: Standing, data: ActData) -> int:
    """Yuan that an act proposes: what it says, else what was told, else the informing paper's or the authority's."""
    if data.amount is not None:
        return data.amount
    if case.amount is not None:
        return case.amount
    return case.informing.fine if case.informing is not None else case.profile.fine


def amount_allowed(case: Standing, data: ActData) -> bool:
    """Within the law's range and the authority's fine (RTSL 93), and never above what was told before (APL 45)."""
    amount = proposed_amount(case, data)
    highest = case.profile.fine if case.amount is None else min(case.amount, case.profile.fine)
    return SMALLEST_FINE <= amount <= highest


def extension_allowed(case: Standing, data: ActData) -> bool:
    """Once, to a day after the present limit and within the longest extension (PROC 53)."""
    due = case.due("decision")
    if due is None or data.until is None or "extended_until" in case.moments:
        return False
    last = beijing_day(due)  # the limit ends with the midnight before this day
    longest = months_later(last, round(case.playbook.parameter("extension_limit")))
    return last <= data.until < longest and end_of(data.until) > case.now


def service_possible(case: Standing, service: Service) -> bool:
    """Nothing is served before it was made, nor in the future."""
    made = case.moments.get("decided_at") or case.moments.get("entered_at")
    return made is not None and made <= service.at <= case.now


def service_agreed(case: Standing, service: Service | None) -> bool:
    """Electronic service counts only where the person has agreed to it (APL 61; PROC 55-56)."""
    return service is None or service.way is not ServiceWay.ELECTRONIC or "electronic_agreed_at" in case.moments


def _not_over(case: Standing, due: datetime | None) -> bool:
    return due is not None and case.now < due
