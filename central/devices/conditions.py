"""Conditions that somebody has to see to before they cost a proof: papers that run out, evidence that a node has lost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from central.devices.rules import expiries, standing_at
from central.devices.service import KnownCamera
from central.nodes.tables import Node

LOSSES = {
    "evidence_lost": ("证据文件丢失", "files of evidence lost"),
    "events_lost": ("事件丢失", "events lost"),
    "uploads_refused": ("文件被平台拒收", "files refused by central"),
}
"""Counters of `telemetry/health` that must stay at zero, since the start of the node."""


class Severity(StrEnum):
    """How urgent a condition is."""

    NOTE = "note"  # 60 days are left
    WARNING = "warning"  # 30 days
    URGENT = "urgent"  # 7 days
    ALARM = "alarm"  # it proves nothing now, or something is lost

    @property
    def rank(self) -> int:
        """Higher is more urgent."""
        return list(Severity).index(self)


_STAGES = {60: Severity.NOTE, 30: Severity.WARNING, 7: Severity.URGENT}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of one camera or node."""

    subject: str
    severity: Severity
    code: str
    zh: str
    en: str


def camera_conditions(cameras: Iterable[KnownCamera], now: datetime) -> Iterator[Condition]:
    """What is missing, has run out or will run out soon."""
    for known in cameras:
        subject = str(known.name)
        standing = standing_at(known.papers, now)
        for severity, flaws in ((Severity.ALARM, standing.flaws), (Severity.WARNING, standing.duties)):
            for flaw in flaws:
                yield Condition(subject, severity, f"{flaw.item.value}_{flaw.problem.value}", flaw.zh, flaw.en)
        for expiry in expiries(known.papers, now):
            if expiry.stage:
                day, left = expiry.valid_until, expiry.days_left
                yield Condition(
                    subject,
                    _STAGES[expiry.stage],
                    f"{expiry.item.value}_expires",
                    f"{expiry.item.zh}将于 {day} 到期，还有 {left} 天",
                    f"{expiry.item.en} expires on {day}, {left} days left",
                )


def node_conditions(nodes: Iterable[Node]) -> Iterator[Condition]:
    """What nodes have lost: a full disk must not pass in silence."""
    for node in nodes:
        for name, (zh, en) in LOSSES.items():
            count = int((node.health or {}).get(name, 0))
            if count:
                yield Condition(
                    f"{node.site}/{node.node}",
                    Severity.ALARM,
                    name,
                    f"{zh}：{count}（自节点启动）",
                    f"{en}: {count} since its start",
                )
