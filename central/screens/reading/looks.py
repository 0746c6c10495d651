"""Looks at pages with personal data: one entry for a page that stays open and reads itself anew."""

from dataclasses import dataclass
from datetime import timedelta

from central.audit.service import LookAction, LookPurpose, log_look, looks
from central.core import Core
from central.users.roles import Principal

ONE_LOOK = timedelta(minutes=10)  # a page that is read again within this time is still the same look
_RECENT = 20


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody looks, as they said once in their session: in words, and for which of the purposes."""

    reason: str
    purpose: LookPurpose = LookPurpose.CASE_WORK


@dataclass(frozen=True, slots=True)
class LookLog:
    """Writes the log of looks for the screens."""

    core: Core

    def look(
        self,
        user: Principal,
        subject: str,
        why: Why,
        action: LookAction = LookAction.VIEW,
        content: str = "",
    ) -> None:
        """Record who looks at what (`content`: what of it) and why, before it is shown; `Unprocessable` without a reason."""
        now = self.core.clock.now()
        with self.core.database.reader() as session:
            known = any(
                (look.user_id, look.reason, look.content) == (user.id, why.reason, content) and now - look.at < ONE_LOOK
                for look in looks(session, subject=subject, limit=_RECENT)
            )
        if known:
            return
        with self.core.database.session() as session:
            log_look(session, user, subject, why.reason, at=now, action=action, purpose=why.purpose, content=content)
