"""What a dispatcher works with: the tasks, the roads, and where the engines are."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from central.dispatch.escort.course import TaskState
from central.dispatch.escort.positions import Positions
from central.dispatch.escort.proposals import Proposal, Whereabouts, propose
from central.dispatch.escort.roads import Roads
from central.dispatch.escort.service import EscortService, position_of
from central.errors import Conflict


@dataclass(frozen=True, slots=True)
class EscortDesk:
    """`roads` is None where the site has no network; then nobody can say how long an engine takes."""

    escorts: EscortService
    positions: Positions
    roads: Roads | None
    monotonic: Callable[[], float]

    def proposals(self, session: Session, task_id: str) -> tuple[Proposal, ...]:
        """Engines of the task's kind, the best first; `Conflict` while its place is not known."""
        task = self.escorts.find(session, task_id)
        goal = position_of(task)
        if goal is None:
            raise Conflict("the place is not known yet; choose it first")
        config = self.escorts.config
        live = self.escorts.live(session)
        busy = {one.engine for one in live if one.state == TaskState.UNDER_WAY.value and one.id != task_id}
        fitting = [engine for engine in config.engines if engine.kind.value == task.kind]
        known = Whereabouts(self.positions, self.roads, self.monotonic(), config.fresh_s)
        return propose(fitting, goal, known, busy=busy)
