"""`yuhang demo check`: plays the scenario unattended, lets a reviewer look, and compares everything with the truth."""

import random
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulators.demo.client import CaseSeen, CentralClient, CentralError
from simulators.demo.configs import NODE, SITE
from simulators.demo.stage import Stage, yuhang
from simulators.demo.verdicts import (
    DISTURBED_TOLERANCE_S,
    STOP_TOLERANCE_S,
    Street,
    Verdict,
    judge,
    judge_interrupted,
    strangers,
)

AFTERGLOW_S = 45.0
"""Seconds of the demo's clock after the scenes' end in which the last events must have become cases."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Kills:
    """Whom to kill with signal 9, how often, at random times of this seed."""

    victim: str | None = None
    times: int = 3
    seed: int = 0

    def moments(self, duration_s: float) -> list[float]:
        """Scene seconds of the kills, in order."""
        if self.victim is None:
            return []
        chooser = random.Random(self.seed)
        return sorted(chooser.uniform(5.0, duration_s - 60.0) for _ in range(self.times))


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The whole outcome; `problems` are those that belong to no single story."""

    verdicts: Sequence[Verdict]
    problems: Sequence[str]
    entered: int
    kills: Sequence[float]

    @property
    def ok(self) -> bool:
        """Whether nothing differs from the truth."""
        return not self.problems and not any(verdict.problems for verdict in self.verdicts)


def play(stage: Stage, street: Street, kills: Kills, say: Say) -> CheckResult:
    """Play the scenes to their end, killing as told; then review and compare."""
    duration_s = max(truth.duration_s for truth in street.truths.values())
    moments = kills.moments(duration_s)
    _wait_and_kill(stage, duration_s + AFTERGLOW_S, kills.victim, list(moments), say)
    with CentralClient(stage.ports.central_url, "reviewer", stage.home.secret("login-reviewer")) as reviewer:
        cases = reviewer.cases()
        if kills.victim == "edge":
            verdicts = judge_interrupted(street, cases)
        else:
            verdicts = judge(street, cases, DISTURBED_TOLERANCE_S if kills.victim else STOP_TOLERANCE_S)
        entered, problems = _review(reviewer, cases)
        problems += strangers(street, cases)
        problems += _check_evidence(reviewer)
    with CentralClient(stage.ports.central_url, "administrator", stage.home.secret("login-administrator")) as administrator:
        problems += [f"events missing: {span}" for span in administrator.missing_events(SITE, NODE)]
        problems += [f"dead letter: {letter}" for letter in administrator.dead_letters()]
    return CheckResult(verdicts, problems, entered, moments)


def _wait_and_kill(stage: Stage, until_s: float, victim: str | None, moments: list[float], say: Say) -> None:
    told = -60.0
    while (now := stage.scene_second()) < until_s:
        stage.watch(0.1)
        if moments and victim and now >= moments[0]:
            moments.pop(0)
            say(f"{now:6.0f} s  kill -9 {victim}")
            stage.supervisor.child(victim).kill()
        if now >= told + 60.0:
            told = now
            say(f"{now:6.0f} s of {until_s:.0f} s of the scenes")


def _review(reviewer: CentralClient, cases: Sequence[CaseSeen]) -> tuple[int, list[str]]:
    """A person looks at each draft; only then it is entered, and there is no decision before the owner was heard."""
    entered, problems = 0, []
    for case in cases:
        if "approved_at" in case.moments:
            problems.append(f"case {case.number} was approved without a person")
        if case.state != "draft":
            continue
        try:
            state = reviewer.approve(case)
        except CentralError as error:
            problems.append(f"case {case.number} cannot be approved: {error}")
            continue
        entered += state == "entered"
    return entered, problems


def _check_evidence(reviewer: CentralClient) -> list[str]:
    """The chain, taken along, verifies on its own."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            reviewer.export_evidence(SITE, NODE, Path(folder))
        except CentralError as error:
            return [f"evidence cannot be exported: {error}"]
        done = subprocess.run(yuhang("evidence", "verify", folder), capture_output=True, text=True, check=False)  # noqa: S603
        return [] if done.returncode == 0 else [f"evidence: {line}" for line in done.stdout.splitlines()[-5:]]
