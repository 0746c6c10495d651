"""The demo's message gateway: delivers late, fails or drops as told, and forgets nothing over a restart."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from simulators.demo.gateway import Delivery, DemoGateway, GatewaySettings, Ledger
from yuhang.clock import ManualClock, ScaledClock

DELIVERIES = {
    "13800000001": Delivery(delay_s=180),
    "13800000002": Delivery(outcome="none"),
    "13800000003": Delivery(outcome="failed"),
}


class Central:
    """Takes receipts; refuses the first `refuse` of them with 503, like a central that is starting."""

    def __init__(self, refuse: int = 0) -> None:
        self.receipts: list[dict[str, str]] = []
        self.secrets: set[str | None] = set()
        self.arrived = threading.Event()
        central, remaining = self, [refuse]

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                central.secrets.add(self.headers.get("X-Secret"))
                remaining[0] -= 1
                self.send_response(503 if remaining[0] >= 0 else 204)
                self.end_headers()
                if remaining[0] < 0:
                    central.receipts.append(body)
                    central.arrived.set()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/receipts"


@pytest.fixture
def central() -> Iterator[Central]:
    central = Central(refuse=2)
    yield central
    central.server.shutdown()
    central.server.server_close()


def test_receipt_is_reported_until_central_takes_it(central: Central, tmp_path: Path) -> None:
    settings = GatewaySettings(0, central.url, "s3", "X-Secret", {"13800000001": Delivery(delay_s=2)}, tmp_path / "ledger.jsonl")
    clock = ScaledClock.starting_now(speed=20)
    gateway = DemoGateway(settings, clock)
    gateway.start()
    try:
        url = f"http://127.0.0.1:{gateway.port}/"
        sent_at = clock.now()
        for _ in range(3):  # central repeats itself after a time-out: one message, one receipt
            assert httpx.post(url, json={"id": "m1", "to": "13800000001", "text": "x"}).status_code == 202
        assert httpx.post(url, content=b"{not json").status_code == 400
        assert central.arrived.wait(10)
    finally:
        gateway.stop()
    assert [receipt["id"] for receipt in central.receipts] == ["m1"]
    assert central.receipts[0]["status"] == "delivered"
    assert central.receipts[0]["at"] >= (sent_at + timedelta(seconds=2)).isoformat()
    assert central.secrets == {"s3"}


def test_ledger_keeps_what_is_due_over_a_restart(tmp_path: Path) -> None:
    clock, path = ManualClock(), tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    for message, number in (("late", "13800000001"), ("dropped", "13800000002"), ("failed", "13800000003")):
        assert ledger.take(message, DELIVERIES[number], clock.now())
    ledger = Ledger(path)  # the gateway was killed and started again
    assert not ledger.take("late", DELIVERIES["13800000001"], clock.now())
    assert [r.message_id for r in ledger.due(clock.advance(179))] == ["failed"]
    due = ledger.due(clock.advance(1))
    assert [(r.message_id, r.status) for r in due] == [("failed", "failed"), ("late", "delivered")]
    ledger.reported(due[0])
    assert [r.message_id for r in Ledger(path).due(clock.now())] == ["late"]
