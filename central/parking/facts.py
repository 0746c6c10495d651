"""From what is stored about a stop to what the rules judge."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.cases.engine import Facts
from central.cases.playbook import Playbook
from central.devices.papers import CameraName
from central.devices.service import CameraStandings
from central.evidence.measuring import PictureMeasures
from central.evidence.tables import EvidenceRow
from central.parking.rules import CheckName, ParkingFacts, Picture, Proof, Sighting
from central.parking.tables import ParkingStop
from yuhang.messages import EvidenceFile, EvidenceKind, ParkingData, ParkingPresent, ParkingStopped

HasFile = Callable[[str], bool]
"""Whether the bytes of a file (by its SHA-256) are stored."""
MeasuresOf = Callable[[Session, Sequence[str]], Mapping[str, PictureMeasures]]
"""Measured values of those of these files that are pictures and are here."""


@dataclass(frozen=True, slots=True)
class EvidenceSources:
    """Who knows about files and about the cameras that made them."""

    has_file: HasFile
    measures_of: MeasuresOf
    cameras: CameraStandings


@dataclass(frozen=True, slots=True)
class _Files:
    """What is known of the files of one stop: records that hold, files that come later, measured values by file."""

    verified: set[str]
    pending: frozenset[str]
    measures: Mapping[str, PictureMeasures]
    has_file: HasFile


def parking_facts(
    session: Session, stop: ParkingStop, sources: EvidenceSources, delivered_at: datetime | None
) -> ParkingFacts | None:
    """What is known about a stop; None before `parking.stopped` has come."""
    if stop.warned is None:
        return None
    warned = ParkingStopped.model_validate(stop.warned)
    present = ParkingPresent.model_validate(stop.present) if stop.present else None
    files = [*warned.evidence, *(present.evidence if present else ())]
    known = _Files(
        verified=_verified(session, [file.record.hash for file in files]),
        pending=frozenset((*warned.files_pending, *(present.files_pending if present else ()))),
        measures=sources.measures_of(session, [file.record.file_sha256 for file in files]),
        has_file=sources.has_file,
    )
    camera = CameraName(site=stop.site, node=stop.node, camera=warned.camera)
    taken = [file.record.captured_at for file in files if file.record.kind in {EvidenceKind.NOTICE, EvidenceKind.PRESENT}]
    return ParkingFacts(
        warned=_sighting(warned, EvidenceKind.NOTICE, known),
        proof=_sighting(present, EvidenceKind.PRESENT, known) if present else None,
        delivered_at=delivered_at,
        camera=sources.cameras.standing(session, camera, taken or [warned.stopped_at]),
        owner_reachable=stop.owner_reachable,
        exempt=stop.exempt_reason,
    )


def flow_checks(stop: ParkingStop, proof: Proof | None, moments: Mapping[str, datetime], playbook: Playbook) -> Facts:
    """The playbook's checks that say where the flow goes, with the moments they were judged by."""
    delivered_at, proof_at = moments.get("notice_delivered_at"), moments.get("proof_at")
    grace = timedelta(seconds=playbook.parameter("grace"))
    left_at = stop.left_at
    gone_at = min((at for at in (left_at, stop.last_seen_at) if at is not None), default=None)
    picked = {check.name: check.passed for check in proof.checks} if proof else {}
    known_left = left_at is not None and delivered_at is not None
    contradicted = gone_at is not None and proof_at is not None and gone_at < proof_at
    checks = {
        "vehicle_exempt": stop.exempt_reason is not None,
        "already_left": left_at is not None,
        "already_unobserved": stop.last_seen_at is not None,
        "owner_known": _owner_known(stop),
        "left_before_delivery": known_left and left_at < delivered_at,  # type: ignore[operator]
        "left_within_grace": known_left and delivered_at <= left_at <= delivered_at + grace,  # type: ignore[operator]
        "picture_after_grace": picked.get(CheckName.GRACE_OVER, False),
        "fully_proven": proof is not None and proof.passed and not contradicted,
        "proof_contradicted": contradicted,
    }
    return Facts(checks | {name.value: passed for name, passed in picked.items()}, dict(moments))


def checks_document(proof: Proof) -> list[Any]:
    """The checks as they are stored and shown."""
    return [{"name": check.name.value, "passed": check.passed, "measured": check.measured} for check in proof.checks]


def _owner_known(stop: ParkingStop) -> bool:
    """Whether a notice can be written: plate read, owner reachable, and a picture to show for it."""
    if stop.warned is None:
        return False
    warned = ParkingStopped.model_validate(stop.warned)
    has_picture = any(file.record.kind is EvidenceKind.NOTICE for file in warned.evidence)
    return warned.plate.text is not None and stop.owner_reachable and has_picture


def _sighting(data: ParkingData, key_kind: EvidenceKind, known: _Files) -> Sighting:
    pictures = tuple(_picture(file, known) for file in data.evidence)
    # The signed record's own clock counts for the picture that carries the sighting; the event's only where there is none.
    clock = next((file.record.clock for file in data.evidence if file.record.kind is key_kind), data.clock)
    return Sighting(
        track=data.track,
        zone_sha256=data.zone_sha256,
        stopped_at=data.stopped_at,
        plate=data.plate,
        box=data.box,
        observation=data.observation,
        clock=clock,
        pictures=pictures,
    )


def _picture(file: EvidenceFile, known: _Files) -> Picture:
    record = file.record
    return Picture(
        sha256=record.file_sha256,
        kind=record.kind,
        captured_at=record.captured_at,
        width=file.width,
        height=file.height,
        present=known.has_file(record.file_sha256),
        verified=record.hash in known.verified,
        pending=record.file_sha256 in known.pending,
        measures=known.measures.get(record.file_sha256),
        vehicle=file.subject,
    )


def _verified(session: Session, hashes: Sequence[str]) -> set[str]:
    return set(session.scalars(select(EvidenceRow.hash).where(EvidenceRow.hash.in_(hashes), EvidenceRow.verified.is_(True))))
