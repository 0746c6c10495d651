"""Who agreed to what, when: without it there is no template (PIPL 14-17, 29-31; FACE 5-7)."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from yuhang.messages import Message, Sha256, Slug, Ulid, UtcTime

Name = Annotated[str, Field(min_length=1, max_length=100)]


class Consent(Message):
    """The separate consent of one person to being recognised at this gate."""

    person: Name = Field(description="who is recognised, as the property knows them")
    holder: Slug = Field(description="the household or pass that the person belongs to")
    notice_version: str = Field(min_length=1, max_length=40, description="version of the notice that was read")
    given_at: UtcTime
    under_14: bool = False
    guardian: Name | None = Field(default=None, description="who consented for a child under 14")
    keep_until: UtcTime = Field(description="when the template is deleted without further ado, such as the end of the tenancy")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.under_14 and self.guardian is None:
            raise ValueError("guardian is missing: for a child under 14 a guardian consents (PIPL 31)")
        if self.keep_until <= self.given_at:
            raise ValueError("keep_until must lie after given_at")
        return self


class Withdrawal(Message):
    """What proves that a template is gone: signed by the node, and naming nobody."""

    enrolment: Ulid
    template_sha256: Sha256 = Field(description="of the encrypted file that was deleted")
    withdrawn_at: UtcTime
    files_left: int = Field(ge=0, description="files of this enrolment found afterwards; anything but 0 is a failure")
    key_id: str
    signature: str = Field(description="Ed25519 over the SHA-256 of the record without this field, base64")


def expired(consent: Consent, now: datetime) -> bool:
    """Whether the template has been kept for as long as was agreed."""
    return now >= consent.keep_until
