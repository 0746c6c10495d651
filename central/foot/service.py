"""Tasks for officers on foot: taken by one officer, photographed, ended by one report; every act is in the case's history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.authority.service import AuthorityService
from central.cases.acts import ActData
from central.cases.carrying_out import problem
from central.cases.engine import Act, Refusal
from central.cases.people import People, Wish
from central.cases.playbook import Role
from central.cases.queries import CaseQuery, find_case, find_cases, timeline_of
from central.cases.service import CaseService, Happening
from central.cases.tables import Case, profile_key
from central.errors import Conflict, Forbidden, Unprocessable
from central.foot.rules import TRIGGER_OF, Holding, Outcome, missing_photos
from central.foot.tables import FootPhoto, FootTask
from central.users.roles import Principal
from yuhang.clock import Clock
from yuhang.evidence import NodeKey
from yuhang.evidence.canonical import NO_PREVIOUS
from yuhang.evidence.photos import PhotoFacts, PhotoKind, photo_line, sign_photo
from yuhang.plates import PlateColour, PlateError, parse_plate

STATE = "on_foot"
TYPE_PLATE = "type_plate"
MOST = 200


class NoPlate(Unprocessable):
    """What was typed is no number plate."""


@dataclass(frozen=True, slots=True)
class Task:
    """A case that waits for an officer on foot, and who has taken it."""

    case: Case
    holding: Holding


@dataclass(frozen=True, slots=True)
class Report:
    """How an officer has ended a task. `key` is made by the phone: the same report sent again changes nothing."""

    key: str
    outcome: Outcome
    reason: str
    sheet: str = ""
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A photo whose bytes are here; `key` is made by the phone."""

    key: str
    kind: PhotoKind
    sha256: str
    size: int
    media_type: str
    taken_at: datetime | None = None
    phone_time: datetime | None = None
    hashed_on_phone: bool = False


@dataclass(frozen=True, slots=True)
class FootService:
    """The one way to work on a task on foot."""

    cases: CaseService
    authorities: AuthorityService
    people: People
    clock: Clock
    key: NodeKey

    def tasks(self, session: Session, user: Principal) -> list[Task]:
        """Open tasks of the officer's own authorities, the longest waiting first."""
        found = find_cases(session, CaseQuery(states=(STATE,), size=MOST)).cases
        found = sorted(found, key=lambda case: case.opened_at)
        return [Task(case, self.holding(session, case.id)) for case in found if self.is_own(session, user, case)]

    def task(self, session: Session, user: Principal, case_id: str) -> Task:
        """One task, also after its end; `NotFound`, or `Forbidden` for one of another authority."""
        case = find_case(session, case_id)
        self.check_own(session, user, case)
        return Task(case, self.holding(session, case.id))

    def is_own(self, session: Session, user: Principal, case: Case) -> bool:
        """Whether the person is among the officers of the authority under which the case stands (APL 42)."""
        return self.authorities.profile(session, profile_key(case)).certificate_of(user.name) is not None

    def holding(self, session: Session, case_id: str) -> Holding:
        """Who has taken the task."""
        row = session.get(FootTask, case_id)
        return Holding(row.taken_by, row.taken_at) if row is not None else Holding()

    def take(self, session: Session, user: Principal, case_id: str) -> Task:
        """Take a task; `Conflict` while another officer is on the way there."""
        case = self._locked(session, user, case_id)
        row = session.get(FootTask, case_id)
        if row is not None and row.taken_by == user.name:
            return Task(case, Holding(row.taken_by, row.taken_at))
        self._check_free(session, user, case_id)
        self._note(session, user, case, "take", "")
        if row is None:
            row = FootTask(case_id=case_id)
            session.add(row)
        row.taken_by, row.taken_at = user.name, self.clock.now()
        session.flush()
        return Task(case, Holding(row.taken_by, row.taken_at))

    def give_back(self, session: Session, user: Principal, case_id: str, reason: str) -> Task:
        """Hand a task back with a reason, so that another officer goes; `Conflict` if it is not the person's."""
        case = self._locked(session, user, case_id)
        row = session.get(FootTask, case_id)
        if row is None or row.taken_by != user.name:
            raise Conflict("you have not taken this task")
        self._note(session, user, case, "give_back", reason)
        row.taken_by = row.taken_at = None
        session.flush()
        return Task(case, Holding())

    def type_plate(self, session: Session, user: Principal, case_id: str, plate: str, colour: PlateColour | None = None) -> Task:
        """Write down the plate that the officer reads on the car, where no machine could; it may be typed anew.

        `colour` counts where the plate's form leaves it open. The history says that a person typed it, and who. Raises
        `NoPlate` or `Conflict` (the camera has read it, or another officer has the task).
        """
        case = self._locked(session, user, case_id)
        self._check_free(session, user, case_id)
        if case.plate is not None and not self.plate_is_typed(session, case_id):
            raise Conflict("the camera has read this plate; where it is wrong, void the case on that ground")
        try:
            read = parse_plate(plate, colour)
        except PlateError as error:
            raise NoPlate(f"plate: {error}; type it as it stands on the car, province included") from error
        if case.plate != read.text:
            self._note(session, user, case, TYPE_PLATE, "")
        case.plate, case.plate_colour = read.text, read.colour.value if read.colour else None
        session.flush()
        return Task(case, self.holding(session, case_id))

    def plate_is_typed(self, session: Session, case_id: str) -> bool:
        """Whether the plate was typed in by an officer."""
        return any(line.trigger == TYPE_PLATE and line.refusal is None for line in timeline_of(session, case_id))

    def add_photo(self, session: Session, user: Principal, case_id: str, photo: NewPhoto) -> FootPhoto:
        """Put a photo into the chain; the same key and bytes a second time change nothing.

        It is taken also when the task has ended meanwhile: what was seen on the street is not thrown away.
        """
        case = self._locked(session, user, case_id)
        known = session.scalar(select(FootPhoto).where(FootPhoto.key == photo.key))
        if known is not None:
            if (known.sha256, known.case_id) != (photo.sha256, case_id):
                raise Conflict("this key stands for another photo")
            return known
        now = self.clock.now()
        last = session.scalar(select(FootPhoto).order_by(FootPhoto.seq.desc()).limit(1).with_for_update())
        facts = PhotoFacts(
            case=case.number,
            kind=photo.kind,
            file_sha256=photo.sha256,
            size=photo.size,
            media_type=photo.media_type,
            by=user.name,
            received_at=now,
            taken_at_phone=photo.taken_at,
            phone_offset_s=None if photo.phone_time is None else round((photo.phone_time - now).total_seconds(), 3),
            hashed_on_phone=photo.hashed_on_phone,
        )
        record = sign_photo(facts, last.seq + 1 if last else 1, last.hash if last else NO_PREVIOUS, self.key)
        row = FootPhoto(
            seq=record.seq,
            case_id=case_id,
            key=photo.key,
            kind=photo.kind.value,
            sha256=photo.sha256,
            received_at=now,
            hash=record.hash,
            record=photo_line(record),
        )
        session.add(row)
        session.flush()
        return row

    def report(self, session: Session, user: Principal, case_id: str, report: Report) -> Case:
        """End a task. Sent again with the same key it changes nothing.

        Raises `Conflict` (another officer has it, or the case has ended otherwise) or `Unprocessable` (a photo, the number of the
        sheet or the reason is missing).
        """
        case = self._locked(session, user, case_id)
        row = session.get(FootTask, case_id)
        if row is not None and row.report_key == report.key:
            return case
        self._check_free(session, user, case_id)
        files = self._photos_for(session, case_id, report)
        data = ActData(files=files, sheet=report.sheet)
        done = self.people.act(session, user, Wish(case_id, TRIGGER_OF[report.outcome], report.reason, data))
        if row is None:
            row = FootTask(case_id=case_id, taken_by=user.name, taken_at=self.clock.now())
            session.add(row)
        row.report_key = report.key
        session.flush()
        return done

    def photos(self, session: Session, case_id: str) -> Sequence[FootPhoto]:
        """The photos of a task in the order in which they came."""
        return session.scalars(select(FootPhoto).where(FootPhoto.case_id == case_id).order_by(FootPhoto.seq)).all()

    def _note(self, session: Session, user: Principal, case: Case, trigger: str, reason: str) -> None:
        """Who goes there stands in the history of the case, with unit and reason."""
        act = Act(trigger, user.name, Role(user.role.value), reason)
        outcome = self.cases.pull(session, case, act, Happening(self.clock.now(), data={"unit": user.unit}))
        if isinstance(outcome, Refusal):
            checks = self.cases.playbook_of(session, case).checks
            raise problem(outcome, lambda name: checks[name].failed.en)

    def _photos_for(self, session: Session, case_id: str, report: Report) -> tuple[str, ...]:
        rows = {row.key: row for row in self.photos(session, case_id)}
        unknown = [key for key in report.photos if key not in rows]
        if unknown:
            raise Unprocessable(f"photos: {unknown[0]} has not arrived; send the photo first")
        named = [rows[key] for key in report.photos]
        missing = missing_photos({PhotoKind(row.kind) for row in named}) if report.outcome is Outcome.POSTED else ()
        if missing:
            raise Unprocessable(
                f"photos: {' and '.join(kind.value for kind in missing)} missing; photograph the sheet and the car"
            )
        return tuple(dict.fromkeys(row.sha256 for row in named))

    def _locked(self, session: Session, user: Principal, case_id: str) -> Case:
        case = self.cases.locked(session, case_id)
        self.check_own(session, user, case)
        return case

    def check_own(self, session: Session, user: Principal, case: Case) -> None:
        """`Forbidden` for who is no officer of the case's authority."""
        if not self.is_own(session, user, case):
            raise Forbidden(f"you are not among the officers of {case.profile}; an administrator adds you to its profile")

    def _check_free(self, session: Session, user: Principal, case_id: str) -> None:
        holding = self.holding(session, case_id)
        if holding.held_by_another(user.name, self.clock.now()):
            raise Conflict(f"{holding.by} has taken this task")
