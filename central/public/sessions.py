"""Who has shown plate and code may look at that one case for a while: a sealed cookie, nothing is kept on the server."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from central.secrets import SecretKey
from yuhang.clock import Clock
from yuhang.errors import StorageError

COOKIE = "yuhang_case"
_PURPOSE = "public session"


class PartySession(BaseModel):
    """One visit to one case; `nonce` makes its forms its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_id: str
    number: str
    until: AwareDatetime
    nonce: str


@dataclass(frozen=True, slots=True)
class Sessions:
    """Opens, seals and reads visits; its clock is real time, however fast a demo runs."""

    secret: SecretKey
    clock: Clock
    minutes: float

    def open(self, case_id: str, number: str) -> PartySession:
        """A new visit."""
        until: datetime = self.clock.now() + timedelta(minutes=self.minutes)
        return PartySession(case_id=case_id, number=number, until=until, nonce=secrets.token_urlsafe(16))

    def sealed(self, visit: PartySession) -> str:
        """The visit as a cookie: encrypted and signed with the installation's key."""
        return self.secret.encrypt(visit.model_dump_json(), _PURPOSE)

    def read(self, cookie: str | None) -> PartySession | None:
        """The visit in a cookie; None where it is missing, over or not one of ours."""
        if not cookie:
            return None
        try:
            visit = PartySession.model_validate_json(self.secret.decrypt(cookie, _PURPOSE))
        except (StorageError, ValidationError):
            return None
        return visit if self.clock.now() < visit.until else None

    def form_token(self, visit: PartySession) -> str:
        """What every form of this visit carries, so that no other site can send one."""
        return self.secret.token(visit.nonce, "public form")

    def is_own_form(self, visit: PartySession, token: str) -> bool:
        """Whether a form came from a page of this visit."""
        return hmac.compare_digest(self.form_token(visit).encode(), token.encode())
