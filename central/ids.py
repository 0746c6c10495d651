"""New ULIDs: sortable by the time they were given, unique without asking anybody."""

from ulid import ULID

from yuhang.clock import Clock


def new_id(clock: Clock) -> str:
    """A ULID of 26 characters for now."""
    return str(ULID.from_datetime(clock.now()))
