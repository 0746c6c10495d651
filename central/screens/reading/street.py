"""What the cameras see now, and how the nodes are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from central.cases.queries import CaseQuery, find_cases
from central.cases.tables import Case
from central.core import Core
from central.deadlines.service import deadlines_of
from central.events.dispatch import load_sequence
from central.events.service import count_dead_letters, count_parked
from central.nodes.service import list_nodes
from central.nodes.tables import Node
from central.screens.roles import CASE_WORKERS
from central.screens.scene import Scene
from central.screens.views.cameras import known_cameras, standing_tracks
from central.screens.views.live import CameraView, StandingCase, camera_view, hide_plates
from central.screens.views.nodes import NodeFacts, NodesView, Troubles, nodes_view
from central.users.roles import Principal

GRACE = "grace"


@dataclass(frozen=True, slots=True)
class StreetReader:
    """Reads the live store and the nodes as the screens show them."""

    core: Core

    def cameras(self, scene: Scene, user: Principal) -> tuple[CameraView, ...]:
        """What every camera sees now; plates and cases only for those who work on cases."""
        live = self.core.live.all()
        with self.core.database.reader() as session:
            cameras = known_cameras(list_nodes(session))
            cases = {track: _standing_case(session, track) for track in standing_tracks(live)}
        views = tuple(camera_view(scene, camera, live.get(camera.key), cases) for camera in cameras)
        return views if user.role in CASE_WORKERS else hide_plates(views)

    def nodes(self, scene: Scene) -> NodesView:
        """Health of nodes and cameras."""
        live = self.core.live.all()
        with self.core.database.reader() as session:
            nodes = [NodeFacts(node, _missing(session, node), live) for node in list_nodes(session)]
            troubles = Troubles(count_dead_letters(session), count_parked(session))
        return nodes_view(scene, nodes, troubles)


def _standing_case(session: Session, track: str) -> StandingCase:
    cases: Sequence[Case] = find_cases(session, CaseQuery(track=track, size=1)).cases
    if not cases:
        return StandingCase()
    running = (
        deadline
        for deadline in deadlines_of(session, cases[0].id)
        if deadline.name == GRACE and deadline.cancelled_at is None and deadline.fired_at is None
    )
    grace = next(running, None)
    return StandingCase(f"/cases/{cases[0].id}", grace.due_at if grace else None, cases[0].plate_colour)


def _missing(session: Session, node: Node) -> int:
    return sum(span.last - span.first + 1 for span in load_sequence(session, node.site, node.node).missing())
