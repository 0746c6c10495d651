"""Whether a node runs, as the broker keeps it for everybody."""

from typing import Literal

from yuhang.clock import Clock
from yuhang.messages import NodeState
from yuhang.topics import NodeTopics


class Presence:
    """The retained `state` of one run; the will carries the same session, so that central knows which run was lost."""

    def __init__(self, topics: NodeTopics, session_id: str, clock: Clock) -> None:
        self.topic = topics.state
        self._session_id = session_id
        self._clock = clock

    def message(self, status: Literal["online", "lost", "stopped"]) -> bytes:
        """The state as it goes over the wire."""
        return NodeState(status=status, session=self._session_id, since=self._clock.now()).model_dump_json().encode()
