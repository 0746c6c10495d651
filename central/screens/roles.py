"""Which roles may open which screens."""

from central.users.roles import Role

EVERYBODY = frozenset(Role)
CASE_WORKERS = frozenset({Role.OFFICER, Role.REVIEWER})
"""May see cases, evidence and messages."""
CASE_READERS = CASE_WORKERS | {Role.SUPERVISOR}
"""May look at cases; the supervisor sees pictures blurred."""
SUPERVISORS = frozenset({Role.SUPERVISOR})
DISPATCHERS = frozenset({Role.DISPATCHER, Role.SIGNAL_POLICE, Role.SUPERVISOR})
"""May look at escort tasks; what each may do is the interface's."""
CREWS = frozenset({Role.CREW})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
