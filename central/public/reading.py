"""From what is stored about a case to what its public page shows; whatever is shown was logged before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.authority.profile import AuthorityProfile
from central.cases.playbook import Playbook, StateKind, Words
from central.cases.queries import evidence_of, timeline_of
from central.cases.tables import Case, CaseEvidence, CaseTimeline, profile_key
from central.core import Core
from central.deadlines.service import deadlines_of
from central.matters import Matters
from central.payment.rules import Owed
from central.public.rules import (
    ANSWERS,
    LIMITS,
    PICTURES,
    STEPS,
    Phase,
    Stand,
    forms,
    phase_of,
    shows_account,
    shows_amount,
    shows_pictures,
    shows_remedies,
)
from central.retention.proofs import deletions_of_files
from central.retention.tables import PurgedCase
from yuhang.evidence.deletions import DeletionRecord
from yuhang.messages import EvidenceKind


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture of the case: here, not arrived, or deleted under a rule on a day."""

    kind: EvidenceKind
    sha256: str
    captured_at: datetime
    here: bool
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that has happened; `answer` is what the authority replied, `by_party` says who did it."""

    at: datetime
    trigger: str
    answer: str
    by_party: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that runs; `assumed`: through a year whose holidays are not known yet."""

    name: str
    due_at: datetime
    assumed: bool


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A case as the person concerned sees it; what may not be seen is empty. Amounts are yuan, what is owed fen."""

    number: str
    plate: str
    plate_colour: str | None
    place: Words
    phase: Phase
    stopped_at: datetime
    ground: Words | None
    profile: AuthorityProfile
    amount: int | None
    owed: Owed | None
    remedies: bool
    remedy_due: datetime | None
    limit: Limit | None
    pictures: tuple[ShownPicture, ...]
    pictures_withheld: bool
    steps: tuple[Step, ...]
    forms: tuple[str, ...]
    grace_minutes: float
    review_days: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """A case whose personal data is gone, and under which rule."""

    number: str
    purged_at: datetime
    rule: str


@dataclass(frozen=True, slots=True)
class PublicReader:
    """Reads cases for the public page, in the caller's transaction."""

    core: Core
    matters: Matters

    def case(self, session: Session, case: Case) -> PublicCase | Deleted:
        """The case, or that its time is over."""
        purged = session.get(PurgedCase, case.id)
        if purged is not None:
            return Deleted(case.number, purged.purged_at, purged.rule)
        matters, now = self.matters, self.core.clock.now()
        playbook = matters.cases.playbook_of(session, case)
        stand = stand_of(case)
        pictures = tuple(self._pictures(session, case)) if shows_pictures(stand) else ()
        standing = matters.cases.standing(session, case)
        return PublicCase(
            number=case.number,
            plate=case.plate or "",
            plate_colour=case.plate_colour,
            place=case.place_words,
            phase=stand.phase,
            stopped_at=stand.moments.get("stopped_at", case.opened_at),
            ground=_ground(playbook, case),
            profile=matters.authorities.profile(session, profile_key(case)),
            amount=case.amount if shows_amount(stand) else None,
            owed=matters.payments.owed(session, case, now) if shows_account(stand) else None,
            remedies=shows_remedies(stand),
            remedy_due=standing.due("remedy") if shows_remedies(stand) else None,
            limit=self.limit(session, case, stand.phase),
            pictures=pictures,
            pictures_withheld=not pictures and not shows_pictures(stand),
            steps=tuple(_steps(timeline_of(session, case.id))),
            forms=forms(matters.party.offers(session, case), stand),
            grace_minutes=playbook.parameter("grace") / 60,
            review_days=round(playbook.parameter("objection_limit")),
        )

    def limit(self, session: Session, case: Case, phase: Phase) -> Limit | None:
        """The limit that matters where the case stands, if it runs."""
        running = {
            row.name: Limit(row.name, row.due_at, row.assumed)
            for row in deadlines_of(session, case.id)
            if row.fired_at is None and row.cancelled_at is None
        }
        return next((running[name] for name in LIMITS.get(phase, ()) if name in running), None)

    def _pictures(self, session: Session, case: Case) -> Iterator[ShownPicture]:
        files = chosen_pictures(case, evidence_of(session, case.id))
        deleted = {row.subject: row for row in deletions_of_files(session, [file.sha256 for file in files])}
        for file in files:
            gone = deleted.get(file.sha256)
            yield ShownPicture(
                kind=EvidenceKind(file.kind),
                sha256=file.sha256,
                captured_at=file.captured_at,
                here=self.core.evidence.has(file.sha256),
                deleted_at=DeletionRecord.model_validate_json(gone.record).at if gone is not None else None,
            )


def stand_of(case: Case) -> Stand:
    """Where a case stands, as the rules see it."""
    phase = phase_of(case.state, StateKind(case.state_kind))
    return Stand(phase, case.moment_times(), case.void_ground, case.amount)


def chosen_pictures(case: Case, rows: Sequence[CaseEvidence]) -> list[CaseEvidence]:
    """One picture of each kind that is shown; of those after the grace period the one that was judged."""
    proof_at = case.moment_times().get("proof_at")
    found = []
    for kind in PICTURES:
        of_kind = [row for row in rows if row.kind == kind.value]
        judged = [row for row in of_kind if kind is EvidenceKind.PRESENT and row.captured_at == proof_at]
        found += (judged or of_kind)[:1]
    return found


def case_by_id(session: Session, case_id: str) -> Case | None:
    """The case of a visit; None should it not be there any more."""
    return session.scalar(select(Case).where(Case.id == case_id))


def _ground(playbook: Playbook, case: Case) -> Words | None:
    return playbook.void_grounds[case.void_ground].title if case.void_ground in playbook.void_grounds else None


def _steps(lines: Sequence[CaseTimeline]) -> Iterator[Step]:
    for line in lines:
        if line.refusal is None and line.trigger in STEPS:
            yield Step(line.at, line.trigger, line.reason if line.trigger in ANSWERS else "", line.role == "party")
