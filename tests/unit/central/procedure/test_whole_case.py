"""Whole cases, every step in any order: clocks that step, restarts, repeats, acts of everybody with good and bad papers.

Hypothesis plays all of them. What must hold whatever happens stands in the invariants; the truth about pictures is kept apart
from the code. `YUHANG_CASES=500` plays more cases than the few of every run.
"""

import os
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from central.authority.profile import AuthorityProfile
from central.authority.service import Place
from central.cases.acts import ActData, NamedDriver, Service, ServiceWay
from central.cases.calendar import beijing_day
from central.cases.composition import compose, load_chapter
from central.cases.playbook import Playbook, Role, Rule, shipped_playbook
from central.cases.queries import timeline_of
from central.cases.tables import Case, CaseTimeline
from central.deadlines.tables import Deadline
from central.documents.papers import PaperKind
from central.errors import Conflict, Forbidden, NotFound, Problem, Unprocessable
from central.parking.messages import PROCEDURE
from central.parking.undelivered import UndeliveredMessages
from central.payment.clarifying import Clarifying
from central.payment.service import PaymentReport
from central.users.roles import Principal
from tests.unit.central.parking.street import ADMINISTRATOR, FIRST, OFFICER, SECOND, STRANGER, restarted
from tests.unit.central.parking.test_any_order import GRACE, TRACK, AnyOrder
from tests.unit.central.procedure.office import DRIVER, profile
from yuhang.messages import UnobservedReason

PEOPLE = st.sampled_from([FIRST, FIRST, SECOND, OFFICER, STRANGER, ADMINISTRATOR])
AUTHORITIES = st.sampled_from(["police", "city", "city"])
PROFILES: dict[str, AuthorityProfile] = {
    "police": profile("traffic_police"),
    "city": profile("urban_management", switches={"notice": "always"}),
}
BOOKS = [
    compose(shipped_playbook("parking"), (load_chapter("common"), load_chapter(each.procedure.value)), each.limits)
    for each in PROFILES.values()
]
"""The playbooks of both authorities: a case may be handed over."""
DAYS = st.sampled_from([0, 1, 1, 2, 3, 6, 9, 20, 31, 61, 95, 400])
RUNS_IN = {
    "draft": {"review"},
    "second_review": set(),
    "entered": {"limitation"},
    "informed": {"statement", "limitation"},
    "objected": {"objection", "limitation"},
    "driver_named": {"limitation"},
    "handed_over": {"limitation"},
    "ready": {"limitation"},
    "decided": {"service"},
    "served": {"payment"},
    "contested": {"objection"},
    "paid": {"remedy"},
    "removing": {"removal"},
}
"""Limits without which a case in this state would be forgotten; a red light may have come on already."""
RED = {"review", "objection", "service", "removal"}


class WholeCase(AnyOrder):
    """One case from the stop to its end, under one authority or the other."""

    @initialize(
        start=st.sampled_from(["nothing", "draft"] + ["entered", "informed", "ready", "decided", "served"] * 2),
        authority=AUTHORITIES,
    )
    def open_street(self, start: str, authority: str = "police") -> None:
        self.seen: list[tuple[Any, ...]] = []
        self.amount: int | None = None
        self.gone: datetime | None = None  # the truth: from when on it was not there or nobody saw it, whenever that is told
        super().open_street("nothing")
        with self.street.database.session() as session:
            for name in ("police", "city"):
                chosen = PROFILES[name]
                self.street.authorities.write(session, ADMINISTRATOR, chosen, "for the test", after=1)
            self.street.authorities.assign(session, ADMINISTRATOR, Place(), PROFILES[authority].name, "for the test")
        self._begin("nothing" if start == "nothing" else "draft")
        self._go_on(start, authority)

    def _go_on(self, start: str, authority: str) -> None:
        """The straight path as far as `start`, so that what follows meets every state."""
        steps = ["entered", "informed", "ready", "decided", "served"]
        for step in steps[: steps.index(start) + 1] if start in steps else []:
            match step:
                case "entered":
                    self._do(FIRST, "approve")
                    if authority == "city":
                        self._do(SECOND, "confirm")
                case "informed":
                    self.street.issue(TRACK, PaperKind.INFORMING)
                    self._do(OFFICER, "inform")
                case "ready":
                    self._party("waive")
                case "decided":
                    self._do(FIRST, "decide")
                case "served":
                    self.street.issue(TRACK, PaperKind.DECISION)
                    self._do(OFFICER, "serve")
            assert self.street.state(TRACK) == step

    # --- news of the street, early, late and again ---

    @rule(ago=st.integers(0, 300))
    def left(self, ago: int) -> None:
        self._gone_at(self.now() - timedelta(seconds=ago))
        super().left(ago)

    @rule(ago=st.integers(0, 300), reason=st.sampled_from(UnobservedReason))
    def unobserved(self, ago: int, reason: UnobservedReason) -> None:
        self._gone_at(self.now() - timedelta(seconds=ago))
        super().unobserved(ago, reason)

    def _gone_at(self, at: datetime) -> None:
        self.gone = at if self.gone is None else min(self.gone, at)

    # --- time and machines ---

    @rule(days=DAYS, seconds=st.integers(0, 86_399))
    def days_pass(self, days: int, seconds: int) -> None:
        self.street.to(self.now() + timedelta(days=days, seconds=seconds))

    @rule(hours=st.integers(-72, 72))
    def the_clock_steps_far(self, hours: int) -> None:
        self.street.clock.advance(hours * 3600)
        self.street.work()

    @rule()
    def central_is_killed_and_starts_again(self) -> None:
        self.street = restarted(self.street)
        self.street.work()

    # --- people ---

    @precondition(lambda self: hasattr(self, "street") and self.exists())
    @rule(
        user=PEOPLE,
        choice=st.integers(0, 20),
        bad=st.sampled_from(["", "", "", "amount", "service", "ground", "second", "target", "reason"]),
    )
    def somebody_does_what_is_offered(self, user: Principal, choice: int, bad: str) -> None:
        with self.street.database.reader() as session:
            try:
                offers = self.street.people.offers(session, user, self.street.case(TRACK))
            except Forbidden:
                return
        if offers:
            self._do(user, offers[choice % len(offers)], bad)

    @precondition(lambda self: hasattr(self, "street") and self.exists())
    @rule(user=PEOPLE, choice=st.integers(0, 100), bad=st.sampled_from(["", "amount", "service"]))
    def somebody_acts(self, user: Principal, choice: int, bad: str) -> None:
        """Anything at any time."""
        triggers = sorted(self._outline().triggers)
        self._do(user, triggers[choice % len(triggers)], bad)

    @precondition(lambda self: hasattr(self, "street") and self.exists())
    @rule(kind=st.sampled_from([PaperKind.INFORMING, PaperKind.DECISION]), fine=st.sampled_from([100, 150]))
    def a_paper_is_issued(self, kind: PaperKind, fine: int) -> None:
        self.street.issue(TRACK, kind, fine=fine)

    @precondition(lambda self: hasattr(self, "street") and self.exists())
    @rule(template=st.sampled_from(PROCEDURE), status=st.sampled_from(["delivered", "delivered", "failed"]))
    def a_receipt_of_the_procedure_comes(self, template: str, status: str) -> None:
        self.street.work()
        try:
            self.street.receipt(TRACK, self.now(), status, template)
        except (NoResultFound, NotFound, Unprocessable):  # not sent, or the clock has stepped back
            return

    @precondition(lambda self: hasattr(self, "street") and self.exists())
    @rule(action=st.sampled_from(["state", "object", "waive", "name_driver"]))
    def the_party_acts(self, action: str) -> None:
        self._party(action)

    @precondition(lambda self: hasattr(self, "street") and self.exists())
    @rule(fen=st.sampled_from([100, 15_000, 30_000]), reference=st.sampled_from(["A", "B", "C"]), ago=st.integers(0, 5))
    def a_payment_is_reported(self, fen: int, reference: str, ago: int) -> None:
        report = PaymentReport(reference, self.street.case(TRACK).number, fen, self.now() - timedelta(days=ago), "bank")
        try:
            with self.street.database.session() as session:
                self.street.payments.report(session, report)
        except Conflict:  # the reference stands for another amount
            return

    @precondition(lambda self: hasattr(self, "street") and self.exists())
    @rule(refund=st.booleans())
    def a_payment_that_waits_is_cleared_up(self, refund: bool) -> None:
        street = self.street
        clarifying = Clarifying(street.payments, street.cases, street.clock)
        with street.database.reader() as session:
            waiting = sorted(street.payments.unsettled(session), key=lambda payment: payment.reference)
        if not waiting:
            return
        try:
            with street.database.session() as session:
                if refund:
                    clarifying.refunded(session, FIRST, waiting[0].reference, "transfer")
                else:
                    clarifying.match(session, FIRST, waiting[0].reference, street.case(TRACK).number, "looked up")
        except Conflict:  # it counts for this case already
            return

    @precondition(lambda self: hasattr(self, "street") and self.exists())
    @rule(again=st.booleans())
    def a_message_that_did_not_arrive_is_dealt_with(self, again: bool) -> None:
        street = self.street
        messages = UndeliveredMessages(street.sender, street.cases, street.people, street.clock)
        with street.database.reader() as session:
            waiting = sorted(
                messages.waiting(session), key=lambda notice: (notice.template, notice.occasion != "")
            )  # ids are random
        if not waiting:
            return
        try:
            with street.database.session() as session:
                if again:
                    messages.again(session, OFFICER, waiting[0].id)
                else:
                    service = Service(way=ServiceWay.IN_PERSON, at=self.now(), proof="signed")
                    messages.told(session, OFFICER, waiting[0].id, service, "an officer went there")
        except (Conflict, Unprocessable):  # the case has ended, nobody can be sent anything, or the clock has stepped back
            return
        street.work()

    def _do(self, user: Principal, trigger: str, bad: str = "") -> None:
        before = self.street.case(TRACK)
        try:
            after = self.street.do(TRACK, trigger, user, "" if bad == "reason" else "because", **self._data(user, bad))
        except Problem:
            assert self.street.case(TRACK).version == before.version  # a refusal changes nothing
            return
        if after.state == "decided" and before.state != "decided" and trigger == "decide":
            self._decided(before, after, user)

    def _data(self, user: Principal, bad: str) -> dict[str, Any]:
        """Good papers for whatever it is, but for the bad one."""
        now = self.now()
        data: dict[str, Any] = {
            "ground": "unclear",
            "second_officer": "second-reviewer" if user is FIRST else "reviewer",
            "service": {"way": "post", "at": now, "proof": "EMS-1"},
            "driver": DRIVER,
            "until": beijing_day(now) + timedelta(days=30),
            "target": "urban_management" if self._profile() == "traffic_police" else "traffic_police",
            "statement": "heard",
        }
        match bad:
            case "amount":
                data["amount"] = 200
            case "service":
                data["service"]["at"] = now + timedelta(days=1)
            case "ground":
                data["ground"] = ""
            case "second":
                data["second_officer"] = user.name
            case "target":
                data["target"] = "nobody"
        return ActData.model_validate(data).model_dump()

    def _party(self, action: str) -> None:
        case_id, party = self.street.case(TRACK).id, self.street.party
        try:
            with self.street.database.session() as session:
                match action:
                    case "waive":
                        party.waive(session, case_id)
                    case "name_driver":
                        party.name_driver(session, case_id, NamedDriver.model_validate(DRIVER))
                    case "object":
                        party.object(session, case_id, "not so")
                    case _:
                        party.state(session, case_id, "not so")
        except (Conflict, Unprocessable):
            return

    # --- what must hold at the moment of a decision ---

    def _decided(self, before: Case, after: Case, user: Principal) -> None:
        assert user.role.value == "reviewer"
        assert user.name in {"reviewer", "second-reviewer"}  # the strangers have no certificate
        assert all(check["passed"] for check in self.street.stop(TRACK).checks)
        self._was_there(after)
        known = after.moment_times()
        assert "informed_at" in known
        assert "paper" in self._line("decide").data  # it rests on the informing paper
        assert before.amount is None or (after.amount or 0) <= before.amount
        assert self.now() < known["stopped_at"] + timedelta(days=2 * 366)
        last = self._line("decide")
        if self._profile() == "urban_management":
            assert before.state == "ready"
            assert after.reviewed_by != after.confirmed_by is not None
            assert last.data["second_officer"] != user.name

    # --- what must hold always ---

    @invariant()
    def no_draft_without_full_proof(self) -> None:
        """Nor anything that follows a draft."""
        if not hasattr(self, "street") or not self.exists():
            return
        case = self.street.case(TRACK)
        if case.state != "draft" and "approved_at" not in case.moments:
            return
        assert self.delivered is not None
        present = self.street.stop(TRACK).present
        assert present is not None
        (picture,) = present["evidence"]
        sha256 = picture["record"]["file_sha256"]
        assert sha256 in self.street.files
        assert self.good[sha256] >= self.delivered + GRACE
        if "approved_at" not in case.moments:  # later news do not move it back, but nothing is decided on it (`_decided`)
            self._was_there(case)

    def _was_there(self, case: Case) -> None:
        """Nothing that was told, before or after, says that it was gone or out of sight before the picture that proves."""
        assert self.gone is None or self.gone >= case.moment_times()["proof_at"]

    @invariant()
    def money_counts_once(self) -> None:
        """A case is paid by money that is on record for it and was not paid back."""
        if not hasattr(self, "street") or not self.exists():
            return
        case = self.street.case(TRACK)
        with self.street.database.reader() as session:
            settled = [row for row in self.street.payments.payments(session, case.id) if row.outcome == "settled"]
        assert all(row.refunded_at is None for row in settled)
        if "paid_at" in case.moments:
            assert sum(row.amount for row in settled) >= (case.amount or 0) * 100

    @invariant()
    def no_illegal_transition_and_the_history_only_grows(self) -> None:
        if not hasattr(self, "street") or not self.exists():
            return
        with self.street.database.reader() as session:
            lines = timeline_of(session, self.street.case(TRACK).id)
        told = [_said(line) for line in lines]
        assert told[: len(self.seen)] == self.seen
        moved = [line for line in lines if line.refusal is None]
        for line in lines[len(self.seen) :]:
            if line.refusal is None:
                assert any(_allows(rule, line) for book in BOOKS for rule in book.rules), line.trigger
        for earlier, later in pairwise(moved):
            assert earlier.target == later.source
        self.seen = told

    @invariant()
    def one_case_and_each_deadline_once(self) -> None:
        """No limit is missed, none fires twice, and no open step is forgotten."""
        if not hasattr(self, "street"):
            return
        self.street.work()
        with self.street.database.reader() as session:
            cases = session.scalars(select(Case)).all()
            rows = session.scalars(select(Deadline)).all()
            fired = session.scalars(select(CaseTimeline.data["deadline"].as_string())).all()
        assert len(cases) <= 1
        assert not [row.name for row in rows if row.parked_at is not None or row.error is not None]
        open_rows = {row.name: row for row in rows if row.fired_at is None and row.cancelled_at is None}
        assert len(open_rows) == len([row for row in rows if row.fired_at is None and row.cancelled_at is None])
        assert not [name for name, row in open_rows.items() if row.due_at <= self.now()]
        for name in {row.name for row in rows}:
            assert fired.count(name) <= sum(row.name == name and row.fired_at is not None for row in rows)
        for case in cases:
            for name in RUNS_IN.get(case.state, set()):
                red = name in RED and case.red_light_at is not None
                assert name in open_rows or red, (case.state, name)

    @invariant()
    def nothing_is_served_by_message_without_agreement_nor_without_its_paper(self) -> None:
        if not hasattr(self, "street") or not self.exists():
            return
        with self.street.database.reader() as session:
            lines = timeline_of(session, self.street.case(TRACK).id)
        agreed = False
        for line in lines:
            if line.refusal is not None:
                continue
            agreed = (agreed or line.trigger == "agree_electronic") and line.trigger != "confirm_driver"
            if line.trigger in {"inform", "serve"}:
                assert "paper" in line.data
                assert agreed or line.data["service"]["way"] != "electronic"

    @invariant()
    def the_amount_never_rises(self) -> None:
        if not hasattr(self, "street") or not self.exists():
            return
        amount = self.street.case(TRACK).amount
        if self.amount is not None:
            assert amount is not None
            assert amount <= self.amount
        self.amount = amount

    def _outline(self) -> Playbook:
        return self.street.cases.playbook("parking")

    def _profile(self) -> str:
        return self.street.case(TRACK).profile if self.exists() else "traffic_police"

    def _line(self, trigger: str) -> CaseTimeline:
        with self.street.database.reader() as session:
            lines = timeline_of(session, self.street.case(TRACK).id)
        return [line for line in lines if line.trigger == trigger][-1]


def _said(line: CaseTimeline) -> tuple[Any, ...]:
    return (line.id, line.at, line.actor, line.role, line.trigger, line.source, line.target, line.refusal, line.reason)


def _allows(rule: Rule, line: CaseTimeline) -> bool:
    target = rule.target or line.source
    who = Role(line.role) in rule.who
    return who and rule.trigger == line.trigger and line.source in rule.source and target == line.target


WholeCase.TestCase.settings = settings(
    max_examples=int(os.environ.get("YUHANG_CASES", "25")),
    stateful_step_count=25,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    derandomize="YUHANG_CASES" not in os.environ,
)
TestWholeCase = pytest.mark.slow(WholeCase.TestCase)
