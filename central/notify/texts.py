"""What may stand in a message and how long it is. Pure.

Carriers bill a message of up to 70 characters as one; a longer one is cut into segments of 67, because each then carries three
characters' worth of header (3GPP TS 23.040 9.2.3.24.1, UCS-2). What a variable may hold follows the rules by which Alibaba Cloud
registers templates (SMS, "variable specifications"); the carriers' own rules are the same or wider.
"""

import re
import unicodedata
from enum import StrEnum

from yuhang.plates import is_plate

SINGLE_CHARS = 70
SEGMENT_CHARS = 67

_LINK = re.compile(
    r"""
      [a-z][a-z0-9+.-]*://                          # any address with a scheme
    | (?<![a-z0-9])www\.[a-z0-9.-]*
    | (?<![a-z0-9-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![a-z])   # a domain, whatever its ending
    | \.(?:中国|公司|网络|政务|公益|在线|网址|商城)
    | (?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])              # an IPv4 address
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BRACKETS = frozenset("【】")  # they mark the signature; anywhere else a carrier takes them for one


class VariableKind(StrEnum):
    """What a variable holds, as it is registered."""

    TEXT = "text"  # a name or place
    LIST = "list"  # several short texts joined by "；", the most useful first
    DIGITS = "digits"
    AMOUNT = "amount"  # digits with at most one point
    TIME = "time"  # a date, a time of day or both
    NUMBER = "number"  # of a case or document
    PLATE = "plate"


LONGEST: dict[VariableKind, int] = {
    VariableKind.TEXT: 35,
    VariableKind.LIST: 105,  # three times what Alibaba Cloud registers for one variable; see `AlibabaSms`
    VariableKind.DIGITS: 20,
    VariableKind.AMOUNT: 20,
    VariableKind.TIME: 20,
    VariableKind.NUMBER: 35,
    VariableKind.PLATE: 10,
}
"""The longest variable of each kind that can be registered, in characters."""

_FORMS: dict[VariableKind, re.Pattern[str]] = {
    VariableKind.DIGITS: re.compile(r"[0-9]+"),
    VariableKind.AMOUNT: re.compile(r"[0-9]+(?:\.[0-9]+)?"),
    VariableKind.TIME: re.compile(r"(?=.*[0-9])[0-9年月日时分秒点上下午:/ -]+"),
    VariableKind.NUMBER: re.compile(r"[\u4e00-\u9fff]{0,8}[0-9A-Za-z〔〕()（）_-]+[号]?"),
}


def characters(text: str) -> int:
    """Length as carriers count it: UTF-16 units, so that a rare character outside the basic plane counts twice."""
    return len(text.encode("utf-16-le")) // 2


def segments(text: str) -> int:
    """How many messages a whole text, signature included, is billed as."""
    length = characters(text)
    return 1 if length <= SINGLE_CHARS else -(-length // SEGMENT_CHARS)


def link_in(text: str) -> str | None:
    """The first thing in a text that a phone would make a link of or a carrier would refuse as one, or None."""
    found = _LINK.search(unicodedata.normalize("NFKC", text))
    return found.group() if found else None


def brackets_in(text: str) -> bool:
    """Whether a text holds the brackets of a signature."""
    return not _BRACKETS.isdisjoint(text)


def fits_kind(kind: VariableKind, value: str) -> bool:
    """Whether a value has the form of its kind."""
    if kind is VariableKind.PLATE:
        return is_plate(value)
    form = _FORMS.get(kind)
    return form is None or form.fullmatch(value) is not None


def cut(text: str, length: int) -> str:
    """The beginning of a text in at most `length` characters, with a mark that something is missing."""
    if characters(text) <= length:
        return text
    kept = text
    while kept and characters(kept) > length - 1:
        kept = kept[:-1]
    return f"{kept}…"
