"""What central's cases are about: registry, notices, cases and parking, joined to each other."""

from dataclasses import dataclass

from central.authority.api import authority_router
from central.authority.service import AuthorityService
from central.cases import api as cases_api
from central.cases.brought_api import brought_router
from central.cases.carrying_out import CarryingOut
from central.cases.erasing import erase_case
from central.cases.party import Party
from central.cases.people import People
from central.cases.playbook import shipped_playbook
from central.cases.records import CaseRecords
from central.cases.sealing import BroughtSealer
from central.cases.service import CaseService
from central.core import Core
from central.devices import api as devices_api
from central.devices.service import CameraService
from central.devices.watch import CameraWatch
from central.documents.api import document_router
from central.documents.archive_api import ArchiveSources, archive_router
from central.documents.assembling import PaperSources
from central.documents.authorities import ProfileAuthorities
from central.documents.erasing import erase_papers
from central.documents.issued import latest_papers
from central.documents.service import DocumentService
from central.erasure import Eraser
from central.events.erasing import erase_events
from central.evidence.arrivals import ArrivalWorker, measures_of
from central.evidence.protected import protected_files
from central.feature import Feature
from central.foot.api import foot_router
from central.foot.errands import FootErrands
from central.foot.errands_api import errand_router
from central.foot.service import FootService
from central.holidays.api import calendar_router
from central.notify.api import notify_router
from central.notify.channels.building import build_channels
from central.notify.delivery import Delivery, NoticeListener
from central.notify.erasing import erase_notices
from central.notify.service import NotifyService
from central.notify.templates import load_template_sets
from central.notify.worker import NotifyParts, NotifyWorker, ReceiptWorker
from central.parking import api as parking_api
from central.parking.erasing import erase_stop
from central.parking.facts import EvidenceSources
from central.parking.kind import ParkingKind
from central.parking.messages import FIRST, PROCEDURE
from central.parking.parts import KIND, ParkingParts
from central.parking.receipts import ParkingReceipts
from central.parking.sending import NoticeSender
from central.parking.service import ParkingService
from central.parking.undelivered import UndeliveredMessages
from central.parking.undelivered_api import undelivered_router
from central.payment.api import payment_router
from central.payment.clarifying import Clarifying
from central.payment.service import PaymentService
from central.registry.api import registry_router
from central.registry.occupancy.building import build_counters
from central.registry.service import RegistryService
from central.retention.feature import retention_feature
from central.workers import Worker
from yuhang.evidence import NodeKey

ERASERS: tuple[Eraser, ...] = (erase_stop, erase_notices, erase_events, erase_papers, erase_case)
"""What takes the personal data of a case out of the tables, feature by feature. The case itself comes last."""


@dataclass(frozen=True, slots=True)
class Matters:
    """The services that screens read and act through, and the features that run them."""

    registry: RegistryService
    notify: NotifyService
    authorities: AuthorityService
    cases: CaseService
    records: CaseRecords
    people: People
    party: Party
    payments: PaymentService
    clarifying: Clarifying
    undelivered: UndeliveredMessages
    documents: DocumentService
    foot: FootService
    errands: FootErrands
    features: tuple[Feature, ...]


def build_matters(core: Core) -> Matters:
    """Put registry, notices, cases and parking together."""
    registry = RegistryService(core.secret, core.config.car_parks.stale_s, core.config.car_parks.written_stale_s)
    cameras = CameraService()
    listeners: dict[str, NoticeListener] = {}
    settings = core.config.notify
    delivery = Delivery(core.clock, build_channels(settings, core.clock), core.metrics, listeners)
    notify = NotifyService(core.secret, delivery, settings.future_tolerance_s)
    authorities = AuthorityService(core.clock, [shipped_playbook(KIND)])
    cases = CaseService(core.clock, authorities, latest_papers)
    records = CaseRecords(core.secret)
    carrying_out = CarryingOut(cases, authorities, records, core.clock, core.evidence.has)
    payments = PaymentService(cases, authorities, core.clock)
    people, party = People(cases, carrying_out), Party(cases, carrying_out)
    templates = load_template_sets(settings.templates, settings.template_folder).holding([FIRST, *PROCEDURE])
    sources = EvidenceSources(core.evidence.has, measures_of, cameras)
    parts = ParkingParts(core.clock, authorities, notify, registry, templates, sources)
    cases.add_kind(ParkingKind(parts))
    parking = ParkingService(parts, cases)
    listeners[KIND] = ParkingReceipts(core.clock, cases, carrying_out)
    undelivered = UndeliveredMessages(NoticeSender(parts), cases, people, core.clock)
    clarifying = Clarifying(payments, cases, core.clock)
    papers = PaperSources(
        cases=cases,
        registry=registry,
        evidence=core.evidence,
        authorities=ProfileAuthorities(authorities, cases),
        public_url=core.config.http.public_url,
        max_pixels=core.config.evidence.max_pixels,
    )
    documents = DocumentService(papers, core.clock)
    foot = FootService(cases, authorities, people, core.clock, NodeKey.open(core.config.data_dir / "photos.key"))
    errands = FootErrands(foot, undelivered, core.clock)
    archive = ArchiveSources(cases, records, authorities, documents, foot, NodeKey.open(core.config.data_dir / "archive.key"))
    features = (
        Feature(
            "notify",
            routers=[undelivered_router(undelivered), notify_router(core.database, notify, settings)],
            workers=_notify_workers(core, notify) if settings.channels else [],
        ),
        Feature(
            "devices",
            routers=[devices_api.camera_router(cameras)],
            workers=[CameraWatch(core.database, core.clock, cameras, core.metrics)],
        ),
        retention_feature(core, ERASERS),
        Feature(
            "registry",
            routers=[registry_router(registry)],
            workers=build_counters(core.config.car_parks, core.database, core.clock, core.mqtt),
        ),
        Feature("authorities", routers=[authority_router(authorities)]),
        Feature("calendar", routers=[calendar_router(cases.count_again)]),
        Feature("documents", routers=[document_router(documents), archive_router(archive)]),
        Feature("foot", routers=[errand_router(errands), foot_router(foot)]),
        Feature("payments", routers=[payment_router(payments, clarifying, core.config.payment)]),
        Feature(
            "cases",
            routers=[cases_api.case_router(cases, people), brought_router(records)],
            workers=[BroughtSealer(core.database, protected_files(core))],
        ),
        Feature(
            KIND,
            routers=[parking_api.router],
            workers=[ArrivalWorker(core.database, [parking.file_arrived])],
            event_handlers=parking.handlers(),
            deadline_handlers={KIND: cases.fire},
        ),
    )
    return Matters(
        registry=registry,
        notify=notify,
        authorities=authorities,
        cases=cases,
        records=records,
        people=people,
        party=party,
        payments=payments,
        clarifying=clarifying,
        undelivered=undelivered,
        documents=documents,
        foot=foot,
        errands=errands,
        features=features,
    )


def _notify_workers(core: Core, notify: NotifyService) -> list[Worker]:
    parts = NotifyParts(core.database, core.clock, core.secret, notify, core.config.notify)
    return [NotifyWorker(parts), ReceiptWorker(parts)]
