"""Several engines: where their ways meet, who comes first is decided before they get there.

The same stage at a junction is one wish of both. Of two stages that of the more urgent class comes first, then that of the one
who arrives first; the wish of the other is held back until the first has passed. An engine that is nearly there and has its green
asked for is never turned back for a more urgent one that is still far off.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from central.dispatch.plan.wishes import Claim, Decision, Reason


@dataclass(frozen=True, slots=True)
class Order:
    """A wish that is `close_s` from its stop line keeps its turn: a flip would stop both."""

    close_s: float = 8.0


def agree(claims: Sequence[Claim], order: Order | None = None) -> tuple[Claim, ...]:
    """The claims with every conflict settled: at each junction at most one stage is asked for."""
    order = order or Order()
    first: dict[str, tuple[Claim, Decision]] = {}
    for claim in claims:
        for decision in claim.decisions:
            if not decision.asks:
                continue
            known = first.get(decision.junction)
            if known is None or _rank(claim, decision, order) < _rank(*known, order):
                first[decision.junction] = (claim, decision)
    return tuple(replace(claim, decisions=tuple(_settled(d, first) for d in claim.decisions)) for claim in claims)


def _rank(claim: Claim, decision: Decision, order: Order) -> tuple[bool, int, float, str]:
    """Lower goes first: who is nearly there under his green, then the class, then the earlier arrival."""
    keeps = decision.reason is Reason.HOLD_UNTIL_PASSED and decision.earliest_s <= order.close_s
    return not keeps, claim.priority, decision.earliest_s, claim.task


def _settled(decision: Decision, first: dict[str, tuple[Claim, Decision]]) -> Decision:
    known = first.get(decision.junction)
    if not decision.asks or known is None or known[1].stage == decision.stage:
        return decision
    return replace(decision, stage=None, reason=Reason.OTHER_ENGINE_FIRST)
