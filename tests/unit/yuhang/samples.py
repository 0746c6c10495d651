"""Valid messages to start from."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ulid import ULID

from yuhang.evidence import CaptureFacts
from yuhang.messages import (
    Box,
    CameraChanged,
    CameraChangedEvent,
    CameraCondition,
    EvidenceKind,
    FrameClock,
    Observation,
    ParkingStopped,
    ParkingStoppedEvent,
    PlateRead,
    TimeSource,
    VehicleClass,
)

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
HASH = "0" * 63 + "1"
SOURCE = "yuhang/v1/site/node"


def camera_changed(number: int = 0, *, source: str = SOURCE, detail: str = "") -> CameraChangedEvent:
    """A small event; `number` only shifts its time."""
    return CameraChangedEvent(
        id=str(ULID()),
        source=source,
        subject="330110001001001",
        time=NOON + timedelta(seconds=number),
        seq=0,
        data=CameraChanged(
            camera="north", condition=CameraCondition.DARK, previous=CameraCondition.OK, since=NOON, detail=detail
        ),
    )


def parking_stopped(**changes: Any) -> ParkingStoppedEvent:
    """An event of the main path; `changes` replace fields of its data."""
    data: dict[str, Any] = {
        "track": str(ULID()),
        "camera": "north",
        "zone": "kerb",
        "zone_sha256": HASH,
        "vehicle": VehicleClass.CAR,
        "plate": PlateRead(text="浙A12345", colour="blue", confidence=0.9, frames=5, width_px=90),
        "box": Box(left=10, top=20, right=110, bottom=90),
        "stopped_at": NOON,
        "observation": Observation(
            since=NOON, until=NOON + timedelta(seconds=60), longest_gap_s=0.4, frames=280, min_overlap=0.93
        ),
        "clock": FrameClock(source=TimeSource.CAMERA, error_s=0.05, offset_s=0.01),
        "dwell_s": 60.0,
    }
    return ParkingStoppedEvent(
        id=str(ULID()),
        source=SOURCE,
        subject="330110001001001",
        time=NOON + timedelta(seconds=60),
        seq=0,
        data=ParkingStopped(**{**data, **changes}),
    )


def capture_facts(number: int = 0) -> CaptureFacts:
    """Facts of a capture `number` minutes past noon."""
    return CaptureFacts(
        kind=EvidenceKind.PRESENT,
        media_type="image/jpeg",
        camera="north",
        captured_at=NOON.replace(minute=number, microsecond=125_000),
        clock=FrameClock(source=TimeSource.CAMERA, error_s=0.05, offset_s=-0.01),
        models={"detector": HASH},
        config_sha256=HASH,
    )
