"""Finding a case by plate and code: the answer says nothing about which of the two was wrong, and takes the same time."""

import hmac
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.cases.public_code import LENGTH, as_typed
from central.cases.tables import Case
from central.erasure import pseudonym
from central.retention.tables import PurgedCase
from central.secrets import SecretKey
from yuhang.plates import normalise_plate

_LONGEST_PLATE = 12


@dataclass(frozen=True, slots=True)
class LookUp:
    """What somebody has typed, in its normal form: 浙ａ·12345 is 浙A12345, `abcde-fgh23` is ABCDEFGH23."""

    plate: str
    code: str

    @classmethod
    def typed(cls, plate: str, code: str) -> "LookUp":
        """From the two fields of the form."""
        return cls(normalise_plate(plate)[:_LONGEST_PLATE], as_typed(code)[: LENGTH + 1])

    @property
    def complete(self) -> bool:
        """Whether both fields were filled in."""
        return bool(self.plate and self.code)


def find_case(session: Session, secret: SecretKey, look_up: LookUp) -> Case | None:
    """The case with this plate and code, or None. One whose personal data was deleted is known by the plate's pseudonym."""
    case = session.scalar(select(Case).where(Case.public_code == look_up.code))
    purged = case is not None and session.get(PurgedCase, case.id) is not None
    known = (case.plate or "") if case is not None else ""
    if purged and not known:
        return case  # nothing is left to compare with, and nothing but the date of the deletion is left to be seen
    shown = pseudonym(secret, look_up.plate) if purged else look_up.plate
    same = hmac.compare_digest(known.encode(), shown.encode())
    return case if known and same else None
