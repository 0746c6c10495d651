"""A stop that is fully proven, and ways to change one thing of it.

A car stops at 09:00:00, is photographed at 09:01:00, its owner has the notice at 09:01:05, and the second picture is taken at
09:11:06.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from central.cases.playbook import shipped_playbook
from central.devices.rules import Standing
from central.evidence.measuring import PictureMeasures
from central.parking.rules import ParkingFacts, Picture, Sighting, Terms
from yuhang.messages import Box, EvidenceKind, FrameClock, Observation, PlateRead, TimeSource

NINE = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)  # 09:00 in Hangzhou
PLAYBOOK = shipped_playbook("parking")
TERMS = Terms.of(PLAYBOOK)
TRACK = "01JWN00000000000000000000A"
OTHER_TRACK = "01JWN00000000000000000000B"
PLATE = "浙A12345"
BOX = Box(left=100, top=100, right=300, bottom=220)


def at(minutes: float, seconds: float = 0.0) -> datetime:
    """So long after nine."""
    return NINE + timedelta(minutes=minutes, seconds=seconds)


def good_measures(width: int | None, height: int) -> PictureMeasures:
    """A good picture of this size."""
    return PictureMeasures(width=width or 1920, height=height, bits=24, brightness=110, contrast=50, chroma=15, softness=0.3)


def picture(kind: EvidenceKind, taken: datetime, **changes: Any) -> Picture:
    """A good picture but for the changes."""
    facts: dict[str, Any] = {"width": 1920, "height": 1080, "present": True, "verified": True, "vehicle": BOX} | changes
    facts.setdefault("measures", good_measures(facts["width"], facts["height"]))
    return Picture(sha256="0" * 64, kind=kind, captured_at=taken, **facts)


def present(taken: datetime, **changes: Any) -> tuple[Picture, ...]:
    """The second picture alone."""
    return (picture(EvidenceKind.PRESENT, taken, **changes),)


def plate(text: str | None = PLATE, frames: int = 8, confidence: float = 0.97, width_px: int = 120) -> PlateRead:
    """A plate that is well read but for the changes."""
    return PlateRead(text=text, colour="blue", confidence=confidence, frames=frames, width_px=width_px)


def watched(since: datetime, until: datetime, longest_gap_s: float = 1.0, min_overlap: float = 0.9) -> Observation:
    """Watched in between."""
    return Observation(since=since, until=until, longest_gap_s=longest_gap_s, frames=100, min_overlap=min_overlap)


def clock(offset_s: float | None, error_s: float = 0.2) -> FrameClock:
    """A camera's clock with this offset; None: nobody has measured it."""
    return FrameClock(source=TimeSource.CAMERA, error_s=error_s, offset_s=offset_s)


WARNED = Sighting(
    track=TRACK,
    zone_sha256="a" * 64,
    stopped_at=at(0),
    plate=plate(),
    box=BOX,
    observation=watched(at(0), at(1)),
    clock=clock(0.1),
    pictures=(picture(EvidenceKind.ARRIVAL, at(0)), picture(EvidenceKind.NOTICE, at(1))),
)
PROOF = replace(WARNED, observation=watched(at(0), at(11, 6)), pictures=present(at(11, 6)))
FACTS = ParkingFacts(
    warned=WARNED, proof=PROOF, delivered_at=at(1, 5), camera=Standing((), date(2026, 9, 9)), owner_reachable=True, exempt=None
)


def proof(**changes: Any) -> ParkingFacts:
    """The whole story with a changed second sighting."""
    return replace(FACTS, proof=replace(PROOF, **changes))
