"""An authority's profile: everything about a case that depends on who enforces, as data that an administrator edits (LAW.md 0).

What cannot be lawful is refused when a profile is written, and the error names the key and says what to do.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from central.cases.composition import Procedure
from central.cases.playbook import Name, Words
from yuhang.config import load_yaml

SMALLEST_FINE, LARGEST_FINE = 20, 200
"""Yuan, RTSL 93."""

Line = Annotated[str, Field(min_length=1, max_length=100)]


class Section(BaseModel):
    """Base of all parts of a profile: immutable, unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoticeRule(StrEnum):
    """To whom a notice is sent before anything else happens."""

    ALWAYS = "always"
    FIRST_IN_MONTH = "first_in_month"  # of a calendar month in Beijing; afterwards an officer goes there on foot


class Officer(Section):
    """A person with a certificate to enforce (APL 42); `user` is the name of their account."""

    user: Annotated[str, Field(min_length=1, max_length=64)]
    certificate: Annotated[str, Field(min_length=1, max_length=64, description="number of the enforcement certificate")]
    valid_until: date | None = Field(default=None, description="last day of the certificate in Beijing; null: not known")

    def certified_on(self, day: date) -> bool:
        """Whether the certificate has not run out on this day."""
        return self.valid_until is None or day <= self.valid_until


class LateFee(Section):
    """What is owed on top for paying late (PROC 60; APL 72): a part of the fine for each day, up to the cap."""

    percent_a_day: float = Field(default=3, ge=0, le=3)
    cap_percent: float = Field(default=100, ge=0, le=100, description="of the fine; the fee never exceeds the fine itself")


class Account(Section):
    """Where fines are paid; printed on papers."""

    bank: Line
    name: Line
    number: Line


class Switches(Section):
    """Choices of an authority that the law leaves open."""

    notice: NoticeRule = NoticeRule.ALWAYS
    informing_with_decision: bool = Field(
        default=False, description="inform, hear and decide in one appointment (simple procedure)"
    )
    one_case_a_day: bool = Field(default=True, description="no second case the same day at the same place (APL 29)")
    commercial_observation: bool = Field(default=False, description="watch commercial vehicles longer before the notice")


class LegalReview(Section):
    """Who has confirmed a profile's articles, codes, limits and amounts for this site, and on the law as of which day."""

    by: Line = Field(description="legal officer")
    on: date = Field(description="day of the confirmation in Beijing")
    law_as_of: date = Field(description="amendments up to this day were looked at")


class AuthorityProfile(Section):
    """Who enforces, and how. `limits` replace values of the playbook's parameters, within the law's own bounds."""

    name: Name
    title: Words = Field(description="short name for screens")
    authority: Line = Field(description="full name as it stands on papers, in Chinese")
    unit_code: Annotated[str, Field(min_length=1, max_length=32)]
    contact: Line = Field(description="telephone for the person concerned")
    address: Line
    hours: Line = Field(description="when somebody is there")
    procedure: Procedure
    legal_basis: Line = Field(description="the articles that papers cite")
    violation_code: Annotated[str, Field(min_length=1, max_length=16)]
    fine: int = Field(ge=SMALLEST_FINE, le=LARGEST_FINE, description="yuan; 20 to 200 (RTSL 93)")
    templates: Name = Field(description="set of document templates")
    officers: tuple[Officer, ...] = Field(min_length=1)
    reviewers: int = Field(ge=1, le=2)
    limits: dict[Name, float] = Field(default_factory=dict)
    switches: Switches = Switches()
    late_fee: LateFee = LateFee()
    account: Account
    reconsideration_organ: Line = Field(
        default="本级人民政府", description="where to ask for reconsideration; on papers (APL 59)"
    )
    reconsideration_first: bool = Field(
        default=True,
        description="whether a decision made on the spot has to go to reconsideration before a court (Administrative "
        "Reconsideration Law 2023, art. 23); the legal officer confirms it",
    )
    court: Line = Field(default="有管辖权的人民法院", description="court for lawsuits against decisions; on papers (APL 59)")
    hand_over_to: tuple[Name, ...] = ()
    legal_review: LegalReview | None = Field(
        default=None, description="null: nobody has confirmed the profile for this site; screens say so"
    )
    number_prefix: Annotated[
        str, Field(min_length=1, max_length=12, description="of document numbers: 余综执 in 余综执罚决字〔2026〕第1号")
    ]

    @property
    def goes_to_reconsideration_first(self) -> bool:
        """Whether a decision has to go to reconsideration before a court: those made on the spot do (ARL 23)."""
        return self.reconsideration_first and self.procedure is Procedure.SIMPLE

    def officer(self, user: str) -> Officer | None:
        """The officer with this account."""
        return next((officer for officer in self.officers if officer.user == user), None)

    def certificate_of(self, user: str) -> str | None:
        """The certificate number under which a person enforces for this authority, or None."""
        officer = self.officer(user)
        return officer.certificate if officer else None

    @model_validator(mode="after")
    def _lawful(self) -> Self:
        names = [officer.user for officer in self.officers]
        if len(set(names)) != len(names):
            raise PydanticCustomError("officers_twice", "officers: each person is named once; remove the double entry")
        if self.reviewers == 2 and len(names) < 2:
            raise PydanticCustomError(
                "reviewers_two",
                "reviewers: two reviewers need at least two people; add an officer with a certificate or set it to 1",
            )
        if self.procedure is Procedure.GENERAL and len(names) < 2:
            raise PydanticCustomError(
                "officers_general", "officers: the general procedure needs two certified officers (APL 42); add one"
            )
        if self.switches.informing_with_decision and self.procedure is not Procedure.SIMPLE:
            raise PydanticCustomError(
                "informing_simple",
                "switches.informing_with_decision: only the simple procedure informs and decides in one appointment; "
                "switch it off or set procedure to simple",
            )
        if self.name in self.hand_over_to:
            raise PydanticCustomError("hand_over_self", "hand_over_to: an authority does not hand over to itself; remove it")
        return self


class Confirmation(StrEnum):
    """Whether a site's legal officer stands behind a profile."""

    HOLDS = "holds"
    CHANGED = "changed"  # the profile was written anew after the confirmation
    MISSING = "missing"


def confirmation(profile: AuthorityProfile, written_on: date | None) -> Confirmation:
    """Whether the profile is confirmed; `written_on` is the day in Beijing on which this version was written, None: shipped."""
    review = profile.legal_review
    if review is None:
        return Confirmation.MISSING
    return Confirmation.CHANGED if written_on is not None and written_on > review.on else Confirmation.HOLDS


@dataclass(frozen=True, slots=True)
class ProfileKey:
    """A version of a profile: what a case keeps."""

    name: str
    version: int


_SHIPPED = ("traffic_police", "urban_management")
DEFAULT_PROFILE = "traffic_police"


@cache
def shipped_profiles() -> dict[str, AuthorityProfile]:
    """The profiles that come with Yuhang, by name: examples of names and numbers, to be edited by each site."""
    folder = Path(__file__).parent / "profiles"
    profiles = (load_yaml(folder / f"{name}.yaml", AuthorityProfile) for name in _SHIPPED)
    return {profile.name: profile for profile in profiles}
