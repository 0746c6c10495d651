"""Parking as a kind of case: what its checks say now, and how its effects are carried out."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.cases.engine import Facts
from central.cases.playbook import Playbook
from central.cases.procedure import Standing
from central.cases.tables import Case, profile_key
from central.ids import new_id
from central.nodes.commands import send_command
from central.notify.service import notices_of
from central.parking.facts import checks_document, flow_checks, parking_facts
from central.parking.parts import KIND, ParkingParts
from central.parking.rules import Proof, Terms, proof_picture, prove
from central.parking.sending import NoticeSender
from central.parking.switches import is_commercial_plate, switch_checks, vehicle_before
from central.parking.tables import ParkingStop
from yuhang.errors import YuhangError
from yuhang.messages import Reobserve

_BEFORE_NOTICE = frozenset({"new", "watching"})


class ParkingKind:
    """`CaseKind` of illegal parking."""

    def __init__(self, parts: ParkingParts) -> None:
        self._parts = parts
        self._sending = NoticeSender(parts)

    @property
    def name(self) -> str:
        """`parking`."""
        return KIND

    def facts(self, session: Session, case: Case) -> Facts:
        """All checks as they stand now, none where no stop is known; those of the proof are kept with it, for the officer."""
        stop = stop_of(session, case)
        if stop is None:
            return Facts({}, case.moment_times())
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
        """The checks of the proof as last judged; none where no stop is known."""
        stop = stop_of(session, case)
        return stop.checks if stop is not None else []

    def send_notice(self, session: Session, case: Case, standing: Standing, template: str) -> None:
        """Queue a notice to the owner."""
        self._sending.send(session, case, standing, template)

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


def stop_of(session: Session, case: Case) -> ParkingStop | None:
    """The stop that a parking case is about; None for a case that no camera's stop has opened: it proves nothing."""
    return session.scalar(select(ParkingStop).where(ParkingStop.case_id == case.id))
