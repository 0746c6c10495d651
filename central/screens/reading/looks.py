"""Looks at pages with personal data: one entry for a page that stays open and reads itself anew."""

from dataclasses import dataclass
from datetime import timedelta

from central.audit.service import LookAction, log_look, looks
from central.core import Core
from central.users.roles import Principal

ONE_LOOK = timedelta(minutes=10)  # a page that is read again within this time is still the same look
_RECENT = 20


@dataclass(frozen=True, slots=True)
class LookLog:
    """Writes the log of looks for the screens."""

    core: Core

    def look(self, user: Principal, subject: str, reason: str, action: LookAction = LookAction.VIEW) -> None:
        """Record who looks at what and why, before it is shown; raises `Unprocessable` without a reason."""
        now = self.core.clock.now()
        with self.core.database.reader() as session:
            known = any(
                look.user_id == user.id and look.reason == reason and now - look.at < ONE_LOOK
                for look in looks(session, subject=subject, limit=_RECENT)
            )
        if known:
            return
        with self.core.database.session() as session:
            log_look(session, user, subject, reason, at=now, action=action)
