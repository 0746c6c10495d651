"""What the supervisor's page reads."""

from dataclasses import dataclass

from central.core import Core
from central.devices.papers import CameraName
from central.devices.service import CameraService
from central.matters import Matters
from central.nodes.service import list_nodes
from central.parking.parts import KIND
from central.screens.scene import Scene
from central.screens.views.cameras import known_cameras, zone_names
from central.screens.views.supervision import Asked, CameraWithout, SupervisionFacts, SupervisionView, supervision_view
from central.supervision.figures import period_figures


@dataclass(frozen=True, slots=True)
class SupervisionReader:
    """Reads figures and the standing of cameras."""

    core: Core
    matters: Matters

    def view(self, scene: Scene, asked: Asked) -> SupervisionView:
        """The page for what the address asks."""
        service, now = CameraService(), self.core.clock.now()
        with self.core.database.reader() as session:
            nodes = list_nodes(session)
            cameras = known_cameras(nodes)
            standings = (
                CameraWithout(str(name), camera.name(scene.t.language), tuple(service.standing(session, name, [now]).flaws))
                for camera in cameras
                for name in [CameraName(site=camera.key.site, node=camera.key.node, camera=camera.key.camera)]
            )
            facts = SupervisionFacts(
                figures=period_figures(session, asked.scope()),
                zones=zone_names(nodes, scene.t.language),
                cameras={f"{one.key.site}/{one.key.node}/{one.key.camera}": one.name(scene.t.language) for one in cameras},
                without=tuple(one for one in standings if one.flaws),
            )
        return supervision_view(scene, self.matters.cases.playbook(KIND), asked, facts)
