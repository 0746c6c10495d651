"""One node as its page shows it, and what people ask of it."""

from dataclasses import dataclass
from datetime import timedelta

from central.configuration.service import standing
from central.core import Core
from central.nodes.asking import Asking, ask, asked
from central.nodes.service import find_node, samples
from central.screens.scene import Scene
from central.screens.views.node import NodeView, Told, node_view
from central.users.roles import Principal

SHOWN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class NodeDesk:
    """Reads one node and hands commands on."""

    core: Core

    def view(self, scene: Scene, site: str, node: str) -> NodeView:
        """The page of a node; `NotFound` if there is none."""
        with self.core.database.reader() as session:
            told = Told(
                row=find_node(session, site, node),
                config=standing(session, site, node),
                samples=samples(session, site, node, scene.now - SHOWN),
                commands=asked(session, site, node),
            )
            return node_view(scene, told)

    def ask(self, user: Principal, asking: Asking) -> str:
        """Give the node a command and return its id."""
        with self.core.database.session() as session:
            return ask(session, self.core.clock, user, asking)
