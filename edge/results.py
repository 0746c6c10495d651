"""What the pipeline hands on for each frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from yuhang.messages import CameraCondition, LiveView, NodeEvent, SeenVehicle


@dataclass(frozen=True, slots=True)
class FrameResult:
    """One camera at one time: what it sees, what is to be reported, and what each stage took."""

    camera: str
    time: datetime
    width: int
    height: int
    condition: CameraCondition
    detected: bool = False
    """Whether the detector looked at this frame."""
    vehicles: tuple[SeenVehicle, ...] = ()
    events: tuple[NodeEvent, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def live_view(self) -> LiveView:
        """The same for the screens."""
        return LiveView(
            camera=self.camera,
            time=self.time,
            width=self.width,
            height=self.height,
            condition=self.condition,
            vehicles=self.vehicles,
        )
