"""Parking as a kind of case: what its checks say now, and how its effects are carried out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.authority.service import AuthorityService
from central.cases.engine import Facts
from central.cases.playbook import Playbook
from central.cases.tables import Case, profile_key
from central.ids import new_id
from central.nodes.commands import send_command
from central.notify.service import NewNotice, NotifyService, notices_of
from central.notify.templates import TemplateSets
from central.parking.facts import EvidenceSources, checks_document, flow_checks, parking_facts
from central.parking.notice import NoticeFacts, write_notice
from central.parking.rules import Proof, Terms, proof_picture, prove
from central.parking.switches import is_commercial_plate, switch_checks, vehicle_before
from central.parking.tables import ParkingStop
from central.registry.service import NearCarPark, RegistryService
from yuhang.clock import Clock
from yuhang.coordinates import Position
from yuhang.errors import YuhangError
from yuhang.messages import Reobserve

KIND = "parking"
_BEFORE_NOTICE = frozenset({"new", "watching"})


@dataclass(frozen=True, slots=True)
class ParkingParts:
    """What parking works with."""

    clock: Clock
    authorities: AuthorityService
    notify: NotifyService
    registry: RegistryService
    templates: TemplateSets
    evidence: EvidenceSources


class ParkingKind:
    """`CaseKind` of illegal parking."""

    def __init__(self, parts: ParkingParts) -> None:
        self._parts = parts

    @property
    def name(self) -> str:
        """`parking`."""
        return KIND

    def facts(self, session: Session, case: Case) -> Facts:
        """All checks as they stand now; the checks of the proof are kept with the stop, for the officer."""
        stop = stop_of(session, case)
        playbook = self._playbook(session, case)
        if stop.exempt_reason is None and case.plate is not None:  # the list may have grown since the stop
            stop.exempt_reason = self._parts.registry.exempt_reason(session, case.plate)
        moments = case.moment_times()
        known = parking_facts(
            session,
            stop,
            self._parts.evidence,
            moments.get("notice_delivered_at"),
        )
        proof: Proof | None = None
        if known is not None:
            proof = prove(known, Terms.of(playbook))
            stop.checks = checks_document(proof)
            picture = proof_picture(known)
            if proof.passed and picture is not None:
                moments.setdefault("proof_at", picture.captured_at)
        facts = flow_checks(stop, proof, moments, playbook)
        notice_out = any(notice.first_try_at is not None for notice in notices_of(session, case.id))
        checks = {**facts.checks, "notice_out": notice_out}
        if case.state in _BEFORE_NOTICE:
            checks |= self._switches(session, case)
        return Facts(checks, facts.moments)

    def judged(self, session: Session, case: Case) -> list[Any]:
        """The checks of the proof as last judged."""
        return stop_of(session, case).checks

    def send_notice(self, session: Session, case: Case, template: str) -> None:
        """Queue the notice to the owner, with the nearest car parks."""
        now = self._parts.clock.now()
        playbook = self._playbook(session, case)
        templates = self._parts.templates.of_authority(self._parts.authorities.profile(session, profile_key(case)).templates)
        owner = self._parts.registry.owner(session, case.plate or "")
        if case.plate is None or (owner is None and not self._parts.notify.without_number):
            raise YuhangError(f"case {case.number} has nobody to send a notice to")
        address = self._parts.registry.address(session, case.address)
        place = Position(address.latitude, address.longitude) if address else None
        facts = NoticeFacts(
            plate=case.plate,
            place=address.name_zh if address else case.address,
            stopped_at=case.moment_times()["stopped_at"],
            sent_at=now,
            grace_s=playbook.parameter("grace"),
            car_parks=self._car_parks(session, place, now),
        )
        self._parts.notify.queue(
            session,
            NewNotice(
                kind=KIND,
                case_id=case.id,
                plate=case.plate,
                phone=owner.phone if owner else None,
                masked=owner.masked if owner else f"{case.plate[:2]}****",
                written=write_notice(templates, template, facts),
                expires_at=now + timedelta(seconds=playbook.parameter("delivery_limit")),
            ),
        )

    def cancel_notices(self, session: Session, case: Case) -> None:
        """Hold back a notice that has not been handed over."""
        self._parts.notify.cancel(session, case.id)

    def want_picture(self, session: Session, case: Case, due_at: datetime) -> None:
        """Ask the node, ahead of time, for a picture at the end of the grace period."""
        if case.track is None:
            raise YuhangError(f"case {case.number} has no stop to look at again")
        wait = timedelta(seconds=self._playbook(session, case).parameter("proof_wait"))
        # Answers that come in after the proof's own deadline are of no use any more.
        expires_at = max(due_at, self._parts.clock.now()) + wait
        command = Reobserve(id=new_id(self._parts.clock), expires_at=expires_at, track=case.track, due_at=due_at)
        send_command(session, case.site, case.node, "reobserve", command)

    def _switches(self, session: Session, case: Case) -> dict[str, bool]:
        switches = self._parts.authorities.profile(session, profile_key(case)).switches
        registered = case.plate is not None and self._parts.registry.is_commercial(session, case.plate)
        commercial = registered or is_commercial_plate(case.plate_colour)
        return switch_checks(switches, vehicle_before(session, case), commercial=commercial)

    def _playbook(self, session: Session, case: Case) -> Playbook:
        return self._parts.authorities.playbook(session, KIND, profile_key(case))

    def _car_parks(self, session: Session, place: Position | None, now: datetime) -> tuple[NearCarPark, ...]:
        if place is None:
            return ()
        return self._parts.registry.nearest_car_parks(session, place, now)


def stop_of(session: Session, case: Case) -> ParkingStop:
    """The stop that a parking case is about."""
    return session.scalars(select(ParkingStop).where(ParkingStop.case_id == case.id)).one()
