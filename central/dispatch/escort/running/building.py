"""Puts the running escorts of a site together."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from central.database import Database
from central.dispatch.controllers.building import Platforms, build_controller
from central.dispatch.controllers.config import JunctionConfig, SignalsConfig
from central.dispatch.controllers.supervised import Settings, SupervisedController
from central.dispatch.escort.desk import EscortDesk
from central.dispatch.escort.roads import Roads
from central.dispatch.escort.running.live import LiveTasks
from central.dispatch.escort.running.picture import Showcase
from central.dispatch.escort.running.planning import GreenWave
from central.dispatch.escort.running.records import Notebook, OrdersTable
from central.dispatch.escort.running.runner import Runner, Site
from central.dispatch.escort.running.tender import Tender, Times
from central.dispatch.escort.running.worker import EscortWorker
from central.workers import Worker
from yuhang.clock import Clock


def times_of(clock: Clock, now_s: Callable[[], float]) -> Times:
    """The clocks of a site; pauses are as much shorter as its clock is faster."""

    async def pause(seconds: float) -> None:
        await asyncio.sleep(seconds / clock.speed)

    return Times(clock, now_s, pause)


def build_running(
    desk: EscortDesk, roads: Roads, database: Database, signals: SignalsConfig | None, showcase: Showcase
) -> list[Worker]:
    """The workers; nothing is connected before they run."""
    times = times_of(desk.escorts.clock, desk.monotonic)
    notebook = Notebook(database, desk.escorts, desk.monotonic)
    junctions = () if signals is None else signals.junctions
    by_signal = {one.signal_name: one for one in junctions}
    site = Site(desk, roads, database, by_signal, LiveTasks(desk.monotonic), notebook, showcase, times)
    return [EscortWorker(partial(_make, site, junctions), times), notebook]


def _make(site: Site, junctions: Sequence[JunctionConfig]) -> tuple[Runner, Sequence[Tender]]:
    platforms = Platforms(site.times.clock, site.times.now_s)
    tenders = [_tender(site, junction, platforms) for junction in junctions]
    return Runner(site, GreenWave(site.desk.escorts.config.lost_s), tenders), tenders


def _tender(site: Site, junction: JunctionConfig, platforms: Platforms) -> Tender:
    door = SupervisedController(
        build_controller(junction, platforms, site.times.now_s),
        Settings(junction.id, junction.poll_s, junction.answer_s, junction.dry_run, junction.limits.limits()),
        tasks=site.live,
        audit=OrdersTable(site.database),
        clock=site.times.clock,
        monotonic=site.times.now_s,
    )
    return Tender(junction.id, door, junction.poll_s, site.times, site.notebook.heard)
