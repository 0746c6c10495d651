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
    """One visit to one case; `nonce` makes its forms its own, `code` stands for the code on the papers by which it was opened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_id: str
    number: str
    until: AwareDatetime
    nonce: str
    code: str


@dataclass(frozen=True, slots=True)
class Sessions:
    """Opens, seals and reads visits; its clock is real time, however fast a demo runs."""

    secret: SecretKey
    clock: Clock
    minutes: float

    def open(self, case_id: str, number: str, code: str) -> PartySession:
        """A new visit by the code of the case."""
        until: datetime = self.clock.now() + timedelta(minutes=self.minutes)
        nonce = secrets.token_urlsafe(16)
        return PartySession(case_id=case_id, number=number, until=until, nonce=nonce, code=self._mark(code))

    def is_current(self, visit: PartySession, code: str) -> bool:
        """Whether the case still has the code by which the visit was opened; a new code ends every visit by the old one."""
        return hmac.compare_digest(visit.code.encode(), self._mark(code).encode())

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

    def _mark(self, code: str) -> str:
        return self.secret.token(code, "public visit")

    def form_token(self, visit: PartySession) -> str:
        """What every form of this visit carries, so that no other site can send one."""
        return self.secret.token(visit.nonce, "public form")

    def is_own_form(self, visit: PartySession, token: str) -> bool:
        """Whether a form came from a page of this visit."""
        return hmac.compare_digest(self.form_token(visit).encode(), token.encode())
