"""What a clip must raise, as its YAML states it, and how replayed events are compared with it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from yuhang.messages import CameraChangedEvent, ParkingEvent, ParkingPresentEvent, ParkingUnobservedEvent

NodeEvent = ParkingEvent | CameraChangedEvent

HERE = Path(__file__).parent
NEAR_PX = 25  # between the middle of the event's box and the stated point


class Expected(BaseModel):
    """One event; only what is given is compared. `perhaps`: whether it still comes lies within the tolerance of another event."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    at: float
    zone: str | None = None
    stopped_at: float | None = None
    near: tuple[float, float] | None = None
    plate: str | None = None
    reobserve: bool = False
    reason: str | None = None
    condition: str | None = None
    perhaps: bool = False

    def fits(self, event: NodeEvent, start: datetime, tolerance_s: float) -> bool:
        """Whether the event is this one."""
        if event.type.rsplit(".v", 1)[0] != self.type or abs((event.time - start).total_seconds() - self.at) > tolerance_s:
            return False
        if isinstance(event, CameraChangedEvent):
            return self.condition is None or event.data.condition == self.condition
        return self._fits_stop(event, start, tolerance_s)

    def _fits_stop(self, event: ParkingEvent, start: datetime, tolerance_s: float) -> bool:
        data = event.data
        answers = isinstance(event, ParkingPresentEvent) and event.data.reobserve is not None
        reason = event.data.reason.value if isinstance(event, ParkingUnobservedEvent) else None
        late = 0.0 if self.stopped_at is None else abs((data.stopped_at - start).total_seconds() - self.stopped_at)
        return (
            self.zone in {None, data.zone}
            and late <= tolerance_s
            and self.plate in {None, data.plate.text}
            and self.reobserve == answers
            and self.reason in {None, reason}
            and (self.near is None or self._is_near(event))
        )

    def _is_near(self, event: ParkingEvent) -> bool:
        box, (x, y) = event.data.box, self.near or (0.0, 0.0)
        return abs((box.left + box.right) / 2 - x) <= NEAR_PX and abs((box.top + box.bottom) / 2 - y) <= NEAR_PX


class ClipTruth(BaseModel):
    """All events of one clip."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    video: str
    tolerance_s: float
    events: tuple[Expected, ...]

    def differences(self, events: list[NodeEvent], start: datetime) -> list[str]:
        """In words: what is missing and what should not be there."""
        left = list(events)
        missing = []
        for expected in self.events:
            found = next((event for event in left if expected.fits(event, start, self.tolerance_s)), None)
            if found is None and not expected.perhaps:
                missing.append(f"missing: {expected.model_dump(exclude_defaults=True)}")
            if found is not None:
                left.remove(found)
        return missing + [f"not expected: {_in_short(event, start)}" for event in left]


def load_truth(path: Path) -> ClipTruth:
    """The expectations in a YAML file."""
    document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    return ClipTruth.model_validate(document)


def _in_short(event: NodeEvent, start: datetime) -> str:
    what = event.data.model_dump(include={"zone", "box", "stopped_at", "plate", "condition", "detail", "reason"}, mode="json")
    return f"{event.type} at {(event.time - start).total_seconds():.1f} s: {what}"
