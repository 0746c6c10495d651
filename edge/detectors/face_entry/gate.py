"""What the detector needs of the gate: who asks, and a way to answer."""

from datetime import datetime
from typing import Protocol

from yuhang.messages import FaceDecision, FaceRequest


class GateDesk(Protocol):
    """The gates of the site."""

    def asked(self, gate: str, at: datetime) -> FaceRequest | None:
        """The newest request for this gate that is neither answered nor expired."""

    def answer(self, request: FaceRequest, decision: FaceDecision, at: datetime) -> None:
        """Tell whoever asked; every decision but `retry` ends the request."""


class NoGate:
    """Nobody asks, so nobody is looked at."""

    def asked(self, gate: str, at: datetime) -> FaceRequest | None:
        del gate, at
        return None

    def answer(self, request: FaceRequest, decision: FaceDecision, at: datetime) -> None:
        del request, decision, at
