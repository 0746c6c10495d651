"""A message gateway as central sees one: takes messages over HTTP, answers 202, and reports delivery later, late or never.

What happens to a message is written in the scenario by telephone number. Every message and every reported receipt is kept in
a file, so a gateway that is started again goes on where it was; a receipt is tried again until central has taken it.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from yuhang.clock import Clock

log = structlog.get_logger()
MAX_BODY_BYTES = 64 * 1024


class Delivery(BaseModel):
    """What the gateway does with messages to one number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Literal["delivered", "failed", "none"] = "delivered"
    delay_s: float = Field(default=3.0, ge=0, description="from acceptance to the receipt, seconds of the demo's clock")


class OutgoingMessage(BaseModel):
    """What central posts."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(min_length=1, max_length=64)
    to: str = Field(min_length=3, max_length=20)


@dataclass(frozen=True, slots=True)
class PendingReceipt:
    """A receipt that central has not taken yet."""

    message_id: str
    status: Literal["delivered", "failed"]
    at: datetime


class Ledger:
    """Messages taken and receipts reported, in an append-only file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._pending: dict[str, PendingReceipt] = {}
        self._known: set[str] = set()
        if path.exists():
            for line in path.read_text().splitlines():
                self._replay(json.loads(line))

    def _replay(self, entry: dict[str, str]) -> None:
        if entry["entry"] == "reported":
            self._pending.pop(entry["id"], None)
            return
        self._known.add(entry["id"])
        if entry["status"] in ("delivered", "failed"):
            status: Literal["delivered", "failed"] = "delivered" if entry["status"] == "delivered" else "failed"
            self._pending[entry["id"]] = PendingReceipt(entry["id"], status, datetime.fromisoformat(entry["at"]))

    def _write(self, entry: dict[str, str]) -> None:
        with self._path.open("a") as file:
            file.write(json.dumps(entry) + "\n")
        self._replay(entry)

    def take(self, message_id: str, delivery: Delivery, now: datetime) -> bool:
        """Keep a message; false if it came before (the same id is the same message)."""
        with self._lock:
            if message_id in self._known:
                return False
            at = now + timedelta(seconds=delivery.delay_s)
            self._write({"entry": "taken", "id": message_id, "status": delivery.outcome, "at": at.isoformat()})
            return True

    def due(self, now: datetime) -> list[PendingReceipt]:
        """Receipts whose time has come, oldest first."""
        with self._lock:
            return sorted((r for r in self._pending.values() if r.at <= now), key=lambda r: r.at)

    def reported(self, receipt: PendingReceipt) -> None:
        """Central has taken this receipt."""
        with self._lock:
            self._write({"entry": "reported", "id": receipt.message_id})


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Where the gateway listens, whom it reports to, and what it does with which number."""

    port: int
    receipts_url: str
    secret: str
    secret_header: str
    deliveries: Mapping[str, Delivery]
    ledger: Path


class DemoGateway:
    """The HTTP server and the thread that reports receipts."""

    def __init__(self, settings: GatewaySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._ledger = Ledger(settings.ledger)
        self._stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", settings.port), self._handler())
        self._threads = [threading.Thread(target=self._server.serve_forever), threading.Thread(target=self._report)]

    @property
    def port(self) -> int:
        """The port that the gateway listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to listen and to report."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop both and wait for them."""
        self._stop.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()

    def accept(self, body: bytes) -> int:
        """Take one message; returns the HTTP status to answer with."""
        try:
            message = OutgoingMessage.model_validate_json(body)
        except ValidationError:
            return 400
        delivery = self._settings.deliveries.get(message.to, Delivery())
        self._ledger.take(message.id, delivery, self._clock.now())
        return 202

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                status = gateway.accept(self.rfile.read(length)) if 0 < length <= MAX_BODY_BYTES else 413
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                """Requests carry telephone numbers; nothing of them is logged."""

        return Handler

    def _report(self) -> None:
        headers = {self._settings.secret_header: self._settings.secret}
        with httpx.Client(timeout=5.0, headers=headers) as client:
            while not self._stop.wait(0.05):
                for receipt in self._ledger.due(self._clock.now()):
                    if not self._report_one(client, receipt):
                        break

    def _report_one(self, client: httpx.Client, receipt: PendingReceipt) -> bool:
        body = {"id": receipt.message_id, "status": receipt.status, "at": receipt.at.astimezone(UTC).isoformat()}
        try:
            answer = client.post(self._settings.receipts_url, json=body)
        except httpx.HTTPError:
            self._stop.wait(0.3)  # central is away; the receipt waits
            return False
        if answer.is_success or answer.status_code == 404:  # 404: central does not know the message, asking again will not help
            self._ledger.reported(receipt)
            return True
        log.warning("receipt refused", message_id=receipt.message_id, status=answer.status_code)
        self._stop.wait(0.3)
        return False
