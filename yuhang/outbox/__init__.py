"""The outbox: an event that was put is kept on disk until central says that it has committed it."""

from yuhang.outbox.sender import OutboxSender, SenderConfig
from yuhang.outbox.store import Outbox, StoredEvent

__all__ = ["Outbox", "OutboxSender", "SenderConfig", "StoredEvent"]
