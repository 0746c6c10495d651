"""A request for a stage, and what has become of it, in the words of SAE J2735."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum


class PriorityClass(IntEnum):
    """Vehicles on an emergency task (Road Traffic Safety Law 53); the lower number goes first."""

    FIRE = 1
    AMBULANCE = 2
    POLICE = 3


class RequestState(StrEnum):
    """What has become of a request: SAE J2735 PrioritizationResponseStatus, and `released` for a good end."""

    REQUESTED = "requested"
    PROCESSING = "processing"
    GRANTED = "granted"
    WATCH_OTHER_TRAFFIC = "watchOtherTraffic"
    REJECTED = "rejected"
    MAX_PRESENCE = "maxPresence"
    RELEASED = "released"

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it; the same id is never taken up again."""
        return self in (RequestState.REJECTED, RequestState.MAX_PRESENCE, RequestState.RELEASED)


@dataclass(frozen=True, slots=True)
class PriorityRequest:
    """A wish for one stage at one junction, for `lease_s` seconds unless it is renewed.

    `id` makes it idempotent; `renewal` counts up with each renewal, so that a late or doubled one does nothing. `eta_earliest`
    and `eta_latest` (UTC) are the window in which the vehicle is expected; no safety rests on them, since a clock may step.
    """

    id: str
    task_id: str
    priority: PriorityClass
    stage: int
    eta_earliest: datetime
    eta_latest: datetime
    lease_s: float = 5.0
    renewal: int = 0

    def renewed(self, eta_earliest: datetime, eta_latest: datetime) -> "PriorityRequest":
        """The same wish with a newer window."""
        return replace(self, eta_earliest=eta_earliest, eta_latest=eta_latest, renewal=self.renewal + 1)


@dataclass(frozen=True, slots=True)
class Ack:
    """What has become of the request `id`; `reason` is a code for logs and screens, empty while all goes well."""

    id: str
    state: RequestState
    reason: str = ""
