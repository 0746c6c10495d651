"""What a person does with a payment that settled nothing: find the case it was meant for, or put down that it was paid back.

Each act is a row of its own with name, unit, reason and what it changed; the payment keeps the number that was reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.cases.service import CaseService
from central.cases.tables import Case
from central.errors import Conflict, NotFound, Unprocessable
from central.payment.rules import Outcome
from central.payment.service import PaymentReport, PaymentService
from central.payment.tables import Payment, PaymentAct
from central.users.roles import Principal
from yuhang.clock import Clock

SHORTEST_REASON = 2


class ClarifyingAct(StrEnum):
    """What can be done."""

    MATCH = "match"  # it was meant for another case
    REFUND = "refund"  # paid back, outside of this software


@dataclass(frozen=True, slots=True)
class Clarifying:
    """Acts on payments that wait for a person."""

    payments: PaymentService
    cases: CaseService
    clock: Clock

    def match(self, session: Session, user: Principal, reference: str, number: str, reason: str) -> Payment:
        """Count a payment for the case with this number, as if it had been reported for it; it may still settle nothing.

        Raises `NotFound`, `Conflict` (it does not wait any more, or is the same case) or `Unprocessable` (no reason).
        """
        case_id = session.scalar(select(Case.id).where(Case.number == number.strip()))
        if case_id is None:
            raise NotFound(f"there is no case {number.strip()!r}", "no_case", number=number.strip())
        case = self.cases.locked(session, case_id)  # always the case before its payment
        payment = self._waiting(session, reference, reason)
        if payment.case_id == case.id:
            raise Conflict(f"the payment counts for {case.number} already", "payment_same_case", number=case.number)
        note = self._note(user, payment, ClarifyingAct.MATCH, reason)
        report = PaymentReport(
            payment.reference, case.number, payment.amount, payment.paid_at, f"{payment.source} {user.name}"[:64]
        )
        owed = self.payments.owed(session, case, payment.paid_at)
        payment.case_id, payment.late_fee = case.id, owed.late_fee
        payment.outcome = self.payments.outcome(session, case, report, owed).value
        return self._kept(session, payment, note)

    def refunded(self, session: Session, user: Principal, reference: str, reason: str) -> Payment:
        """Put down that a payment was paid back; it counts for nothing any more. Raises as `match` does."""
        payment = self._waiting(session, reference, reason)
        note = self._note(user, payment, ClarifyingAct.REFUND, reason)
        payment.refunded_at = self.clock.now()
        return self._kept(session, payment, note)

    def acts(self, session: Session, limit: int = 100) -> Sequence[PaymentAct]:
        """What was done last, latest first."""
        return session.scalars(select(PaymentAct).order_by(PaymentAct.id.desc()).limit(limit)).all()

    def _waiting(self, session: Session, reference: str, reason: str) -> Payment:
        if len(reason.strip()) < SHORTEST_REASON:
            raise Unprocessable("reason: say why; it is kept with your name", "reason_missing")
        payment = session.scalar(select(Payment).where(Payment.reference == reference).with_for_update())
        if payment is None:
            raise NotFound(f"there is no payment {reference!r}", "no_payment", reference=reference)
        if payment.refunded_at is not None or payment.outcome == Outcome.SETTLED.value:
            raise Conflict("the payment does not wait for anybody any more; look at the list again", "payment_done")
        return payment

    def _note(self, user: Principal, payment: Payment, act: ClarifyingAct, reason: str) -> PaymentAct:
        return PaymentAct(
            reference=payment.reference,
            act=act.value,
            by=user.name,
            unit=user.unit,
            at=self.clock.now(),
            reason=reason.strip()[:500],
            outcome_before=payment.outcome,
            case_before=payment.case_id,
        )

    def _kept(self, session: Session, payment: Payment, note: PaymentAct) -> Payment:
        note.outcome_after, note.case_after = payment.outcome, payment.case_id
        session.add(note)
        session.flush()
        return payment
