"""From what is stored about a case to what its papers say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from central.cases.api import check_lines
from central.cases.playbook import Playbook, Words
from central.cases.public_address import public_path
from central.cases.public_code import shown_code
from central.cases.queries import evidence_of, timeline_of
from central.cases.service import CaseService
from central.cases.tables import Case, CaseEvidence, CaseTimeline
from central.deadlines.service import deadlines_of
from central.documents.authorities import Authorities
from central.documents.papers import (
    CasePaper,
    IssuedPaper,
    Officer,
    PaperCheck,
    PaperDeadline,
    PaperKind,
    PaperLine,
    PaperPicture,
)
from central.documents.pictures import Marks, copy_for_paper
from central.documents.tables import Paper
from central.documents.words import load_labels
from central.evidence.records import records_by_hash
from central.evidence.store import EvidenceStore
from central.evidence.tables import EvidenceRow
from central.registry.service import RegistryService
from central.users.service import display_names
from yuhang.messages import Box, EvidenceKind, EvidenceRecord

TITLES = {
    EvidenceKind.ARRIVAL: "picture_arrival",
    EvidenceKind.NOTICE: "picture_before",
    EvidenceKind.PRESENT: "picture_after",
    EvidenceKind.PLATE: "picture_plate",
    EvidenceKind.LEFT: "picture_left",
    EvidenceKind.CLIP: "picture_clip",
}
_OFFICIAL = {"officer", "reviewer", "administrator"}
ON_PAPERS = (EvidenceKind.NOTICE, EvidenceKind.PRESENT, EvidenceKind.PLATE)


@dataclass(frozen=True, slots=True)
class PaperSources:
    """Where the facts come from."""

    cases: CaseService
    registry: RegistryService
    evidence: EvidenceStore
    authorities: Authorities
    public_url: str
    max_pixels: int


@dataclass(frozen=True, slots=True)
class Heading:
    """What is new with a paper: its kind, number and time, what it corrects and which papers were issued before."""

    kind: PaperKind
    number: str
    issued_at: datetime
    corrects: str
    before: Sequence[Paper]


def assemble(session: Session, sources: PaperSources, case: Case, heading: Heading) -> CasePaper:
    """All that is known; who the person concerned is and how a paper is served comes from whoever issues it."""
    playbook = sources.cases.playbook_of(session, case)
    moments = case.moment_times()
    history = timeline_of(session, case.id)
    people = People.of(session, sources, case, history)
    issuers = display_names(session, {paper.issued_by for paper in heading.before})
    lines = [_line(playbook, line, people) for line in history]
    return CasePaper(
        number=heading.number,
        issued_at=heading.issued_at,
        corrects=heading.corrects,
        case_number=case.number,
        authority=sources.authorities.authority_of(session, case),
        plate=case.plate or "",
        plate_colour=case.plate_colour or "",
        place=case.place_words.zh,
        kind_title=playbook.title,
        state_title=playbook.states[case.state].title,
        written_against=playbook.written_against,
        opened_at=case.opened_at,
        stopped_at=moments.get("stopped_at", case.opened_at),
        notice_delivered_at=moments.get("notice_delivered_at"),
        proof_at=moments.get("proof_at"),
        decided_at=moments.get("decided_at"),
        grace_minutes=f"{playbook.parameter('grace') / 60:g}",
        public_url=sources.public_url + public_path(case.number),
        public_code=shown_code(case.public_code),
        driver_named="driver_confirmed_at" in moments,
        officers=tuple(dict.fromkeys(_officers(heading.kind, history, people))),
        pictures=tuple(_pictures(session, sources, case, whole=heading.kind is PaperKind.CASE_FILE)),
        checks=tuple(_checks(session, sources, playbook, case)),
        timeline=tuple(lines),
        deadlines=tuple(_deadlines(session, playbook, case)),
        issued=tuple(
            replace(issued_paper(paper), issued_by=issuers.get(paper.issued_by, paper.issued_by)) for paper in heading.before
        ),
    )


def issued_paper(paper: Paper) -> IssuedPaper:
    """A paper as others name it."""
    return IssuedPaper(PaperKind(paper.kind), paper.number, paper.issued_at, paper.issued_by, paper.sha256)


@dataclass(frozen=True, slots=True)
class People:
    """Who acted: names as papers say them, and certificates, by account."""

    names: Mapping[str, str]
    certificates: Mapping[str, str]

    @classmethod
    def of(cls, session: Session, sources: PaperSources, case: Case, history: Sequence[CaseTimeline]) -> "People":
        """Everybody in a history, second officers included."""
        accounts = {line.actor for line in history if line.role in _OFFICIAL} | {_second(line) for line in history} - {""}
        given = {line.actor: str(line.data.get("certificate", "")) for line in history if line.role in _OFFICIAL}
        profile = sources.authorities.certificates_of(session, case)
        return cls(
            display_names(session, accounts), {account: given.get(account) or profile.get(account, "") for account in accounts}
        )

    def officer(self, account: str) -> Officer:
        """The person as papers name them."""
        return Officer(self.names.get(account, account), self.certificates.get(account, ""))


def _officers(kind: PaperKind, history: Sequence[CaseTimeline], people: People) -> Iterator[Officer]:
    """Who stands on a paper: for the decision those who decided (APL 42, 59), for others all who acted so far."""
    effective = [line for line in history if line.role in _OFFICIAL and line.refusal is None]
    if kind is PaperKind.DECISION:
        effective = [line for line in effective if line.trigger == "decide"][-1:]
    for line in effective:
        yield people.officer(line.actor)
        if _second(line):
            yield people.officer(_second(line))


def _second(line: CaseTimeline) -> str:
    return str(line.data.get("second_officer", ""))


def _line(playbook: Playbook, line: CaseTimeline, people: People) -> PaperLine:
    official = line.role in _OFFICIAL
    return PaperLine(
        at=line.at,
        what=playbook.triggers[line.trigger].title
        if line.trigger in playbook.triggers
        else Words(zh=line.trigger, en=line.trigger),
        who=people.officer(line.actor).name if official else "",
        by=load_labels()["party" if line.role == "party" else "system"],
        certificate=people.officer(line.actor).certificate if official else "",
        state=playbook.states[line.target].title if line.target in playbook.states else Words(zh=line.target, en=line.target),
        reason=line.reason,
        effect=line.refusal is None,
    )


def _checks(session: Session, sources: PaperSources, playbook: Playbook, case: Case) -> list[PaperCheck]:
    judged = sources.cases.kind(case.kind).judged(session, case)
    return [
        PaperCheck(
            title=line.title,
            detail=line.detail,
            passed=line.passed,
            basis=line.basis,
        )
        for line in check_lines(playbook, judged)
    ]


def _deadlines(session: Session, playbook: Playbook, case: Case) -> list[PaperDeadline]:
    return [
        PaperDeadline(
            title=playbook.deadlines[row.name].title,
            due_at=row.due_at,
            fired_at=row.fired_at,
            cancelled_at=row.cancelled_at,
            basis=playbook.deadlines[row.name].basis,
        )
        for row in deadlines_of(session, case.id)
        if row.name in playbook.deadlines
    ]


def _pictures(session: Session, sources: PaperSources, case: Case, *, whole: bool) -> list[PaperPicture]:
    """The pictures with their records; all files for the case file, else those that prove, with everybody else blurred."""
    files = evidence_of(session, case.id)
    rows = {row.hash: row for row in records_by_hash(session, [file.record_hash for file in files])}
    wanted = [file for file in files if file.record_hash in rows and (whole or EvidenceKind(file.kind) in ON_PAPERS)]
    return [_picture(sources, file, rows[file.record_hash], whole=whole) for file in wanted]


def _picture(sources: PaperSources, file: CaseEvidence, row: EvidenceRow, *, whole: bool) -> PaperPicture:
    record = EvidenceRecord.model_validate_json(row.record)
    subject = Box.model_validate(file.subject) if file.subject else None
    blur = () if whole else tuple(Box.model_validate(box) for box in file.blur)
    jpeg = None
    if sources.evidence.has(file.sha256) and file.media_type.startswith("image/"):
        jpeg = copy_for_paper(sources.evidence.path(file.sha256), Marks(subject, blur), sources.max_pixels)
    return PaperPicture(
        title=load_labels()[TITLES[EvidenceKind(file.kind)]],
        jpeg=jpeg,
        sha256=file.sha256,
        captured_at=file.captured_at,
        clock_offset_s=record.clock.offset_s,
        clock_error_s=record.clock.error_s,
        camera=f"{record.site}/{record.node}/{record.camera}",
        size=record.size,
        media_type=file.media_type,
        record_seq=record.seq,
        record_hash=record.hash,
        key_id=record.key_id,
        verified=row.verified,
        marked=subject is not None,
    )
