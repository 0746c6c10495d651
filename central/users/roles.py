"""Who a person is to central, and what the role lets them do."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do. Roles are separate: an administrator of the system does not decide cases."""

    VIEWER = "viewer"  # figures and screens, no personal data
    OFFICER = "officer"  # works on cases and looks at their evidence
    REVIEWER = "reviewer"  # an officer who may also decide: approve, void
    SUPERVISOR = "supervisor"  # figures of the work and the cases behind them; acts on none
    DISPATCHER = "dispatcher"  # sends engines and gives signals back; sees no cases
    SIGNAL_POLICE = "signal_police"  # lets signals be asked for an engine, or not
    CREW = "crew"  # an engine's tablet; the account is called as the engine
    ADMINISTRATOR = "administrator"  # users, nodes, health, the log of looks


@dataclass(frozen=True, slots=True)
class Principal:
    """A logged-in person as every request and every log line knows them."""

    id: str
    name: str
    display_name: str
    unit: str
    certificate: str
    role: Role
    must_change: bool = False  # came in with a one-time password: first they set one of their own
