"""What is done about a message of the procedure that did not arrive: sent again, or told in another way, each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.cases.acts import ActData, Service
from central.cases.people import People, Wish
from central.cases.playbook import StateKind
from central.cases.service import CaseService
from central.cases.tables import Case
from central.errors import Conflict, Unprocessable
from central.notify.tables import NoticeStatus, Notification
from central.notify.undelivered import told_otherwise, undelivered, waiting_notice
from central.parking.messages import PROCEDURE, SERVES
from central.parking.sending import NoticeSender
from central.users.roles import Principal
from yuhang.clock import Clock

AGAIN = "again"
_TOLD = "notify"
_REMOVED = "record_removed"


@dataclass(frozen=True, slots=True)
class UndeliveredMessages:
    """The one way to deal with them; each act stands in the case's history or at the message, with who did it."""

    sender: NoticeSender
    cases: CaseService
    people: People
    clock: Clock

    def waiting(self, session: Session) -> Sequence[Notification]:
        """Those that wait for a person, oldest first."""
        return undelivered(session, PROCEDURE, self.clock.now())

    def again(self, session: Session, user: Principal, notice_id: str) -> Notification:
        """Write the message anew, as the case stands now, and send it; the old one is done with. Returns the new one.

        Raises `NotFound`, `Conflict` (it has arrived, somebody was faster, the case has ended) or `Unprocessable` (it cannot be
        sent: the owner has no number and no channel goes by the plate).
        """
        case = self._case(session, notice_id)
        notice = waiting_notice(session, notice_id, self.clock.now())
        if case.state_kind != StateKind.OPEN.value and notice.template != _REMOVED:
            raise Conflict("the case has ended; nothing more is sent", "message_case_ended")
        standing = self.cases.standing(session, case)
        new = self.sender.again(session, case, standing, notice.template, f"{AGAIN} {notice.id}")
        if new.status == NoticeStatus.FAILED.value:
            raise Unprocessable(f"it cannot be sent: {new.detail}", "message_nobody")
        notice.otherwise = {"way": AGAIN, "at": self.clock.now().isoformat(), "proof": new.id, "by": user.name}
        session.flush()
        return new

    def told(self, session: Session, user: Principal, notice_id: str, service: Service, reason: str) -> Notification:
        """Put down how the person was told instead; where the case waits for that very act, it is carried out too.

        Informing and decision are served on the page of the case, on their papers.
        """
        case = self._case(session, notice_id)
        notice = told_otherwise(session, notice_id, service, user.name, self.clock.now())
        rules = self.cases.playbook_of(session, case).rules_for(case.state, _TOLD)
        if SERVES.get(notice.template) == _TOLD and rules and "owner_notified_at" not in case.moments:
            data: dict[str, Any] = {"service": service}
            self.people.act(session, user, Wish(case.id, _TOLD, reason, ActData(**data)))
        return notice

    def _case(self, session: Session, notice_id: str) -> Case:
        """The case, locked before its message."""
        case_id = session.scalar(select(Notification.case_id).where(Notification.id == notice_id))
        return self.cases.locked(session, case_id or "")
