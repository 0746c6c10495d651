"""What happens to a parking case by events of nodes, in any order and any number of times."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.cases.engine import Act, Refusal, Transition
from central.cases.playbook import Role, Words
from central.cases.service import CaseService, Happening, NewCase
from central.cases.tables import Case, CaseEvidence
from central.database import insert_missing
from central.feature import EventHandler
from central.nodes.service import zone_description
from central.parking.kind import stop_of
from central.parking.news import CaseNews
from central.parking.parts import KIND, ParkingParts
from central.parking.rules import CheckName
from central.parking.tables import ParkingStop
from yuhang.errors import MessageError
from yuhang.messages import (
    NodeEvent,
    ParkingEvent,
    ParkingLeftEvent,
    ParkingPresentEvent,
    ParkingStoppedEvent,
    ParkingUnobservedEvent,
)
from yuhang.topics import parse_topic

Kind = TypeVar("Kind", bound=ParkingEvent)


class ParkingService:
    """Handlers of the parking events."""

    def __init__(self, parts: ParkingParts, cases: CaseService) -> None:
        self._parts = parts
        self._cases = cases
        self._news = CaseNews(cases)

    def handlers(self) -> dict[str, EventHandler]:
        """Event handlers by event type."""
        return {
            "parking.stopped.v1": _only(ParkingStoppedEvent, self.stopped),
            "parking.present.v1": _only(ParkingPresentEvent, self.present),
            "parking.left.v1": _only(ParkingLeftEvent, self.left),
            "parking.unobserved.v1": _only(ParkingUnobservedEvent, self.unobserved),
        }

    def stopped(self, session: Session, event: ParkingStoppedEvent) -> None:
        """Open the case of a stop, once, and take the first step: exempt, on foot, or a notice."""
        stop = self._stop(session, event)
        if stop.warned is not None:
            return
        plate = event.data.plate.text
        stop.warned = event.data.model_dump(mode="json")
        stop.exempt_reason = self._parts.registry.exempt_reason(session, plate) if plate else None
        stop.owner_reachable = plate is not None and self._reachable(session, plate)
        case = self._open(session, event, stop)
        self._pull(session, case, "stopped", event.source, event.time, event=event)

    def present(self, session: Session, event: ParkingPresentEvent) -> None:
        """The vehicle is still there: perhaps the second picture."""
        stop = self._stop(session, event)
        case = self._case(session, stop)
        if case is None:
            stop.present = event.data.model_dump(mode="json")
            return
        self._cases.attach(session, case, event.id, event.data.evidence)
        if self._proven_by_now(session, case, stop, event):
            return
        stop.present = event.data.model_dump(mode="json")
        outcome = self._pull(session, case, "present", event.source, event.time, event=event, quiet=True)
        if isinstance(outcome, Refusal) and outcome.failed and CheckName.GRACE_OVER not in self._failed(stop):
            self._note(session, case, "present", event, outcome, failed=self._failed(stop))

    def left(self, session: Session, event: ParkingLeftEvent) -> None:
        """The vehicle has left."""
        stop = self._stop(session, event)
        stop.left_at = min(stop.left_at or event.data.left_at, event.data.left_at)
        case = self._case(session, stop)
        if case is None:
            return
        self._cases.learn(case, "left_at", stop.left_at)
        self._cases.attach(session, case, event.id, event.data.evidence)
        self._pull(session, case, "left", event.source, event.data.left_at, event=event)

    def unobserved(self, session: Session, event: ParkingUnobservedEvent) -> None:
        """Observation broke off; what happened afterwards is not known."""
        stop = self._stop(session, event)
        last_seen_at = event.data.last_seen_at
        stop.last_seen_at = min(stop.last_seen_at or last_seen_at, last_seen_at)
        stop.unobserved_reason = stop.unobserved_reason or event.data.reason.value
        case = self._case(session, stop)
        if case is None:
            return
        self._cases.learn(case, "last_seen_at", stop.last_seen_at)
        self._cases.attach(session, case, event.id, event.data.evidence)
        self._pull(session, case, "unobserved", event.source, last_seen_at, event=event, why=event.data.reason.value)

    def file_arrived(self, session: Session, sha256: str) -> None:
        """A file is here, perhaps the one that a proof was waiting for."""
        case_ids = select(CaseEvidence.case_id).join(Case, Case.id == CaseEvidence.case_id)
        for case_id in session.scalars(case_ids.where(CaseEvidence.sha256 == sha256, Case.closed_at.is_(None)).distinct()).all():
            case = self._cases.locked(session, case_id)
            stop = stop_of(session, case)
            if stop is not None and stop.present is not None:
                self._pull(session, case, "present", f"{stop.site}/{stop.node}", self._parts.clock.now(), quiet=True)

    def _reachable(self, session: Session, plate: str) -> bool:
        return self._parts.notify.without_number or self._parts.registry.owner(session, plate) is not None

    def _proven_by_now(self, session: Session, case: Case, stop: ParkingStop, event: ParkingPresentEvent) -> bool:
        """Whether the picture that is stored already proves (its files may have come late); it is kept then."""
        if stop.present is None:
            return False
        outcome = self._pull(session, case, "present", event.source, event.time, event=event, quiet=True)
        return isinstance(outcome, Transition) or "proof_at" in case.moments or case.closed_at is not None

    def _open(self, session: Session, event: ParkingStoppedEvent, stop: ParkingStop) -> Case:
        data = event.data
        moments = {"stopped_at": data.stopped_at}
        if stop.left_at is not None:
            moments["left_at"] = stop.left_at
        if stop.last_seen_at is not None:
            moments["last_seen_at"] = stop.last_seen_at
        place = self._parts.registry.address(session, event.subject)
        new = NewCase(
            kind=KIND,
            site=stop.site,
            node=stop.node,
            camera=data.camera,
            zone=data.zone,
            address=event.subject,
            zone_named=_zone_named(session, stop, data.camera, data.zone),
            place_named=Words(zh=place.name_zh, en=place.name_en) if place else None,
            track=data.track,
            plate=data.plate.text,
            plate_colour=data.plate.colour,
            moments=moments,
        )
        case = self._cases.open(session, new)
        stop.case_id = case.id
        session.flush()
        self._cases.attach(session, case, event.id, data.evidence)
        return case

    def _stop(self, session: Session, event: ParkingEvent) -> ParkingStop:
        """The row of the event's stop, made if need be, held until the transaction ends."""
        node = parse_topic(f"{event.source}/event").node
        row = {"track": event.data.track, "site": node.site, "node": node.node, "owner_reachable": False, "checks": []}
        insert_missing(session, ParkingStop, [row])
        same = ParkingStop.track == event.data.track
        case_id = session.scalar(select(ParkingStop.case_id).where(same))
        if case_id is not None:  # always the case before its stop, so that two transactions never wait for each other
            self._cases.locked(session, case_id)
        stop = session.scalars(select(ParkingStop).where(same).with_for_update().execution_options(populate_existing=True)).one()
        if (stop.site, stop.node) != (node.site, node.node):
            raise MessageError(f"stop {stop.track} belongs to {stop.site}/{stop.node}, not to {node.site}/{node.node}")
        return stop

    def _case(self, session: Session, stop: ParkingStop) -> Case | None:
        return None if stop.case_id is None else self._cases.locked(session, stop.case_id)

    def _pull(
        self,
        session: Session,
        case: Case,
        trigger: str,
        actor: str,
        at: datetime,
        *,
        event: ParkingEvent | None = None,
        why: str = "",
        quiet: bool = False,
    ) -> Transition | Refusal:
        data = {"event": event.id} if event else {}
        return self._news.pull(session, case, Act(trigger, actor, Role.SYSTEM, why), Happening(at, data=data), quiet=quiet)

    def _note(
        self, session: Session, case: Case, trigger: str, event: ParkingEvent, refusal: Refusal, *, failed: list[str]
    ) -> None:
        happening = Happening(event.time, data={"event": event.id})
        act = Act(trigger, event.source, Role.SYSTEM)
        self._cases.note(session, case, act, happening, Refusal(refusal.reason, tuple(failed)))

    def _failed(self, stop: ParkingStop) -> list[str]:
        return [check["name"] for check in stop.checks if not check["passed"]]


def _zone_named(session: Session, stop: ParkingStop, camera: str, zone: str) -> Words | None:
    """What the node calls the zone now."""
    found = zone_description(session, stop.site, stop.node, camera, zone)
    return Words(zh=found.called(english=False), en=found.called(english=True)) if found else None


def _only(kind: type[Kind], handle: Callable[[Session, Kind], None]) -> EventHandler:
    """A handler that is given its own kind of event and nothing else."""

    def take(session: Session, event: NodeEvent) -> None:
        if not isinstance(event, kind):
            raise MessageError(f"event {event.id} of type {event.type} came to the handler of {kind.__name__}")
        handle(session, event)

    return take
