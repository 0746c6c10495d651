"""`yuhang edge run`: a camera node from its start to its clean end."""

import threading
import time
from contextlib import ExitStack
from pathlib import Path

import structlog

from edge.assembly import load_models
from edge.config import NodeConfig, config_sha256
from edge.node.bootstrap import Node, build_node, plan_of
from yuhang.config.loader import load_yaml
from yuhang.errors import StorageError
from yuhang.messages import Health

log = structlog.get_logger(__name__)

_STEP_S = 0.5
_FLUSH_EVERY_S = 1.0


def run_node(config_path: Path, stop: threading.Event) -> None:
    """Run the node until `stop` is set. `ConfigError`, `ModelError`, `StorageError` or `EvidenceError` if it cannot start."""
    config = load_yaml(config_path, NodeConfig)
    models = load_models(config.models, config.faces)
    with ExitStack() as closers:
        node = build_node(config_path, config, config_sha256(config_path), models, closers)
        _start(node, closers)
        log.info("node runs", site=config.site, node=config.node, cameras=[camera.camera for camera in config.cameras])
        _watch(node, stop)
        log.info("node stops", site=config.site, node=config.node)


def _start(node: Node, closers: ExitStack) -> None:
    """Start everything around the watcher; `closers` stops it in the opposite order."""
    if node.config.health.metrics_port is not None:
        from edge.node.metrics import serve_metrics  # noqa: PLC0415  costs memory that most nodes need not spend

        closers.callback(serve_metrics(node.health, node.cameras.healths, node.config.health.metrics_port))
    node.session.subscribe(node.topics.commands, node.commands.receive)
    node.session.subscribe(node.topics.config, node.desired.receive)
    node.session.subscribe(node.topics.telemetry_of_site("truck"), node.truck_reports.receive)
    node.session.subscribe(node.topics.telemetry_of_site("socket"), node.socket_reports.receive)
    node.session.subscribe(node.topics.telemetry_of_site("lift"), node.lifts.receive_state)
    node.session.subscribe(node.topics.replies_of_site, node.lifts.receive_reply)
    if node.config.faces is not None:
        node.session.subscribe(node.topics.requests_of_site("face"), node.gates.receive)
    node.session.retain(node.presence.topic, node.presence.message("online"))
    node.describer.publish()
    node.session.start()
    closers.callback(_say_goodbye, node)
    node.clock_check.start()
    closers.callback(node.clock_check.stop)
    node.sender.start()
    closers.callback(node.sender.stop)
    node.desk.start()
    closers.callback(node.desk.stop)
    if node.uploader is not None:
        node.uploader.start()
        closers.callback(node.uploader.stop)
    node.live.start()
    closers.callback(node.live.stop)
    node.errands.start()
    closers.callback(node.errands.stop)
    recovered = node.watcher.recover()
    if recovered:
        log.warning("stops were open when the last run ended; they are reported as unobserved", stops=recovered)


def _say_goodbye(node: Node) -> None:
    node.session.retain(node.presence.topic, node.presence.message("stopped"))
    node.session.stop()


def _watch(node: Node, stop: threading.Event) -> None:
    """The node's main loop: frames, and now and then what else is due."""
    flush_at_s = health_at_s = time.monotonic()
    while not stop.is_set():
        try:
            node.watcher.step(_STEP_S)
        except StorageError as error:
            node.gauges.storage_errors += 1
            log.warning("something could not be kept", error=str(error))
        node.errands.step()
        _take_up(node)
        now_s = time.monotonic()
        if now_s >= flush_at_s:
            flush_at_s = now_s + _FLUSH_EVERY_S
            node.stops.flush()
        if now_s >= health_at_s:
            health_at_s = now_s + node.config.health.interval_s
            _tell_health(node)


def _take_up(node: Node) -> None:
    """Go on by the zones that central has sent, if it has."""
    before, new = node.desired.running.config, node.desired.take()
    if new is None:
        return
    node.watcher.reconfigure(new.config.cameras)
    node.mark.version, node.mark.sha256 = new.config.version, new.sha256
    for old, camera in zip(before.cameras, new.config.cameras, strict=True):
        if camera.picture_fps != old.picture_fps:
            node.cameras.restart(camera.camera, "its zones want another rate of pictures", plan_of(camera))
    node.describer.publish()
    log.info("zones taken up", version=new.config.version)


def _tell_health(node: Node) -> None:
    try:
        values = node.health.roll()
    except StorageError as error:
        log.warning("the node's figures cannot be read", error=str(error))
        return
    message = Health(time=node.clock.now(), values=values, cameras=node.reports.make())
    node.session.publish(node.topics.telemetry("health"), message.model_dump_json().encode(), 0)
