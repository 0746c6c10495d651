"""What can be done with a case and what was done: acts, papers, payments, the person concerned, like cases, the trail."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from central.audit.service import looks_at
from central.cases.brought_api import BroughtDocument, DriverLine, StatementLine, brought_of
from central.cases.playbook import StateKind
from central.cases.queries import evidence_of, like_cases, timeline_of
from central.cases.tables import Case
from central.core import Core
from central.deadlines.service import deadlines_of
from central.documents.papers import PaperKind
from central.documents.tables import Paper
from central.evidence.records import records_by_hash
from central.matters import Matters
from central.screens.components.filters import Choice, address
from central.screens.reading.looking import Looking
from central.screens.roles import CASE_WORKERS
from central.screens.scene import Scene
from central.screens.views.acts import ActFacts, ActOffer, act_offers
from central.screens.views.case import LikeCase, Said, Work
from central.screens.views.naming import say
from central.screens.views.papers import paper_title, papers_view
from central.screens.views.payments import PaymentsView, payments_view
from central.screens.views.trail import Lookup, TrailView, trail_view
from central.users.service import display_names

LIKE_CASES = 8


@dataclass(frozen=True, slots=True)
class WorkReader:
    """Reads in the transaction of whoever reads the case."""

    core: Core
    matters: Matters

    def read(self, session: Session, scene: Scene, case: Case, looking: Looking) -> Work:
        """Everything on the page of a case that is not evidence."""
        papers = self.matters.documents.papers_of(session, case.id)
        acts = self._acts(session, scene, case, looking, papers)
        standing = self.matters.cases.standing(session, case)
        fine = case.amount if case.amount is not None else standing.profile.fine
        kinds = self.matters.documents.open_kinds(session, looking.user, case)
        if looking.user.role not in CASE_WORKERS:  # figures lead to cases, not to what people said or hold in their hands
            return Work(comes_next=_comes_next(scene, case, acts))
        names = display_names(
            session, {line.actor for line in timeline_of(session, case.id)} | {paper.issued_by for paper in papers}
        )
        return Work(
            acts=acts,
            comes_next=_comes_next(scene, case, acts),
            papers=papers_view(scene, papers, kinds, looking.reason, fine=fine, names=names),
            payments=self._payments(session, scene, case),
            said=tuple(self._said(session, scene, case, looking, names)),
            like=tuple(_like(scene, case, other, looking) for other in like_cases(session, case, LIKE_CASES)),
            trail=self._trail(session, scene, case, looking, papers),
        )

    def names(self, session: Session, case: Case) -> Lookup:
        """Names of everybody who has acted on the case."""
        return Lookup(people=display_names(session, {line.actor for line in timeline_of(session, case.id)}))

    def _acts(
        self, session: Session, scene: Scene, case: Case, looking: Looking, papers: Sequence[Paper]
    ) -> tuple[ActOffer, ...]:
        if case.state_kind != StateKind.OPEN.value or looking.user.role not in CASE_WORKERS:
            return ()
        running = [row.name for row in deadlines_of(session, case.id) if row.fired_at is None and row.cancelled_at is None]
        titles = self.matters.authorities.titles(session)
        receipts = [paper.number for paper in papers if paper.kind == PaperKind.SERVICE_RECEIPT.value]
        facts = ActFacts(
            version=case.version,
            state=case.state,
            plate=case.plate,
            standing=self.matters.cases.standing(session, case),
            user=looking.user,
            openings=self.matters.people.openings(session, looking.user, case),
            authorities=tuple(Choice(name, say(scene, title)) for name, title in titles.items()),
            running=running,
            receipt=receipts[-1] if receipts else "",
        )
        return act_offers(scene, facts)

    def _payments(self, session: Session, scene: Scene, case: Case) -> PaymentsView:
        moments = case.moment_times()
        payable = case.state_kind == StateKind.OPEN.value and "decided_at" in moments and "paid_at" not in moments
        owed = self.matters.payments.owed(session, case, scene.now) if payable and "removal_ordered_at" not in moments else None
        return payments_view(scene, self.matters.payments.payments(session, case.id), owed, case.number)

    def _said(self, session: Session, scene: Scene, case: Case, looking: Looking, names: Mapping[str, str]) -> Iterator[Said]:
        brought: BroughtDocument = brought_of(session, self.matters.records, case.id)
        playbook = self.matters.cases.playbook(case.kind)
        for statement in brought.statements:
            files = (file.sha256 for file in brought.files if (file.trigger, file.added_at) == _origin(statement))
            title = say(scene, playbook.triggers[statement.trigger].title)
            answer = say(scene, playbook.triggers[statement.answer].title) if statement.answer in playbook.triggers else ""
            yield Said(
                title=f"{title} · {scene.t(f'said.by.{_by(statement.actor)}', who=names.get(statement.actor, statement.actor))}",
                at=statement.received_at,
                text=statement.text,
                pictures=tuple(_file_url(case.id, sha256, looking.reason) for sha256 in files),
                answer=f"{answer}: {statement.answer_reason}" if answer else "",
            )
        for driver in brought.drivers:
            yield _driver(scene, driver)

    def _trail(self, session: Session, scene: Scene, case: Case, looking: Looking, papers: Sequence[Paper]) -> TrailView:
        evidence = evidence_of(session, case.id)
        things = {f"case/{case.id}": scene.t("trail.thing.case"), f"case/{case.id}/brought": scene.t("trail.thing.brought")}
        for row in evidence:
            kind = scene.t.texts.get(f"picture.kind.{row.kind}", scene.t("trail.thing.film"))
            things[f"evidence/{row.sha256}"] = f"{kind} ({scene.clock_text(row.captured_at)})"
        for paper in papers:
            things[f"paper/{paper.id}"] = f"{paper_title(scene, paper.kind)} {paper.number}"
        found = looks_at(session, list(things))
        names = Lookup(display_names(session, {look.user_name for look in found}), things)
        records = records_by_hash(session, {row.record_hash for row in evidence})
        export = f"/api/v1/cases/{case.id}/export?{urlencode({'reason': looking.reason})}"
        return trail_view(scene, found, list(records), names, export)


def _origin(statement: StatementLine) -> tuple[str, object]:
    return statement.trigger, statement.received_at


def _by(actor: str) -> str:
    return "party" if actor == "party" else "officer"


def _file_url(case_id: str, sha256: str, reason: str) -> str:
    return f"/api/v1/cases/{case_id}/files/{sha256}?{urlencode({'reason': reason})}"


def _driver(scene: Scene, line: DriverLine) -> Said:
    driver = line.driver
    answers = {True: scene.t("said.driver_confirmed"), False: scene.t("said.driver_rejected"), None: ""}
    text = scene.t("said.driver", name=driver.name, licence=driver.licence, phone=driver.phone or "–")
    return Said(scene.t("said.driver_named"), line.named_at, text, answer=answers[line.confirmed])


def _like(scene: Scene, case: Case, other: Case, looking: Looking) -> LikeCase:
    same_vehicle = other.plate is not None and other.plate == case.plate
    return LikeCase(
        href=address(f"/cases/{other.id}", looking.query.filters()),
        number=other.number,
        plate=other.plate,
        plate_colour=other.plate_colour,
        since=other.moment_times().get("stopped_at", other.opened_at),
        why=scene.t("like.plate" if same_vehicle else "like.place"),
    )


def _comes_next(scene: Scene, case: Case, acts: Sequence[ActOffer]) -> str:
    if case.state_kind != StateKind.OPEN.value:
        return scene.t("act.none.closed")
    if any(offer.sheet is not None for offer in acts):
        return ""
    return scene.t("act.none.not_yours" if acts else "act.none.waiting")
