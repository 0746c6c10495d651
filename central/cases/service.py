"""Cases: opened, moved by triggers and read. Every trigger is one transaction, every line of history names actor and reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.authority.service import AuthorityService, Place
from central.cases.calendar import BEIJING
from central.cases.engine import (
    Act,
    Consequence,
    DeadlineStarts,
    Facts,
    PictureWanted,
    Refusal,
    Transition,
    advance,
    due_at,
    is_assumed,
)
from central.cases.issued import PaperReferences
from central.cases.playbook import (
    CancelDeadline,
    CancelDeadlines,
    CancelNotices,
    Forget,
    Playbook,
    RaiseRedLight,
    Role,
    SendNotice,
    StateKind,
    Words,
)
from central.cases.procedure import Standing, standing_checks
from central.cases.public_code import new_public_code
from central.cases.tables import Case, CaseCounter, CaseEvidence, CaseTimeline, profile_key
from central.database import insert_missing
from central.deadlines.service import NewDeadline, assumed_deadlines, cancel_deadlines, start_deadline
from central.deadlines.tables import Deadline
from central.errors import Conflict, NotFound
from central.holidays.service import EnteredCalendar
from central.ids import new_id
from yuhang.clock import Clock
from yuhang.messages import EvidenceFile

log = structlog.get_logger(__name__)

NUMBER_PREFIX = "余"


class CaseKind(Protocol):
    """What a feature adds to the engine for its kind of case; called inside the transaction of the trigger."""

    @property
    def name(self) -> str:
        """The kind, as its playbook calls it."""

    def facts(self, session: Session, case: Case) -> Facts:
        """All checks and moments as they stand now, but those of the procedure after review."""

    def judged(self, session: Session, case: Case) -> list[Any]:
        """The checks as last judged: name, passed, measured values."""

    def send_notice(self, session: Session, case: Case, standing: Standing, template: str) -> None:
        """Queue a notice; `standing` is the case as it stands after the step."""

    def cancel_notices(self, session: Session, case: Case) -> None:
        """Hold back what has not gone out."""

    def want_picture(self, session: Session, case: Case, due_at: datetime) -> None:
        """Ask the node for a picture at `due_at`."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is about when it is opened; the case keeps the names that zone and place have then."""

    kind: str
    site: str
    node: str
    camera: str
    zone: str
    address: str
    zone_named: Words | None
    place_named: Words | None
    track: str | None
    plate: str | None
    plate_colour: str | None
    moments: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Happening:
    """What a trigger brings along: when it happened, further facts, and data for the history."""

    at: datetime
    facts: Facts = field(default_factory=Facts)
    data: Mapping[str, Any] = field(default_factory=dict)


class CaseService:
    """The one way to open and move cases."""

    def __init__(self, clock: Clock, authorities: AuthorityService, papers: PaperReferences) -> None:
        self._clock = clock
        self._authorities = authorities
        self._papers = papers
        self._kinds: dict[str, CaseKind] = {}

    def add_kind(self, kind: CaseKind) -> None:
        """Let a feature's cases be run; done once, when central is put together."""
        self._kinds[kind.name] = kind

    def kind(self, name: str) -> CaseKind:
        """The feature behind a kind of case, or `NotFound`."""
        if name not in self._kinds:
            raise NotFound(f"there is no kind of case {name!r}")
        return self._kinds[name]

    def playbook(self, kind: str) -> Playbook:
        """States, triggers and texts of a kind of case, the same whoever enforces."""
        return self._authorities.outline(self.kind(kind).name)

    def playbook_of(self, session: Session, case: Case) -> Playbook:
        """How this case runs: rules and limits of the authority under whose profile it stands."""
        return self._authorities.playbook(session, case.kind, profile_key(case))

    def standing(self, session: Session, case: Case, moments: Mapping[str, datetime] | None = None) -> Standing:
        """The case as the rules of the procedure see it."""
        return Standing(
            playbook=self.playbook_of(session, case),
            profile=self._authorities.profile(session, profile_key(case)),
            moments=case.moment_times() if moments is None else moments,
            amount=case.amount,
            reviewed_by=case.reviewed_by,
            now=self._clock.now(),
            calendar=EnteredCalendar(session),
            papers=self._papers(session, case.id),
        )

    def known(self, session: Session, case: Case) -> tuple[Standing, Facts]:
        """Where the case stands, and every check and moment that is known before anybody brings something."""
        facts = self.kind(case.kind).facts(session, case)
        standing = self.standing(session, case, facts.moments)
        return standing, Facts({**facts.checks, **standing_checks(standing)}, facts.moments)

    def open(self, session: Session, new: NewCase) -> Case:
        """Open a case in the playbook's first state; its first trigger is the caller's next step."""
        now = self._clock.now()
        profile = self._authorities.for_new_case(session, Place(new.site, new.node, new.zone))
        playbook = self._authorities.playbook(session, new.kind, profile)
        case = Case(
            id=new_id(self._clock),
            number=self._number(session, now),
            public_code=new_public_code(),
            kind=new.kind,
            playbook_version=playbook.version,
            profile=profile.name,
            profile_version=profile.version,
            state=playbook.initial,
            state_kind=playbook.states[playbook.initial].kind.value,
            site=new.site,
            node=new.node,
            camera=new.camera,
            zone=new.zone,
            address=new.address,
            zone_zh=new.zone_named.zh if new.zone_named else "",
            zone_en=new.zone_named.en if new.zone_named else "",
            place_zh=new.place_named.zh if new.place_named else "",
            place_en=new.place_named.en if new.place_named else "",
            track=new.track,
            plate=new.plate,
            plate_colour=new.plate_colour,
            opened_at=now,
            changed_at=now,
            moments={name: at.isoformat() for name, at in {**new.moments, "opened_at": now}.items()},
        )
        session.add(case)
        session.flush()
        return case

    def locked(self, session: Session, case_id: str, version: int | None = None) -> Case:
        """The case, held until the transaction ends; `NotFound`, or `Conflict` if it is no longer at this version."""
        case = session.scalar(select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True))
        if case is None:
            raise NotFound("there is no such case")
        if version is not None and case.version != version:
            raise Conflict("the case has changed meanwhile; look at it again")
        return case

    def learn(self, case: Case, moment: str, at: datetime) -> None:
        """Note a moment of a locked case; what was learnt first stands."""
        if moment not in case.moments:
            case.moments = {**case.moments, moment: at.isoformat()}

    def pull(self, session: Session, case: Case, act: Act, happening: Happening) -> Transition | Refusal:
        """Pull a trigger on a locked case and carry out what follows. A refusal changes nothing."""
        kind = self.kind(case.kind)
        standing, known = self.known(session, case)
        brought = happening.facts
        facts = Facts({**known.checks, **brought.checks}, known.moments, brought.given)
        outcome = advance(standing.playbook, case.state, act, facts, happening.at, calendar=standing.calendar)
        if isinstance(outcome, Refusal):
            return outcome
        entry = outcome.entry
        case.state, case.state_kind = outcome.state, outcome.kind.value
        case.changed_at = self._clock.now()
        case.closed_at = case.changed_at if outcome.kind is not StateKind.OPEN else None
        case.moments = {name: at.isoformat() for name, at in {**facts.moments, **outcome.marks}.items()}
        self._write(session, case, act, happening, entry.source)
        session.flush()
        for effect in outcome.effects:
            self._carry_out(session, case, kind, effect)
        self._light(case, act, outcome, standing.playbook)
        log.info("case_moved", case=case.number, trigger=act.trigger, source=entry.source, target=entry.target)
        return outcome

    def note(self, session: Session, case: Case, act: Act, happening: Happening, refusal: Refusal) -> None:
        """Write down that something happened that had no effect."""
        self._write(session, case, act, happening, case.state, refusal=refusal)

    def fire(self, session: Session, deadline: Deadline) -> None:
        """Deadline handler: pull what falls due. A case that has gone on meanwhile refuses, and that is all."""
        case = self.locked(session, deadline.case_id)
        act = Act(deadline.trigger, f"deadline {deadline.name}", Role.SYSTEM)
        data = {"deadline": deadline.name, "due_at": deadline.due_at.isoformat()}
        self.pull(session, case, act, Happening(self._clock.now(), data=data))

    def count_again(self, session: Session) -> int:
        """Count running limits again that ran through a year whose holidays were not known; returns how many have moved.

        Call it when a year's holidays have been entered. A limit that falls into the past fires at once.
        """
        calendar, moved = EnteredCalendar(session), 0
        for deadline in assumed_deadlines(session):
            case = session.get_one(Case, deadline.case_id)
            playbook = self.playbook_of(session, case)
            start = case.moment_times()[playbook.deadlines[deadline.name].starts_at]
            due = due_at(playbook, deadline.name, start, calendar)
            moved += due != deadline.due_at
            deadline.due_at = due
            deadline.assumed = is_assumed(playbook, deadline.name, start, due, calendar)
        return moved

    def attach(self, session: Session, case: Case, event_id: str, files: Sequence[EvidenceFile]) -> None:
        """Add an event's files to a case; a file that is there already stays as it is."""
        rows = [
            {
                "case_id": case.id,
                "sha256": file.record.file_sha256,
                "kind": file.record.kind.value,
                "event_id": event_id,
                "record_hash": file.record.hash,
                "captured_at": file.record.captured_at,
                "media_type": file.record.media_type,
                "size": file.record.size,
                "width": file.width,
                "height": file.height,
                "subject": file.subject.model_dump() if file.subject else None,
                "blur": [box.model_dump() for box in file.blur],
            }
            for file in files
        ]
        insert_missing(session, CaseEvidence, rows)

    def _carry_out(self, session: Session, case: Case, kind: CaseKind, effect: Consequence) -> None:
        match effect:
            case DeadlineStarts(deadline=name, trigger=trigger, due_at=due_at, assumed=assumed):
                new = NewDeadline(case.kind, case.id, name, trigger, due_at, assumed=assumed)
                start_deadline(session, self._clock, new)
            case Forget(moments=forgotten):
                case.moments = {name: at for name, at in case.moments.items() if name not in forgotten}
            case CancelDeadline(deadline=name):
                cancel_deadlines(session, self._clock, case.id, name)
            case CancelDeadlines():
                cancel_deadlines(session, self._clock, case.id)
            case SendNotice(template=template):
                kind.send_notice(session, case, self.standing(session, case), template)
            case CancelNotices():
                kind.cancel_notices(session, case)
            case PictureWanted(due_at=due_at):
                kind.want_picture(session, case, due_at)
            case RaiseRedLight():
                pass  # see `_light`

    def _light(self, case: Case, act: Act, outcome: Transition, playbook: Playbook) -> None:
        """The red light burns while a limit is over that still matters where the case stands and that no act has made good."""
        if outcome.kind is not StateKind.OPEN:
            return
        made_good = {playbook.deadlines[each.deadline].on_due for each in outcome.effects if isinstance(each, CancelDeadline)}
        raised = [act.trigger] if any(isinstance(each, RaiseRedLight) for each in outcome.effects) else []
        over = dict.fromkeys([*case.red_lights, *raised])
        case.red_lights = [each for each in over if each not in made_good and playbook.rules_for(case.state, each)]
        case.red_light_at = (case.red_light_at or self._clock.now()) if case.red_lights else None

    def _write(
        self, session: Session, case: Case, act: Act, happening: Happening, source: str, *, refusal: Refusal | None = None
    ) -> None:
        data = dict(happening.data)
        if refusal is not None and refusal.failed:
            data["failed"] = list(refusal.failed)
        session.add(
            CaseTimeline(
                case_id=case.id,
                at=happening.at,
                recorded_at=self._clock.now(),
                actor=act.actor,
                role=act.role.value,
                trigger=act.trigger,
                source=source,
                target=case.state,
                refusal=refusal.reason.value if refusal else None,
                reason=act.reason.strip(),
                data=data,
            )
        )

    def _number(self, session: Session, now: datetime) -> str:
        """The next number of the year in Beijing: 余2026-000123."""
        year = now.astimezone(BEIJING).year
        insert_missing(session, CaseCounter, [{"year": year, "last": 0}])
        counter = session.scalars(select(CaseCounter).where(CaseCounter.year == year).with_for_update()).one()
        counter.last += 1
        return f"{NUMBER_PREFIX}{year}-{counter.last:06d}"
