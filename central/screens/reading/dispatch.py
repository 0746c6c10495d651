"""Escort tasks for the dispatcher's board, the crew's tablet and the junction page, and what people do there."""

from dataclasses import dataclass

from central.core import Core
from central.dispatch.escort.course import Act, TaskState
from central.dispatch.escort.desk import EscortDesk
from central.dispatch.escort.places import KnownPlace
from central.dispatch.escort.proposals import Proposal
from central.dispatch.escort.running.picture import EscortPicture, JunctionPicture, Showcase
from central.dispatch.escort.tables import EscortNote, EscortTask
from central.errors import Forbidden, NotFound, Unprocessable
from central.screens.i18n import Language
from central.screens.scene import Scene
from central.screens.views.dispatch import BoardView, CallRow, board_view, call_row
from central.users.roles import Principal, Role

SHOWN = 12


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with everything that can be done about it."""

    row: CallRow
    task: EscortTask
    places: tuple[KnownPlace, ...]
    proposals: tuple[Proposal, ...]
    notes: tuple[EscortNote, ...]


@dataclass(frozen=True, slots=True)
class DispatchReader:
    """Reads tasks and the running picture, and carries out what dispatchers and the police do."""

    core: Core
    desk: EscortDesk
    showcase: Showcase

    def board(self, scene: Scene) -> BoardView:
        """The board as of now."""
        picture = self.showcase.look()
        with self.core.database.reader() as session:
            tasks = self.desk.escorts.latest(session, SHOWN)
        tasks = sorted(tasks, key=lambda task: TaskState(task.state).over)
        calls = tuple(call_row(scene, task, self.engine_name(scene, task.engine)) for task in tasks)
        names = {task.id: self.engine_name(scene, task.engine) for task in tasks}
        network = None if self.desk.roads is None else self.desk.roads.network
        return board_view(scene, calls, names, network, picture)

    def task(self, scene: Scene, task_id: str) -> TaskView:
        """One task; `NotFound`."""
        escorts = self.desk.escorts
        with self.core.database.reader() as session:
            task = escorts.find(session, task_id)
            waits = task.state in (TaskState.OPEN.value, TaskState.UNDER_WAY.value)
            places = escorts.places.like(task.address) if waits and task.latitude is None else ()
            proposals = self.desk.proposals(session, task_id) if waits and task.latitude is not None else ()
            notes = tuple(escorts.notes(session, task_id))
        return TaskView(call_row(scene, task, self.engine_name(scene, task.engine)), task, places, proposals, notes)

    def crew(self, user: Principal) -> tuple[EscortTask, EscortPicture | None] | None:
        """The task of the crew's own engine, under way or just arrived, and where it is."""
        with self.core.database.reader() as session:
            mine = [task for task in self.desk.escorts.live(session) if task.engine == user.name]
        if not mine:
            return None
        return mine[-1], self.showcase.look().escorts.get(mine[-1].id)

    def crew_arrived(self, user: Principal, task_id: str) -> None:
        """The crew says that it is there; `Forbidden` where the task is another engine's. A task that is over stays so."""
        escorts = self.desk.escorts
        with self.core.database.session() as session:
            task = escorts.find(session, task_id)
            if task.engine != user.name:
                raise Forbidden("this is another engine's task")
            if not TaskState(task.state).over:
                escorts.act(session, task_id, Act.ARRIVE, user.name)

    def junction(self, name: str) -> JunctionPicture:
        """What a junction shows; `NotFound` where nothing is known of it."""
        found = next((one for one in self.showcase.look().junctions if one.junction == name), None)
        if found is None:
            raise NotFound(f"no junction called {name!r} is looked after")
        return found

    def engine_name(self, scene: Scene, engine_id: str) -> str:
        """An engine's name in the visitor's language."""
        engine = next((one for one in self.desk.escorts.config.engines if one.id == engine_id), None)
        if engine is None:
            return engine_id
        return engine.name_zh if scene.t.language is Language.CHINESE else engine.name_en

    def assign(self, user: Principal, task_id: str, engine: str) -> None:
        """Send an engine."""
        _check(user, Role.DISPATCHER)
        with self.core.database.session() as session:
            self.desk.escorts.assign(session, task_id, engine, user.name)

    def set_place(self, user: Principal, task_id: str, name: str) -> None:
        """Say which of the site's places is meant."""
        _check(user, Role.DISPATCHER)
        place = self.desk.escorts.places.find(name)
        if place is None:
            raise Unprocessable(f"name: the site has no place, or more than one, called {name!r}")
        with self.core.database.session() as session:
            self.desk.escorts.set_place(session, task_id, place, user.name)

    def act(self, user: Principal, task_id: str, act: Act, reason: str) -> None:
        """Confirm, refuse, arrive, end, cancel."""
        police = act in (Act.CONFIRM, Act.REFUSE)
        _check(
            user,
            *((Role.SIGNAL_POLICE,) if police else (Role.DISPATCHER,)),
            *((Role.SIGNAL_POLICE,) if act is Act.CANCEL else ()),
        )
        if act in (Act.REFUSE, Act.CANCEL) and len(reason.strip()) < 2:
            raise Unprocessable("reason: say why")
        with self.core.database.session() as session:
            self.desk.escorts.act(session, task_id, act, user.name, reason.strip())


def _check(user: Principal, *roles: Role) -> None:
    if user.role not in roles:
        raise Forbidden(f"this needs the role {' or '.join(role.value for role in roles)}")
