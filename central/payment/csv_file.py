"""A bank's or treasury's list of payments as a CSV file: `reference,number,amount_yuan,paid_at`, with this line as its first."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from central.errors import Unprocessable
from central.payment.rules import FEN
from central.payment.service import PaymentReport

COLUMNS = ("reference", "number", "amount_yuan", "paid_at")
MAX_LINES = 10_000


class Line(BaseModel):
    """One payment as the file has it."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    reference: str = Field(min_length=1, max_length=64)
    number: str = Field(min_length=1, max_length=32)
    amount_yuan: Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=2)]
    paid_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Read:
    """A line of the file that was understood, or why it was not."""

    line: int
    report: PaymentReport | None
    error: str = ""


def read_payments(text: str, source: str) -> Iterator[Read]:
    """The payments of a file line by line; a bad line never keeps the others out. `Unprocessable` if it is no such file."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise Unprocessable(f"line 1: the first line must read {','.join(COLUMNS)}")
    for row in reader:
        if reader.line_num > MAX_LINES:
            raise Unprocessable(f"a file has at most {MAX_LINES} lines; split it")
        yield _read(reader.line_num, row, source)


def _read(number: int, row: dict[str | None, str | None], source: str) -> Read:
    try:
        line = Line.model_validate({name or "more": value for name, value in row.items()})
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        return Read(number, None, f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}")
    paid_at: datetime = line.paid_at
    return Read(number, PaymentReport(line.reference, line.number, round(line.amount_yuan * FEN), paid_at, source))
