"""Escort tasks over HTTP: calls of a brigade's own system, and everything that dispatchers and the traffic police do."""

import hmac
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from central.api.access import CoreDep, allow
from central.api.problems import RESPONSES
from central.dispatch.escort.course import Act
from central.dispatch.escort.desk import EscortDesk
from central.dispatch.escort.places import KnownPlace
from central.dispatch.escort.tables import EscortNote, EscortTask, SignalOrder
from central.errors import Unauthorized, Unprocessable
from central.users.roles import Principal, Role
from yuhang.coordinates import Datum, Position, convert
from yuhang.messages import EmergencyCall

HTTP_SOURCE = "119-http"
OPERATOR_SOURCE = "operator"
Watcher = Annotated[Principal, Depends(allow(Role.DISPATCHER, Role.SIGNAL_POLICE, Role.SUPERVISOR))]
Dispatcher = Annotated[Principal, Depends(allow(Role.DISPATCHER))]
SignalPolice = Annotated[Principal, Depends(allow(Role.SIGNAL_POLICE))]
Canceller = Annotated[Principal, Depends(allow(Role.DISPATCHER, Role.SIGNAL_POLICE))]


class EscortDocument(BaseModel):
    """An escort task."""

    id: str
    source: str
    reference: str
    kind: str
    what: str
    address: str
    place: str = Field(description="empty: not known yet; see `places`")
    latitude: float | None
    longitude: float | None
    state: str
    consent: str
    engine: str
    called_at: datetime
    received_at: datetime
    assigned_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    planned_s: float | None
    unaided_s: float | None

    @classmethod
    def of(cls, task: EscortTask) -> "EscortDocument":
        """From its row."""
        return cls(**{name: getattr(task, name) for name in cls.model_fields})


class NoteDocument(BaseModel):
    """One thing that happened to a task."""

    at: datetime
    actor: str
    what: str
    reason: str
    data: dict[str, object]

    @classmethod
    def of(cls, note: EscortNote) -> "NoteDocument":
        """From its row."""
        return cls(at=note.at, actor=note.actor, what=note.what, reason=note.reason, data=note.data)


class OrderDocument(BaseModel):
    """One order to a signal."""

    at: datetime
    junction: str
    request_id: str
    action: str
    reason: str
    outcome: str = Field(description="empty in the record that is written before sending")
    lamps: dict[str, object]

    @classmethod
    def of(cls, order: SignalOrder) -> "OrderDocument":
        """From its row."""
        return cls(**{name: getattr(order, name) for name in cls.model_fields})


class PlaceDocument(BaseModel):
    """A place to choose."""

    name: str
    latitude: float
    longitude: float

    @classmethod
    def of(cls, place: KnownPlace) -> "PlaceDocument":
        """From the gazetteer's."""
        return cls(name=place.name, latitude=place.position.latitude, longitude=place.position.longitude)


class EngineDocument(BaseModel):
    """An engine that could be sent."""

    engine: str
    name_zh: str
    name_en: str
    seconds: float | None = Field(description="travel time now; null: not known, see `reason`")
    busy: bool
    reason: str


class TakenDocument(BaseModel):
    """A call that is a task now."""

    id: str
    new: bool = Field(description="false: the call was known already")
    place: str = Field(description="empty: a person has to choose the place")


class AssignBody(BaseModel):
    """Which engine is sent."""

    engine: str = Field(min_length=1, max_length=63)


class ReasonBody(BaseModel):
    """Why."""

    reason: str = Field(min_length=2, max_length=300)


class PlaceBody(BaseModel):
    """Where it is: a place of the site by its name, or a position."""

    name: str = Field(min_length=1, max_length=200)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    datum: Datum = Datum.WGS84


def escort_router(desk: EscortDesk) -> APIRouter:
    """`/api/v1/escorts`."""
    router = APIRouter(prefix="/api/v1/escorts", tags=["escorts"], responses=RESPONSES)
    _add_calls(router, desk)
    _add_reading(router, desk)
    _add_acts(router, desk)
    return router


def _add_calls(router: APIRouter, desk: EscortDesk) -> None:
    calls = desk.escorts.config.calls
    secret = calls.shared_secret()

    @router.post("/calls", summary="Pass a call on")
    def pass_on(core: CoreDep, request: Request, call: EmergencyCall) -> TakenDocument:
        """For the brigade's own system, with the shared secret; the same reference again is the same task."""
        shown = request.headers.get(calls.secret_header, "")
        if not secret or not hmac.compare_digest(shown.encode(), secret.encode()):
            raise Unauthorized("the shared secret of the call system is missing or wrong")
        with core.database.session() as session:
            taken = desk.escorts.take(session, HTTP_SOURCE, call, HTTP_SOURCE)
            return TakenDocument(id=taken.task.id, new=taken.new, place=taken.task.place)

    @router.post("", summary="Open a task")
    def open_task(core: CoreDep, user: Dispatcher, call: EmergencyCall) -> TakenDocument:
        """By a dispatcher or a program that acts for one."""
        with core.database.session() as session:
            taken = desk.escorts.take(session, OPERATOR_SOURCE, call, user.name)
            return TakenDocument(id=taken.task.id, new=taken.new, place=taken.task.place)


def _add_reading(router: APIRouter, desk: EscortDesk) -> None:
    @router.get("", summary="List the latest tasks")
    def list_tasks(core: CoreDep, _user: Watcher) -> list[EscortDocument]:
        """Newest first."""
        with core.database.reader() as session:
            return [EscortDocument.of(task) for task in desk.escorts.latest(session)]

    @router.get("/{task_id}", summary="Read a task")
    def read_task(core: CoreDep, _user: Watcher, task_id: str) -> EscortDocument:
        """One task."""
        with core.database.reader() as session:
            return EscortDocument.of(desk.escorts.find(session, task_id))

    @router.get("/{task_id}/notes", summary="What happened to a task")
    def read_notes(core: CoreDep, _user: Watcher, task_id: str) -> list[NoteDocument]:
        """In order; rows are only ever added."""
        with core.database.reader() as session:
            desk.escorts.find(session, task_id)
            return [NoteDocument.of(note) for note in desk.escorts.notes(session, task_id)]

    @router.get("/{task_id}/orders", summary="Every order to a signal")
    def read_orders(core: CoreDep, _user: Watcher, task_id: str) -> list[OrderDocument]:
        """Each twice: before it was sent, and with what came of it."""
        with core.database.reader() as session:
            desk.escorts.find(session, task_id)
            return [OrderDocument.of(order) for order in desk.escorts.orders(session, task_id)]

    @router.get("/{task_id}/places", summary="Places that its address may mean")
    def read_places(core: CoreDep, _user: Watcher, task_id: str) -> list[PlaceDocument]:
        """The likest first. Nothing is chosen for you."""
        with core.database.reader() as session:
            task = desk.escorts.find(session, task_id)
            return [PlaceDocument.of(place) for place in desk.escorts.places.like(task.address)]

    @router.get("/{task_id}/engines", summary="Engines that could be sent")
    def read_engines(core: CoreDep, _user: Watcher, task_id: str) -> list[EngineDocument]:
        """Of the call's kind, by travel time from where each is now; 409 while the place is not known."""
        with core.database.reader() as session:
            return [
                EngineDocument(
                    engine=one.engine.id,
                    name_zh=one.engine.name_zh,
                    name_en=one.engine.name_en,
                    seconds=one.seconds,
                    busy=one.busy,
                    reason=one.reason,
                )
                for one in desk.proposals(session, task_id)
            ]


def _add_acts(router: APIRouter, desk: EscortDesk) -> None:
    @router.post("/{task_id}/place", summary="Say where it is")
    def place(core: CoreDep, user: Dispatcher, task_id: str, body: PlaceBody) -> EscortDocument:
        """By the name of one of the site's places, or with a position."""
        known = _place(desk, body)
        with core.database.session() as session:
            return EscortDocument.of(desk.escorts.set_place(session, task_id, known, user.name))

    @router.post("/{task_id}/assign", summary="Send an engine")
    def assign(core: CoreDep, user: Dispatcher, task_id: str, body: AssignBody) -> EscortDocument:
        """Also in place of another one."""
        with core.database.session() as session:
            return EscortDocument.of(desk.escorts.assign(session, task_id, body.engine, user.name))

    @router.post("/{task_id}/confirm", summary="The traffic police let the signals be asked")
    def confirm(core: CoreDep, user: SignalPolice, task_id: str) -> EscortDocument:
        """Until then, and after a refusal, no signal is asked."""
        return _do(core, task_id, Act.CONFIRM, user)

    @router.post("/{task_id}/refuse", summary="The traffic police do not let the signals be asked")
    def refuse(core: CoreDep, user: SignalPolice, task_id: str, body: ReasonBody) -> EscortDocument:
        """Also later: what is held is given back. The engine drives all the same."""
        return _do(core, task_id, Act.REFUSE, user, body.reason)

    @router.post("/{task_id}/arrive", summary="The engine is there")
    def arrive(core: CoreDep, user: Dispatcher, task_id: str) -> EscortDocument:
        """Every signal is given back."""
        return _do(core, task_id, Act.ARRIVE, user)

    @router.post("/{task_id}/end", summary="End a task")
    def end(core: CoreDep, user: Dispatcher, task_id: str) -> EscortDocument:
        """Every signal is given back."""
        return _do(core, task_id, Act.END, user)

    @router.post("/{task_id}/cancel", summary="Cancel a task")
    def cancel(core: CoreDep, user: Canceller, task_id: str, body: ReasonBody) -> EscortDocument:
        """Every signal is given back at once."""
        return _do(core, task_id, Act.CANCEL, user, body.reason)

    def _do(core: CoreDep, task_id: str, act: Act, user: Principal, reason: str = "") -> EscortDocument:
        with core.database.session() as session:
            return EscortDocument.of(desk.escorts.act(session, task_id, act, user.name, reason))


def _place(desk: EscortDesk, body: PlaceBody) -> KnownPlace:
    if body.latitude is not None and body.longitude is not None:
        position = convert(Position(body.latitude, body.longitude), body.datum, Datum.WGS84)
        return KnownPlace(body.name, position)
    known = desk.escorts.places.find(body.name)
    if known is None:
        raise Unprocessable(f"name: the site has no place, or more than one, called {body.name!r}; give latitude and longitude")
    return known
