"""`yuhang gateway run`: a gateway from its start to its clean end."""

import threading
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import structlog

from gateway.config import GatewayConfig
from gateway.connectors.config import Firmware
from gateway.connectors.convention import Convention
from gateway.connectors.esphome import EspHome
from gateway.connectors.mqtt_devices import MqttDevices
from gateway.connectors.tasmota import Tasmota
from gateway.jt808.server import Jt808Server
from gateway.jt808.trucks import Codes, TruckTeller
from gateway.readings import Reading
from gateway.smoke.desk import SmokeDesk
from gateway.sockets.desk import SocketDesk
from gateway.sockets.diary import SocketDiary
from gateway.sockets.reporting import SocketReporter
from yuhang.clock import Clock
from yuhang.config.loader import load_yaml
from yuhang.ids import new_ulid
from yuhang.messages import NodeEvent
from yuhang.mqtt.session import MqttSession
from yuhang.outbox import Outbox, OutboxSender
from yuhang.presence import Presence
from yuhang.topics import NodeTopics

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Gateway:
    """The parts of a gateway that are started and stopped."""

    uplink: MqttSession
    presence: Presence
    outbox: Outbox
    sender: OutboxSender
    devices: MqttDevices
    sockets: SocketDesk
    smoke: SmokeDesk
    terminals: Jt808Server | None


def run_gateway(config_path: Path, stop: threading.Event) -> None:
    """Run the gateway until `stop` is set. `ConfigError`, `StorageError` or `PortError` if it cannot start."""
    config = load_yaml(config_path, GatewayConfig)
    with ExitStack() as closers:
        start_gateway(build_gateway(config, closers), closers)
        log.info("gateway runs", site=config.site, node=config.node, sockets=len(config.sockets))
        stop.wait()
        log.info("gateway stops", site=config.site, node=config.node)


def build_gateway(config: GatewayConfig, closers: ExitStack) -> Gateway:
    """Open what is on the disk and put the parts together; `closers` frees it."""
    clock, topics = config.clock.build(), NodeTopics(config.site, config.node)
    outbox = closers.enter_context(closing(Outbox(config.data_dir / "outbox.sqlite", config.site, config.node)))
    presence = Presence(topics, new_ulid(clock.now()), clock)
    uplink = MqttSession(config.mqtt, f"{config.site}.{config.node}", will=(topics.state, presence.message("lost")))
    sender = OutboxSender(outbox, uplink, topics, clock)
    local = MqttSession(config.devices_mqtt, f"{config.site}.{config.node}.devices")
    conventions: dict[Firmware, Convention] = {Firmware.TASMOTA: Tasmota(), Firmware.ESPHOME: EspHome()}
    reporter = SocketReporter(uplink, topics.telemetry("socket"), config.report_every_s)

    def put(event: NodeEvent) -> None:
        outbox.put(event)
        sender.wake()

    devices = MqttDevices(local, {one.device: conventions[one.firmware] for one in config.devices}, clock)
    diary = SocketDiary(put, topics.prefix, config.sockets)
    desk = SocketDesk(config.sockets, devices, diary, clock, reporter)
    smoke = SmokeDesk(config.smoke, put, topics.prefix)
    return Gateway(uplink, presence, outbox, sender, devices, desk, smoke, _terminals(config, uplink, topics, clock))


def start_gateway(gateway: Gateway, closers: ExitStack) -> None:
    """The devices first: rules hold before, and without, any word from the uplink."""
    gateway.sockets.start()
    closers.callback(gateway.sockets.stop)
    gateway.smoke.start()
    closers.callback(gateway.smoke.stop)
    gateway.devices.start(lambda reading: _hear(gateway, reading))
    closers.callback(gateway.devices.stop)
    gateway.uplink.retain(gateway.presence.topic, gateway.presence.message("online"))
    gateway.uplink.start()
    closers.callback(_say_goodbye, gateway)
    gateway.sender.start()
    closers.callback(gateway.sender.stop)
    if gateway.terminals is not None:
        gateway.terminals.start()
        closers.callback(gateway.terminals.stop)


def _hear(gateway: Gateway, reading: Reading) -> None:
    """A reading is for whoever it concerns: a socket's own smoke contact is not the detector on the ceiling."""
    gateway.sockets.receive(reading)
    gateway.smoke.receive(reading)


def _terminals(config: GatewayConfig, uplink: MqttSession, topics: NodeTopics, clock: Clock) -> Jt808Server | None:
    if config.jt808 is None:
        return None
    teller = TruckTeller(uplink, topics.telemetry("truck"), config.jt808)
    return Jt808Server(config.jt808, Codes(config.data_dir / "jt808.key").of, teller.hear, clock)


def _say_goodbye(gateway: Gateway) -> None:
    gateway.uplink.retain(gateway.presence.topic, gateway.presence.message("stopped"))
    gateway.uplink.stop()
