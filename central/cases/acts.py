"""What an act brings along beyond its trigger: one typed document for people, the party and programs alike."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from yuhang.messages import Sha256

Text = Annotated[str, Field(max_length=2000)]


class ServiceWay(StrEnum):
    """How a paper reached the person (APL 61; Civil Procedure Law 88-95; PROC 55-56)."""

    IN_PERSON = "in_person"  # 直接送达
    LEFT = "left"  # 留置送达
    POST = "post"  # 邮寄送达
    ELECTRONIC = "electronic"  # 电子送达, with consent
    ENTRUSTED = "entrusted"  # 委托送达
    PUBLIC_NOTICE = "public_notice"  # 公告送达, without personal data


class ActPart(BaseModel):
    """Base of what an act carries: immutable, unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Service(ActPart):
    """A paper was served: how, when, and what proves it."""

    way: ServiceWay
    at: AwareDatetime
    proof: str = Field(min_length=1, max_length=200, description="number of the receipt, the consignment or the message")


class NamedDriver(ActPart):
    """Who drove, as the owner says (PROC 21); kept encrypted."""

    name: str = Field(min_length=1, max_length=60)
    licence: str = Field(min_length=6, max_length=30, description="number of the driving licence")
    phone: str = Field(default="", max_length=20)


class ActData(ActPart):
    """Facts of an act; each trigger needs its own of them, the others stay empty."""

    ground: str = Field(default="", max_length=40, description="ground for voiding or upholding, a name of the playbook")
    second_officer: str = Field(default="", max_length=64, description="account of the second certified officer (APL 42)")
    service: Service | None = None
    amount: int | None = Field(default=None, description="yuan; left out: the fine of the authority's profile, or what was told")
    driver: NamedDriver | None = None
    until: date | None = Field(default=None, description="last day of an extended limit")
    target: str = Field(default="", max_length=40, description="profile of the authority that takes the case over")
    payment: str = Field(default="", max_length=64, description="reference of the payment")
    statement: Text = Field(default="", description="what the person concerned says")
    sheet: str = Field(default="", max_length=60, description="number of the posted sheet, printed here or beforehand")
    files: tuple[Sha256, ...] = Field(default=(), max_length=12, description="photos by their SHA-256, uploaded before")

    def for_history(self) -> dict[str, object]:
        """What stands in the history: everything but personal data, which is kept apart and encrypted."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"driver", "statement"})


BROUGHT_BY: Mapping[str, str] = MappingProxyType(
    {
        "ground_given": "ground",
        "second_officer_named": "second_officer",
        "amount_allowed": "amount",
        "amount_as_informed": "amount",
        "amount_within_informed": "amount",
        "statement_heard": "statement",
        "extension_allowed": "until",
        "service_recorded": "service",
        "service_agreed": "service",
        "driver_given": "driver",
        "target_allowed": "target",
        "photos_given": "files",
        "sheet_given": "sheet",
    }
)
"""Checks on what the act itself brings, and the fact that brings it: who acts can mend it at once."""

MAY_BRING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"notify": ("service",), "state": ("statement", "files"), "object": ("statement", "files")}
)
"""Facts that an act takes although no check of its rules asks for them."""
