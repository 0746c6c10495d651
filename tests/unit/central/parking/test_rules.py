"""What proves a parking case: tables that an officer can read.

The story behind every line: a car stops at 09:00:00, is photographed at 09:01:00, its owner has the notice at 09:01:05, and the
second picture is taken at 09:11:06. One thing is changed, and the check that must notice is named.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from central.cases.playbook import shipped_playbook
from central.devices.rules import Standing, standing_at
from central.evidence.measuring import PictureMeasures
from central.parking.rules import CheckName, ParkingFacts, Picture, Proof, Sighting, Terms, overlap_of, prove
from tests.unit.central.devices.papers import papers
from yuhang.messages import Box, EvidenceKind, FrameClock, Observation, PlateRead, TimeSource

NINE = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)  # 09:00 in Hangzhou
PLAYBOOK = shipped_playbook("parking")
TERMS = Terms.of(PLAYBOOK)
TRACK = "01JWN00000000000000000000A"
PLATE = "浙A12345"
GOOD_CLOCK = FrameClock(source=TimeSource.CAMERA, error_s=0.2, offset_s=0.1)


def at(minutes: float, seconds: float = 0.0) -> datetime:
    return NINE + timedelta(minutes=minutes, seconds=seconds)


BOX = Box(left=100, top=100, right=300, bottom=220)


def good_measures(width: int | None, height: int) -> PictureMeasures:
    """A good picture of this size."""
    return PictureMeasures(width=width or 1920, height=height, bits=24, brightness=110, contrast=50, chroma=15, softness=0.3)


def picture(kind: EvidenceKind, taken: datetime, **changes: Any) -> Picture:
    facts: dict[str, Any] = {"width": 1920, "height": 1080, "present": True, "verified": True, "vehicle": BOX} | changes
    facts.setdefault("measures", good_measures(facts["width"], facts["height"]))
    return Picture(sha256="0" * 64, kind=kind, captured_at=taken, **facts)


def plate(text: str | None = PLATE, frames: int = 8, confidence: float = 0.97) -> PlateRead:
    return PlateRead(text=text, colour="blue", confidence=confidence, frames=frames, width_px=120)


def watched(since: datetime, until: datetime, longest_gap_s: float = 1.0, min_overlap: float = 0.9) -> Observation:
    return Observation(since=since, until=until, longest_gap_s=longest_gap_s, frames=100, min_overlap=min_overlap)


WARNED = Sighting(
    track=TRACK,
    zone_sha256="a" * 64,
    stopped_at=at(0),
    plate=plate(),
    box=BOX,
    observation=watched(at(0), at(1)),
    clock=GOOD_CLOCK,
    pictures=(picture(EvidenceKind.ARRIVAL, at(0)), picture(EvidenceKind.NOTICE, at(1))),
)
PROOF = replace(WARNED, observation=watched(at(0), at(11, 6)), pictures=(picture(EvidenceKind.PRESENT, at(11, 6)),))
FACTS = ParkingFacts(
    warned=WARNED, proof=PROOF, delivered_at=at(1, 5), camera=Standing((), date(2026, 9, 9)), owner_reachable=True, exempt=None
)


def warned(**changes: Any) -> ParkingFacts:
    return replace(FACTS, warned=replace(WARNED, **changes))


def proof(**changes: Any) -> ParkingFacts:
    return replace(FACTS, proof=replace(PROOF, **changes))


def present(taken: datetime, **changes: Any) -> tuple[Picture, ...]:
    return (picture(EvidenceKind.PRESENT, taken, **changes),)


def clock(offset_s: float | None, error_s: float = 0.2) -> FrameClock:
    return FrameClock(source=TimeSource.CAMERA, error_s=error_s, offset_s=offset_s)


def test_the_whole_story_is_a_proof() -> None:
    judged = prove(FACTS, TERMS)
    assert judged.failed == ()
    assert judged.passed
    assert [check.name for check in judged.checks] == list(CheckName)


HOLDS = [
    ("second picture exactly at the end of the grace time", proof(pictures=present(at(11, 5)))),
    ("a gap of exactly 10 s", proof(observation=watched(at(0), at(11, 6), longest_gap_s=10.0))),
    ("watching began before the car stood", proof(observation=watched(at(-1), at(11, 6)))),
    ("clock error and offset of 1.0 s together", proof(clock=clock(0.8, 0.2))),
    ("clock slow by 0.8 s", proof(clock=clock(-0.8, 0.2))),
    ("smallest allowed picture", proof(pictures=present(at(11, 6), width=1280, height=720))),
    ("three frames agree on the plate", proof(plate=plate(frames=3))),
    ("a receipt 3 minutes late, and a picture 10 minutes after it",
     replace(proof(observation=watched(at(0), at(14, 6)), pictures=present(at(14, 6))), delivered_at=at(4, 5))),
]  # fmt: skip


@pytest.mark.parametrize(("story", "facts"), HOLDS, ids=[story for story, _ in HOLDS])
def test_proven(story: str, facts: ParkingFacts) -> None:
    assert prove(facts, TERMS).failed == ()


Name = CheckName
FAILS = [
    ("no receipt", replace(FACTS, delivered_at=None),
     {Name.PICTURE_BEFORE_NOTICE, Name.NOTICE_DELIVERED, Name.GRACE_OVER}),
    ("first picture after the notice", warned(pictures=(picture(EvidenceKind.NOTICE, at(1, 6)),)), {Name.PICTURE_BEFORE_NOTICE}),
    ("first picture in the moment of the notice", warned(pictures=(picture(EvidenceKind.NOTICE, at(1, 5)),)),
     {Name.PICTURE_BEFORE_NOTICE}),
    ("no first picture", warned(pictures=()), {Name.PICTURE_BEFORE_NOTICE, Name.EVIDENCE_COMPLETE, Name.PICTURE_QUALITY}),
    ("second picture a millisecond early", proof(pictures=present(at(11, 4.999))), {Name.GRACE_OVER}),
    ("second picture 10 minutes after sending, 7 after a late receipt", replace(FACTS, delivered_at=at(4, 5)), {Name.GRACE_OVER}),
    ("another plate", proof(plate=plate("浙A12346")), {Name.SAME_VEHICLE}),
    ("another track", proof(track="01JWN00000000000000000000B"), {Name.SAME_VEHICLE}),
    ("plate unread the second time", proof(plate=plate(None, 0, 0.0)), {Name.SAME_VEHICLE, Name.PLATE_CONSENSUS}),
    ("plate unread both times", replace(warned(plate=plate(None, 0, 0.0)), proof=replace(PROOF, plate=plate(None, 0, 0.0))),
     {Name.SAME_VEHICLE, Name.PLATE_CONSENSUS}),
    ("only two frames agree", proof(plate=plate(frames=2)), {Name.PLATE_CONSENSUS}),
    ("plate read without confidence", warned(plate=plate(confidence=0.5)), {Name.PLATE_CONSENSUS}),
    ("the car moved a length forward", proof(box=Box(left=300, top=100, right=500, bottom=220)), {Name.SAME_PLACE}),
    ("it moved in between and came back", proof(observation=watched(at(0), at(11, 6), min_overlap=0.1)), {Name.SAME_PLACE}),
    ("the zone was redrawn meanwhile", proof(zone_sha256="b" * 64), {Name.SAME_PLACE}),
    ("hidden for 10.1 s", proof(observation=watched(at(0), at(11, 6), longest_gap_s=10.1)), {Name.CONTINUOUS}),
    ("watched only from a minute after the stop", proof(observation=watched(at(1), at(11, 6))), {Name.CONTINUOUS}),
    ("watched only until a minute before the second picture", proof(observation=watched(at(0), at(10, 6))), {Name.CONTINUOUS}),
    ("clock never measured", proof(clock=clock(None)), {Name.CLOCK_KNOWN}),
    ("clock not measured at the first picture", warned(clock=clock(None)), {Name.CLOCK_KNOWN}),
    ("clock 1.001 s off", proof(clock=clock(0.801, 0.2)), {Name.CLOCK_KNOWN}),
    ("clock slow by more than a second", warned(clock=clock(-1.2, 0.0)), {Name.CLOCK_KNOWN}),
    ("camera without a certificate", replace(FACTS, camera=standing_at(None, at(1))), {Name.CAMERA_CERTIFIED}),
    ("certificate ran out before the pictures", replace(FACTS, camera=standing_at(papers(date(2026, 5, 31)), at(1))),
     {Name.CAMERA_CERTIFIED}),
    ("owner not reachable", replace(FACTS, owner_reachable=False), {Name.OWNER_REACHABLE}),
    ("a fire engine", replace(FACTS, exempt="fire engine"), {Name.NOT_EXEMPT}),
    ("a file has not arrived", proof(pictures=present(at(11, 6), present=False)), {Name.EVIDENCE_COMPLETE}),
    ("record not verified", warned(pictures=(picture(EvidenceKind.NOTICE, at(1), verified=False),)), {Name.EVIDENCE_COMPLETE}),
    ("second picture too small", proof(pictures=present(at(11, 6), width=1279)), {Name.PICTURE_QUALITY}),
    ("size of the first picture unknown", warned(pictures=(picture(EvidenceKind.NOTICE, at(1), width=None),)),
     {Name.PICTURE_QUALITY}),
    ("no second picture", proof(pictures=()),
     {Name.GRACE_OVER, Name.CONTINUOUS, Name.CAMERA_CERTIFIED, Name.EVIDENCE_COMPLETE, Name.PICTURE_QUALITY}),
]  # fmt: skip


@pytest.mark.parametrize(("story", "facts", "expected"), FAILS, ids=[story for story, *_ in FAILS])
def test_not_proven(story: str, facts: ParkingFacts, expected: set[CheckName]) -> None:
    assert set(prove(facts, TERMS).failed) == expected


def test_law_02_two_panorama_pictures_lie_ten_seconds_apart() -> None:
    short = replace(TERMS, grace_s=5.0)
    facts = replace(proof(pictures=present(at(1, 9.9)), observation=watched(at(0), at(1, 9.9))), delivered_at=at(1, 1))
    assert prove(facts, short).failed == (CheckName.PICTURE_QUALITY,)


def test_without_a_second_sighting_nothing_about_it_holds() -> None:
    judged = prove(replace(FACTS, proof=None), TERMS)
    holding = {check.name for check in judged.checks if check.passed}
    assert holding == {Name.PICTURE_BEFORE_NOTICE, Name.NOTICE_DELIVERED, Name.OWNER_REACHABLE, Name.NOT_EXEMPT}


def test_every_check_has_its_texts_in_the_playbook_and_they_can_be_filled() -> None:
    for facts in [FACTS, replace(FACTS, proof=None), *(facts for _, facts, _ in FAILS)]:
        for check in prove(facts, TERMS).checks:
            texts = PLAYBOOK.checks[check.name.value]
            chosen = texts.passed if check.passed else texts.failed
            assert "{" not in chosen.zh.format(**check.measured)
            assert "{" not in chosen.en.format(**check.measured)


def test_an_empty_list_of_checks_would_not_be_asked() -> None:
    assert len(prove(FACTS, TERMS).checks) == 13
    assert Proof(prove(FACTS, TERMS).checks[:1]).failed == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Box(left=0, top=0, right=10, bottom=10), Box(left=0, top=0, right=10, bottom=10), 1.0),
        (Box(left=0, top=0, right=10, bottom=10), Box(left=5, top=0, right=15, bottom=10), 1 / 3),
        (Box(left=0, top=0, right=10, bottom=10), Box(left=10, top=0, right=20, bottom=10), 0.0),
        (Box(left=0, top=0, right=0, bottom=0), Box(left=0, top=0, right=0, bottom=0), 0.0),
    ],
)
def test_overlap(one: Box, other: Box, expected: float) -> None:
    assert overlap_of(one, other) == pytest.approx(expected)
