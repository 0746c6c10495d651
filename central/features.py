"""The one list of what central consists of: every feature is named here and nowhere else."""

from central.alarms.feature import alarms_feature
from central.alarms.service import AlarmService
from central.api import health
from central.audit import api as audit
from central.configuration import api as configuration
from central.configuration.publisher import ConfigPublisher
from central.core import Core
from central.dispatch.escort.feature import build_dispatch
from central.events import api as events
from central.evidence import api as evidence
from central.evidence.records import EVENTS_WITH_EVIDENCE, record_evidence
from central.evidence.verifier import EvidenceVerifier
from central.feature import Feature
from central.live import api as live
from central.matters import build_matters
from central.nodes import api as nodes
from central.nodes import asking_api
from central.nodes.commands import CommandSender
from central.nodes.listener import NodeListener
from central.nodes.results_cleaner import ResultsCleaner
from central.public.feature import public_feature
from central.screens.register import screens_feature
from central.supervision import api as supervision
from central.users import api as users


def features(core: Core) -> tuple[Feature, ...]:
    """All features. For one event type, handlers run in this order: evidence is recorded before anybody judges by it."""
    matters = build_matters(core)
    dispatch = build_dispatch(core)
    alarms = AlarmService(core.clock)
    return (
        *platform(core),
        *matters.features,
        dispatch.feature,
        alarms_feature(alarms),
        Feature("supervision", routers=[supervision.router]),
        public_feature(core, matters),
        screens_feature(core, matters, dispatch, alarms),
    )


def platform(core: Core) -> tuple[Feature, ...]:
    """What every installation needs, whatever its cases are about."""
    listener = NodeListener(core.database, core.mqtt, core.live, core.clock)
    sender = CommandSender(core.database, core.mqtt, core.clock)
    return (
        Feature("health", routers=[health.router]),
        Feature("users", routers=[users.router]),
        Feature("audit", routers=[audit.router]),
        Feature("nodes", routers=[nodes.router, asking_api.router], workers=[listener, sender, ResultsCleaner(core)]),
        Feature("configuration", routers=[configuration.router], workers=[ConfigPublisher(core.database, core.mqtt, core.clock)]),
        Feature("events", routers=[events.router]),
        Feature(
            "evidence",
            routers=[evidence.router],
            workers=[EvidenceVerifier(core.database)],
            event_handlers=dict.fromkeys(EVENTS_WITH_EVIDENCE, record_evidence),
        ),
        Feature("live", routers=[live.router]),
    )
