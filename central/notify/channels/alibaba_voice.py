"""Voice calls by Alibaba Cloud (SingleCallByTts, 2017-05-25). Written to the public specification; not verified against it.

A call that may have been placed already is placed again: hearing the same sentence twice does no harm.
"""

import json
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from central.notify.channels.alibaba_call import AlibabaClient, beijing_time
from central.notify.channels.channel import Answer, Handover, OutgoingMessage, Receipt

HOST = "dyvmsapi.aliyuncs.com"
_ANSWERED = "200000"


@dataclass(frozen=True, slots=True)
class AlibabaVoice:
    """Speaks a registered text to the owner; `show_number` is the caller's number where a number of one's own is rented."""

    client: AlibabaClient
    show_number: str = ""
    play_times: int = 2
    needs_number: bool = True

    def send(self, message: OutgoingMessage) -> Handover:
        notice = message.notice
        if message.to is None:
            return Handover(Answer.REFUSED, detail="no number")
        if notice.voice_code is None:
            return Handover(Answer.REFUSED, detail=f"{notice.template} has no voice_code in its template set")
        parameters = {
            "CalledNumber": message.to,
            "TtsCode": notice.voice_code,
            "TtsParam": json.dumps(notice.variables, ensure_ascii=False),
            "PlayTimes": str(self.play_times),
            "OutId": message.id,
        }
        shown = {"CalledShowNumber": self.show_number} if self.show_number else {}
        return self.client.call("SingleCallByTts", parameters | shown).handover("CallId")


class VoiceReport(BaseModel):
    """One entry of the batch that the cloud pushes (VoiceReport); times are Beijing's, cut to the second."""

    model_config = ConfigDict(extra="ignore")

    out_id: str = Field(default="", max_length=64)
    status_code: str = Field(default="", max_length=30)
    duration: str | int = 0
    end_time: str = Field(default="", max_length=30)
    originate_time: str = Field(default="", max_length=30)

    def receipt(self) -> Receipt | None:
        """Delivered when somebody picked up, at the end of the call; None for a call that is not central's or without a time."""
        at = beijing_time(self.end_time or self.originate_time)
        if at is None or not self.out_id:
            return None
        answered = self.status_code == _ANSWERED and str(self.duration) not in {"", "0"}
        return Receipt(self.out_id, "delivered" if answered else "failed", at, resolution_s=1.0, detail=self.status_code)


VOICE_REPORTS: TypeAdapter[list[VoiceReport]] = TypeAdapter(list[VoiceReport])
"""The body of a push."""
