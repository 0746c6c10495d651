"""Push messages through the server of an app in which drivers have bound their plates: it knows the person, central does not."""

from central.notify.channels.channel import Handover, OutgoingMessage
from central.notify.channels.http_post import JsonPost


class AppPush:
    """POSTs `{id, plate, template, title, text, variables}`; who has not bound the plate is refused with 404."""

    needs_number = False

    def __init__(self, post: JsonPost) -> None:
        self._post = post

    def send(self, message: OutgoingMessage) -> Handover:
        notice = message.notice
        return self._post(
            message.id,
            {
                "id": message.id,
                "plate": message.plate,
                "template": notice.template,
                "title": notice.signature,
                "text": notice.text.removeprefix(f"【{notice.signature}】"),
                "variables": notice.variables,
            },
        )
