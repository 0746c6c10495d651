"""Which roles may open which screens."""

from central.users.roles import Role

EVERYBODY = frozenset(Role)
CASE_WORKERS = frozenset({Role.OFFICER, Role.REVIEWER})
"""May see cases, evidence and messages."""
