"""Receipts come in over HTTP, with the secret that gateway and central share."""

import hmac
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from central.api.problems import RESPONSES
from central.database import Database
from central.errors import Unauthorized
from central.notify.config import NotifyConfig
from central.notify.service import NotifyService, Receipt


class ReceiptBody(BaseModel):
    """What the gateway reports about one notice."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1, max_length=64, description="id of the notice")
    status: Literal["delivered", "failed"]
    at: AwareDatetime = Field(description="time of delivery or failure by the gateway's clock")


class ReceiptAnswer(BaseModel):
    """Whether the receipt was new."""

    recorded: bool = Field(description="false: it was known already")


def notify_router(database: Database, service: NotifyService, config: NotifyConfig) -> APIRouter:
    """`POST /api/v1/notify/receipts`."""
    router = APIRouter(prefix="/api/v1/notify", tags=["notify"], responses=RESPONSES)
    secret = config.shared_secret().encode()

    @router.post("/receipts", summary="Report the delivery of a notice")
    def take_receipt(request: Request, body: ReceiptBody) -> ReceiptAnswer:
        """For the message gateway; repeating a receipt changes nothing."""
        shown = request.headers.get(config.secret_header, "").encode()
        if not secret or not hmac.compare_digest(shown, secret):
            raise Unauthorized("the shared secret of the gateway is missing or wrong")
        with database.session() as session:
            return ReceiptAnswer(recorded=service.take_receipt(session, Receipt(body.id, body.status, body.at)))

    return router
