"""Receipts of what the person concerned has sent in; a form that is sent twice is done once and gets the same receipt."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.cases.tables import Case
from central.public.tables import PublicReceipt


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that has been sent in: with which form, which act it was, and how many pictures came along."""

    form: str
    act: str
    pictures: int


def receipt_of_form(session: Session, case_id: str, form: str) -> PublicReceipt | None:
    """The receipt of a form that was sent before."""
    return session.get(PublicReceipt, (case_id, form))


def receipt_by_serial(session: Session, case_id: str, serial: int) -> PublicReceipt | None:
    """The n-th receipt of a case."""
    return session.scalar(select(PublicReceipt).where(PublicReceipt.case_id == case_id, PublicReceipt.serial == serial))


def latest_serial(session: Session, case_id: str, act: str) -> int | None:
    """The serial of the last receipt for such an act; None where it did not come over the public page."""
    same = PublicReceipt.case_id == case_id, PublicReceipt.act == act
    return session.scalar(select(func.max(PublicReceipt.serial)).where(*same))


def give_receipt(session: Session, case: Case, sent: Sent, at: datetime) -> PublicReceipt:
    """The next receipt of a case that the caller holds locked."""
    last = session.scalar(select(func.max(PublicReceipt.serial)).where(PublicReceipt.case_id == case.id)) or 0
    row = PublicReceipt(case_id=case.id, form=sent.form, serial=last + 1, act=sent.act, at=at, pictures=sent.pictures)
    session.add(row)
    session.flush()
    return row


def reference(case: Case, receipt: PublicReceipt) -> str:
    """How a receipt is called on the telephone: 余2026-000123-02."""
    return f"{case.number}-{receipt.serial:02d}"
