"""Brings some cases of the town further on, through the services, so that every kind of page has something to show."""

from datetime import timedelta

from sqlalchemy import select

from central.audit.service import log_look
from central.cases.acts import ActData, Service, ServiceWay
from central.cases.people import Wish
from central.cases.queries import evidence_of
from central.cases.tables import Case
from central.documents.papers import PaperKind, Party
from central.documents.service import PaperWish
from central.matters import build_matters
from tests.integration.screens.conftest import Site
from tests.integration.screens.town import PASSWORD

SHOWN = {
    "second": "浙A10014",
    "entered": "浙A10013",
    "objected": "浙A10012",
    "decided": "浙A10011",
}
"""Cases to be looked at, by what they show."""


class Further:
    """Acts in people's names, each in a transaction of its own."""

    def __init__(self, site: Site) -> None:
        self._core = site.application.core
        self._matters = build_matters(self._core)

    def act(self, name: str, plate: str, trigger: str, **data: object) -> None:
        """Look at the pictures and act."""
        user = self._core.users.authenticate(self._core.users.log_in(name, PASSWORD))
        with self._core.database.session() as session:
            case = self._case(plate)
            for row in evidence_of(session, case.id):
                log_look(session, user, f"evidence/{row.sha256}", "review", at=self._core.clock.now())
            wish = Wish(case.id, trigger, "照片和记录已核对", ActData.model_validate(data))
            self._matters.people.act(session, user, wish)

    def issue(self, name: str, plate: str, kind: PaperKind) -> None:
        """Issue a paper."""
        user = self._core.users.authenticate(self._core.users.log_in(name, PASSWORD))
        with self._core.database.session() as session:
            wish = PaperWish(self._case(plate).id, kind, "办案需要", party=Party("周某"))
            self._matters.documents.issue(session, user, wish)

    def served(self) -> Service:
        """By post, just now."""
        return Service(way=ServiceWay.POST, at=self._core.clock.now() - timedelta(seconds=1), proof="EMS-1")

    def _case(self, plate: str) -> Case:
        with self._core.database.reader() as session:
            return session.scalars(select(Case).where(Case.plate == plate)).one()


def go_further(site: Site) -> None:
    """One case for the second reviewer, one entered, one with an objection, one decided."""
    further = Further(site)
    for plate in SHOWN.values():
        further.act("zhao", plate, "approve")
    for plate in (SHOWN["objected"], SHOWN["decided"]):
        further.issue("li", plate, PaperKind.INFORMING)
        further.act("li", plate, "inform", service=further.served())
    further.act("li", SHOWN["objected"], "object", statement="车牌被他人套用，当天车辆停在萧山机场。")
    further.act("zhao", SHOWN["decided"], "decide", statement="无异议")
    further.issue("zhao", SHOWN["decided"], PaperKind.DECISION)
