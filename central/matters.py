"""What central's cases are about: registry, notices, cases and parking, joined to each other."""

from dataclasses import dataclass

from central.cases import api as cases_api
from central.cases import export_api as cases_export
from central.cases.people import People
from central.cases.playbook import shipped_playbook
from central.cases.service import CaseService
from central.core import Core
from central.feature import Feature
from central.notify.api import notify_router
from central.notify.gateway import HttpGateway
from central.notify.service import NoticeListener, NotifyService
from central.notify.templates import load_templates
from central.notify.worker import NotifyParts, NotifyWorker
from central.parking import api as parking_api
from central.parking.kind import KIND, ParkingKind, ParkingParts
from central.parking.service import ParkingService
from central.registry import api as registry_api
from central.registry.service import RegistryService


@dataclass(frozen=True, slots=True)
class Matters:
    """The services that screens read and act through, and the features that run them."""

    registry: RegistryService
    notify: NotifyService
    cases: CaseService
    people: People
    features: tuple[Feature, ...]


def build_matters(core: Core) -> Matters:
    """Put registry, notices, cases and parking together."""
    registry = RegistryService(core.secret)
    listeners: dict[str, NoticeListener] = {}
    notify = NotifyService(core.secret, core.clock, listeners)
    cases = CaseService(core.clock)
    people = People(cases, core.clock)
    parts = ParkingParts(core.clock, shipped_playbook(KIND), notify, registry, load_templates(), core.evidence.has)
    cases.add_kind(ParkingKind(parts))
    parking = ParkingService(parts, cases)
    listeners[KIND] = parking
    features = (
        Feature(
            "notify",
            routers=[notify_router(core.database, notify, core.config.notify)],
            workers=[_notify_worker(core, notify)] if core.config.notify.gateway_url else [],
        ),
        Feature("registry", routers=[registry_api.router]),
        Feature("cases", routers=[cases_api.case_router(cases, people), cases_export.router]),
        Feature(
            KIND,
            routers=[parking_api.router],
            event_handlers=parking.handlers(),
            deadline_handlers={KIND: cases.fire},
        ),
    )
    return Matters(registry, notify, cases, people, features)


def _notify_worker(core: Core, notify: NotifyService) -> NotifyWorker:
    config = core.config.notify
    gateway = HttpGateway(config.gateway_url, config.timeout_s)
    return NotifyWorker(NotifyParts(core.database, core.clock, core.secret, gateway, notify, config))
