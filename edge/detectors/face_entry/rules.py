"""When a face passes: N of the last M looks, alive on the average, with a second try. Pure."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime

from edge.detectors.face_entry.config import FaceEntryConfig
from yuhang.messages import FaceDecision, FaceProblem


@dataclass(frozen=True, slots=True)
class Likeness:
    """One look at a face that could be judged: how like the household it is, and how alive it looks."""

    value: float
    alive: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided, on how many looks, and why it is no pass."""

    decision: FaceDecision
    problem: FaceProblem | None
    looks: int
    of_looks: int


@dataclass(slots=True)
class Verification:
    """One request at one gate, from `began_at` to its end."""

    config: FaceEntryConfig
    began_at: datetime
    retries: int = 0
    ended: bool = False
    _last: deque[Likeness] = field(default_factory=deque)
    _problems: Counter[FaceProblem] = field(default_factory=Counter)

    def look(self, seen: Likeness | FaceProblem) -> Verdict | None:
        """Take in one look; the verdict once there is one. After any but `retry` the verification has ended."""
        if self.ended:
            return None
        if isinstance(seen, FaceProblem):
            self._problems[seen] += 1
            return None
        self._last.append(seen)
        while len(self._last) > self.config.of_looks:
            self._last.popleft()
        alike = [one for one in self._last if one.value >= self.config.threshold]
        if len(alike) >= self.config.looks:
            return self._alike(alike)
        others = len(self._last) - len(alike)
        if others > self.config.of_looks - self.config.looks:  # N of these M can no longer agree
            return self._over(FaceDecision.NO_PASS, FaceProblem.ANOTHER)
        return None

    def time_up(self, at: datetime) -> Verdict | None:
        """The verdict when the request has lasted for too long: nobody could be judged well enough."""
        if self.ended or (at - self.began_at).total_seconds() < self.config.longest_s:
            return None
        return self.cannot_judge()

    def cannot_judge(self, problem: FaceProblem | None = None) -> Verdict:
        """End without a judgement, for this reason or the one that was seen most."""
        seen = self._problems.most_common(1)
        return self._over(FaceDecision.CANNOT_JUDGE, problem or (seen[0][0] if seen else FaceProblem.NO_FACE))

    def _alike(self, alike: list[Likeness]) -> Verdict:
        if sum(one.alive for one in alike) / len(alike) >= self.config.min_alive:
            return self._over(FaceDecision.PASS, None)
        if self.retries >= self.config.retries:
            return self._over(FaceDecision.NO_PASS, FaceProblem.NOT_ALIVE)
        self.retries += 1
        verdict = Verdict(FaceDecision.RETRY, FaceProblem.NOT_ALIVE, *self._counts())
        self._last.clear()
        return verdict

    def _over(self, decision: FaceDecision, problem: FaceProblem | None) -> Verdict:
        self.ended = True
        return Verdict(decision, problem, *self._counts())

    def _counts(self) -> tuple[int, int]:
        return sum(one.value >= self.config.threshold for one in self._last), len(self._last)
