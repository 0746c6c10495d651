"""Puts alarms together."""

from central.alarms.api import alarm_router
from central.alarms.news import ALARM_TYPES
from central.alarms.service import AlarmService
from central.feature import EventHandler, Feature
from yuhang.messages import EvidenceAddedEvent, event_type


def alarms_feature(alarms: AlarmService) -> Feature:
    """Routes and event handlers."""
    handlers: dict[str, EventHandler] = dict.fromkeys(ALARM_TYPES, alarms.record)
    handlers[event_type(EvidenceAddedEvent)] = alarms.record_late_files
    return Feature("alarms", routers=[alarm_router(alarms)], event_handlers=handlers)
