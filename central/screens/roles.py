"""Which roles may open which screens."""

from central.users.roles import Role

EVERYBODY = frozenset(Role)
CASE_WORKERS = frozenset({Role.OFFICER, Role.REVIEWER})
"""May see cases, evidence and messages."""
CASE_READERS = CASE_WORKERS | {Role.SUPERVISOR}
"""May look at cases; the supervisor sees pictures blurred."""
SUPERVISORS = frozenset({Role.SUPERVISOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
