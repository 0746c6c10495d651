"""Escort tasks as screens show them: plain values, no database, no live objects."""

from dataclasses import dataclass
from datetime import datetime

from central.dispatch.controllers.request import Ack, RequestState
from central.dispatch.escort.course import Consent, TaskState
from central.dispatch.escort.running.picture import EscortPicture, JunctionPicture, Picture
from central.dispatch.escort.tables import EscortTask
from central.dispatch.network.model import Network
from central.dispatch.network.projection import FlatPlane
from central.screens.scene import Scene
from central.screens.theme import Tone
from yuhang.coordinates import Position

MOST_EDGES = 3000
MARGIN_M = 120.0
Point = tuple[float, float]

_STATE_TONES = {
    TaskState.OPEN: Tone.ALARM,
    TaskState.UNDER_WAY: Tone.WATCH,
    TaskState.ARRIVED: Tone.DONE,
    TaskState.ENDED: Tone.NORMAL,
    TaskState.CANCELLED: Tone.NORMAL,
}
_CONSENT_TONES = {
    Consent.ASKED: Tone.WARNING,
    Consent.GIVEN: Tone.DONE,
    Consent.REFUSED: Tone.ALARM,
    Consent.NOT_NEEDED: Tone.NORMAL,
}
_ANSWER_TONES = {
    RequestState.GRANTED: Tone.DONE,
    RequestState.PROCESSING: Tone.WATCH,
    RequestState.REQUESTED: Tone.WATCH,
    RequestState.WATCH_OTHER_TRAFFIC: Tone.WARNING,
    RequestState.REJECTED: Tone.ALARM,
    RequestState.MAX_PRESENCE: Tone.ALARM,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as tone and word."""

    tone: Tone
    word: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """One task in the list of calls."""

    id: str
    kind: str
    what: str
    place: str
    called_at: datetime
    state: Mark
    consent: Mark
    engine: str
    live: bool
    cancellable: bool


@dataclass(frozen=True, slots=True)
class LightRow:
    """A signal on the way. `href` leads to its page; empty where the site has no such junction."""

    name: str
    at_m: float
    in_s: int | None
    mark: Mark
    href: str


@dataclass(frozen=True, slots=True)
class EngineView:
    """An engine under way. Points are metres east and south of the map's corner; `trail` is seconds and metres."""

    task_id: str
    engine: str
    kind: str
    left: str
    heard: Mark
    at: Point | None
    line: tuple[Point, ...]
    lights: tuple[LightRow, ...]
    length_m: float
    planned: tuple[Point, ...]
    trail: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """The roads around the engines, metres; `lamps` are the lights' places with their tones."""

    width: float
    height: float
    roads: tuple[tuple[Point, ...], ...]
    lamps: tuple[tuple[Point, Tone, str], ...]


@dataclass(frozen=True, slots=True)
class BoardView:
    """Everything on the dispatcher's board. `map` is None where the site has no network."""

    calls: tuple[CallRow, ...]
    engines: tuple[EngineView, ...]
    map: MapView | None


def call_row(scene: Scene, task: EscortTask, engine: str) -> CallRow:
    """A task in the list."""
    state, consent = TaskState(task.state), Consent(task.consent)
    return CallRow(
        id=task.id,
        kind=scene.t(f"dispatch.kind.{task.kind}"),
        what=task.what,
        place=task.place or task.address or scene.t("dispatch.place_unknown"),
        called_at=task.called_at,
        state=Mark(_STATE_TONES[state], scene.t(f"dispatch.state.{state.value}")),
        consent=Mark(_CONSENT_TONES[consent], scene.t(f"dispatch.consent.{consent.value}")),
        engine=engine,
        live=not state.over,
        cancellable=state in (TaskState.OPEN, TaskState.UNDER_WAY),
    )


def answer_mark(scene: Scene, junction: JunctionPicture | None, task_id: str) -> Mark:
    """What became of the request of a task at a junction."""
    if junction is None:
        return Mark(Tone.NORMAL, scene.t("dispatch.nothing_asked"))
    if junction.away:
        return Mark(Tone.ALARM, scene.t("dispatch.away"))
    ack = junction.answers.get(task_id)
    if junction.dry_run:
        return Mark(Tone.WARNING, scene.t("dispatch.dry_run"))
    return Mark(Tone.NORMAL, scene.t("dispatch.nothing_asked")) if ack is None else ack_mark(scene, ack)


def ack_mark(scene: Scene, ack: Ack) -> Mark:
    """An answer."""
    return Mark(_ANSWER_TONES.get(ack.state, Tone.NORMAL), scene.t(f"dispatch.answer.{ack.state.value}"))


def left_text(scene: Scene, escort: EscortPicture) -> str:
    """Time and way left."""
    minutes, seconds = divmod(round(escort.left_s), 60)
    return scene.t("dispatch.left", minutes=minutes, seconds=seconds, metres=round(escort.left_m))


def heard_mark(scene: Scene, escort: EscortPicture) -> Mark:
    """Whether its position is fresh."""
    if not escort.heard:
        return Mark(Tone.ALARM, scene.t("dispatch.lost"))
    return Mark(Tone.DONE, scene.t("dispatch.heard", n=round(escort.age_s)))


class Drawing:
    """Positions to metres east and south of the north-western corner of what is shown."""

    def __init__(self, corners: list[Position]) -> None:
        self._plane = FlatPlane(corners[0])
        points = [self._plane.plane(corner) for corner in corners]
        self._west = min(x for x, _ in points) - MARGIN_M
        self._north = max(y for _, y in points) + MARGIN_M
        self.width = max(x for x, _ in points) + MARGIN_M - self._west
        self.height = max(self._north - min(y for _, y in points) + MARGIN_M, 2 * MARGIN_M)

    def point(self, position: Position) -> Point:
        """On the drawing."""
        x, y = self._plane.plane(position)
        return round(x - self._west, 1), round(self._north - y, 1)

    def shows(self, point: Point) -> bool:
        """Whether a point lies on it."""
        return 0 <= point[0] <= self.width and 0 <= point[1] <= self.height


def board_view(
    scene: Scene, calls: tuple[CallRow, ...], kinds: dict[str, str], network: Network | None, picture: Picture
) -> BoardView:
    """The board; `kinds` are names of engines by task."""
    if network is None:
        return BoardView(calls, (), None)
    escorts = list(picture.escorts.values())
    ways = [position for escort in escorts for position in way_of(escort)]
    drawing = Drawing(ways or [node.position for node in network.nodes])
    by_name = {junction.junction: junction for junction in picture.junctions}
    engines = tuple(engine_view(scene, escort, by_name, drawing, kinds.get(escort.task_id, "")) for escort in escorts)
    roads = (tuple(drawing.point(position) for position in edge.shape) for edge in network.edges)
    shown = tuple(line for line in roads if any(drawing.shows(point) for point in line))[:MOST_EDGES]
    lamps = tuple(
        (drawing.point(_place_of(escort, light.signal)), row.mark.tone, row.name)
        for escort, engine in zip(escorts, engines, strict=True)
        for light, row in zip(escort.track.lights, engine.lights, strict=True)
    )
    return BoardView(calls, engines, MapView(drawing.width, drawing.height, shown, lamps))


def engine_view(
    scene: Scene, escort: EscortPicture, junctions: dict[str, JunctionPicture], drawing: Drawing, kind: str
) -> EngineView:
    """One engine under way."""
    track = escort.track
    ahead = {decision.junction: round(decision.earliest_s) for decision in escort.decisions}
    lights = tuple(
        LightRow(
            name=light.line.junction,
            at_m=light.line.at_m,
            in_s=ahead.get(light.line.junction),
            mark=answer_mark(scene, junctions.get(light.line.junction), escort.task_id),
            href=f"/dispatch/junctions/{light.line.junction}" if light.line.junction in junctions else "",
        )
        for light in track.lights
    )
    planned = tuple((start_s, start_m) for start_s, start_m in zip(track.starts_s, track.starts_m, strict=True))
    return EngineView(
        task_id=escort.task_id,
        engine=escort.engine,
        kind=kind,
        left=left_text(scene, escort),
        heard=heard_mark(scene, escort),
        at=None if escort.position is None else drawing.point(escort.position),
        line=tuple(drawing.point(position) for position in way_of(escort)),
        lights=lights,
        length_m=track.length_m,
        planned=(*planned, (track.way.route.seconds, track.length_m)),
        trail=escort.trail,
    )


def way_of(escort: EscortPicture) -> tuple[Position, ...]:
    """The shape of an engine's way."""
    edges = escort.track.network.edges
    return tuple(position for leg in escort.track.way.route.legs for position in edges[leg.edge].shape)


def _place_of(escort: EscortPicture, signal: int) -> Position:
    network = escort.track.network
    turn = next(
        network.turns[leg.turn]
        for leg in escort.track.way.route.legs
        if leg.turn is not None and network.turns[leg.turn].signal == signal
    )
    return network.nodes[network.edges[turn.source].head].position
