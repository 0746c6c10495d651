"""Tasks on foot for the phone page, and what officers do there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from central.cases.acts import Service
from central.cases.queries import evidence_of
from central.core import Core
from central.deadlines.service import next_due
from central.documents.papers import PaperKind
from central.documents.service import PaperWish
from central.errors import Problem
from central.foot.errands import Errand
from central.foot.receiving import SentPhoto, receive_photo
from central.foot.service import STATE, NoPlate, Report, Task
from central.matters import Matters
from central.screens.components.plate import plate
from central.screens.scene import Scene
from central.screens.views.evidence import EvidenceFiles
from central.screens.views.foot import ErrandView, FootFacts, FootRow, FootTaskView, foot_row, picture_to_find_it, sheet_of
from central.screens.views.naming import state_title
from central.users.roles import Principal
from central.users.service import display_names
from yuhang.plates import PlateColour


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


@dataclass(frozen=True, slots=True)
class FootDesk:
    """Reads tasks and carries out what officers do, each in one transaction."""

    core: Core
    matters: Matters

    def tasks(self, scene: Scene, user: Principal) -> tuple[FootRow, ...]:
        """The officer's tasks: their own first, then the longest waiting."""
        with self.core.database.reader() as session:
            rows = [foot_row(scene, self._facts(session, task), user.name) for task in self.matters.foot.tasks(session, user)]
        return tuple(sorted(rows, key=lambda row: (not row.mine, bool(row.taken_by))))

    def task(self, scene: Scene, user: Principal, case_id: str, reason: str) -> FootTaskView:
        """One task; `NotFound` or `Forbidden`."""
        with self.core.database.reader() as session:
            task = self.matters.foot.task(session, user, case_id)
            case = task.case
            evidence = evidence_of(session, case.id)
            arrived = frozenset(row.sha256 for row in evidence if self.core.evidence.has(row.sha256))
            playbook = self.matters.cases.playbook(case.kind)
            typed = self.matters.foot.plate_is_typed(session, case.id)
            due = next_due(session, [case.id]).get(case.id)
            return FootTaskView(
                row=foot_row(scene, self._facts(session, task), user.name),
                open=case.state == STATE,
                state=state_title(scene, playbook, case.state),
                why=self._why(session, task, typed=typed),
                picture_url=picture_to_find_it(EvidenceFiles(evidence, arrived, reason)),
                sheet=sheet_of(self.matters.documents.papers_of(session, case.id), reason),
                may_print=case.plate is not None,
                plate_typed=typed,
                due_at=due,
            )

    def errands(self, scene: Scene, user: Principal) -> tuple[ErrandView, ...]:
        """Messages that the officer may go and tell at the door: their own first."""
        with self.core.database.reader() as session:
            rows = [_errand_view(scene, session, errand, user) for errand in self.matters.errands.open_ones(session, user)]
        return tuple(sorted(rows, key=lambda row: (not row.mine, bool(row.taken_by))))

    def errand(self, scene: Scene, user: Principal, notice_id: str) -> ErrandView:
        """One of them; `NotFound` or `Forbidden`."""
        with self.core.database.reader() as session:
            return _errand_view(scene, session, self.matters.errands.for_officer(session, user, notice_id), user)

    def take_errand(self, user: Principal, notice_id: str) -> None:
        """Take the errand."""
        with self.core.database.session() as session:
            self.matters.errands.take(session, user, notice_id)

    def give_errand_back(self, user: Principal, notice_id: str, reason: str) -> None:
        """Hand it back: nobody was there."""
        with self.core.database.session() as session:
            self.matters.errands.give_back(session, user, notice_id, reason)

    def told_errand(self, user: Principal, notice_id: str, service: Service, reason: str) -> None:
        """The person was told."""
        with self.core.database.session() as session:
            self.matters.errands.told(session, user, notice_id, service, reason)

    def take(self, user: Principal, case_id: str) -> None:
        """Take the task."""
        with self.core.database.session() as session:
            self.matters.foot.take(session, user, case_id)

    def give_back(self, user: Principal, case_id: str, reason: str) -> None:
        """Hand it back."""
        with self.core.database.session() as session:
            self.matters.foot.give_back(session, user, case_id, reason)

    def type_plate(self, user: Principal, case_id: str, plate: str, colour: PlateColour | None) -> None:
        """Write down the plate as the officer reads it."""
        with self.core.database.session() as session:
            self.matters.foot.type_plate(session, user, case_id, plate, colour)

    def print_sheet(self, user: Principal, case_id: str, reason: str) -> None:
        """Have the notice sheet made, or find the one that was made before."""
        with self.core.database.session() as session:
            self.matters.foot.task(session, user, case_id)
            self.matters.documents.issue(session, user, PaperWish(case_id, PaperKind.NOTICE_SHEET, reason))

    def report(self, user: Principal, case_id: str, report: Report) -> None:
        """End the task."""
        with self.core.database.session() as session:
            self.matters.foot.report(session, user, case_id, report)

    async def photo(self, user: Principal, sent: SentPhoto, content: bytes) -> None:
        """Take a photo in that came with a form."""
        await receive_photo(self.core, self.matters.foot, user, sent, _pieces(content))

    def _facts(self, session: Session, task: Task) -> FootFacts:
        holder = task.holding.by or ""
        names = display_names(session, {holder}) if holder else {}
        address = self.matters.registry.address(session, task.case.address)
        return FootFacts(task.case, task.holding, address, names.get(holder, holder))

    def _why(self, session: Session, task: Task, *, typed: bool) -> str:
        """Why an officer has to go there, as a key of the catalogue."""
        if task.case.plate is None or typed:
            return "foot.why.unread"
        owner = self.matters.registry.owner(session, task.case.plate)
        known = owner is not None or self.matters.notify.without_number
        sent = "notice_sent_at" in task.case.moments
        return "foot.why.undelivered" if sent else "foot.why.again" if known else "foot.why.unknown"


def _errand_view(scene: Scene, session: Session, errand: Errand, user: Principal) -> ErrandView:
    by, case = errand.holding.by or "", errand.case
    another = errand.holding.held_by_another(user.name, scene.now)
    return ErrandView(
        notice_id=errand.row.notice_id,
        case_id=case.id,
        number=case.number,
        plate=plate(scene, case.plate, case.plate_colour),
        template=errand.notice.template,
        text=errand.notice.text,
        reason=errand.row.reason,
        asked_at=errand.row.asked_at,
        open=errand.notice.otherwise is None,
        mine=by == user.name,
        taken_by=display_names(session, {by}).get(by, by) if another else "",
    )


def refusal_key(error: Problem) -> str:
    """The words for what was not done."""
    if isinstance(error, NoPlate):
        return "foot.refused.plate"
    return {409: "foot.refused.conflict", 422: "foot.refused.incomplete", 403: "foot.refused.not_yours"}.get(
        error.status, "foot.refused.other"
    )
