"""Grammar of Chinese number plates (GA 36-2018 and the plates beside it), pure.

Plates use no I and no O after the province's character (police of a capital excepted). What cannot be told from the text
alone (large yellow plates read like blue ones) has to come from the colour.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from yuhang.errors import YuhangError

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"


class PlateError(YuhangError):
    """A text that is no Chinese number plate."""


class PlateKind(StrEnum):
    """Kinds of plates by the form of their text."""

    ORDINARY = "ordinary"  # blue, or yellow for large vehicles
    NEW_ENERGY_SMALL = "new_energy_small"
    NEW_ENERGY_LARGE = "new_energy_large"
    TRAILER = "trailer"
    LEARNER = "learner"
    POLICE = "police"
    EMBASSY = "embassy"
    CONSULATE = "consulate"
    HONG_KONG_MACAU = "hong_kong_macau"
    ARMED_POLICE = "armed_police"
    MILITARY = "military"
    EMERGENCY = "emergency"  # fire and rescue


class PlateColour(StrEnum):
    """Ground colours."""

    BLUE = "blue"
    YELLOW = "yellow"
    GREEN = "green"
    WHITE = "white"
    BLACK = "black"


@dataclass(frozen=True, slots=True)
class Plate:
    """A number plate in its normal form.

    `province` is the first character's province, or None where the plate has none (embassies, military). `colour` is the colour
    that plates of this form have, None where the text leaves it open and none was given.
    """

    text: str
    kind: PlateKind
    province: str | None
    colour: PlateColour | None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class _Form:
    """A kind's characters, place by place; `spellings` has one entry for each order in which they may stand."""

    kind: PlateKind
    spellings: tuple[tuple[str, ...], ...]
    colours: tuple[PlateColour, ...]  # the first is taken when there is only one


_D = "0123456789"
_L = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O; the first of a plate names the authority that issued it
_C = _D + _L
_NEW = "ABCDEFGHJK"
_P = PROVINCES
_FORMS = (
    _Form(PlateKind.HONG_KONG_MACAU, (("粤", "Z", *[_C] * 4, "港澳"),), (PlateColour.BLACK,)),
    _Form(PlateKind.POLICE, ((_P, _L + "O", *[_C] * 4, "警"),), (PlateColour.WHITE,)),
    _Form(PlateKind.EMERGENCY, ((_P, _L, *[_C] * 4, "应", "急"),), (PlateColour.WHITE,)),
    _Form(PlateKind.LEARNER, ((_P, _L, *[_C] * 4, "学"),), (PlateColour.YELLOW,)),
    _Form(PlateKind.TRAILER, ((_P, _L, *[_C] * 4, "挂"),), (PlateColour.YELLOW,)),
    _Form(PlateKind.CONSULATE, ((_P, _L, *[_D] * 4, "领"), (_P, *[_D] * 5, "领")), (PlateColour.BLACK,)),
    _Form(PlateKind.EMBASSY, ((*[_D] * 6, "使"), ("使", *[_D] * 6)), (PlateColour.BLACK,)),
    _Form(PlateKind.ARMED_POLICE, (("W", "J", *[_D] * 4, _C), ("W", "J", _P, *[_D] * 4, _C)), (PlateColour.WHITE,)),
    _Form(PlateKind.MILITARY, (("ABCDEFGHJKLNSVYZ", _L, *[_D] * 5),), (PlateColour.WHITE,)),
    _Form(PlateKind.NEW_ENERGY_SMALL, ((_P, _L, _NEW, _C, *[_D] * 4),), (PlateColour.GREEN,)),
    _Form(PlateKind.NEW_ENERGY_LARGE, ((_P, _L, *[_D] * 5, _NEW),), (PlateColour.GREEN,)),
    _Form(PlateKind.ORDINARY, ((_P, _L, *[_C] * 5),), (PlateColour.BLUE, PlateColour.YELLOW)),
)
_DROPPED = re.compile(r"[\s·•・.\-_‧∙●—]")


def normalise_plate(text: str) -> str:
    """Upper case and half width, without the dot and what else stands between the characters."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).upper()


def parse_plate(text: str, colour: PlateColour | None = None) -> Plate:
    """The plate that `text` spells, with `colour` as seen where the form leaves it open; `PlateError` if it is none."""
    normal = normalise_plate(text)
    for form in _FORMS:
        if _is_spelt(normal, form):
            province = normal[0] if normal[0] in PROVINCES else None
            only = form.colours[0] if len(form.colours) == 1 else None
            seen = colour if colour in form.colours else None
            return Plate(normal, form.kind, province, only or seen)
    raise PlateError(f"{text[:20]!r} is no number plate")


def is_plate(text: str) -> bool:
    """Whether `text` spells a number plate."""
    normal = normalise_plate(text)
    return any(_is_spelt(normal, form) for form in _FORMS)


@functools.lru_cache(maxsize=20_000)
def next_characters(beginning: str) -> frozenset[str]:
    """What may stand after `beginning` (in normal form) on a plate; empty where no plate goes on like that."""
    place = len(beginning)
    return frozenset(
        character
        for form in _FORMS
        for spelling in form.spellings
        if len(spelling) > place and all(one in allowed for one, allowed in zip(beginning, spelling, strict=False))
        for character in spelling[place]
    )


def _is_spelt(normal: str, form: _Form) -> bool:
    return any(
        len(spelling) == len(normal) and all(one in allowed for one, allowed in zip(normal, spelling, strict=True))
        for spelling in form.spellings
    )
