"""What every feature of central may need, built once by `central.bootstrap` and handed in."""

from dataclasses import dataclass

from central.config import CentralConfig
from central.database import Database
from central.evidence.store import EvidenceStore
from central.live.store import LiveStore
from central.metrics import Metrics
from central.secrets import SecretKey
from central.users.service import UserService
from yuhang.clock import Clock
from yuhang.mqtt.session import MqttSession


@dataclass(frozen=True, slots=True)
class Core:
    """The parts that features share."""

    config: CentralConfig
    clock: Clock
    database: Database
    secret: SecretKey
    users: UserService
    evidence: EvidenceStore
    live: LiveStore
    mqtt: MqttSession
    metrics: Metrics
