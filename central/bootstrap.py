"""Puts central together from its configuration: the only place where parts are chosen and joined."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from fastapi import FastAPI
from sqlalchemy import make_url

from central.app import make_app
from central.config import CentralConfig
from central.core import Core
from central.database import Database
from central.deadlines.worker import DeadlineWorker
from central.events.dispatch import EventDispatcher
from central.evidence.store import EvidenceStore
from central.feature import DeadlineHandler, EventHandler, Feature
from central.features import features
from central.ids import new_id
from central.ingest.writer import EventWriter
from central.live.store import LiveStore
from central.metrics import Metrics
from central.schema import migrate
from central.secrets import SecretKey
from central.users.service import UserService
from central.workers import WorkerPool
from yuhang.clock import SystemClock
from yuhang.errors import ConfigError
from yuhang.mqtt.session import MqttSession

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Application:
    """Central, ready to be started."""

    core: Core
    web: FastAPI
    writer: EventWriter
    ingest: MqttSession
    pool: WorkerPool

    def start(self) -> None:
        """Bring the tables up to date and start everything but the web server. Returns at once; no broker is needed for it."""
        if self.core.config.database.migrate_on_start:
            migrate(self.core.database)
        self.writer.start()
        self.pool.start()
        self.ingest.start()
        self.core.mqtt.start()

    def stop(self) -> None:
        """End within a few seconds. Whatever was not committed was not acknowledged either and comes again."""
        self.ingest.stop()
        clean = self.writer.stop()
        clean = self.pool.stop() and clean
        self.core.mqtt.stop()
        self.core.database.close()
        log.info("central_stopped", clean=clean)


def open_database(config: CentralConfig) -> Database:
    """The configured database; the password comes from its file."""
    url = make_url(config.database_url)
    if config.database.password_file is not None:
        try:
            url = url.set(password=config.database.password_file.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"database.password_file: no password can be read from {config.database.password_file}") from error
    config.data_dir.mkdir(parents=True, exist_ok=True)
    return Database(url.render_as_string(hide_password=False), pool_size=config.database.pool_size)


def build(config: CentralConfig) -> Application:
    """Make and join all parts; nothing is started and nobody is called yet."""
    clock = config.clock.build()
    database = open_database(config)
    metrics = Metrics()
    run = new_id(SystemClock())
    core = Core(
        config=config,
        clock=clock,
        database=database,
        secret=SecretKey.load(config.key_path),
        users=UserService(database, config.users, SystemClock()),
        evidence=EvidenceStore(config.data_dir / "evidence", config.evidence.max_file_mb * 1024 * 1024),
        live=LiveStore(),
        mqtt=MqttSession(config.mqtt, f"central-{run}"),
        metrics=metrics,
    )
    ingest = MqttSession(config.mqtt, f"central-ingest-{run}")
    parts = features(core)
    dispatcher = EventDispatcher(database, clock, event_handlers(parts), metrics, attempts=config.ingest.dispatch_attempts)
    deadlines = DeadlineWorker(database, clock, deadline_handlers(parts))
    workers = [worker for part in parts for worker in part.workers]
    return Application(
        core=core,
        web=make_app(core, parts),
        writer=EventWriter(database, ingest, config.ingest, clock, metrics),
        ingest=ingest,
        pool=WorkerPool(clock, [dispatcher, deadlines, *workers]),
    )


def event_handlers(parts: Sequence[Feature]) -> dict[str, list[EventHandler]]:
    """Handlers by event type, in the order of the features."""
    handlers: defaultdict[str, list[EventHandler]] = defaultdict(list)
    for part in parts:
        for event_type, handler in part.event_handlers.items():
            handlers[event_type].append(handler)
    return dict(handlers)


def deadline_handlers(parts: Sequence[Feature]) -> dict[str, DeadlineHandler]:
    """Handlers by the kind of deadline; `ConfigError` if two features claim the same kind."""
    handlers: dict[str, DeadlineHandler] = {}
    for part in parts:
        for kind, handler in part.deadline_handlers.items():
            if kind in handlers:
                raise ConfigError(f"two features handle deadlines of the kind {kind!r}")
            handlers[kind] = handler
    return handlers
