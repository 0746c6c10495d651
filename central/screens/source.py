"""What the screens need from the rest of central, as they need it: read by pages, filled by the features' services."""

from dataclasses import dataclass
from typing import Protocol

from central.screens.scene import Scene
from central.screens.views.case import CaseView, Decision
from central.screens.views.live import CameraView
from central.screens.views.nodes import NodesView
from central.screens.views.phone import PersonRow, ThreadView
from central.screens.views.queue import QueueQuery, QueueView
from central.screens.views.start import StartView
from central.users.roles import Principal


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's decision on a case; `ground` names the ground of a void, `note` says why in the person's words."""

    decision: Decision
    ground: str = ""
    note: str = ""


class ScreenSource(Protocol):
    """Reads for the pages and the two acts of the queue. Every method does its own database work and may block."""

    def start(self, scene: Scene) -> StartView:
        """The day's figures."""

    def queue(self, scene: Scene, query: QueueQuery) -> QueueView:
        """One page of cases."""

    def case(self, scene: Scene, case_id: str, user: Principal) -> CaseView:
        """One case; raises `NotFound` where there is none."""

    def decide(self, case_id: str, user: Principal, verdict: Verdict) -> None:
        """Carry out a decision; raises a `YuhangError` that says why where the case does not allow it."""

    def log_look(self, user: Principal, subject: str, reason: str) -> None:
        """Record who looks at what and why, before it is shown."""

    def cameras(self, scene: Scene, user: Principal) -> tuple[CameraView, ...]:
        """What every camera sees now."""

    def inbox(self, scene: Scene) -> tuple[PersonRow, ...]:
        """The phones that have messages, latest first."""

    def thread(self, scene: Scene, reference: str) -> ThreadView:
        """All messages of one phone; raises `NotFound` where there is none."""

    def nodes(self, scene: Scene) -> NodesView:
        """Health of nodes and cameras."""
