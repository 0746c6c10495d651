"""Puts escort tasks together from the configuration."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from central.core import Core
from central.dispatch.controllers.config import SignalsConfig
from central.dispatch.escort.api import escort_router
from central.dispatch.escort.desk import EscortDesk
from central.dispatch.escort.intake.alarm import alarm_handler
from central.dispatch.escort.intake.folder import CallFolder
from central.dispatch.escort.intake.mqtt import CallListener
from central.dispatch.escort.places import Places
from central.dispatch.escort.positions import Positions
from central.dispatch.escort.roads import Roads
from central.dispatch.escort.running.building import build_running
from central.dispatch.escort.running.picture import Showcase
from central.dispatch.escort.service import EscortService
from central.feature import Feature
from central.workers import Worker
from yuhang.config import load_yaml
from yuhang.errors import ConfigError
from yuhang.topics import NodeTopics


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What screens read and act through, and the feature that runs it."""

    desk: EscortDesk
    showcase: Showcase
    feature: Feature


def build_dispatch(core: Core, monotonic: Callable[[], float] | None = None) -> Dispatch:
    """Read the site's files; `ConfigError` or `NetworkError` says what is wrong in them. `monotonic`: seconds of core's clock."""
    config = core.config.dispatch
    monotonic = monotonic or (lambda: time.monotonic() * core.clock.speed)
    signals = load_yaml(config.signals_file, SignalsConfig) if config.signals_file is not None else None
    roads = None
    if config.network_file is not None:
        steered = {} if signals is None else {one.signal_name: one.model().longest_change_s for one in signals.junctions}
        roads = Roads.load(config.network_file, steered)
    positions = Positions(config.engines, core.clock, monotonic)
    positions.listen(core.mqtt)
    escorts = EscortService(config, Places.load(config.places_file), core.clock)
    desk = EscortDesk(escorts, positions, roads, monotonic)
    showcase = Showcase()
    running = [] if roads is None else build_running(desk, roads, core.database, signals, showcase)
    feature = Feature(
        "dispatch",
        routers=[escort_router(desk)],
        workers=[*_intake(core, escorts), *running],
        event_handlers={"smoke.alarm.v1": alarm_handler(escorts)},
    )
    return Dispatch(desk, showcase, feature)


def _intake(core: Core, escorts: EscortService) -> list[Worker]:
    calls = core.config.dispatch.calls
    workers: list[Worker] = []
    if calls.folder is not None:
        workers.append(CallFolder(core.database, escorts, calls.folder))
    if calls.mqtt:
        workers.append(CallListener(core.database, core.clock, core.mqtt, escorts, [_node(name) for name in calls.mqtt]))
    return workers


def _node(name: str) -> NodeTopics:
    site, slash, node = name.partition("/")
    if not slash:
        raise ConfigError(f"dispatch.calls.mqtt: {name!r} is not site/node, for example yuhang/desk-119")
    return NodeTopics(site, node)
