"""People: roles, logins, tokens."""
