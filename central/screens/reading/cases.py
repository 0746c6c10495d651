"""Cases for the start page, the queue and the page of a case, and what people decide there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from central.cases.playbook import Playbook
from central.cases.queries import (
    CasePage,
    CaseQuery,
    count_states,
    evidence_of,
    find_case,
    find_cases,
    neighbours,
    timeline_of,
)
from central.cases.tables import Case
from central.core import Core
from central.deadlines.service import deadlines_of, next_due
from central.live.store import CameraKey
from central.matters import Matters
from central.nodes.service import list_nodes
from central.nodes.tables import Node
from central.parking.figures import figures
from central.parking.parts import KIND
from central.screens.components.filters import address
from central.screens.reading.looking import Looking
from central.screens.reading.work import WorkReader
from central.screens.roles import CASE_WORKERS
from central.screens.scene import Scene
from central.screens.views.cameras import condition_of, known_cameras, zone_names
from central.screens.views.case import CaseView
from central.screens.views.case_building import CaseRows, Reading, case_view
from central.screens.views.naming import say
from central.screens.views.queue import Around, Asker, QueueFacts, QueueQuery, QueueView, case_query, place_of, queue_view
from central.screens.views.start import DayFacts, StartView, start_view
from central.screens.views.tasks import STATES, LooseEnds, Task
from central.users.roles import Principal


@dataclass(frozen=True, slots=True)
class CaseReader:
    """Reads parking cases as the screens show them."""

    core: Core
    matters: Matters

    @property
    def playbook(self) -> Playbook:
        """How parking cases run."""
        return self.matters.cases.playbook(KIND)

    def start(self, scene: Scene) -> StartView:
        """The day's figures."""
        with self.core.database.reader() as session:
            nodes = list_nodes(session)
            cameras = known_cameras(nodes)
            live = self.core.live.all()
            facts = DayFacts(
                day=figures(session, scene.now.astimezone(scene.zone).date()),
                open_cases=count_states(session, CaseQuery(kind=KIND)),
                red_lights=find_cases(session, CaseQuery(kind=KIND, red_light=True, size=0)).total,
                nodes_online=sum(node.status == "online" for node in nodes),
                nodes=len(nodes),
                cameras_ok=sum(not condition_of(scene, camera, live.get(camera.key)).blind for camera in cameras),
                cameras=len(cameras),
            )
        return start_view(scene, self.playbook, facts)

    def queue(self, scene: Scene, query: QueueQuery, user: Principal) -> QueueView:
        """One page of cases."""
        with self.core.database.reader() as session:
            asker = self._asker(session, scene, user)
            asked = case_query(query, self.playbook, asker)
            found: CasePage = find_cases(session, asked)
            nodes = list_nodes(session)
            around = Around(
                zones=zone_names(nodes, scene.t.language),
                due=next_due(session, [case.id for case in found.cases]),
            )
            facts = QueueFacts(
                found=found,
                counts=self._counts(session, query, asker),
                cameras={_place(camera.key): camera.name(scene.t.language) for camera in known_cameras(nodes)},
                authorities={name: say(scene, title) for name, title in self.matters.authorities.titles(session).items()},
                loose=self._loose_ends(session, user),
            )
            return queue_view(scene, self.playbook, query, around, facts)

    def _asker(self, session: Session, scene: Scene, user: Principal) -> Asker:
        """Who is named by no authority works for all of them."""
        employers = tuple(sorted(self.matters.authorities.employing(session, user.name)))
        unsettled = tuple(row.case_id for row in self.matters.payments.unsettled(session) if row.case_id is not None)
        return Asker(day_start(scene), scene.now, employers, unsettled)

    def _loose_ends(self, session: Session, user: Principal) -> LooseEnds:
        """Only for who may deal with them."""
        if user.role not in CASE_WORKERS:
            return LooseEnds()
        return LooseEnds(len(self.matters.payments.unsettled(session)), len(self.matters.undelivered.waiting(session)))

    def _counts(self, session: Session, query: QueueQuery, asker: Asker) -> dict[Task, int]:
        """Cases a task under the other filters."""
        plain = replace(query, task="", state="", red="", day="")
        states = count_states(session, case_query(plain, self.playbook, asker))
        counts = {task: sum(states.get(state, 0) for state in of_task) for task, of_task in STATES.items()}
        for task in (Task.OVERDUE, Task.PAYMENTS):
            asked = case_query(replace(plain, task=task.value), self.playbook, asker)
            counts[task] = find_cases(session, replace(asked, size=0)).total
        return counts

    def case(self, scene: Scene, looking: Looking) -> CaseView:
        """One case; `NotFound` where there is none."""
        work = WorkReader(self.core, self.matters)
        with self.core.database.reader() as session:
            case = find_case(session, looking.case_id)
            evidence = evidence_of(session, case.id)
            nodes = [node for node in list_nodes(session) if (node.site, node.node) == (case.site, case.node)]
            owner = self.matters.registry.owner(session, case.plate) if case.plate else None
            rows = CaseRows(
                case=case,
                timeline=timeline_of(session, case.id),
                evidence=evidence,
                deadlines=deadlines_of(session, case.id),
                checks=self.matters.cases.kind(case.kind).judged(session, case),
                arrived=frozenset(row.sha256 for row in evidence if self.core.evidence.has(row.sha256)),
                place=place_of(scene, case),
                zone=say(scene, case.zone_words),
                camera=_camera_name(scene, nodes, case),
                owner=owner.masked if owner else None,
                names=work.names(session, case),
            )
            asker = self._asker(session, scene, looking.user)
            previous_href, next_href = self._neighbours(session, asker, looking.query, case)
            playbook = self.matters.cases.playbook_of(session, case)
            reading = Reading(looking.user, looking.reason, previous_href, next_href)
            return case_view(scene, playbook, rows, reading, work.read(session, scene, case, looking))

    def _neighbours(self, session: Session, asker: Asker, query: QueueQuery, case: Case) -> tuple[str | None, str | None]:
        """Addresses of the cases before and after this one in the list that the visitor came from."""
        before, after = neighbours(session, case_query(query, self.playbook, asker), case)
        return _address(before, query), _address(after, query)


def _place(key: CameraKey) -> str:
    return f"{key.site}/{key.node}/{key.camera}"


def day_start(scene: Scene) -> datetime:
    """Midnight where the place is."""
    return scene.now.astimezone(scene.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _address(case_id: str | None, query: QueueQuery) -> str | None:
    return address(f"/cases/{case_id}", query.filters()) if case_id else None


def _camera_name(scene: Scene, nodes: Sequence[Node], case: Case) -> str:
    names = (camera.name(scene.t.language) for camera in known_cameras(nodes) if camera.key.camera == case.camera)
    return next(names, case.camera)
