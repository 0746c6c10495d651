"""Whether a camera can be judged by: moved, dark, blurred and blocked are states of their own, never "nothing happened"."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge.config import GuardConfig
from edge.frames import FrameImage
from edge.view import ReferenceView, ViewMeasure
from yuhang.messages import CameraCondition, UnobservedReason

RENEW_AFTER = timedelta(minutes=10)
"""The reference follows the daylight this often; what the view has moved is carried over, so slow turning is still seen."""
BLOCKED_CONTRAST = 0.6


@dataclass(frozen=True, slots=True)
class ConditionChange:
    """The confirmed condition has changed; `since` is the frame time of the first check that said so."""

    condition: CameraCondition
    previous: CameraCondition
    since: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class _Check:
    at: datetime
    condition: CameraCondition
    detail: str


def judge(measure: ViewMeasure, config: GuardConfig) -> tuple[CameraCondition, str]:
    """What one comparison with the reference says, and in words."""
    if measure.brightness < config.dark_level:
        return CameraCondition.DARK, f"brightness {measure.brightness:.0f} of 255"
    if measure.detail < config.detail_share:
        blocked = measure.contrast < BLOCKED_CONTRAST
        said = f"detail {measure.detail:.0%}, contrast {measure.contrast:.0%} of the reference"
        return (CameraCondition.BLOCKED if blocked else CameraCondition.BLURRED), said
    if config.camera_motion == "compensate":
        return CameraCondition.OK, "movement is compensated"
    if measure.shift_px is None:
        return CameraCondition.MOVED, f"only {measure.matched:.0%} of the reference is found again"
    if measure.shift_px > config.moved_px:
        return CameraCondition.MOVED, f"shifted by {measure.shift_px:.1f} pixels"
    return CameraCondition.OK, f"shifted by {measure.shift_px:.1f} pixels"


class ConditionGuard:
    """Compares the view with its reference and says, N of M checks agreeing, whether it can be judged by."""

    def __init__(self, config: GuardConfig) -> None:
        self._config = config
        self._reference: ReferenceView | None = None
        self._renewed_at: datetime | None = None
        self._checks: deque[_Check] = deque(maxlen=config.of)
        self._blind: tuple[datetime, UnobservedReason] | None = None
        self.condition = CameraCondition.OK

    @property
    def usable(self) -> bool:
        """Whether the newest picture may confirm or clear anything: a doubt not yet confirmed is enough to wait."""
        return self.condition is CameraCondition.OK and (not self._checks or self._checks[-1].condition is CameraCondition.OK)

    def blind_after(self, seen: datetime) -> UnobservedReason | None:
        """Why the camera could not be judged by at some time after `seen`, if it could not."""
        return self._blind[1] if self._blind is not None and self._blind[0] > seen else None

    def look(self, image: FrameImage, at: datetime) -> ConditionChange | None:
        """Check a picture when a check is due; returns a confirmed change."""
        if self._reference is None or self._renewed_at is None:
            self._reference, self._renewed_at = ReferenceView(image), at
            return None
        if self._checks and (at - self._checks[-1].at).total_seconds() < self._config.check_every_s * 0.9:
            self._note_blind(at)
            return None
        condition, detail = judge(self._reference.measure(image), self._config)
        self._checks.append(_Check(at, condition, detail))
        self._note_blind(at)
        if condition is self.condition is CameraCondition.OK and at - self._renewed_at >= RENEW_AFTER:
            self._reference, self._renewed_at = self._reference.renewed(image), at
        return self._confirmed()

    def _note_blind(self, at: datetime) -> None:
        condition = self._checks[-1].condition if self.condition is CameraCondition.OK and self._checks else self.condition
        if condition is not CameraCondition.OK:
            moved = condition is CameraCondition.MOVED
            self._blind = (at, UnobservedReason.CAMERA_MOVED if moved else UnobservedReason.CANNOT_SEE)

    def _confirmed(self) -> ConditionChange | None:
        newest = self._checks[-1]
        agreeing = [check for check in self._checks if check.condition is newest.condition]
        since = agreeing[0].at
        if newest.condition is self.condition or len(agreeing) < self._config.confirm:
            return None
        if (newest.at - since).total_seconds() < self._config.confirm_s:
            return None
        change = ConditionChange(newest.condition, self.condition, since, newest.detail)
        self.condition = newest.condition
        return change
