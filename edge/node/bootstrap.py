"""Puts the parts of a running node together."""

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from edge.assembly import LoadedModels, build_pipeline, build_tools
from edge.budget import LookBudget
from edge.config import CameraConfig, NodeConfig
from edge.config_mark import ConfigMark
from edge.detectors.settings import detector_kinds
from edge.faces.desk import FaceDesk
from edge.faces.opening import open_desk
from edge.frames import Frame
from edge.looks import LookPool
from edge.node.answer_files import AnswerFile
from edge.node.camera_reports import CameraReports
from edge.node.chain import CountedChain
from edge.node.clock_check import CentralReference, CheckedSource, ClockCheck, TimeReference
from edge.node.commands import Commands
from edge.node.description import Describer, NodeIdentity
from edge.node.desired import DesiredDesk
from edge.node.errands import ErrandBoy, Helpers
from edge.node.gate_desk import MqttGates
from edge.node.gauges import Gauges
from edge.node.health import Health
from edge.node.lift_desk import MqttLifts
from edge.node.live import LiveView
from edge.node.release import EventDesk
from edge.node.reports import Reports
from edge.node.self_test import SelfTester
from edge.node.sntp import NtpReference
from edge.node.stops import PatientStops
from edge.node.store import NodeStore
from edge.node.uploader import CentralHttp, Uploader
from edge.results import FrameResult
from edge.sources.group import CameraGroup
from edge.sources.protocol import CameraPlan
from edge.watch import Watcher
from yuhang.clock import Clock
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.ids import new_ulid
from yuhang.messages import NodeEvent, SocketReport, TruckReport
from yuhang.mqtt.session import MqttSession
from yuhang.outbox import Outbox, OutboxSender
from yuhang.presence import Presence
from yuhang.topics import NodeTopics


@dataclass(slots=True)
class Audience:
    """Those who are shown every frame with its result, on the watcher's thread."""

    members: list[Callable[[Frame, FrameResult], None]] = field(default_factory=list)

    def __call__(self, frame: Frame, result: FrameResult) -> None:
        for member in self.members:
            member(frame, result)


@dataclass(frozen=True, slots=True)
class Node:
    """The parts of a node that are started, turned and stopped."""

    config: NodeConfig
    topics: NodeTopics
    clock: Clock
    clock_check: ClockCheck
    presence: Presence
    session: MqttSession
    sender: OutboxSender
    desk: EventDesk
    uploader: Uploader | None
    live: LiveView
    cameras: CameraGroup
    watcher: Watcher
    stops: PatientStops
    health: Health
    reports: CameraReports
    gauges: Gauges
    describer: Describer
    commands: Commands
    errands: ErrandBoy
    desired: DesiredDesk
    mark: ConfigMark
    truck_reports: Reports[TruckReport]
    socket_reports: Reports[SocketReport]
    lifts: MqttLifts
    gates: MqttGates


@dataclass(frozen=True, slots=True)
class _WakingOutbox:
    """The outbox, whose sender is told of every new event."""

    outbox: Outbox
    sender: OutboxSender

    def put(self, event: NodeEvent, /) -> NodeEvent:
        numbered = self.outbox.put(event)
        self.sender.wake()
        return numbered


def build_node(path: Path, config: NodeConfig, sha256: str, models: LoadedModels, closers: ExitStack) -> Node:
    """Open what is on disk and start the decoder processes; `closers` frees all of it. `path` is the node's file.

    Raises `StorageError`, `EvidenceError` (another process holds the chain) or `ConfigError`.
    """
    folder, clock, topics = config.data_dir, config.clock.build(), NodeTopics(config.site, config.node)
    desired = DesiredDesk(config, sha256, folder / "desired.json")
    config = desired.running.config
    mark = ConfigMark(config.version, desired.running.sha256)
    key = NodeKey.open(folder / "node.key")
    chain = CountedChain(closers.enter_context(closing(EvidenceChain(folder / "evidence", config.site, config.node, key))))
    outbox = closers.enter_context(closing(Outbox(folder / "outbox.sqlite", config.site, config.node)))
    store = closers.enter_context(closing(NodeStore(folder / "node.sqlite")))
    stops = closers.enter_context(closing(PatientStops(folder / "stops.sqlite")))
    presence = Presence(topics, new_ulid(clock.now()), clock)
    session = MqttSession(config.mqtt, f"{config.site}.{config.node}", will=(topics.state, presence.message("lost")))
    sender = OutboxSender(outbox, session, topics, clock)
    central = _central(config, closers)
    uploader = _uploader(config, folder / "evidence" / "files", store, central, clock)
    desk = EventDesk(store, _WakingOutbox(outbox, sender), uploader, config.uploads.grace_s)
    if uploader is not None:
        uploader.on_taken(desk.wake)
    live = LiveView(topics, session, central, config.preview, lambda: desired.running.config.face_cameras)
    plans = [plan_of(camera) for camera in config.cameras]
    cameras = closers.enter_context(closing(CameraGroup(plans, clock, cameras_a_process=config.cameras_a_process)))
    audience = Audience()
    truck_reports, socket_reports = Reports(TruckReport), Reports(SocketReport)
    lifts = MqttLifts(topics, session)
    gates = MqttGates(topics, session, lambda: frozenset().union(*desired.running.config.face_cameras.values()))
    faces = _faces(config, models, key)
    budget = LookBudget(config.models.looks_share, time.monotonic)
    tools = replace(
        build_tools(config, mark, models, chain, cameras.clip),
        budget=budget,
        hindsight=cameras,
        truck_reports=truck_reports.recent,
        socket_reports=socket_reports.recent,
        lifts=lifts,
        answers=lambda lift: AnswerFile(folder / "lifts" / f"{lift}.jsonl"),
        faces=faces,
        gate=gates,
    )
    pipelines = {camera.camera: build_pipeline(camera, tools) for camera in config.cameras}
    clock_check = ClockCheck(_references(config, central), clock)
    looks = closers.enter_context(closing(LookPool(models.detector, config.models.look_threads, cameras.wake)))
    watcher = Watcher(CheckedSource(cameras, clock_check), pipelines, stops, desk, clock, on_result=audience, looks=looks)
    gauges = Gauges(folder, cameras, watcher, stops, desk, outbox, session, live, uploader, chain, clock_check, budget)
    health = Health(clock, gauges.read)
    identity = NodeIdentity(lambda: desired.running, models.sha256, key, detector_kinds())
    describer = Describer(topics, identity, session, clock_check)
    desired.on_refused(describer.publish)
    clock_check.on_measured(describer.publish)
    tester = SelfTester(
        folder, cameras, models.detector, clock_check, outbox.count, central.time if central is not None else None
    )
    names = frozenset(camera.camera for camera in config.cameras)
    helpers = Helpers(
        names,
        cameras,
        central,
        clock,
        partial(desired.reload, path),
        tester,
        private=lambda: desired.running.config.face_cameras,
        withdraw=lambda enrolment: None if faces is None else faces.store.withdraw(enrolment, clock.now()),
    )
    errands = ErrandBoy(helpers)
    commands = Commands(topics, session, clock, watcher.reobserve, errands, verdict=watcher.verdict)
    errands.on_done(commands.finish)
    audience.members += [health.saw, live.show, describer.saw, errands.saw]
    return Node(
        config,
        topics,
        clock,
        clock_check,
        presence,
        session,
        sender,
        desk,
        uploader,
        live,
        cameras,
        watcher,
        stops,
        health,
        CameraReports(cameras, health),
        gauges,
        describer,
        commands,
        errands,
        desired,
        mark,
        truck_reports,
        socket_reports,
        lifts,
        gates,
    )


def plan_of(camera: CameraConfig) -> CameraPlan:
    """How a camera is to be read."""
    return CameraPlan(camera=camera.camera, source=camera.source, analysis_fps=camera.picture_fps)


def _central(config: NodeConfig, closers: ExitStack) -> CentralHttp | None:
    """The way to central, or None where none is configured."""
    if not config.central.url:
        return None
    return closers.enter_context(closing(CentralHttp(config.central.url, config.central.secret(), config.uploads.timeout_s)))


def _faces(config: NodeConfig, models: LoadedModels, key: NodeKey) -> FaceDesk | None:
    """Who is enrolled at this node's gates, or None where its file does not switch faces on."""
    if config.faces is None or models.faces is None:
        return None
    return open_desk(config.faces, models.faces, config.data_dir, key, new_ulid)


def _references(config: NodeConfig, central: CentralHttp | None) -> list[TimeReference]:
    """Whose time counts: the NTP server's where one is named, and central's while that does not answer."""
    found: list[TimeReference] = []
    if config.clock.ntp_server is not None:
        found.append(NtpReference(config.clock.ntp_server, config.clock.ntp_port))
    if central is not None:
        found.append(CentralReference(central))
    return found


def _uploader(config: NodeConfig, files: Path, store: NodeStore, central: CentralHttp | None, clock: Clock) -> Uploader | None:
    return None if central is None else Uploader(files, store, central, clock, config.uploads)
