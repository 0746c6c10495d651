"""What was reported as paid for a case, and the sheet by which a receipt is entered at a desk. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from central.payment.rules import FEN, Outcome, Owed
from central.payment.tables import Payment
from central.screens.components.sheet import Sheet
from central.screens.scene import Scene
from central.screens.sheets.fields import Hints, fields_of
from central.screens.theme import Tone

PAYMENT = "payment"


class PaymentEntry(BaseModel):
    """A receipt of whoever takes the money, as somebody at a desk reads it off."""

    reference: str = Field(min_length=1, max_length=64)
    amount_yuan: int = Field(ge=1, le=1000)
    paid_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment on record and what it meant."""

    reference: str
    amount: str
    paid_at: datetime
    outcome: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class PaymentsView:
    """Payments, what is owed in words, and the sheet where something is owed."""

    rows: tuple[PaymentRow, ...]
    owed: str
    sheet: Sheet | None


def payments_view(scene: Scene, payments: Sequence[Payment], owed: Owed | None, number: str) -> PaymentsView:
    """The payments of a case; `owed` is None where nothing is to be paid (no decision, or settled)."""
    return PaymentsView(
        rows=tuple(_row(scene, payment) for payment in payments),
        owed=_owed(scene, owed) if owed else "",
        sheet=_sheet(scene, owed, number) if owed else None,
    )


def yuan(fen: int) -> str:
    """150 or 154.50."""
    return f"{fen // FEN}" if fen % FEN == 0 else f"{fen / FEN:.2f}"


def _owed(scene: Scene, owed: Owed) -> str:
    return scene.t("payment.owed", total=yuan(owed.total), fine=yuan(owed.fine), late=yuan(owed.late_fee))


def _row(scene: Scene, payment: Payment) -> PaymentRow:
    settled = payment.outcome == Outcome.SETTLED.value
    return PaymentRow(
        reference=payment.reference,
        amount=scene.t("payment.yuan", amount=yuan(payment.amount)),
        paid_at=payment.paid_at,
        outcome=scene.t(f"payment.outcome.{payment.outcome}"),
        tone=Tone.DONE if settled else Tone.WARNING,
    )


def _sheet(scene: Scene, owed: Owed, number: str) -> Sheet:
    values = {
        "amount_yuan": str(-(-owed.total // FEN)),
        "paid_at": f"{scene.now.astimezone(scene.zone):%Y-%m-%dT%H:%M:%S}",
    }
    return Sheet(
        key=PAYMENT,
        title=scene.t("payment.enter"),
        happens=(scene.t("payment.happens", number=number), _owed(scene, owed)),
        fields=fields_of(scene, PaymentEntry, tuple(PaymentEntry.model_fields), Hints(values)),
        basis="APL 67, 72; PROC 60",
        done=scene.t("payment.done"),
    )
