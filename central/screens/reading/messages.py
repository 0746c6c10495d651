"""The drivers' messages, read from the notification outbox."""

from dataclasses import dataclass

from central.cases.queries import find_case
from central.core import Core
from central.errors import NotFound
from central.matters import Matters
from central.notify.service import thread, threads
from central.screens.scene import Scene
from central.screens.views.naming import state_title
from central.screens.views.phone import PersonRow, ThreadView, inbox_view, thread_view


@dataclass(frozen=True, slots=True)
class MessageReader:
    """Reads notices as the drivers' phones show them; numbers are masked in the database already."""

    core: Core
    matters: Matters

    def inbox(self) -> tuple[PersonRow, ...]:
        """The phones that have messages, latest first."""
        with self.core.database.reader() as session:
            return inbox_view(threads(session))

    def thread(self, scene: Scene, reference: str) -> ThreadView:
        """All messages of one phone; `NotFound` where there is none."""
        with self.core.database.reader() as session:
            notices = thread(session, reference)
            if not notices:
                raise NotFound("there are no messages to this phone")
            cases = {notice.case_id: find_case(session, notice.case_id) for notice in notices}
        matters = {
            case_id: state_title(scene, self.matters.cases.playbook(case.kind), case.state) for case_id, case in cases.items()
        }
        return thread_view(scene, notices, matters)
