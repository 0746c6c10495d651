"""A gate's camera through a camera's own pipeline, with eyes that see what the test says; and what leaves the node of it."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from benchmarks.kerb.node import CLOCK, START, NoPlates
from edge.assembly import LoadedModels, build_pipeline, build_tools
from edge.boxes import Rect
from edge.config import NodeConfig
from edge.config_mark import ConfigMark
from edge.faces.consent import Consent
from edge.faces.desk import FaceDesk
from edge.faces.opening import open_desk
from edge.faces.search_lock import MeasuredErrors
from edge.faces.types import FaceLook, Template
from edge.frames import Frame, SourceChange, SourceState
from edge.image import BgrImage
from edge.inference.preprocess import Image
from edge.pipeline import CameraPipeline
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.ids import new_ulid
from yuhang.messages import (
    EntryMeans,
    FaceDecidedEvent,
    FaceDecision,
    FaceProblem,
    FaceRequest,
    NodeEvent,
)

NETWORK = "1" * 64
FACES = {"notice_version": "2026-03", "other_way": "门卡", "assessment": "PIA-1", "assessed_on": "2026-03-01"}
ZONE = {
    "zone": "door",
    "address": "330110-1",
    "polygon": ((0.2, 0.1), (0.8, 0.1), (0.8, 0.9), (0.2, 0.9)),
    "detector": {"kind": "face_entry", "gate": "east"},
}
ALIVE = 0.9


def person(number: int) -> Template:
    vector: Template = np.zeros(8, np.float32)
    vector[number] = 1
    return vector


@dataclass
class Eyes:
    """See one after the other what they are told, the last for ever."""

    script: list[FaceLook]
    asked: int = 0
    regions: list[Rect | None] = field(default_factory=list)
    embedder_sha256: str = NETWORK

    def look(self, image_bgr: Image, region: Rect | None = None) -> FaceLook:
        self.asked += 1
        self.regions.append(region)
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@dataclass
class Gate:
    """One gate at which somebody asks."""

    request: FaceRequest | None = None
    answers: list[str] = field(default_factory=list)

    def asked(self, gate: str, at: datetime) -> FaceRequest | None:
        assert gate == "east"
        return self.request if self.request is not None and self.request.expires_at > at else None

    def answer(self, request: FaceRequest, decision: FaceDecision, at: datetime) -> None:
        self.answers.append(decision.value)
        if decision is not FaceDecision.RETRY and request == self.request:
            self.request = None


@dataclass
class World:
    """A pipeline, its gate and its eyes; `frames` shows so many pictures a fifth of a second apart."""

    pipeline: CameraPipeline
    gate: Gate
    eyes: Eyes
    desk: FaceDesk
    shown: int = 0

    def frames(self, count: int) -> list[NodeEvent]:
        events: list[NodeEvent] = []
        for _ in range(count):
            at = START + timedelta(seconds=self.shown / 5)
            noise = np.random.default_rng(1).integers(0, 255, (120, 160, 3)).astype(np.uint8)
            events += self.pipeline.process(Frame("door", self.shown, at, CLOCK, BgrImage(noise))).events
            self.shown += 1
        return events

    def ask(self, holder: str | None = "flat-402", seconds: float = 60) -> None:
        at = START + timedelta(seconds=self.shown / 5)
        means = EntryMeans.CARD if holder is not None else EntryMeans.NOTHING
        self.gate.request = FaceRequest(
            id=new_ulid(at), expires_at=at + timedelta(seconds=seconds), gate="east", means=means, holder=holder
        )

    def enrol(self, number: int, holder: str) -> str:
        kept = Consent(
            person=f"person {number}",
            holder=holder,
            notice_version="2026-03",
            given_at=START,
            keep_until=START + timedelta(days=9),
        )
        return self.desk.store.enrol(kept, [person(number)]).enrolment


def seen(number: int, alive: float = ALIVE) -> FaceLook:
    return FaceLook(None, person(number), alive)


def decisions(events: Sequence[NodeEvent]) -> list[tuple[str, str | None]]:
    assert all(isinstance(event, FaceDecidedEvent) for event in events)
    found = [event.data for event in events if isinstance(event, FaceDecidedEvent)]
    return [(data.decision.value, data.problem.value if data.problem else None) for data in found]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    camera = {
        "camera": "door",
        "source": {"kind": "file", "path": "x.mp4"},
        "analysis_fps": 10,
        "zones": [ZONE],
        "guard": {"dark_level": 8},
    }
    config = NodeConfig.model_validate({"site": "s", "node": "n", "faces": FACES, "data_dir": str(tmp_path), "cameras": [camera]})
    eyes, gate, key = Eyes([seen(1)]), Gate(), NodeKey.open(tmp_path / "key")
    assert config.faces is not None
    desk = open_desk(config.faces, eyes, tmp_path, key, new_ulid)
    with closing(EvidenceChain(tmp_path / "evidence", "s", "n", key)) as chain:
        models = LoadedModels(None, NoPlates(), {})  # type: ignore[arg-type]  no object is looked for here
        tools = build_tools(config, ConfigMark(0, "0" * 64), models, chain, lambda *_: None)
        pipeline = build_pipeline(config.cameras[0], replace(tools, faces=desk, gate=gate))
        yield World(pipeline, gate, eyes, desk)
        assert not list((tmp_path / "evidence").rglob("*.jpg"))


def test_nobody_is_looked_at_who_has_not_shown_anything(world: World) -> None:
    world.enrol(1, "flat-402")
    assert world.frames(20) == []
    assert world.eyes.asked == 0


def test_one_of_the_household_passes_on_the_third_look(world: World) -> None:
    world.enrol(1, "flat-402"), world.enrol(2, "flat-402")
    world.ask()
    events = world.frames(10)
    assert decisions(events) == [("pass", None)]
    assert world.gate.answers == ["pass"]
    assert world.eyes.asked == 3
    region = world.eyes.regions[0]
    assert region is not None
    assert (region.left, region.top, region.right, region.bottom) == pytest.approx((32, 12, 128, 108))


def test_rule_4_central_learns_pass_or_no_pass_and_nothing_of_who(world: World) -> None:
    enrolment = world.enrol(1, "flat-402")
    world.ask()
    text = world.frames(3)[0].model_dump_json()
    for secret in ("flat-402", "person 1", enrolment, "0.9"):
        assert secret not in text


def test_whoever_is_enrolled_elsewhere_does_not_pass(world: World) -> None:
    world.enrol(1, "flat-403"), world.enrol(2, "flat-402")
    world.ask()
    assert decisions(world.frames(10)) == [("no_pass", "another")]


def test_a_photo_may_try_once_more_and_is_then_refused(world: World) -> None:
    world.enrol(1, "flat-402")
    world.eyes.script = [seen(1, alive=0.3)]
    world.ask()
    assert decisions(world.frames(10)) == [("retry", "not_alive"), ("no_pass", "not_alive")]
    assert world.gate.answers == ["retry", "no_pass"]


def test_a_household_without_enrolment_is_told_at_once(world: World) -> None:
    world.ask("flat-9")
    assert decisions(world.frames(1)) == [("cannot_judge", "nobody_enrolled")]
    assert world.eyes.asked == 0


def test_law_19_who_has_withdrawn_does_not_pass_any_more(world: World) -> None:
    enrolment = world.enrol(1, "flat-402")
    world.desk.store.withdraw(enrolment, START)
    world.ask()
    assert decisions(world.frames(5)) == [("cannot_judge", "nobody_enrolled")]


def test_nobody_comes_in_time(world: World) -> None:
    world.enrol(1, "flat-402")
    world.eyes.script = [FaceLook(FaceProblem.TURNED)]
    world.ask()
    assert decisions(world.frames(105)) == [("cannot_judge", "turned")]


def test_a_request_that_expires_is_ended_and_forgotten(world: World) -> None:
    world.enrol(1, "flat-402")
    world.eyes.script = [FaceLook(FaceProblem.SMALL)]
    world.ask(seconds=2)
    assert decisions(world.frames(20)) == [("cannot_judge", "small")]
    world.eyes.script = [seen(1)]
    assert world.frames(20) == []


def test_a_new_request_takes_the_place_of_the_last(world: World) -> None:
    world.enrol(1, "flat-402"), world.enrol(2, "flat-403")
    world.eyes.script = [seen(2)]
    world.ask("flat-402")
    assert world.frames(2) == []
    world.ask("flat-403")
    assert decisions(world.frames(5)) == [("cannot_judge", "no_face"), ("pass", None)]


def test_the_recording_ends_in_between(world: World) -> None:
    world.enrol(1, "flat-402")
    world.ask()
    world.frames(2)
    end = SourceChange("door", SourceState.ENDED, START + timedelta(seconds=1))
    assert decisions(world.pipeline.source_changed(end)) == [("cannot_judge", "camera")]


def test_rule_4_a_search_among_all_enrolled_is_locked_unless_it_was_measured(world: World) -> None:
    world.enrol(1, "flat-402")
    world.ask(None)
    assert decisions(world.frames(5)) == [("cannot_judge", "locked")]
    assert world.eyes.asked == 0

    measured = MeasuredErrors(
        embedder_sha256=NETWORK,
        threshold=0.65,
        false_matches=0,
        different_pairs=10_000,
        measured_on=date(2026, 6, 1),
        pictures="test",
    )
    detector = world.pipeline._watches[0].detectors[0]
    detector._tools = replace(detector._tools, faces=replace(world.desk, measured=measured))  # type: ignore[attr-defined]
    world.ask(None)
    assert decisions(world.frames(5)) == [("pass", None)]
    world.enrol(2, "flat-403"), world.enrol(3, "flat-404")
    world.ask(None)
    assert decisions(world.frames(5)) == [("cannot_judge", "locked")]
