"""Who looks at a case, why, and in which list they stand."""

from dataclasses import dataclass

from central.screens.views.queue import QueueQuery
from central.users.roles import Principal


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody looks at a case."""

    case_id: str
    user: Principal
    reason: str
    query: QueueQuery
