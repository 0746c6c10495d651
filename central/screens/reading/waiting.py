"""What has come to nothing and waits for a person: payments that settled nothing, messages that did not arrive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.cases.acts import Service
from central.cases.tables import Case
from central.core import Core
from central.matters import Matters
from central.payment.tables import Payment
from central.screens.views.payments import yuan
from central.users.roles import Principal


@dataclass(frozen=True, slots=True)
class CaseLink:
    """A case by its number, and where its page is."""

    id: str
    number: str
    plate: str = ""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment that waits; `case` is the one under whose number it came, if there is such a case."""

    reference: str
    number: str
    amount: str
    paid_at: datetime
    source: str
    outcome: str
    case: CaseLink | None


@dataclass(frozen=True, slots=True)
class ActLine:
    """What somebody did with a payment."""

    reference: str
    act: str
    by: str
    unit: str
    at: datetime
    reason: str
    outcome: str
    case: CaseLink | None


@dataclass(frozen=True, slots=True)
class ErrandLine:
    """An officer is asked to tell the person: since when, and who has taken it."""

    asked_at: datetime
    taken_by: str


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message that did not arrive."""

    id: str
    template: str
    status: str
    detail: str
    queued_at: datetime
    recipient: str
    case: CaseLink | None
    errand: ErrandLine | None


@dataclass(frozen=True, slots=True)
class WaitingDesk:
    """Reads the two lists and carries out what people do about them, each act in a transaction of its own."""

    core: Core
    matters: Matters

    def payments(self) -> list[PaymentLine]:
        """Latest first."""
        with self.core.database.reader() as session:
            rows = self.matters.payments.unsettled(session)
            cases = _cases(session, [row.case_id for row in rows])
            return [_payment_line(row, cases) for row in rows]

    def payment_acts(self) -> list[ActLine]:
        """What was done last, latest first."""
        with self.core.database.reader() as session:
            rows = self.matters.clarifying.acts(session, limit=50)
            cases = _cases(session, [row.case_after for row in rows])
            return [
                ActLine(
                    row.reference,
                    row.act,
                    row.by,
                    row.unit,
                    row.at,
                    row.reason,
                    row.outcome_after,
                    cases.get(row.case_after or ""),
                )
                for row in rows
            ]

    def match(self, user: Principal, reference: str, number: str, reason: str) -> None:
        """Count a payment for the case it was meant for."""
        with self.core.database.session() as session:
            self.matters.clarifying.match(session, user, reference, number, reason)

    def refunded(self, user: Principal, reference: str, reason: str) -> None:
        """Put down that a payment was paid back."""
        with self.core.database.session() as session:
            self.matters.clarifying.refunded(session, user, reference, reason)

    def messages(self) -> list[MessageLine]:
        """Oldest first."""
        with self.core.database.reader() as session:
            rows = self.matters.undelivered.waiting(session)
            cases = _cases(session, [row.case_id for row in rows])
            errands = self.matters.errands.asked(session, [row.id for row in rows])
            return [
                MessageLine(
                    row.id,
                    row.template,
                    row.status,
                    row.detail,
                    row.queued_at,
                    row.recipient_masked,
                    cases.get(row.case_id),
                    ErrandLine(asked.asked_at, asked.taken_by or "") if (asked := errands.get(row.id)) else None,
                )
                for row in rows
            ]

    def send_again(self, user: Principal, notice_id: str) -> None:
        """Write a message anew and send it."""
        with self.core.database.session() as session:
            self.matters.undelivered.again(session, user, notice_id)

    def send_officer(self, user: Principal, notice_id: str, reason: str) -> None:
        """Have an officer tell the person at the door."""
        with self.core.database.session() as session:
            self.matters.errands.ask(session, user, notice_id, reason)

    def told(self, user: Principal, notice_id: str, service: Service, reason: str) -> None:
        """Put down how the person was told instead."""
        with self.core.database.session() as session:
            self.matters.undelivered.told(session, user, notice_id, service, reason)


def _payment_line(row: Payment, cases: Mapping[str, CaseLink]) -> PaymentLine:
    case = cases.get(row.case_id or "")
    return PaymentLine(row.reference, row.number, yuan(row.amount), row.paid_at, row.source, row.outcome, case)


def _cases(session: Session, ids: Sequence[str | None]) -> dict[str, CaseLink]:
    found = session.execute(select(Case.id, Case.number, Case.plate).where(Case.id.in_([one for one in ids if one])))
    return {row.id: CaseLink(row.id, row.number, row.plate or "") for row in found}
