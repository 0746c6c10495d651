"""What a visitor may see and do where a case stands. Pure; the article stands beside each rule."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from central.cases.playbook import StateKind
from central.screens.theme import Tone
from yuhang.messages import EvidenceKind


class Phase(StrEnum):
    """Where a matter stands in the words of the person concerned; many states of the playbook are one to them."""

    WATCHED = "watched"
    ON_FOOT = "on_foot"
    REVIEW = "review"
    ENTERED = "entered"
    INFORMED = "informed"
    OBJECTED = "objected"
    DRIVER_NAMED = "driver_named"
    READY = "ready"
    DECIDED = "decided"
    SERVED = "served"
    OVERDUE = "overdue"
    CONTESTED = "contested"
    RECONSIDERED = "reconsidered"
    PAID = "paid"
    REMOVING = "removing"
    LEFT = "left"
    EXEMPT = "exempt"
    REPEATED = "repeated"
    POSTED = "posted"
    HANDLED = "handled"
    UNPROVEN = "unproven"
    VOIDED = "voided"
    REVOKED = "revoked"
    TIME_BARRED = "time_barred"
    CLOSED = "closed"


_PHASES: Mapping[Phase, tuple[str, ...]] = MappingProxyType(
    {
        Phase.WATCHED: ("new", "watching", "notifying", "grace", "proving", "gone"),
        Phase.REVIEW: ("draft", "second_review", "handed_over"),
        Phase.LEFT: ("left_in_time", "left_before_proof", "left_unwarned"),
        Phase.HANDLED: ("handled_on_foot",),
        Phase.UNPROVEN: ("not_delivered", "unobserved", "not_proven", "not_reached"),
    }
)
_BY_STATE = {state: phase for phase, states in _PHASES.items() for state in states}
_OTHERS = {StateKind.OPEN: Phase.REVIEW, StateKind.DONE: Phase.CLOSED, StateKind.VOID: Phase.VOIDED}

BEFORE_REVIEW = frozenset({Phase.WATCHED, Phase.ON_FOOT, Phase.REVIEW})
"""Nobody has judged anything yet: what a camera has recorded is no evidence before a person has looked (APL 41; PROC 19)."""
DECIDED = frozenset({Phase.DECIDED, Phase.SERVED, Phase.OVERDUE, Phase.CONTESTED, Phase.RECONSIDERED, Phase.PAID, Phase.CLOSED})
"""There is a decision that stands."""
_OWING = frozenset({Phase.DECIDED, Phase.SERVED, Phase.OVERDUE, Phase.CONTESTED, Phase.RECONSIDERED})
_TOLD = frozenset({Phase.INFORMED, Phase.OBJECTED, Phase.DRIVER_NAMED, Phase.READY})

PICTURES = (EvidenceKind.ARRIVAL, EvidenceKind.NOTICE, EvidenceKind.PRESENT, EvidenceKind.LEFT)
"""Kinds of pictures that are shown, in the order of what happened."""
ANOTHER_VEHICLE = frozenset({"wrong_plate"})
"""Grounds of PROC 22 on which the pictures turned out to show somebody else's vehicle."""

LIMITS: Mapping[Phase, tuple[str, ...]] = MappingProxyType(
    {
        Phase.INFORMED: ("statement",),
        Phase.OBJECTED: ("objection",),
        Phase.CONTESTED: ("objection",),
        Phase.READY: ("extended", "decision"),
        Phase.SERVED: ("payment",),
        Phase.PAID: ("remedy",),
        Phase.REMOVING: ("removal",),
        Phase.REVIEW: ("review",),
        Phase.ENTERED: ("notify",),
        Phase.DECIDED: ("service",),
    }
)
"""The limit that matters to the visitor, by phase: the first of these that runs."""

STEPS = frozenset(
    {
        "stopped", "notice_delivered", "left", "post", "handle", "approve", "confirm", "hand_over", "notify", "inform", "state",
        "object", "uphold", "dismiss", "waive", "statement_over", "name_driver", "confirm_driver", "reject_driver", "extend",
        "decide", "serve", "pay", "payment_over", "reconsider", "affirm", "revoke", "void", "remove", "close", "remedy_over",
        "limitation_over", "agree_electronic",
    }
)  # fmt: skip
"""Triggers that a visitor reads about; what happens inside the office is not among them."""
ANSWERS = frozenset({"uphold", "dismiss", "reject_driver", "confirm_driver"})
"""Steps whose reason is an answer to the person concerned (APL 45; PROC 22)."""
FORMS = ("state", "object", "name_driver", "waive", "agree_electronic")
"""What the person concerned may send in, in the order in which it is offered."""


def phase_of(state: str, kind: StateKind) -> Phase:
    """The phase of a state; one that a site has added counts by its kind."""
    if state in _BY_STATE:
        return _BY_STATE[state]
    try:
        return Phase(state)
    except ValueError:
        return _OTHERS[kind]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a case stands: its phase, its moments, the ground on which it was voided, the yuan told or decided."""

    phase: Phase
    moments: Mapping[str, datetime]
    ground: str | None = None
    amount: int | None = None


def shows_pictures(stand: Stand) -> bool:
    """From the review on, and never those of another vehicle (APL 41, 44; PIPL 45)."""
    return stand.phase not in BEFORE_REVIEW and stand.ground not in ANOTHER_VEHICLE


def shows_amount(stand: Stand) -> bool:
    """What was told when informing (APL 44), or decided."""
    return stand.amount is not None and (stand.phase in _TOLD or stand.phase in DECIDED)


def shows_account(stand: Stand) -> bool:
    """Where to pay: once there is a decision, until it is paid (APL 67)."""
    return stand.phase in _OWING and "paid_at" not in stand.moments


def shows_remedies(stand: Stand) -> bool:
    """Reconsideration and suing are told once there is a decision (APL 59)."""
    return stand.phase in DECIDED and "decided_at" in stand.moments


def forms(offers: Collection[str], stand: Stand) -> tuple[str, ...]:
    """Which forms are offered, of what the playbook allows: before the decision a statement, after it an objection.

    Both go to the same reviewer and are answered in the same time; two buttons for one thing would only be a riddle. Who has
    agreed to electronic service is not asked again.
    """
    left_out = {"state" if stand.phase in DECIDED else "object"}
    if "electronic_agreed_at" in stand.moments:
        left_out.add("agree_electronic")
    return tuple(name for name in FORMS if name in offers and name not in left_out)


def tone_of(phase: Phase) -> Tone:
    """How urgent it is for the visitor."""
    if phase in {Phase.OVERDUE, Phase.WATCHED, Phase.ON_FOOT}:
        return Tone.WARNING
    if phase in {Phase.INFORMED, Phase.SERVED}:
        return Tone.WATCH
    if phase in BEFORE_REVIEW or phase in {Phase.ENTERED, Phase.OBJECTED, Phase.DRIVER_NAMED, Phase.READY, Phase.DECIDED}:
        return Tone.NORMAL
    return Tone.NORMAL if phase in {Phase.CONTESTED, Phase.RECONSIDERED, Phase.REMOVING} else Tone.DONE


def last_day_of(due: datetime) -> datetime:
    """A moment on the last day of a limit that ends with midnight."""
    return due - timedelta(microseconds=1)
