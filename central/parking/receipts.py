"""What receipts of messages do to a case: the first one starts the grace period, those of the procedure are proofs of telling.

A message of the procedure that arrives is an act of the software with way, date and proof (PROC 55-56): the owner is told of the
entry by it (PROC 20); informing and decision are served by it only where the person has agreed to electronic service (APL 61).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from central.cases.acts import ActData, Service, ServiceWay
from central.cases.carrying_out import CarryingOut, Deed
from central.cases.engine import Act, Refusal
from central.cases.playbook import Role
from central.cases.procedure import Person
from central.cases.service import CaseService, Happening
from central.cases.tables import Case
from central.notify.tables import Notification
from central.parking.kind import stop_of
from central.parking.messages import FIRST, SERVES
from central.parking.news import CaseNews
from central.parking.tables import ParkingStop
from yuhang.clock import Clock

GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class ParkingReceipts:
    """`NoticeListener` of parking cases."""

    clock: Clock
    cases: CaseService
    carrying_out: CarryingOut

    def notice_sent(self, session: Session, notice: Notification) -> None:
        """The gateway has the notice."""
        if notice.template != FIRST:
            return
        case = self.cases.locked(session, notice.case_id)
        at = notice.sent_at or self.clock.now()
        self.cases.learn(case, "notice_sent_at", at)
        self._pull(session, case, "notice_sent", at, quiet=True)

    def notice_delivered(self, session: Session, notice: Notification) -> None:
        """The person has the notice."""
        at = notice.delivered_at
        if at is None:
            return
        case = self.cases.locked(session, notice.case_id)
        if notice.template == FIRST:
            self._warned(session, case, notice.sent_at or at, at)
        elif (trigger := SERVES.get(notice.template)) is not None:
            self._served(session, case, trigger, notice, at)

    def notice_failed(self, session: Session, notice: Notification) -> None:
        """The person will not get the notice: somebody goes there, or tells in another way."""
        case = self.cases.locked(session, notice.case_id)
        if notice.template == FIRST:
            self._reachable(stop_of(session, case), reached=False)
            self._pull(session, case, "notice_failed", self.clock.now(), why=notice.detail)
        else:
            self._pull(session, case, "message_failed", self.clock.now(), why=notice.detail, template=notice.template)

    def _warned(self, session: Session, case: Case, sent_at: datetime, at: datetime) -> None:
        """The grace period runs from the delivery. A second picture may already be here."""
        self.cases.learn(case, "notice_sent_at", sent_at)
        self.cases.learn(case, "notice_delivered_at", at)
        stop = stop_of(session, case)
        self._reachable(stop, reached=True)
        self._pull(session, case, "notice_delivered", at)
        if stop is not None and stop.present is not None:
            self._pull(session, case, "present", at, actor=f"{stop.site}/{stop.node}", quiet=True)

    def _reachable(self, stop: ParkingStop | None, *, reached: bool) -> None:
        if stop is not None:
            stop.owner_reachable = reached

    def _served(self, session: Session, case: Case, trigger: str, notice: Notification, at: datetime) -> None:
        """Carry the act out for which this delivery is the proof; where it does not count, the history says why."""
        act = Act(trigger, GATEWAY, Role.SYSTEM)
        service = Service(way=ServiceWay.ELECTRONIC, at=at, proof=notice.id)
        outcome = self.carrying_out.do(session, case, Deed(act, Person(GATEWAY), ActData(service=service)))
        if isinstance(outcome, Refusal):
            happening = Happening(at, data={"message": notice.id, "template": notice.template})
            self.cases.note(session, case, act, happening, outcome)

    def _pull(
        self,
        session: Session,
        case: Case,
        trigger: str,
        at: datetime,
        *,
        actor: str = GATEWAY,
        why: str = "",
        template: str = "",
        quiet: bool = False,
    ) -> None:
        data = {"template": template} if template else {}
        act = Act(trigger, actor, Role.SYSTEM, why)
        CaseNews(self.cases).pull(session, case, act, Happening(at, data=data), quiet=quiet)
