"""What was done to sockets, written down as events of the gateway."""

from collections.abc import Callable
from datetime import datetime

import structlog

from gateway.sockets.config import SocketConfig
from gateway.sockets.cutting import Confirmed, Stuck
from gateway.sockets.rules import Danger
from yuhang.errors import StorageError
from yuhang.ids import new_ulid
from yuhang.messages import NodeEvent, SocketCut, SocketCutEvent, SocketStuck, SocketStuckEvent

log = structlog.get_logger(__name__)

Put = Callable[[NodeEvent], object]


class SocketDiary:
    """Keeps events until the outbox has them. Not safe for several threads."""

    def __init__(self, put: Put, source: str, sockets: tuple[SocketConfig, ...]) -> None:
        """`put` keeps an event for good or raises `StorageError`; `source` is the gateway's topic prefix."""
        self.storage_errors = 0
        self._put = put
        self._source = source
        self._sockets = {one.socket: one for one in sockets}
        self._tracks: dict[str, str] = {}  # of matters under way
        self._unwritten: list[NodeEvent] = []

    def confirmed(self, cut: Confirmed) -> None:
        """A socket was switched off and read back."""
        took_s = max(0.0, (cut.at - cut.danger.at).total_seconds())
        common = self._common(cut.socket, cut.danger, cut.commands)
        self._tracks.pop(cut.socket)
        data = SocketCut.model_validate(common | {"confirmed_at": cut.at, "took_s": took_s})
        self._unwritten.append(SocketCutEvent.model_validate(self._envelope(cut.socket, cut.at) | {"data": data}))

    def stuck(self, stuck: Stuck, now: datetime) -> None:
        """A socket does not switch off."""
        data = SocketStuck.model_validate(self._common(stuck.socket, stuck.danger, stuck.commands))
        self._unwritten.append(SocketStuckEvent.model_validate(self._envelope(stuck.socket, now) | {"data": data}))

    def write(self) -> None:
        """Hand over what is not yet kept, in order; what cannot be kept now is tried again next time."""
        while self._unwritten:
            try:
                self._put(self._unwritten[0])
            except StorageError as error:
                self.storage_errors += 1
                log.warning("an event cannot be kept; trying again", error=str(error))
                return
            self._unwritten.pop(0)

    def _envelope(self, socket: str, at: datetime) -> dict[str, object]:
        return {"id": new_ulid(at), "source": self._source, "subject": self._sockets[socket].address, "time": at, "seq": 0}

    def _common(self, socket: str, danger: Danger, commands: int) -> dict[str, object]:
        return {
            "track": self._tracks.setdefault(socket, new_ulid(danger.at)),
            "socket": socket,
            "name": self._sockets[socket].name,
            "reason": danger.reason,
            "measured": danger.measured,
            "limit": danger.limit,
            "noticed_at": danger.at,
            "commands": commands,
        }
