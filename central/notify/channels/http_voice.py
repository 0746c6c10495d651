"""Voice calls through any gateway that takes JSON over HTTP and speaks the text."""

from central.notify.channels.channel import Handover, OutgoingMessage
from central.notify.channels.http_post import JsonPost


class HttpVoice:
    """POSTs `{id, to, template, code, text, variables}`; the text is the one to be spoken, without the signature's brackets."""

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
                "code": notice.voice_code,
                "text": notice.text.replace(f"【{notice.signature}】", f"{notice.signature}。", 1),
                "variables": notice.variables,
            },
        )
