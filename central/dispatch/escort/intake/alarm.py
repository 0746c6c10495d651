"""A smoke alarm as a call, where the site says that an alarm is enough."""

from sqlalchemy.orm import Session

from central.dispatch.escort.service import EscortService
from central.feature import EventHandler
from yuhang.messages import CallKind, EmergencyCall, NodeEvent, SmokeAlarmEvent

SOURCE = "alarm"
_LONGEST = 64


def alarm_handler(escorts: EscortService) -> EventHandler:
    """Handler of `smoke.alarm.v1`."""

    def handle(session: Session, event: NodeEvent) -> None:
        if not isinstance(event, SmokeAlarmEvent) or not escorts.config.smoke_alarms:
            return
        alarm = event.data
        call = EmergencyCall(
            reference=event.id[:_LONGEST],
            kind=CallKind.FIRE,
            called_at=event.time,
            what=alarm.sensor,
            address=alarm.place or event.subject,
            latitude=alarm.latitude,
            longitude=alarm.longitude,
            datum=alarm.datum,
        )
        escorts.take(session, SOURCE, call, SOURCE)

    return handle
