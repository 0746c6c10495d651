"""Which tasks may hold a signal at this moment, believed only for as long as the database has just said so."""

from collections.abc import Callable, Iterable

BELIEVED_S = 3.0


class LiveTasks:
    """Is a `controllers.supervised.LiveTasks`. Without word for `BELIEVED_S` no task is live, and signals are given back."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._said_s = float("-inf")
        self._ids: frozenset[str] = frozenset()

    def say(self, ids: Iterable[str]) -> None:
        """These and no others, as of now."""
        self._ids, self._said_s = frozenset(ids), self._now_s()

    def take_out(self, task_id: str) -> None:
        """This one no longer."""
        self._ids -= {task_id}

    def __call__(self, task_id: str) -> bool:
        return task_id in self._ids and self._now_s() - self._said_s <= BELIEVED_S
