"""The authority sends by itself: it gets plate, template and variables, and returns a receipt. Central holds no number."""

from central.notify.channels.channel import Handover, OutgoingMessage
from central.notify.channels.http_post import JsonPost


class OwnerChannel:
    """POSTs `{id, plate, template, code, signature, variables}`; a plate without a known owner is refused with 404."""

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
                "code": notice.code,
                "signature": notice.signature,
                "variables": notice.variables,
            },
        )
