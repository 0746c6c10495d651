"""Issuing papers: numbered without gaps, kept unchanged, given out again as they are."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.cases.acts import ActData
from central.cases.calendar import BEIJING
from central.cases.playbook import StateKind
from central.cases.procedure import amount_allowed, proposed_amount
from central.cases.public_code import new_public_code
from central.cases.tables import Case
from central.database import insert_missing
from central.documents.assembling import Heading, PaperSources, assemble, issued_paper
from central.documents.drawing import draw
from central.documents.issued import tell
from central.documents.papers import CasePaper, Officer, PaperAuthority, PaperKind, Party, Service, Style
from central.documents.rules import Asked, Stand, objection
from central.documents.tables import Paper, PaperCounter
from central.documents.words import load_templates, number_text
from central.errors import Conflict, Forbidden, NotFound, Unprocessable
from central.ids import new_id
from central.users.roles import Principal
from yuhang.clock import Clock

DEFAULT_STYLE = Style()
_MOVE_ON = frozenset({PaperKind.INFORMING, PaperKind.DECISION})
"""Papers that the procedure waits for."""
_SERVED = frozenset({PaperKind.NOTICE_SHEET, PaperKind.INFORMING, PaperKind.DECISION})
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PaperWish:
    """What somebody wants: a kind of paper, on whom, and (for a receipt) which paper it serves and how.

    `corrects` is the id of a paper that has a mistake: the new one gets a number of its own and names it. `fine_yuan` is
    for informing papers; None: the authority's amount. A decision names what was decided.
    """

    case_id: str
    kind: PaperKind
    reason: str
    party: Party | None = None
    fine_yuan: int | None = None
    serves: str | None = None
    way: str = ""
    place: str = ""
    corrects: str | None = None
    style: Style = DEFAULT_STYLE


class DocumentService:
    """The one way to issue and read papers."""

    def __init__(self, sources: PaperSources, clock: Clock) -> None:
        self._sources = sources
        self._clock = clock

    def issue(self, session: Session, user: Principal, wish: PaperWish) -> Paper:
        """Issue a paper, or return the one that was issued for this before.

        Raises `NotFound`, `Forbidden` (not with this role), `Conflict` (not now) or `Unprocessable` (something is missing).
        """
        case = self._sources.cases.locked(session, wish.case_id)
        served = self.find(session, case.id, wish.serves) if wish.serves else None
        subject = _subject(case, wish)
        before = self._latest(session, case.id, wish.kind, subject)
        if before is not None and wish.corrects is None:
            return before
        corrected = self._corrected(before, wish)
        fine = self._checked_fine(session, user, case, wish, served)
        now = self._clock.now()
        authority = self.authority_of(session, case)
        templates = load_templates(authority.template_set)
        year = now.astimezone(BEIJING).year
        serial = _next_serial(session, authority.short, wish.kind, year)
        number = number_text(templates.papers[wish.kind], authority.short, year, serial)
        before_it = self.papers_of(session, case.id)
        if wish.kind is PaperKind.INFORMING and before is None:
            _new_code_after_a_sheet(case, before_it)
        heading = Heading(wish.kind, number, now, corrected.number if corrected else "", before_it)
        paper = assemble(session, self._sources, case, heading)
        content = draw(wish.kind, _completed(paper, user, wish, fine, served), templates, wish.style)
        row = Paper(
            id=new_id(self._clock),
            case_id=case.id,
            kind=wish.kind.value,
            authority=authority.short,
            year=year,
            serial=serial,
            number=number,
            subject=subject,
            corrects=corrected.id if corrected else None,
            case_version=case.version,
            fine_yuan=fine,
            issued_at=now,
            issued_by=user.name,
            unit=user.unit,
            reason=wish.reason,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            content=content,
        )
        session.add(row)
        session.flush()
        log.info("paper_issued", case=case.number, kind=wish.kind.value, number=number)
        if wish.kind in _MOVE_ON:
            tell(session, self._sources.cases, user, case, row)
        return row

    def open_kinds(self, session: Session, user: Principal, case: Case) -> tuple[PaperKind, ...]:
        """Kinds of papers that this person may issue now, if they name what the paper needs."""
        stand = Stand(StateKind(case.state_kind), case.moment_times(), case.plate)
        served = next((PaperKind(paper.kind) for paper in self.papers_of(session, case.id) if paper.kind in _SERVED), None)
        return tuple(
            kind
            for kind in PaperKind
            if objection(stand, Asked(kind, user.role, has_party=True, fine_yuan=0, serves=served)) is None
        )

    def papers_of(self, session: Session, case_id: str) -> Sequence[Paper]:
        """The papers of a case in the order in which they were issued, without their bytes."""
        return session.scalars(
            select(Paper).where(Paper.case_id == case_id).order_by(Paper.issued_at, Paper.kind, Paper.serial)
        ).all()

    def authority_of(self, session: Session, case: Case) -> PaperAuthority:
        """Who enforces in a case."""
        return self._sources.authorities.authority_of(session, case)

    def find(self, session: Session, case_id: str, paper_id: str) -> Paper:
        """A paper of a case, or `NotFound`."""
        paper = session.get(Paper, paper_id)
        if paper is None or paper.case_id != case_id:
            raise NotFound("the case has no such paper")
        return paper

    def _latest(self, session: Session, case_id: str, kind: PaperKind, subject: str) -> Paper | None:
        """The paper that was issued for this and has not been corrected."""
        papers = [paper for paper in self.papers_of(session, case_id) if paper.kind == kind.value and paper.subject == subject]
        return max(papers, key=lambda paper: (paper.year, paper.serial), default=None)

    def _corrected(self, before: Paper | None, wish: PaperWish) -> Paper | None:
        if wish.corrects is None:
            return None
        if before is None or before.id != wish.corrects:
            raise Conflict("only the latest paper of its kind can be corrected; look at the papers of the case again")
        return before

    def _checked_fine(self, session: Session, user: Principal, case: Case, wish: PaperWish, served: Paper | None) -> int:
        """The fine that the paper names, 0 where it names none; raises what stands against the paper."""
        informed = self._latest(session, case.id, PaperKind.INFORMING, "")
        legal = self._sources.cases.standing(session, case)
        proposed = ActData(amount=wish.fine_yuan)
        fine = {PaperKind.INFORMING: proposed_amount(legal, proposed), PaperKind.DECISION: case.amount or 0}.get(wish.kind, 0)
        asked = Asked(
            wish.kind,
            user.role,
            has_party=wish.party is not None,
            fine_yuan=fine,
            amount_allowed=amount_allowed(legal, proposed),
            informed_fine=informed.fine_yuan if informed else None,
            serves=PaperKind(served.kind) if served else None,
        )
        no = objection(Stand(StateKind(case.state_kind), case.moment_times(), case.plate), asked)
        if no is None:
            return fine
        if no.forbidden:
            raise Forbidden(no.text)
        raise Unprocessable(no.text) if no.incomplete else Conflict(no.text)


def _subject(case: Case, wish: PaperWish) -> str:
    """What the paper is issued once for: each served paper has its own receipt, each version of a case its own file."""
    if wish.kind is PaperKind.SERVICE_RECEIPT:
        return wish.serves or ""
    return f"{case.version} {wish.style.language}" if wish.kind is PaperKind.CASE_FILE else ""


def _new_code_after_a_sheet(case: Case, before: Sequence[Paper]) -> None:
    """A sheet shows plate and code to everybody in the street: what is told to one person brings a code of its own."""
    if any(paper.kind == PaperKind.NOTICE_SHEET for paper in before):
        case.public_code = new_public_code()


def _completed(paper: CasePaper, user: Principal, wish: PaperWish, fine: int, served: Paper | None) -> CasePaper:
    me = Officer(user.display_name or user.name, user.certificate)
    known = {officer.name: officer for officer in paper.officers}
    officers = paper.officers if me.name in known or wish.kind is PaperKind.DECISION else (*paper.officers, me)
    service = Service(issued_paper(served), wish.way, wish.party.name if wish.party else "", wish.place) if served else None
    return replace(paper, officers=officers, party=wish.party, fine_yuan=fine, service=service)


def _next_serial(session: Session, authority: str, kind: PaperKind, year: int) -> int:
    """The next number, held until the transaction ends: if it fails, the number was not given."""
    key = {"authority": authority, "kind": kind.value, "year": year}
    insert_missing(session, PaperCounter, [{**key, "last": 0}])
    counter = session.scalars(
        select(PaperCounter).filter_by(**key).with_for_update().execution_options(populate_existing=True)
    ).one()
    counter.last += 1
    session.flush()
    return counter.last
