"""`yuhang bench ingest`: durable events a second, acknowledged after the commit, beside a bare subscriber that stores nothing.

Publisher, broker and receiver are processes of their own. Runs of both receivers alternate, so that both see the same machine;
medians are reported, of the ratio too. `events_per_s` counts from the first byte sent until the publisher has the last
acknowledgement.
"""

import json
import multiprocessing
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import func, select

from benchmarks import receivers
from benchmarks.events import encoded_events
from benchmarks.publisher import PublisherPlan, PublisherReport, nodes, publish
from benchmarks.receivers import Usage
from benchmarks.servers import embedded_broker, mosquitto_broker, postgresql_server
from central.database import Database
from central.events.tables import StoredEvent
from central.nodes.service import add_node
from central.schema import migrate
from yuhang.clock import SystemClock
from yuhang.errors import YuhangError
from yuhang.evidence.keys import NodeKey

_WINDOW = 20_000  # events under way; 36 MB, less than the embedded broker keeps for a slow subscriber
_LONG = 200_000  # with this many events or more: one run of ingest, watched for memory


class Store(StrEnum):
    """Where central's ingest writes."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class BrokerKind(StrEnum):
    """Which broker stands between."""

    EMBEDDED = "embedded"
    MOSQUITTO = "mosquitto"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one receiver: rate, and processor time it spent on an event."""

    events_per_s: float
    cpu_us: float
    usage: Usage


def command(
    store: Annotated[Store, typer.Option(help="database that ingest writes to")] = Store.SQLITE,
    broker: Annotated[BrokerKind, typer.Option(help="broker between publisher and receiver")] = BrokerKind.EMBEDDED,
    events: Annotated[int, typer.Option(min=2000, help="events a run; from 200,000 on also proves flat memory")] = 30_000,
    rounds: Annotated[int, typer.Option(min=1, help="runs of each receiver")] = 3,
) -> None:
    """Durable events a second, acknowledged after commit, against a bare paho subscriber in the same run."""
    with ExitStack() as stack:
        port = stack.enter_context(embedded_broker() if broker is BrokerKind.EMBEDDED else mosquitto_broker())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yuhang-bench-")))
        key = folder / "node.pem"
        event_bytes = len(next(encoded_events(nodes()[0], 1, NodeKey.open(key))).payload)
        durable, bare = [], []
        for number in range(1 if events >= _LONG else rounds):
            url = stack.enter_context(_fresh_database(store, folder / f"{number}.db"))
            durable.append(_run(receivers.ingest, (port, url), PublisherPlan(port, events, _WINDOW, acknowledged=True), key))
            _check_stored(url, events)
            typer.echo(f"ingest {durable[-1].events_per_s:8.0f} events/s, resident {durable[-1].usage.end_mb:.0f} MB")
            short = min(events, 30_000)
            bare.append(_run(receivers.bare, (port,), PublisherPlan(port, short, _WINDOW, acknowledged=False), key))
            typer.echo(f"bare   {bare[-1].events_per_s:8.0f} events/s")
    rate = statistics.median(run.events_per_s for run in durable)
    bare_rate = statistics.median(run.events_per_s for run in bare)
    pairs = zip((run.events_per_s for run in durable), (run.events_per_s for run in bare), strict=True)
    result = {
        "events_per_s": round(rate),
        "ratio_to_bare": round(statistics.median(ours / theirs for ours, theirs in pairs), 3),
        "store": store.value,
        "broker": broker.value,
        "bare_events_per_s": round(bare_rate),
        "cpu_us_per_event": round(statistics.median(run.cpu_us for run in durable), 1),
        "bare_cpu_us_per_event": round(statistics.median(run.cpu_us for run in bare), 1),
        "events": events,
        "event_bytes": event_bytes,
        "rounds": len(durable),
        "rss_start_mb": round(durable[-1].usage.start_mb, 1),
        "rss_end_mb": round(durable[-1].usage.end_mb, 1),
        "rss_peak_mb": round(durable[-1].usage.peak_mb, 1),
    }
    typer.echo(json.dumps(result))


def _run(receiver: Callable[..., None], arguments: tuple[Any, ...], plan: PublisherPlan, key: Path) -> Run:
    with _process(receiver, *arguments) as receiving, _process(publish, plan, key) as publishing:
        publishing.send("go")
        report: PublisherReport = publishing.recv()
        receiving.send("stop")
        usage: Usage = receiving.recv()
    if report.unconfirmed:
        raise YuhangError(f"{report.unconfirmed} of {plan.events} events were never confirmed")
    return Run(plan.events / report.seconds, usage.cpu_s * 1e6 / plan.events, usage)


@contextmanager
def _process(function: Callable[..., None], *arguments: Any) -> Iterator[Connection]:
    """A child process that has said `ready`; yields our end of its pipe."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=function, args=(*arguments, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        ours.recv()
        yield ours
        process.join(10)
    finally:
        process.kill()
        process.join()


@contextmanager
def _fresh_database(store: Store, path: Path) -> Iterator[str]:
    with ExitStack() as stack:
        url = f"sqlite:///{path}" if store is Store.SQLITE else stack.enter_context(postgresql_server())
        with Database(url) as database:
            migrate(database)
            with database.session() as session:
                for topics in nodes():
                    add_node(session, SystemClock(), topics.site, topics.node)
        yield url


def _check_stored(url: str, events: int) -> None:
    with Database(url) as database, database.reader() as session:
        stored = session.scalar(select(func.count()).select_from(StoredEvent))
    if stored != events:
        raise YuhangError(f"{stored} events are in the database, {events} were acknowledged")
