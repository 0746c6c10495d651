"""Rendered lanes through finder, both readers and the lane's rules; what is done is kept, so that a long run can be cut short."""

import functools
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge.detectors.plate_entry.config import PlateEntryConfig
from edge.detectors.plate_entry.rules import LaneLook, LaneRules
from edge.plates.config import ConsensusRules
from edge.plates.vehicle import VehiclePlates, load_vehicle_plates
from models.plate_art.layouts import PlateClass
from models.store import ModelStore
from simulators.lane.frames import lane_frames
from simulators.lane.scene import LaneScene, lane_scene
from yuhang.plates import is_plate

FIRST_SEED = 5_000
"""Seeds below were looked at while the detector was written."""
CLASSES = (
    PlateClass.BLUE,
    PlateClass.YELLOW,
    PlateClass.GREEN_SMALL,
    PlateClass.YELLOW_DOUBLE,
    PlateClass.POLICE,
    PlateClass.TEMPORARY,
)
_START = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LaneOutcome:
    """What was said of one lane: `read` is the text that was decided on, `after_s` the time from the first look to it."""

    seed: int
    kind: str
    night: bool
    text: str
    read: str | None
    after_s: float | None

    @property
    def wrong(self) -> bool:
        return self.read is not None and self.read != self.text

    @property
    def in_time(self) -> bool:
        return self.read == self.text and self.after_s is not None and self.after_s <= 1.0


def lanes(count: int, workers: int, kept: Path | None) -> Iterator[LaneOutcome]:
    """The outcomes of `count` lanes, classes and lights in turn; those in `kept` are not looked at again."""
    wanted = [
        (FIRST_SEED + index // (2 * len(CLASSES)), CLASSES[index // 2 % len(CLASSES)], index % 2 == 1) for index in range(count)
    ]
    done = {(one.seed, one.kind, one.night): one for one in _kept(kept)}
    yield from (done[key] for seed, kind, night in wanted if (key := (seed, kind.value, night)) in done)
    missing = [one for one in wanted if (one[0], one[1].value, one[2]) not in done]
    with ProcessPoolExecutor(workers) as pool:
        for outcome in pool.map(drive_up, *zip(*missing, strict=True)) if missing else ():
            if kept is not None:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
            yield outcome


def _kept(path: Path | None) -> Iterable[LaneOutcome]:
    if path is None or not path.is_file():
        return ()
    return [LaneOutcome(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def drive_up(seed: int, kind: PlateClass, night: bool) -> LaneOutcome:
    """One car up to the barrier."""
    scene = lane_scene(seed, kind, night=night, seconds=1.6)
    rules = LaneRules(PlateEntryConfig(kind="plate_entry", lane="bench"), ConsensusRules(), is_plate)
    for frame in lane_frames(scene):
        found = _shipped().read_all(frame.image, (0.0, 0.0, float(scene.width), float(scene.height)))
        at = _START + timedelta(seconds=frame.seconds)
        decision = rules.step(LaneLook(at, found[0] if found else None, vehicle=True))
        if decision is not None and decision.outcome == "read":
            return _outcome(scene, decision.verdict.text, (at - decision.appeared_at).total_seconds())
    return _outcome(scene, None, None)


def _outcome(scene: LaneScene, read: str | None, after_s: float | None) -> LaneOutcome:
    return LaneOutcome(scene.seed, scene.kind.value, scene.night, scene.text or "", read, after_s)


@functools.cache
def _shipped() -> VehiclePlates:
    return load_vehicle_plates(ModelStore.standard(), second="ppocr-plate-reader")
