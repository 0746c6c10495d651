"""Retention over HTTP: the rules, what would go, what has gone with its proof, and legal holds."""

import csv
import io
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from central.api.access import Administrator, AnyUser, CoreDep, allow
from central.api.problems import RESPONSES
from central.retention.holds import NewHold, lift_hold, list_holds, place_hold
from central.retention.plan import dry_run
from central.retention.proofs import list_deletions
from central.retention.rules import RuleBook
from central.retention.tables import RetentionPlan
from central.users.roles import Principal, Role
from yuhang.evidence.deletions import DeletionRecord
from yuhang.evidence.keys import NodeKey

Holder = Annotated[Principal, Depends(allow(Role.REVIEWER, Role.ADMINISTRATOR))]
Reader = Annotated[Principal, Depends(allow(Role.OFFICER, Role.REVIEWER, Role.ADMINISTRATOR))]
_CSV_ROWS = 100_000


class DueCaseAnswer(BaseModel):
    """A case whose time is over."""

    number: str
    rule: str
    due_since: datetime
    files: int = Field(description="files that go with it")
    shared: int = Field(description="files that stay, because another case needs them")


class PlanAnswer(BaseModel):
    """What would be deleted; nothing is."""

    announced_at: datetime | None = Field(description="what was due then goes next")
    deletes_at: datetime | None = Field(description="when it goes, at the earliest")
    cutoff: datetime = Field(description="what is listed here was due then")
    case_count: int
    cases: list[DueCaseAnswer]
    files_without_case: int
    alarms: int
    dead_letters: int
    looks: int


class HoldBody(BaseModel):
    """A case to be held."""

    case_id: str = Field(max_length=26)
    reason: str = Field(min_length=2, max_length=500)
    until: AwareDatetime | None = Field(default=None, description="null: until it is lifted")


class LiftBody(BaseModel):
    """Why a hold ends."""

    reason: str = Field(min_length=2, max_length=500)


class HoldAnswer(BaseModel):
    """A hold, who placed it and why, and who lifted it."""

    id: str
    case_id: str
    reason: str
    placed_by: str
    unit: str
    placed_at: datetime
    until: datetime | None
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_reason: str | None


class KeyAnswer(BaseModel):
    """By which key deletion records can be checked."""

    key_id: str
    public_key: str = Field(description="Ed25519, base64 of the 32 raw bytes")


def retention_router(rules: RuleBook, key: NodeKey) -> APIRouter:
    """The routes of retention."""
    router = APIRouter(prefix="/api/v1/retention", tags=["retention"], responses=RESPONSES)

    @router.get("/rules", summary="How long what is kept")
    def get_rules(_user: AnyUser) -> RuleBook:
        """Periods with purpose and basis."""
        return rules

    @router.get("/key", summary="Key of the deletion records")
    def get_key(_user: AnyUser) -> KeyAnswer:
        """For `yuhang evidence verify --key`."""
        return KeyAnswer(key_id=key.key_id, public_key=key.public_key)

    @router.get("/plan", summary="What would go (dry run)")
    def get_plan(
        core: CoreDep,
        _user: Administrator,
        at: Annotated[AwareDatetime | None, Query(description="due then; without it, now")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> PlanAnswer:
        """By the same queries that the purge asks; nothing is changed."""
        with core.database.reader() as session:
            plan = session.get(RetentionPlan, 1)
            found = dry_run(session, rules, at or core.clock.now(), limit)
        return PlanAnswer(
            announced_at=plan.planned_at if plan else None,
            deletes_at=plan.planned_at + rules.notice if plan else None,
            cutoff=found.cutoff,
            case_count=found.case_count,
            cases=[DueCaseAnswer.model_validate(case, from_attributes=True) for case in found.cases],
            files_without_case=found.files_without_case,
            alarms=found.alarms,
            dead_letters=found.dead_letters,
            looks=found.looks,
        )

    @router.get("/deletions", summary="Proof of what was deleted, latest first")
    def get_deletions(
        *,
        core: CoreDep,
        _user: Reader,
        rule: str = "",
        subject: Annotated[str, Query(description="a file's SHA-256 or a case's number")] = "",
        before: Annotated[int | None, Query(description="number of the last record of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> list[DeletionRecord]:
        """Signed records, each bound to the one before it."""
        with core.database.reader() as session:
            rows = list_deletions(session, rule=rule, subject=subject, before=before, limit=limit)
            return [DeletionRecord.model_validate_json(row.record) for row in rows]

    @router.get("/deletions.csv", summary="The same as a table", response_class=Response)
    def get_deletions_csv(core: CoreDep, _user: Reader, rule: str = "") -> Response:
        """Number, time, run, rule, what, hash and signature of up to 100,000 records, latest first."""
        with core.database.reader() as session:
            rows = list_deletions(session, rule=rule, limit=_CSV_ROWS)
            records = [DeletionRecord.model_validate_json(row.record) for row in rows]
        return Response(_table(records), media_type="text/csv; charset=utf-8", headers=_AS_FILE)

    @router.get("/holds", summary="Legal holds, latest first")
    def get_holds(
        *, core: CoreDep, _user: Reader, case_id: str = "", lifted: Annotated[bool, Query(description="lifted ones too")] = False
    ) -> list[HoldAnswer]:
        """Who has placed which hold, why and until when."""
        with core.database.reader() as session:
            rows = list_holds(session, case_id=case_id, all_of_them=lifted)
            return [HoldAnswer.model_validate(row, from_attributes=True) for row in rows]

    @router.post("/holds", status_code=201, summary="Hold a case")
    def post_hold(core: CoreDep, user: Holder, body: HoldBody) -> HoldAnswer:
        """Nothing of the case is deleted while the hold runs."""
        with core.database.session() as session:
            hold = place_hold(session, core.clock, user, NewHold(body.case_id, body.reason, body.until))
            return HoldAnswer.model_validate(hold, from_attributes=True)

    @router.post("/holds/{hold_id}/lift", summary="Lift a hold")
    def post_lift(core: CoreDep, user: Holder, hold_id: str, body: LiftBody) -> HoldAnswer:
        """The case is announced anew before anything of it goes."""
        with core.database.session() as session:
            hold = lift_hold(session, core.clock, user, hold_id, body.reason)
            return HoldAnswer.model_validate(hold, from_attributes=True)

    return router


_AS_FILE = {"Content-Disposition": 'attachment; filename="deletions.csv"', "Cache-Control": "no-store"}
_COLUMNS = ("seq", "at", "run", "rule", "basis", "thing", "subject", "count", "digest", "previous", "hash", "key_id", "signature")


def _table(records: list[DeletionRecord]) -> str:
    output = io.StringIO()
    output.write("\ufeff")  # so that office programs read it as UTF-8
    writer = csv.DictWriter(output, _COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(record.model_dump(mode="json") for record in records)
    return output.getvalue()
