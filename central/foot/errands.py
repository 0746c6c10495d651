"""Errands on foot: a message of the procedure did not arrive, so an officer goes and tells the person at the door.

An errand is open as long as its message waits. It ends when the person is told, in whatever way: by the officer here, by letter,
or by the message sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.cases.acts import Service
from central.cases.engine import Act
from central.cases.playbook import Role
from central.cases.queries import find_case
from central.cases.service import Happening
from central.cases.tables import Case
from central.errors import Conflict, NotFound, Unprocessable
from central.foot.rules import Holding
from central.foot.service import FootService
from central.foot.tables import FootErrand
from central.notify.tables import Notification
from central.notify.undelivered import waiting_notice
from central.parking.news import CaseNews
from central.parking.undelivered import UndeliveredMessages
from central.users.roles import Principal
from yuhang.clock import Clock

SEND_OFFICER, ERRAND_BACK = "send_officer", "errand_back"


@dataclass(frozen=True, slots=True)
class Errand:
    """A message to be told at the door, its case, and who has taken it."""

    row: FootErrand
    notice: Notification
    case: Case
    holding: Holding


@dataclass(frozen=True, slots=True)
class FootErrands:
    """The one way to send an officer with a message; asking and handing back stand in the case's history."""

    foot: FootService
    undelivered: UndeliveredMessages
    clock: Clock

    def ask(self, session: Session, user: Principal, notice_id: str, reason: str) -> Errand:
        """Have an officer tell the person. Asked twice it is one errand.

        Raises `NotFound`, `Conflict` (it has arrived, or somebody has told) or `Unprocessable` (no reason).
        """
        if not reason.strip():
            raise Unprocessable("give a reason; it is recorded with your name", "reason_missing")
        case_id = session.scalar(select(Notification.case_id).where(Notification.id == notice_id))
        case = self.foot.cases.locked(session, case_id) if case_id else None
        notice = waiting_notice(session, notice_id, self.clock.now())
        row = session.get(FootErrand, notice_id)
        if row is None and case is not None:
            now = self.clock.now()
            row = FootErrand(notice_id=notice.id, case_id=case.id, asked_by=user.name, asked_at=now, reason=reason.strip()[:500])
            session.add(row)
            self._note(session, user, case, Act(SEND_OFFICER, user.name, _role(user), reason), notice)
            session.flush()
        return self.errand(session, notice_id)

    def open_ones(self, session: Session, user: Principal) -> list[Errand]:
        """Those of the officer's own authorities, the longest waiting first."""
        found = self._open(session)
        return [errand for errand in found if self.foot.is_own(session, user, errand.case)]

    def asked(self, session: Session, notice_ids: Sequence[str]) -> dict[str, FootErrand]:
        """Those of these messages for which an officer was asked, by message."""
        rows = session.scalars(select(FootErrand).where(FootErrand.notice_id.in_(notice_ids)))
        return {row.notice_id: row for row in rows}

    def for_officer(self, session: Session, user: Principal, notice_id: str) -> Errand:
        """One errand, also after its end; `NotFound`, or `Forbidden` for one of another authority."""
        errand = self.errand(session, notice_id)
        self.foot.check_own(session, user, errand.case)
        return errand

    def take(self, session: Session, user: Principal, notice_id: str) -> Errand:
        """Take it; `Conflict` while another officer is on the way there, or once the person was told."""
        errand = self._mine_or_free(session, user, notice_id)
        errand.row.taken_by, errand.row.taken_at = user.name, self.clock.now()
        session.flush()
        return self.errand(session, notice_id)

    def give_back(self, session: Session, user: Principal, notice_id: str, reason: str) -> Errand:
        """Hand it back with a reason: nobody was there, or another officer goes. It stays open."""
        errand = self._mine_or_free(session, user, notice_id)
        if not reason.strip():
            raise Unprocessable("give a reason; it is recorded with your name", "reason_missing")
        self._note(session, user, errand.case, Act(ERRAND_BACK, user.name, _role(user), reason), errand.notice)
        errand.row.taken_by = errand.row.taken_at = None
        session.flush()
        return self.errand(session, notice_id)

    def told(self, session: Session, user: Principal, notice_id: str, service: Service, reason: str) -> Errand:
        """The person was told: way, time and proof end the errand, and a case that waits for its owner to be told goes on."""
        self._mine_or_free(session, user, notice_id)
        self.undelivered.told(session, user, notice_id, service, reason)
        return self.errand(session, notice_id)

    def errand(self, session: Session, notice_id: str) -> Errand:
        """One errand, or `NotFound`."""
        row = session.get(FootErrand, notice_id)
        notice = session.get(Notification, notice_id)
        if row is None or notice is None:
            raise NotFound("there is no such errand", "no_message")
        return Errand(row, notice, find_case(session, row.case_id), Holding(row.taken_by, row.taken_at))

    def _open(self, session: Session) -> list[Errand]:
        waiting = {notice.id: notice for notice in self.undelivered.waiting(session)}
        rows = sorted(self.asked(session, list(waiting)).values(), key=lambda row: (row.asked_at, row.notice_id))
        return [
            Errand(row, waiting[row.notice_id], find_case(session, row.case_id), Holding(row.taken_by, row.taken_at))
            for row in rows
        ]

    def _mine_or_free(self, session: Session, user: Principal, notice_id: str) -> Errand:
        """The errand with its case locked, still waiting and on nobody else's way."""
        self.foot.cases.locked(session, self.errand(session, notice_id).case.id)
        errand = self.for_officer(session, user, notice_id)
        waiting_notice(session, notice_id, self.clock.now())
        if errand.holding.held_by_another(user.name, self.clock.now()):
            raise Conflict(f"{errand.holding.by} has taken this errand")
        return errand

    def _note(self, session: Session, user: Principal, case: Case, act: Act, notice: Notification) -> None:
        """What was asked or handed back stands in the history, with unit and reason, also of a case that has ended."""
        happening = Happening(self.clock.now(), data={"unit": user.unit, "message": notice.id, "template": notice.template})
        CaseNews(self.foot.cases).pull(session, case, act, happening)


def _role(user: Principal) -> Role:
    return Role(user.role.value)
