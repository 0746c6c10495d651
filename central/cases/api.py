"""Cases over HTTP: lists with filters, one case with everything, and the acts of people."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from central.api.access import CaseReader, CaseWorker, CoreDep
from central.api.problems import RESPONSES
from central.audit.service import LookAction, log_look
from central.cases.calendar import BEIJING
from central.cases.documents import (
    ActBody,
    CaseDetail,
    CaseDocument,
    CaseList,
    CheckLine,
    DeadlineLine,
    EvidenceLine,
)
from central.cases.people import People, Wish
from central.cases.playbook import Playbook, Words
from central.cases.queries import MAX_SIZE, CaseQuery, evidence_of, find_case, find_cases, timeline_of, timelines_of
from central.cases.service import CaseService
from central.cases.tables import Case
from central.deadlines.service import deadlines_of

Reason = Annotated[str, Query(min_length=2, max_length=500, description="why you look at it; logged with your name")]


def case_router(cases: CaseService, people: People) -> APIRouter:
    """`/api/v1/cases`."""
    router = APIRouter(prefix="/api/v1/cases", tags=["cases"], responses=RESPONSES)

    @router.get("", summary="List cases")
    def list_cases(
        *,
        core: CoreDep,
        user: CaseReader,
        reason: Reason,
        state: Annotated[list[str] | None, Query(description="only cases in these states")] = None,
        kind: str = "",
        plate: str = "",
        zone: str = "",
        track: str = "",
        search: Annotated[str, Query(max_length=100, description="part of a number, plate, zone or address")] = "",
        red_light: Annotated[bool, Query(description="only open cases whose deadline has passed")] = False,
        opened_from: datetime | None = None,
        opened_to: datetime | None = None,
        timeline: Annotated[bool, Query(description="with the history of each case")] = False,
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        size: Annotated[int, Query(ge=1, le=MAX_SIZE)] = 20,
    ) -> CaseList:
        """Newest first. Plates are personal data: the look is logged."""
        query = CaseQuery(
            states=tuple(state or ()),
            kind=kind,
            plate=plate,
            zone=zone,
            track=track,
            search=search,
            red_light=red_light,
            opened_from=opened_from,
            opened_to=opened_to,
            page=page,
            size=size,
        )
        with core.database.session() as session:
            at, words = core.clock.now(), query.words()
            log_look(session, user, f"cases/page {page}", reason, at=at, action=LookAction.SEARCH, content=words)
            found = find_cases(session, query)
            lines = timelines_of(session, [case.id for case in found.cases]) if timeline else {}
            documents = [
                CaseDocument.of(case, cases.playbook(case.kind).states[case.state].title, lines.get(case.id))
                for case in found.cases
            ]
        return CaseList(cases=documents, total=found.total, page=page, size=size)

    @router.get("/{case_id}", summary="Look at one case")
    def get_case(core: CoreDep, user: CaseReader, case_id: str, reason: Reason) -> CaseDetail:
        """The case with its history, evidence, deadlines and checks; the look is logged."""
        with core.database.session() as session:
            case = find_case(session, case_id)
            log_look(session, user, f"case/{case_id}", reason, at=core.clock.now())
            return case_detail(session, cases, case, list(people.offers(session, user, case)))

    @router.post("/{case_id}/acts", summary="Act on a case")
    def act(core: CoreDep, user: CaseWorker, case_id: str, body: ActBody) -> CaseDocument:
        """Pull a trigger of the playbook, by name and once. Which reason and facts an act needs is said when they are missing."""
        with core.database.session() as session:
            wish = Wish(case_id, body.trigger, body.reason, body.data(), body.version)
            case = people.act(session, user, wish)
            return CaseDocument.of(case, cases.playbook(case.kind).states[case.state].title)

    @router.get("/kinds/{kind}", summary="Read a playbook")
    def get_playbook(_user: CaseReader, kind: str) -> Playbook:
        """How cases of a kind run, with limits and legal basis; an authority's profile may set other rules and limits."""
        return cases.playbook(kind)

    return router


def case_detail(session: Session, cases: CaseService, case: Case, offers: list[str]) -> CaseDetail:
    """The case with everything that belongs to it."""
    playbook = cases.playbook_of(session, case)
    document = CaseDocument.of(case, playbook.states[case.state].title, list(timeline_of(session, case.id)))
    return CaseDetail(
        **document.model_dump(),
        evidence=[EvidenceLine.of(row) for row in evidence_of(session, case.id)],
        deadlines=[DeadlineLine.of(row) for row in deadlines_of(session, case.id)],
        checks=check_lines(playbook, cases.kind(case.kind).judged(session, case)),
        offers=offers,
    )


def check_lines(playbook: Playbook, judged: list[dict[str, object]]) -> list[CheckLine]:
    """Checks as stored, with their texts from the playbook filled in."""
    return [_check_line(playbook, check) for check in judged]


def _check_line(playbook: Playbook, check: dict[str, object]) -> CheckLine:
    name, passed = str(check["name"]), bool(check["passed"])
    measured = check["measured"]
    values = {key: _said(value) for key, value in measured.items()} if isinstance(measured, dict) else {}
    texts = playbook.checks[name]
    chosen = texts.passed if passed else texts.failed
    return CheckLine(
        name=name,
        passed=passed,
        title=texts.title,
        detail=Words(zh=chosen.zh.format(**values), en=chosen.en.format(**values)),
        basis=texts.basis,
        measured=dict(measured) if isinstance(measured, dict) else {},
    )


def _said(value: object) -> str:
    """A measured value as texts say it: a moment as Beijing time to the second, all else as it is."""
    if isinstance(value, str) and "T" in value:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return value
        return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" if at.tzinfo is not None else value
    return str(value)
