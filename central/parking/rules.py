"""What must hold before a parking case may be put before a person: pure rules, one function a check.

Every check answers with the measured values, so that an officer reads why it holds or not (the texts and articles stand in the
playbook under the check's name). A value that is not known never counts in favour of a proof.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from central.cases.playbook import Playbook
from central.devices.rules import Standing
from central.evidence.measuring import PictureMeasures
from central.evidence.picture_rules import (
    Panorama,
    PictureSet,
    PictureTerms,
    judge_pictures,
    longest_interval_s,
)
from yuhang.messages import Box, EvidenceKind, FrameClock, Observation, PlateRead

Measured = dict[str, str | float | int]


class CheckName(StrEnum):
    """The checks of a full proof, in the order in which an officer reads them."""

    PICTURE_BEFORE_NOTICE = "picture_before_notice"
    NOTICE_DELIVERED = "notice_delivered"
    GRACE_OVER = "grace_over"
    SAME_VEHICLE = "same_vehicle"
    SAME_PLACE = "same_place"
    CONTINUOUS = "continuous"
    PLATE_CONSENSUS = "plate_consensus"
    CLOCK_KNOWN = "clock_known"
    CAMERA_CERTIFIED = "camera_certified"
    OWNER_REACHABLE = "owner_reachable"
    NOT_EXEMPT = "not_exempt"
    EVIDENCE_COMPLETE = "evidence_complete"
    PICTURE_QUALITY = "picture_quality"


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of evidence as central knows it; `present`: bytes stored, `verified`: record, chain and signature hold,
    `pending`: the node has said that it comes later.
    """

    sha256: str
    kind: EvidenceKind
    captured_at: datetime
    width: int | None
    height: int | None
    present: bool
    verified: bool
    pending: bool = False
    measures: PictureMeasures | None = None
    vehicle: Box | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one event says about the vehicle, with its pictures."""

    track: str
    zone_sha256: str
    stopped_at: datetime
    plate: PlateRead
    box: Box
    observation: Observation
    clock: FrameClock
    pictures: tuple[Picture, ...]

    def picture(self, kind: EvidenceKind) -> Picture | None:
        """The earliest picture of this kind."""
        return min((p for p in self.pictures if p.kind is kind), key=lambda p: p.captured_at, default=None)


@dataclass(frozen=True, slots=True)
class ParkingFacts:
    """All that is known about a stop when somebody asks whether it is proven. `None` means not known."""

    warned: Sighting
    proof: Sighting | None
    delivered_at: datetime | None
    camera: Standing
    owner_reachable: bool
    exempt: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The playbook's parameters that the rules need: seconds, ratios, pixels, counts."""

    grace_s: float
    max_gap_s: float
    max_clock_error_s: float
    min_overlap: float
    min_plate_frames: int
    min_plate_confidence: float
    pictures: PictureTerms

    @classmethod
    def of(cls, playbook: Playbook) -> "Terms":
        """Taken from the playbook's parameters."""
        return cls(
            grace_s=playbook.parameter("grace"),
            max_gap_s=playbook.parameter("max_gap"),
            max_clock_error_s=playbook.parameter("max_clock_error"),
            min_overlap=playbook.parameter("min_overlap"),
            min_plate_frames=round(playbook.parameter("min_plate_frames")),
            min_plate_confidence=playbook.parameter("min_plate_confidence"),
            pictures=PictureTerms(
                min_interval_s=playbook.parameter("min_picture_interval"),
                min_width=round(playbook.parameter("min_width")),
                min_height=round(playbook.parameter("min_height")),
                min_vehicle_px=round(playbook.parameter("min_vehicle_width")),
                min_plate_px=round(playbook.parameter("min_plate_width")),
            ),
        )


@dataclass(frozen=True, slots=True)
class Check:
    """One answer: whether it holds and the values it was judged by."""

    name: CheckName
    passed: bool
    measured: Measured


@dataclass(frozen=True, slots=True)
class Proof:
    """All checks of one stop."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Only when every check holds may the case be put before a person."""
        return all(check.passed for check in self.checks)

    @property
    def failed(self) -> tuple[CheckName, ...]:
        """Names of the checks that do not hold."""
        return tuple(check.name for check in self.checks if not check.passed)


Verdict = tuple[bool, Measured]


def prove(facts: ParkingFacts, terms: Terms) -> Proof:
    """Judge a stop by every check; none is left out because another failed."""
    return Proof(tuple(Check(name, *judge(facts, terms)) for name, judge in _CHECKS.items()))


def proof_picture(facts: ParkingFacts) -> Picture | None:
    """The picture that is to show the vehicle after the grace period."""
    return None if facts.proof is None else facts.proof.picture(EvidenceKind.PRESENT)


def _picture_before_notice(facts: ParkingFacts, _terms: Terms) -> Verdict:
    picture = facts.warned.picture(EvidenceKind.NOTICE)
    if picture is None or facts.delivered_at is None:
        return False, {}
    measured: Measured = {"picture_at": _iso(picture.captured_at), "delivered_at": _iso(facts.delivered_at)}
    return picture.captured_at < facts.delivered_at, measured


def _notice_delivered(facts: ParkingFacts, _terms: Terms) -> Verdict:
    if facts.delivered_at is None:
        return False, {}
    return True, {"delivered_at": _iso(facts.delivered_at)}


def _grace_over(facts: ParkingFacts, terms: Terms) -> Verdict:
    if facts.delivered_at is None:
        return False, {"grace_s": terms.grace_s, "due_at": "–"}
    due_at = facts.delivered_at + timedelta(seconds=terms.grace_s)
    measured: Measured = {"grace_s": terms.grace_s, "due_at": _iso(due_at)}
    picture = proof_picture(facts)
    if picture is None:
        return False, measured
    elapsed_s = (picture.captured_at - facts.delivered_at).total_seconds()
    return picture.captured_at >= due_at, {**measured, "elapsed_s": round(elapsed_s, 1)}


def _same_vehicle(facts: ParkingFacts, _terms: Terms) -> Verdict:
    before = facts.warned.plate.text
    after = facts.proof.plate.text if facts.proof else None
    same_track = facts.proof is not None and facts.proof.track == facts.warned.track
    return same_track and before is not None and before == after, {
        "plate": before or "",
        "before": before or "-",
        "after": after or "-",
    }


def _same_place(facts: ParkingFacts, terms: Terms) -> Verdict:
    if facts.proof is None:
        return False, {"overlap": 0.0, "min_overlap": terms.min_overlap}
    overlap = min(overlap_of(facts.warned.box, facts.proof.box), facts.proof.observation.min_overlap)
    same_zone = facts.warned.zone_sha256 == facts.proof.zone_sha256
    return same_zone and overlap >= terms.min_overlap, {"overlap": round(overlap, 2), "min_overlap": terms.min_overlap}


def _continuous(facts: ParkingFacts, terms: Terms) -> Verdict:
    """From the stop to the proof picture; what lies outside the watched interval counts as a gap."""
    picture = proof_picture(facts)
    if facts.proof is None or picture is None:
        return False, {"gap_s": "-", "max_gap_s": terms.max_gap_s}
    seen = facts.proof.observation
    gap_s = max(
        seen.longest_gap_s,
        (seen.since - facts.warned.stopped_at).total_seconds(),
        (picture.captured_at - seen.until).total_seconds(),
    )
    return gap_s <= terms.max_gap_s, {"gap_s": round(gap_s, 1), "max_gap_s": terms.max_gap_s}


def _plate_consensus(facts: ParkingFacts, terms: Terms) -> Verdict:
    reads = [facts.warned.plate] + ([facts.proof.plate] if facts.proof else [])
    frames = min(read.frames for read in reads)
    confidence = min(read.confidence for read in reads)
    read_both = facts.proof is not None and all(read.text for read in reads)
    good = read_both and frames >= terms.min_plate_frames and confidence >= terms.min_plate_confidence
    return good, {"frames": frames, "min_frames": terms.min_plate_frames, "confidence": round(confidence, 2)}


def _clock_known(facts: ParkingFacts, terms: Terms) -> Verdict:
    clocks = [facts.warned.clock] + ([facts.proof.clock] if facts.proof else [])
    errors = [abs(clock.offset_s) + clock.error_s for clock in clocks if clock.offset_s is not None]
    measured: Measured = {"error_s": round(max(errors), 3) if errors else "?", "max_error_s": terms.max_clock_error_s}
    known = facts.proof is not None and len(errors) == len(clocks)
    return known and max(errors) <= terms.max_clock_error_s, measured


def _camera_certified(facts: ParkingFacts, _terms: Terms) -> Verdict:
    """Judged by what held when each picture was taken, not by what holds now."""
    measured: Measured = {
        "valid_until": facts.camera.valid_until.isoformat() if facts.camera.valid_until else "-",
        "flaws_zh": "；".join(flaw.zh for flaw in facts.camera.flaws) or "尚无第二张照片",
        "flaws_en": "; ".join(flaw.en for flaw in facts.camera.flaws) or "no second picture yet",
    }
    return proof_picture(facts) is not None and facts.camera.in_order, measured


def _owner_reachable(facts: ParkingFacts, _terms: Terms) -> Verdict:
    return facts.owner_reachable, {}


def _not_exempt(facts: ParkingFacts, _terms: Terms) -> Verdict:
    return facts.exempt is None, {"reason": facts.exempt or ""}


def _evidence_complete(facts: ParkingFacts, _terms: Terms) -> Verdict:
    pictures = (*facts.warned.pictures, *(facts.proof.pictures if facts.proof else ()))
    missing = sum(not picture.present for picture in pictures)
    unverified = sum(picture.present and not picture.verified for picture in pictures)
    both = facts.warned.picture(EvidenceKind.NOTICE) is not None and proof_picture(facts) is not None
    late = [f"{p.kind.value} {_iso(p.captured_at)} {p.sha256[:8]}" for p in pictures if p.pending and not p.present]
    measured: Measured = {"files": len(pictures), "missing": missing + (0 if both else 1), "unverified": unverified}
    return both and missing == 0 and unverified == 0, {**measured, "late": ", ".join(late) or "-"}


def _picture_quality(facts: ParkingFacts, terms: Terms) -> Verdict:
    """The picture before the notice and the one after the grace period, as GA/T 832 asks of a standing vehicle."""
    pictures = (*facts.warned.pictures, *(facts.proof.pictures if facts.proof else ()))
    pair = [p for p in (facts.warned.picture(EvidenceKind.NOTICE), proof_picture(facts)) if p is not None]
    panoramas = tuple(Panorama(p.captured_at, p.measures, (p.width, p.height), p.vehicle) for p in pair)
    reads = [facts.warned.plate] + ([facts.proof.plate] if facts.proof else [])
    there = [p.kind for p in pictures if p.present]
    shown = PictureSet(
        panoramas,
        videos=there.count(EvidenceKind.CLIP),
        close_ups=there.count(EvidenceKind.PLATE),
        plate_px=max(read.width_px for read in reads),
    )
    findings = judge_pictures(shown, terms.pictures)
    measured: Measured = {
        "pictures": len(pair),
        "width": min((p.measures.width for p in pair if p.measures), default=0),
        "height": min((p.measures.height for p in pair if p.measures), default=0),
        "interval_s": round(longest_interval_s(panoramas), 1),
        "findings_zh": "；".join(finding.zh for finding in findings),
        "findings_en": "; ".join(finding.en for finding in findings),
    }
    return not findings, measured


def overlap_of(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    area = (one.right - one.left) * (one.bottom - one.top) + (other.right - other.left) * (other.bottom - other.top)
    return both / (area - both)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


_CHECKS: dict[CheckName, Callable[[ParkingFacts, Terms], Verdict]] = {
    CheckName.PICTURE_BEFORE_NOTICE: _picture_before_notice,
    CheckName.NOTICE_DELIVERED: _notice_delivered,
    CheckName.GRACE_OVER: _grace_over,
    CheckName.SAME_VEHICLE: _same_vehicle,
    CheckName.SAME_PLACE: _same_place,
    CheckName.CONTINUOUS: _continuous,
    CheckName.PLATE_CONSENSUS: _plate_consensus,
    CheckName.CLOCK_KNOWN: _clock_known,
    CheckName.CAMERA_CERTIFIED: _camera_certified,
    CheckName.OWNER_REACHABLE: _owner_reachable,
    CheckName.NOT_EXEMPT: _not_exempt,
    CheckName.EVIDENCE_COMPLETE: _evidence_complete,
    CheckName.PICTURE_QUALITY: _picture_quality,
}
