"""New ULIDs: sortable by the time they were given, unique without asking anybody."""

from yuhang.clock import Clock
from yuhang.ids import new_ulid


def new_id(clock: Clock) -> str:
    """A ULID of 26 characters for now."""
    return new_ulid(clock.now())
