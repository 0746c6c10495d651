"""When a paper may be issued: pure rules, the article beside each. What the procedure itself guards is not guarded again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from central.cases.playbook import StateKind
from central.documents.papers import PaperKind
from central.users.roles import Role


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, by whom.

    `amount_allowed`: the fine of an informing paper is within law, profile and what was told. `informed_fine`: yuan on the
    latest informing paper, None where none was issued here.
    """

    kind: PaperKind
    role: Role
    has_party: bool
    fine_yuan: int
    amount_allowed: bool = True
    informed_fine: int | None = None
    serves: PaperKind | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the case stands."""

    state_kind: StateKind
    moments: Mapping[str, datetime]
    plate: str | None


@dataclass(frozen=True, slots=True)
class No:
    """Why not: the person may not (`forbidden`), something is wrong in what was sent (`incomplete`), or not now."""

    text: str
    forbidden: bool = False
    incomplete: bool = False


def objection(stand: Stand, asked: Asked) -> No | None:
    """Why the paper may not be issued, or None."""
    if asked.role not in {Role.OFFICER, Role.REVIEWER}:
        return No("papers are issued by officers and reviewers", forbidden=True)
    match asked.kind:
        case PaperKind.NOTICE_SHEET:
            return _notice_sheet(stand)
        case PaperKind.INFORMING:
            return _informing(stand, asked)
        case PaperKind.DECISION:
            return _decision(stand, asked)
        case PaperKind.SERVICE_RECEIPT:
            return _service_receipt(asked)
        case PaperKind.CASE_FILE:
            return None


def _notice_sheet(stand: Stand) -> No | None:
    """For a vehicle that stands there now, before a person has judged anything."""
    if stand.state_kind is not StateKind.OPEN or "entered_at" in stand.moments:
        return No("the vehicle is no longer waited for; a notice sheet is for one that stands there now")
    return None if stand.plate else No("the plate has not been read: a sheet needs it")


def _informing(stand: Stand, asked: Asked) -> No | None:
    """APL 44: after entry and before the decision."""
    if stand.state_kind is not StateKind.OPEN or "decided_at" in stand.moments:
        return No("informing comes before the decision (APL 44)")
    if "entered_at" not in stand.moments:
        return No("the case has not been reviewed and entered yet (PROC 19; APL 54)")
    if not asked.amount_allowed:
        return No("the fine must be within the law and never above what was told before (RTSL 93; APL 45)", incomplete=True)
    return None if asked.has_party else No("name the person concerned", incomplete=True)


def _decision(stand: Stand, asked: Asked) -> No | None:
    """APL 44-45, 59, 62: after a person has decided, the party was told before, and never more than it was told."""
    if asked.role is not Role.REVIEWER:
        return No("only who may decide issues the decision", forbidden=True)
    decided_at = stand.moments.get("decided_at")
    if decided_at is None or stand.state_kind is StateKind.VOID:
        return No("the case has not been decided")
    if not _informed_before(stand, decided_at):
        return No("facts, reasons, basis and rights were not told before the decision (APL 44, 62): no penalty may be imposed")
    if asked.informed_fine is not None and asked.fine_yuan > asked.informed_fine:
        return No(f"the person was told of {asked.informed_fine} yuan; a defence never makes it more (APL 45)")
    return None if asked.has_party else No("name the person concerned (APL 59)", incomplete=True)


def _informed_before(stand: Stand, decided_at: datetime) -> bool:
    informed_at = stand.moments.get("informed_at")
    return informed_at is not None and informed_at <= decided_at


def _service_receipt(asked: Asked) -> No | None:
    if asked.serves is None:
        return No("name the paper that is served", incomplete=True)
    if asked.serves in {PaperKind.SERVICE_RECEIPT, PaperKind.CASE_FILE}:
        return No("this kind of paper is not served", incomplete=True)
    return None
