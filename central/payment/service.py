"""The way payments come in: every adapter (HTTP callback, CSV file, a bank's own) hands a report to this service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from central.authority.service import AuthorityService
from central.cases.engine import Act, Facts, Refusal
from central.cases.playbook import Role, StateKind
from central.cases.service import CaseService, Happening
from central.cases.tables import Case, profile_key
from central.errors import Conflict, Unprocessable
from central.payment.rules import FEN, Outcome, Owed, judge, late_fee
from central.payment.tables import Payment
from yuhang.clock import Clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What whoever takes the money says: their reference, the number of the case on the paper, fen, and when it was paid."""

    reference: str
    number: str
    amount: int
    paid_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A payment on record; `new` is false for a repeat."""

    payment: Payment
    new: bool


class PaymentService:
    """Records payments and lets the case go on when it is settled."""

    def __init__(self, cases: CaseService, authorities: AuthorityService, clock: Clock) -> None:
        self._cases = cases
        self._authorities = authorities
        self._clock = clock

    def owed(self, session: Session, case: Case, at: datetime) -> Owed:
        """What a case with a decision owes if it is paid at this time."""
        standing = self._cases.standing(session, case)
        rule = self._authorities.profile(session, profile_key(case)).late_fee
        fine = case.amount or 0
        return Owed(fine * FEN, late_fee(fine, standing.due("payment"), at, rule))

    def report(self, session: Session, report: PaymentReport) -> Recorded:
        """Record a payment once; `Conflict` if its reference means another payment, `Unprocessable` for one of the future."""
        now = self._clock.now()
        if report.paid_at > now:
            raise Unprocessable("paid_at: the payment lies in the future; check the clock of the reporting system")
        case_id = session.scalar(select(Case.id).where(Case.number == report.number))
        case = self._cases.locked(session, case_id) if case_id is not None else None
        known = session.get(Payment, report.reference)
        if known is not None:
            if (known.number, known.amount) != (report.number, report.amount):
                raise Conflict(f"reference: {report.reference} was reported before for another case or amount")
            return Recorded(known, new=False)
        owed = Owed(0, 0) if case is None else self.owed(session, case, report.paid_at)
        payment = Payment(
            reference=report.reference,
            number=report.number,
            case_id=case_id,
            amount=report.amount,
            late_fee=owed.late_fee,
            paid_at=report.paid_at,
            reported_at=now,
            source=report.source,
            outcome=self.outcome(session, case, report, owed).value,
        )
        session.add(payment)
        session.flush()
        log.info("payment_recorded", case=case.number if case else None, outcome=payment.outcome)
        return Recorded(payment, new=True)

    def payments(self, session: Session, case_id: str) -> Sequence[Payment]:
        """All payments that were reported for a case, in the order of reporting."""
        statement = select(Payment).where(Payment.case_id == case_id)
        return session.scalars(statement.order_by(Payment.reported_at, Payment.reference)).all()

    def unsettled(self, session: Session, limit: int = 200) -> Sequence[Payment]:
        """Payments that wait for a person, latest first: neither settled nor paid back."""
        waiting = Payment.outcome != Outcome.SETTLED.value, Payment.refunded_at.is_(None)
        statement = select(Payment).where(*waiting)
        return session.scalars(statement.order_by(Payment.reported_at.desc(), Payment.reference).limit(limit)).all()

    def outcome(self, session: Session, case: Case | None, report: PaymentReport, owed: Owed) -> Outcome:
        """What the payment means for the case, which goes on where it settles what is owed."""
        if case is None:
            return Outcome.UNKNOWN
        moments = case.moment_times()
        if "paid_at" in moments:
            return Outcome.DOUBLE
        if case.state_kind == StateKind.VOID.value or "removal_ordered_at" in moments:
            return Outcome.NOT_OWED
        if "decided_at" not in moments:
            return Outcome.EARLY
        return self._counted(session, case, report, owed)

    def _counted(self, session: Session, case: Case, report: PaymentReport, owed: Owed) -> Outcome:
        """With what was paid short before; together they may be what is owed."""
        short = session.scalars(select(Payment).where(*_short(case, report.reference))).all()
        outcome = judge(owed, report.amount, sum(row.amount for row in short))
        if outcome is not Outcome.SETTLED:
            return outcome
        if not self._settle(session, case, report, owed):
            return Outcome.NOT_OWED
        for row in short:
            row.outcome = Outcome.SETTLED.value
        return outcome

    def _settle(self, session: Session, case: Case, report: PaymentReport, owed: Owed) -> bool:
        data = {"payment": report.reference, "amount_fen": report.amount, "late_fee_fen": owed.late_fee}
        happening = Happening(self._clock.now(), Facts(given={"paid_at": report.paid_at}), data)
        act = Act("pay", f"payment {report.source}", Role.SYSTEM)
        return not isinstance(self._cases.pull(session, case, act, happening), Refusal)


def _short(case: Case, reference: str) -> tuple[ColumnElement[bool], ...]:
    """Conditions: short payments of the case other than this one that have not been paid back."""
    short = Payment.case_id == case.id, Payment.outcome == Outcome.SHORT.value
    return *short, Payment.refunded_at.is_(None), Payment.reference != reference
