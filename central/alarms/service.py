"""Alarms in the database: events become them, people answer them, nodes hear the answers that they learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.alarms.news import AlarmKind, News, Spot, news_of, spot_of
from central.alarms.tables import Alarm, AlarmAnswer, AlarmPart
from central.errors import NotFound, Unprocessable
from central.evidence.tables import EvidenceRow
from central.ids import new_id
from central.nodes.commands import send_command
from central.users.roles import Principal
from yuhang.clock import Clock
from yuhang.messages import EvidenceAddedEvent, NodeEvent
from yuhang.messages import Verdict as VerdictCommand
from yuhang.topics import NodeTopics, parse_topic

log = structlog.get_logger(__name__)

ANSWER_LIVES = timedelta(hours=24)
"""A node that is away for longer does not learn from the answer; the answer itself stands."""
SHORTEST_REASON, LONGEST_REASON = 2, 300


class Verdict(StrEnum):
    """What a person says about an alarm."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNCLEAR = "unclear"  # the pictures do not tell


@dataclass(frozen=True, slots=True)
class AlarmQuery:
    """Which alarms are asked for. `open_only`: nobody has answered; `before` is the `began_at` of the last one shown."""

    kind: AlarmKind | None = None
    open_only: bool = False
    before: datetime | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class AlarmService:
    """Every method works in the caller's transaction."""

    clock: Clock

    def record(self, session: Session, event: NodeEvent) -> None:
        """Event handler: open the alarm, or add what the event says; the same event again changes nothing."""
        news, spot = news_of(event), spot_of(event)
        if news is None or spot is None or session.get(AlarmPart, event.id) is not None:
            return
        alarm = session.get(Alarm, spot.track, with_for_update=True)
        if alarm is None:
            alarm = _opened(event, spot, news)
            session.add(alarm)
            session.flush()
            log.info("alarm", kind=news.kind.value, camera=spot.camera, track=spot.track)
        elif not _is_of(alarm, event):
            raise Unprocessable(f"alarm {spot.track} is another node's")
        if news.ended_at is not None or alarm.ended_at is None:
            alarm.facts = {**alarm.facts, **news.facts}
        alarm.ended_at = news.ended_at or alarm.ended_at
        session.add(AlarmPart(event_id=event.id, track=spot.track))

    def record_late_files(self, session: Session, event: NodeEvent) -> None:
        """Event handler of `evidence.added`: files that belong to an alarm."""
        if not isinstance(event, EvidenceAddedEvent) or session.get(AlarmPart, event.id) is not None:
            return
        alarm = session.get(Alarm, event.data.track)
        if alarm is not None and _is_of(alarm, event):
            session.add(AlarmPart(event_id=event.id, track=event.data.track))

    def find(self, session: Session, track: str) -> Alarm:
        """An alarm, or `NotFound`."""
        alarm = session.get(Alarm, track)
        if alarm is None:
            raise NotFound(f"there is no alarm {track}")
        return alarm

    def list(self, session: Session, query: AlarmQuery) -> Sequence[Alarm]:
        """Latest first."""
        chosen = select(Alarm).order_by(Alarm.began_at.desc(), Alarm.track).limit(query.limit)
        if query.kind is not None:
            chosen = chosen.where(Alarm.kind == query.kind.value)
        if query.open_only:
            chosen = chosen.where(Alarm.verdict == "")
        if query.before is not None:
            chosen = chosen.where(Alarm.began_at < query.before)
        return session.scalars(chosen).all()

    def count_open(self, session: Session) -> int:
        """Alarms that nobody has answered."""
        return session.scalar(select(func.count()).select_from(Alarm).where(Alarm.verdict == "")) or 0

    def files(self, session: Session, track: str) -> Sequence[EvidenceRow]:
        """What the alarm's events have brought, in the order of capture."""
        parts = select(AlarmPart.event_id).where(AlarmPart.track == track)
        return session.scalars(
            select(EvidenceRow).where(EvidenceRow.event_id.in_(parts)).order_by(EvidenceRow.captured_at, EvidenceRow.seq)
        ).all()

    def answers(self, session: Session, track: str) -> Sequence[AlarmAnswer]:
        """What people said, oldest first."""
        return session.scalars(select(AlarmAnswer).where(AlarmAnswer.track == track).order_by(AlarmAnswer.id)).all()

    def answer(self, session: Session, track: str, user: Principal, verdict: Verdict, reason: str) -> Alarm:
        """Say what an alarm was; a later answer takes the place of an earlier one.

        Raises `NotFound`, and `Unprocessable` without a reason.
        """
        reason = reason.strip()
        if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            raise Unprocessable("reason: say in 2 to 300 characters what the pictures show", "reason_missing")
        alarm = session.get(Alarm, track, with_for_update=True)
        if alarm is None:
            raise NotFound(f"there is no alarm {track}")
        now = self.clock.now()
        alarm.verdict = verdict.value
        session.add(AlarmAnswer(track=track, at=now, by=user.name, unit=user.unit, verdict=verdict.value, reason=reason))
        if AlarmKind(alarm.kind).learns and verdict is not Verdict.UNCLEAR:
            command = VerdictCommand(
                id=new_id(self.clock),
                expires_at=now + ANSWER_LIVES * self.clock.speed,
                track=track,
                confirmed=verdict is Verdict.CONFIRMED,
            )
            send_command(session, alarm.site, alarm.node, "verdict", command)
        log.info("alarm_answered", track=track, verdict=verdict.value, by=user.name)
        return alarm


def _opened(event: NodeEvent, spot: Spot, news: News) -> Alarm:
    node = _node_of(event)
    return Alarm(
        track=spot.track,
        site=node.site,
        node=node.node,
        camera=spot.camera,
        zone=spot.zone,
        address=event.subject,
        kind=news.kind.value,
        began_at=news.began_at,
        ended_at=None,
        facts={},
    )


def _node_of(event: NodeEvent) -> NodeTopics:
    return parse_topic(f"{event.source}/event").node


def _is_of(alarm: Alarm, event: NodeEvent) -> bool:
    node = _node_of(event)
    return (alarm.site, alarm.node) == (node.site, node.node)
