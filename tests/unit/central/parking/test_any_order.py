"""Whatever arrives, in whatever order and however often: no draft without full proof, what ended stays so, deadlines fire once.

Hypothesis plays node, gateway, clock and people; the truth that the checks are measured against is kept apart from the code.
"""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from central.cases.playbook import Role
from central.cases.tables import Case, CaseTimeline
from central.deadlines.tables import Deadline
from central.errors import Unprocessable
from tests.unit.central.parking.street import NINE, Street, make_street
from yuhang.messages import EvidenceKind, Observation, UnobservedReason

TRACK = "01JWN0000000000000000000TA"
GRACE = timedelta(seconds=600)
SHORT = st.integers(0, 900)


class AnyOrder(RuleBasedStateMachine):
    """One stop, and everything that can be said about it."""

    @initialize(start=st.sampled_from(["nothing", "stopped", "warned", "due", "due", "draft"]))
    def open_street(self, start: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="yuhang-any-order-"))
        self.street: Street = self.new_street()
        self.delivered: datetime | None = None
        self.good: dict[str, datetime] = {}  # event id -> time of its picture, for presents that carry a full proof's own half
        self.ended: str | None = None
        self._begin(start)

    def new_street(self) -> Street:
        """On SQLite; the integration tests put another database here."""
        return make_street(self.folder)

    def _begin(self, start: str) -> None:
        """Go some way along the straight path, so that what follows meets every state."""
        if start == "nothing":
            return
        self.street.clock.advance(60)
        self.stopped(repeat=False)
        if start == "stopped":
            return
        self.time_passes(5)
        self.receipt(ago=0, status="delivered")
        if start == "warned":
            return
        self.time_passes(601)
        if start == "draft":
            self.present(ago=0, gap=0.5, uploaded=True, verified=True)

    def teardown(self) -> None:
        if hasattr(self, "street"):
            event(self.street.state(TRACK) if self.exists() else "no case")
            self.street.database.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def now(self) -> datetime:
        return self.street.clock.now()

    def exists(self) -> bool:
        with self.street.database.reader() as session:
            return session.scalar(select(func.count()).select_from(Case)) == 1

    @rule(seconds=SHORT)
    def time_passes(self, seconds: int) -> None:
        self.street.to(self.now() + timedelta(seconds=seconds))

    @rule(seconds=st.integers(-600, 600))
    def the_clock_steps(self, seconds: int) -> None:
        self.street.clock.advance(seconds)
        self.street.work()

    @rule(repeat=st.booleans())
    def stopped(self, repeat: bool) -> None:
        event = self.street.stopped(TRACK, self.now())
        self.street.take(event)
        if repeat:
            self.street.take(event)

    @rule(ago=st.integers(0, 120), gap=st.sampled_from([0.5, 10.0, 10.1]), uploaded=st.booleans(), verified=st.booleans())
    def present(self, ago: int, gap: float, uploaded: bool, verified: bool) -> None:
        at = self.now() - timedelta(seconds=ago)
        seen = Observation(since=NINE, until=max(at, NINE), longest_gap_s=gap, frames=9, min_overlap=0.9)
        self.street.uploaded, self.street.verified = uploaded, verified
        event = self.street.present(TRACK, at, observation=seen)
        self.street.take(event)
        self.street.uploaded = self.street.verified = True
        if gap <= 10.0 and verified:
            self.good[event.data.evidence[0].record.file_sha256] = at

    @rule()
    def files_arrive(self) -> None:
        self.street.files.update(self.good)

    @rule(ago=st.integers(0, 300))
    def left(self, ago: int) -> None:
        self.street.take(self.street.left(TRACK, self.now() - timedelta(seconds=ago)))

    @rule(ago=st.integers(0, 300), reason=st.sampled_from(UnobservedReason))
    def unobserved(self, ago: int, reason: UnobservedReason) -> None:
        self.street.take(self.street.unobserved(TRACK, self.now() - timedelta(seconds=ago), reason))

    @rule(ago=st.integers(-120, 600), status=st.sampled_from(["delivered", "delivered", "delivered", "failed"]))
    def receipt(self, ago: int, status: str) -> None:
        if not self.exists():
            return
        at = self.now() - timedelta(seconds=ago)
        try:
            new = self.street.receipt(TRACK, at, status)
        except (Unprocessable, NoResultFound):  # an impossible time, or there is no notice
            return
        if new and status == "delivered":
            self.delivered = at

    @rule(
        trigger=st.sampled_from(["approve", "void", "handle", "stopped", "present"]),
        role=st.sampled_from(Role),
        ground=st.booleans(),
    )
    def somebody_acts(self, trigger: str, role: Role, ground: bool) -> None:
        if role is Role.SYSTEM or not self.exists():
            return
        self.street.act(TRACK, trigger, role, "because", ground_given=ground)

    @invariant()
    def no_draft_without_full_proof(self) -> None:
        if not hasattr(self, "street") or not self.exists():
            return
        case = self.street.case(TRACK)
        if case.state not in {"draft", "entered", "informed", "ready", "decided"}:
            return
        assert self.delivered is not None
        present = self.street.stop(TRACK).present
        assert present is not None
        (picture,) = present["evidence"]
        sha256 = picture["record"]["file_sha256"]
        assert sha256 in self.good
        assert sha256 in self.street.files
        assert self.good[sha256] >= self.delivered + GRACE
        assert picture["record"]["kind"] == EvidenceKind.PRESENT
        if case.state != "draft":
            assert ("approve", "entered") in self.street.history(TRACK)

    @invariant()
    def what_has_ended_stays_ended(self) -> None:
        if not hasattr(self, "street") or not self.exists():
            return
        case = self.street.case(TRACK)
        if self.ended is not None:
            assert case.state == self.ended
        if case.state_kind != "open":
            self.ended = case.state
            with self.street.database.reader() as session:
                assert session.scalar(_running()) == 0

    @invariant()
    def one_case_and_each_deadline_once(self) -> None:
        if not hasattr(self, "street"):
            return
        with self.street.database.reader() as session:
            assert (session.scalar(select(func.count()).select_from(Case)) or 0) <= 1
            fired = CaseTimeline.data["deadline"].as_string()
            lines = session.scalars(select(fired).where(fired.is_not(None))).all()
        assert len(lines) == len(set(lines))


def _running() -> object:
    return select(func.count()).select_from(Deadline).where(Deadline.fired_at.is_(None), Deadline.cancelled_at.is_(None))


AnyOrder.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=12,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
TestAnyOrder = pytest.mark.slow(AnyOrder.TestCase)
