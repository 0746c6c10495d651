"""The drivers' messages, as their phones show them; numbers are masked before they get here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from central.notify.tables import NoticeStatus, Notification
from central.screens.scene import Scene
from central.screens.theme import Tone


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One phone in the inbox; `reference` stands for the number in addresses."""

    reference: str
    number: str
    last_text: str
    last_at: datetime
    messages: int


@dataclass(frozen=True, slots=True)
class MessageBubble:
    """One message with what became of it and of the matter it is about."""

    text: str
    at: datetime
    tone: Tone
    status: str
    matter: str


@dataclass(frozen=True, slots=True)
class ThreadView:
    """All messages of one phone, oldest first."""

    number: str
    bubbles: tuple[MessageBubble, ...]


_STATUS = {
    NoticeStatus.QUEUED: (Tone.NORMAL, "phone.status.waiting"),
    NoticeStatus.SENT: (Tone.WATCH, "phone.status.sent"),
    NoticeStatus.DELIVERED: (Tone.DONE, "phone.status.delivered"),
    NoticeStatus.FAILED: (Tone.WARNING, "phone.status.failed"),
    NoticeStatus.EXPIRED: (Tone.WARNING, "phone.status.failed"),
    NoticeStatus.CANCELLED: (Tone.NORMAL, "phone.status.cancelled"),
}


def inbox_view(notices: Sequence[Notification]) -> tuple[PersonRow, ...]:
    """One row a phone from notices in the order latest first."""
    by_phone: dict[str, list[Notification]] = {}
    for notice in notices:
        by_phone.setdefault(notice.recipient_reference, []).append(notice)
    return tuple(
        PersonRow(reference, of_phone[0].recipient_masked, of_phone[0].text, _time(of_phone[0]), len(of_phone))
        for reference, of_phone in by_phone.items()
    )


def thread_view(scene: Scene, notices: Sequence[Notification], matters: Mapping[str, str]) -> ThreadView:
    """The messages of one phone, oldest first; `matters` says by case id where the case stands, in words."""
    return ThreadView(notices[0].recipient_masked, tuple(_bubble(scene, notice, matters) for notice in notices))


def _bubble(scene: Scene, notice: Notification, matters: Mapping[str, str]) -> MessageBubble:
    tone, key = _STATUS[NoticeStatus(notice.status)]
    matter = matters.get(notice.case_id)
    return MessageBubble(
        text=notice.text,
        at=_time(notice),
        tone=tone,
        status=scene.t(key),
        matter=scene.t("phone.matter", state=matter) if matter else "",
    )


def _time(notice: Notification) -> datetime:
    return notice.delivered_at or notice.sent_at or notice.queued_at
