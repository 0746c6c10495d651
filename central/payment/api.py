"""Payments over HTTP: the callback of a payment system, files of a bank, and what waits for a person."""

import hmac
from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, Field

from central.api.access import Administrator, AnyUser, CoreDep, Decider
from central.api.problems import RESPONSES
from central.errors import Problem, Unauthorized
from central.payment.clarifying import Clarifying
from central.payment.config import PaymentConfig
from central.payment.csv_file import Read, read_payments
from central.payment.rules import Outcome
from central.payment.service import PaymentReport, PaymentService
from central.payment.tables import Payment


class PaymentBody(BaseModel):
    """A payment as a payment system reports it."""

    reference: str = Field(min_length=1, max_length=64, description="the system's own; repeating it changes nothing")
    number: str = Field(min_length=1, max_length=32, description="number of the case as on the paper")
    amount_fen: int = Field(gt=0, le=100_000_000)
    paid_at: AwareDatetime


class PaymentAnswer(BaseModel):
    """A payment on record and what it meant."""

    reference: str
    number: str
    amount_fen: int
    late_fee_fen: int = Field(description="owed on top at the time of payment")
    paid_at: datetime
    reported_at: datetime
    source: str
    outcome: Outcome
    refunded_at: datetime | None = None
    new: bool = Field(default=True, description="false: it was known already")

    @classmethod
    def of(cls, row: Payment, *, new: bool = True) -> "PaymentAnswer":
        """From its row."""
        same = ("reference", "number", "paid_at", "reported_at", "source", "outcome", "refunded_at")
        values = {name: getattr(row, name) for name in same}
        return cls(**values, amount_fen=row.amount, late_fee_fen=row.late_fee, new=new)


class FileBody(BaseModel):
    """A CSV file of payments."""

    name: str = Field(min_length=1, max_length=50, description="name of the file, kept with each payment")
    text: str = Field(max_length=2_000_000, description="its contents: reference,number,amount_yuan,paid_at")


class FileLine(BaseModel):
    """What became of a line of a file."""

    line: int
    outcome: Outcome | None = Field(description="null: the line was refused")
    new: bool = False
    error: str = ""


class RefundBody(BaseModel):
    """Why a payment was paid back, with the reference of the transfer."""

    reason: str = Field(min_length=2, max_length=500, description="kept with your name")


class MatchBody(RefundBody):
    """The case that a payment was meant for, and how that is known."""

    number: str = Field(min_length=1, max_length=32, description="number of the case")


def payment_router(payments: PaymentService, clarifying: Clarifying, config: PaymentConfig) -> APIRouter:
    """`/api/v1/payments`."""
    router = APIRouter(prefix="/api/v1/payments", tags=["payments"], responses=RESPONSES)
    secret = config.shared_secret()

    @router.post("", summary="Report a payment")
    def report(core: CoreDep, request: Request, body: PaymentBody) -> PaymentAnswer:
        """For payment systems, with the shared secret; repeating a report changes nothing."""
        shown = request.headers.get(config.secret_header, "")
        if not secret or not hmac.compare_digest(shown.encode(), secret.encode()):
            raise Unauthorized("the shared secret of the payment system is missing or wrong")
        told = PaymentReport(body.reference, body.number, body.amount_fen, body.paid_at, "callback")
        with core.database.session() as session:
            recorded = payments.report(session, told)
            return PaymentAnswer.of(recorded.payment, new=recorded.new)

    @router.post("/file", summary="Bring a file of payments")
    def import_file(core: CoreDep, _user: Administrator, body: FileBody) -> list[FileLine]:
        """Each line by itself: a bad one is told with its number and keeps none of the others out."""
        return [_take(core, payments, read) for read in read_payments(body.text, f"file {body.name}")]

    @router.get("/unsettled", summary="Payments that wait for a person")
    def list_unsettled(core: CoreDep, _user: AnyUser) -> list[PaymentAnswer]:
        """Short, double, early, not owed or unknown, and not paid back; latest first. They name no payer."""
        with core.database.reader() as session:
            return [PaymentAnswer.of(row) for row in payments.unsettled(session)]

    @router.post("/{reference}/match", summary="Count a payment for the case it was meant for")
    def match(core: CoreDep, user: Decider, reference: str, body: MatchBody) -> PaymentAnswer:
        """As if it had been reported for that case; what it means there is in the answer. 409 where it waits for nobody."""
        with core.database.session() as session:
            return PaymentAnswer.of(clarifying.match(session, user, reference, body.number, body.reason), new=False)

    @router.post("/{reference}/refunded", summary="Put down that a payment was paid back")
    def refunded(core: CoreDep, user: Decider, reference: str, body: RefundBody) -> PaymentAnswer:
        """Paid back outside of this software; it counts for nothing any more."""
        with core.database.session() as session:
            return PaymentAnswer.of(clarifying.refunded(session, user, reference, body.reason), new=False)

    return router


def _take(core: CoreDep, payments: PaymentService, read: Read) -> FileLine:
    if read.report is None:
        return FileLine(line=read.line, outcome=None, error=read.error)
    try:
        with core.database.session() as session:
            recorded = payments.report(session, read.report)
            return FileLine(line=read.line, outcome=Outcome(recorded.payment.outcome), new=recorded.new)
    except Problem as problem:
        return FileLine(line=read.line, outcome=None, error=str(problem))
