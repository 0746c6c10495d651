"""New ULIDs: sortable by the time they were given, unique without asking anybody."""

from datetime import datetime

from ulid import ULID


def new_ulid(at: datetime) -> str:
    """A fresh ULID of 26 characters whose time part is `at`."""
    return str(ULID.from_datetime(at))
