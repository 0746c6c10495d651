"""What a detector needs of the lifts: their news, a way to ask them, and their answers."""

from typing import Protocol

from yuhang.messages import LiftRequest, LiftState, Reply


class LiftDesk(Protocol):
    """The lifts of the site."""

    def state(self, lift: str) -> LiftState | None:
        """The lift's last news."""

    def ask(self, request: LiftRequest) -> None:
        """Send a request; whether it was heard shows only in its answer."""

    def answer(self, request_id: str) -> Reply | None:
        """The answer to a request, once there is one."""


class NoLifts:
    """Nobody serves the lifts: nothing is asked, no door is held."""

    def state(self, lift: str) -> LiftState | None:
        del lift
        return None

    def ask(self, request: LiftRequest) -> None:
        del request

    def answer(self, request_id: str) -> Reply | None:
        del request_id
        return None
