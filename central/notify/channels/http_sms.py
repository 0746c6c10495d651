"""Text messages through any gateway that takes JSON over HTTP."""

from central.notify.channels.channel import Handover, OutgoingMessage
from central.notify.channels.http_post import JsonPost


class HttpSms:
    """POSTs `{id, to, template, code, signature, text, variables}`."""

    needs_number = True

    def __init__(self, post: JsonPost) -> None:
        self._post = post

    def send(self, message: OutgoingMessage) -> Handover:
        notice = message.notice
        return self._post(
            message.id,
            {
                "id": message.id,
                "to": message.to,
                "template": notice.template,
                "code": notice.code,
                "signature": notice.signature,
                "text": notice.text,
                "variables": notice.variables,
            },
        )
