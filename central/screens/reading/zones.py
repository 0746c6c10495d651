"""The zones of a node as the editor reads and writes them."""

from collections.abc import Sequence
from dataclasses import dataclass

from central.configuration.changes import ZoneChange, changes
from central.configuration.plan import NodePlan, check_plan
from central.configuration.service import ConfigStanding, ConfigWish, save_config, standing, version_of, versions
from central.configuration.tables import ConfigVersion
from central.core import Core
from central.errors import Conflict
from central.nodes.service import described, find_node
from central.users.roles import Principal
from yuhang.messages import CameraDescription


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version and what it changed against the one before (the first: nothing is known to compare it with)."""

    row: ConfigVersion
    changes: tuple[ZoneChange, ...]


@dataclass(frozen=True, slots=True)
class ZoneFile:
    """Everything about the zones of a node; `plan` is what the editor begins with: what is wanted, or an earlier version."""

    standing: ConfigStanding
    cameras: tuple[CameraDescription, ...]
    plan: NodePlan
    history: Sequence[KeptVersion]

    @property
    def after(self) -> int:
        """Number of the latest version; 0 if there is none."""
        return self.standing.wanted.version if self.standing.wanted else 0


@dataclass(frozen=True, slots=True)
class ZoneDesk:
    """Reads and saves zones for the screens."""

    core: Core

    def file(self, site: str, node: str, back_to: int | None = None) -> ZoneFile:
        """The zones of a node; `NotFound` if there is no such node or version."""
        with self.core.database.reader() as session:
            found = standing(session, site, node)
            description = described(find_node(session, site, node))
            rows = versions(session, site, node)
            plan = NodePlan.read(version_of(session, site, node, back_to).document) if back_to else found.plan
        return ZoneFile(found, description.cameras if description else (), plan, _history(rows))

    def pictured(self, site: str, node: str) -> list[str]:
        """Cameras of the node of which there is a live picture now."""
        live = self.core.live.all()
        return [key.camera for key, camera in live.items() if (key.site, key.node) == (site, node) and camera.picture is not None]

    def standing(self, site: str, node: str) -> ConfigStanding:
        """What is wanted of a node and what it runs."""
        with self.core.database.reader() as session:
            return standing(session, site, node)

    def review(self, site: str, node: str, after: int, plan: NodePlan) -> tuple[ZoneChange, ...]:
        """What would change; raises as saving would."""
        with self.core.database.reader() as session:
            found = standing(session, site, node)
            description = described(find_node(session, site, node))
        wanted = found.wanted
        if wanted is not None and wanted.version != after:
            raise Conflict(
                f"version {wanted.version} was saved by {wanted.saved_by} meanwhile ({wanted.reason}); open it beside this page"
            )
        if description is not None:
            check_plan(plan, description)
        return changes(found.plan, plan)

    def save(self, user: Principal, wish: ConfigWish) -> int:
        """Save a version and return its number."""
        with self.core.database.session() as session:
            return save_config(session, self.core.clock, user, wish).version


def _history(rows: Sequence[ConfigVersion]) -> list[KeptVersion]:
    plans = [NodePlan.read(row.document) for row in rows]
    pairs = zip(rows, plans, [*plans[1:], None], strict=False)
    return [KeptVersion(row, changes(before, plan) if before is not None else ()) for row, plan, before in pairs]
